//! The table of labels: which places of which repositories are findings, look-alikes, or arguable.

use std::collections::BTreeMap;

/// What is expected at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A finding.
    Flag,
    /// Silence.
    Clean,
    /// Neither counts.
    Maybe,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file, from the top of the repository; empty for the whole repository.
    pub path: String,
    /// 1-based; `None` for a whole file or repository.
    pub line: Option<u32>,
    /// Any of these meets the label.
    pub rules: Vec<String>,
    /// What is expected.
    pub expect: Expect,
    /// Why, for people.
    pub note: String,
}

/// The labels of a repository.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// Its labels, in the order of the table.
    pub labels: Vec<Label>,
    /// Whether not every finding of it carries a label.
    pub is_partial: bool,
}

/// The labels of a table by repository (`owner/name`), of one split if one is named.
pub fn read(table: &str, split: Option<&str>) -> Result<BTreeMap<String, Repository>, String> {
    let mut lines = table.lines().enumerate();
    let header: Vec<&str> = lines.next().ok_or("the table of labels is empty")?.1.split('\t').collect();
    let mut repositories: BTreeMap<String, Repository> = BTreeMap::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let cells: BTreeMap<&str, &str> = header.iter().copied().zip(line.split('\t')).collect();
        let cell = |name: &str| cells.get(name).copied().unwrap_or_default();
        if split.is_some_and(|split| cell("split") != split) {
            continue;
        }
        let wrong = |what: &str| format!("line {} of the labels: {what}", number + 1);
        let line = match cell("line") {
            "" => None,
            text => Some(text.parse().map_err(|_| wrong("`line` is no number"))?),
        };
        let expect = match cell("expect") {
            "flag" => Expect::Flag,
            "clean" => Expect::Clean,
            "maybe" => Expect::Maybe,
            _ => return Err(wrong("`expect` is none of flag, clean and maybe")),
        };
        if cell("repo").is_empty() {
            return Err(wrong("`repo` is empty"));
        }
        let rules = cell("rule").split('|').filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
        let repository = repositories.entry(cell("repo").to_owned()).or_default();
        repository.is_partial |= cells.get("exhaustive").is_some_and(|all| *all != "yes");
        let (path, note) = (cell("path").to_owned(), cell("note").to_owned());
        repository.labels.push(Label { path, line, rules, expect, note });
    }
    Ok(repositories)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_by_the_names_of_its_columns() {
        let table = "repo\tpath\tline\trule\texpect\tnote\tsplit\texhaustive\n\
                     a/b\tx.js\t3\tget-session|close-session\tflag\twhy\tdev\tno\n\
                     a/b\t\t\t\tclean\t\tholdout\tyes\n";
        let all = read(table, None).expect("a table");
        assert_eq!((all["a/b"].labels.len(), all["a/b"].is_partial), (2, true));
        let dev = read(table, Some("dev")).expect("a table");
        assert_eq!(dev["a/b"].labels[0].rules, ["get-session", "close-session"]);
        assert_eq!(read("repo\texpect\na/b\tperhaps\n", None).map_err(|error| error.contains("line 2")), Err(true));
    }
}
