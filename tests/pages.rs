//! The pages of the documentation that the program can print are what it prints. `cargo xtask pages` writes them.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::text;

fn printed(args: &[&str]) -> String {
    let output = common::command(Path::new(env!("CARGO_MANIFEST_DIR")), args).output().expect("the program runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Fails unless the program prints what stands between two marks of a page.
fn stands_in(page: &str, name: &str, args: &[&str]) {
    let (text, printed) = (text(page), printed(args));
    let part = text.split_once(&format!("<!-- begin {name} -->\n"));
    let part = part.and_then(|(_, rest)| rest.split_once(&format!("<!-- end {name} -->")));
    assert!(!printed.is_empty() && part.is_some_and(|(part, _)| part == printed), "{page}: cargo xtask pages");
}

#[test]
fn the_table_of_languages_is_what_the_program_prints() {
    stands_in("docs/languages.md", "languages", &["languages", "-o", "markdown"]);
}

#[test]
fn the_list_and_the_pages_of_rules_are_what_the_program_prints() {
    stands_in("docs/rules.md", "rules", &["rules", "-o", "markdown"]);
    let list: serde_json::Value = serde_json::from_str(&printed(&["rules", "-o", "json"])).expect("JSON");
    let rules = list.as_array().expect("a list").iter().filter_map(|rule| rule["id"].as_str());
    let mut pages = BTreeSet::new();
    for id in rules {
        let page = format!("docs/rules/{id}.md");
        assert!(text(&page) == printed(&["explain", id, "-o", "markdown"]), "{page}: cargo xtask pages");
        pages.insert(format!("{id}.md"));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").file_name());
    assert_eq!(files.map(|name| name.to_string_lossy().into_owned()).collect::<BTreeSet<_>>(), pages);
}
