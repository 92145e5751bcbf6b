//! Pages of the documentation that the program itself can write, whole or between two marks.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Writes the pages of the rules, their list, and the table of languages.
pub fn run(binary: &Path) -> Result<(), String> {
    let print = |args: &[&str]| {
        let output = Command::new(binary).args(args).output();
        let output = output.map_err(|error| format!("could not run {}: {error}", binary.display()))?;
        String::from_utf8(output.stdout).map_err(|error| format!("sidestep {}: {error}", args.join(" ")))
    };
    put(Path::new("docs/languages.md"), "languages", &print(&["languages", "-o", "markdown"])?)?;
    put(Path::new("docs/rules.md"), "rules", &print(&["rules", "-o", "markdown"])?)?;
    let rules: Value = serde_json::from_str(&print(&["rules", "-o", "json"])?).map_err(|error| error.to_string())?;
    for id in rules.as_array().into_iter().flatten().filter_map(|rule| rule["id"].as_str()) {
        write(Path::new(&format!("docs/rules/{id}.md")), &print(&["explain", id, "-o", "markdown"])?)?;
    }
    Ok(())
}

/// Puts a text between the marks `<!-- begin NAME -->` and `<!-- end NAME -->` of a page, which keeps the rest.
///
/// # Errors
/// The page cannot be read or written, or lacks the marks.
pub fn put(page: &Path, name: &str, text: &str) -> Result<(), String> {
    let old = fs::read_to_string(page).map_err(|error| format!("could not read {}: {error}", page.display()))?;
    let new = replaced(&old, name, text).ok_or_else(|| format!("{} lacks the marks of {name}", page.display()))?;
    write(page, &new)
}

fn write(page: &Path, text: &str) -> Result<(), String> {
    fs::write(page, text).map_err(|error| format!("could not write {}: {error}", page.display()))
}

fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- begin {name} -->"), format!("<!-- end {name} -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, behind) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{}\n{end}{behind}", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let page = |text: &str| format!("# a\n<!-- begin x -->\n{text}\n<!-- end x -->\nwords\n");
        assert_eq!(replaced(&page("old"), "x", "new\n"), Some(page("new")));
        assert_eq!(replaced("# a\n", "x", "new"), None);
    }
}
