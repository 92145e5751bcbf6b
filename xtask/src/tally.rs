//! Scores the findings of one repository against its labels, and adds up scores.

use std::collections::{BTreeMap, BTreeSet};

use crate::labels::{Expect, Label, Repository};

/// Lines by which a finding may stand off a label: a call over several lines.
const SLACK: u32 = 2;

/// A place of a finding: a file, its first and its last line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: String,
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

/// A finding: its rule, where it stands, and the places that explain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The rule.
    pub rule: String,
    /// Where it stands.
    pub place: Place,
    /// Where what it is made of stands.
    pub related: Vec<Place>,
}

/// Counts of labels met, of findings that should not be, and of labels missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Labels that a finding meets.
    pub met: usize,
    /// Findings that meet no label where every finding has one, or that stand on a look-alike.
    pub wrong: usize,
    /// Labels that no finding meets.
    pub missed: usize,
}

impl Score {
    /// Adds another.
    pub fn add(&mut self, other: Score) {
        self.met += other.met;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }

    /// Of what was found, how much is right. Of nothing, nothing can be said.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.met, self.wrong)
    }

    /// Of what is there, how much was found.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.met, self.missed)
    }
}

fn ratio(good: usize, bad: usize) -> Option<f64> {
    (good + bad > 0).then(|| good as f64 / (good + bad) as f64)
}

/// The scores of everything, of each rule and of each language.
#[derive(Debug, Default)]
pub struct Tally {
    /// All.
    pub all: Score,
    /// By rule.
    pub rules: BTreeMap<String, Score>,
    /// By language.
    pub languages: BTreeMap<&'static str, Score>,
    /// Every miss and every false alarm, as a line.
    pub details: Vec<String>,
}

impl Tally {
    fn count(&mut self, rule: &str, path: &str, score: Score) {
        self.all.add(score);
        self.rules.entry(rule.to_owned()).or_default().add(score);
        self.languages.entry(language(path)).or_default().add(score);
    }

    /// Scores a repository.
    pub fn take(&mut self, name: &str, repository: &Repository, found: &[Found]) {
        let of = |expect| repository.labels.iter().filter(move |label| label.expect == expect);
        let silent: BTreeSet<(&str, u32)> =
            of(Expect::Clean).filter_map(|label| Some((label.path.as_str(), label.line?))).collect();
        let is_near = |found: &Found, label: &Label| near(found, label, &silent);
        let mut used = BTreeSet::new();
        for label in of(Expect::Flag) {
            let meets = |(_, found): &(usize, &Found)| label.rules.contains(&found.rule) && is_near(found, label);
            let hits: Vec<(usize, &Found)> = found.iter().enumerate().filter(meets).collect();
            used.extend(hits.iter().map(|(at, _)| *at));
            let first = hits.first().map(|(_, found)| found.rule.as_str());
            let rule = first.or(label.rules.first().map(String::as_str)).unwrap_or_default();
            let missed = usize::from(hits.is_empty());
            self.count(rule, &label.path, Score { met: 1 - missed, wrong: 0, missed });
            if missed > 0 {
                let (rules, line) = (label.rules.join("|"), label.line.unwrap_or_default());
                self.details.push(format!("missed {rules}: {name} {}:{line} ({})", label.path, label.note));
            }
        }
        for (_, found) in found.iter().enumerate().filter(|(at, _)| !used.contains(at)) {
            let is_arguable = of(Expect::Maybe).any(|label| is_near(found, label));
            let is_wrong = !repository.is_partial || of(Expect::Clean).any(|label| is_near(found, label));
            if !is_arguable && is_wrong {
                self.count(&found.rule, &found.place.path, Score { met: 0, wrong: 1, missed: 0 });
                self.details.push(format!("false {}: {name} {}:{}", found.rule, found.place.path, found.place.first));
            }
        }
    }
}

/// Whether a finding stands at a label, or relates to its line. On a look-alike only the very lines count: no leave to
/// mean its neighbour.
fn near(found: &Found, label: &Label, silent: &BTreeSet<(&str, u32)>) -> bool {
    let Some(line) = label.line else { return false };
    let related = found.related.iter().filter(|_| label.expect != Expect::Clean);
    std::iter::once(&found.place).chain(related).any(|place| {
        let slack = if silent.contains(&(place.path.as_str(), place.first)) { 0 } else { SLACK };
        place.path == label.path && place.first <= line + slack && line <= place.last + slack
    })
}

/// The language of a file by its extension.
fn language(path: &str) -> &'static str {
    let file = path.rsplit('/').next().unwrap_or(path);
    match file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("js" | "jsx" | "mjs" | "cjs") => "javascript",
        Some("ts" | "tsx") => "typescript",
        Some("vue") => "vue",
        Some("svelte") => "svelte",
        Some("html" | "htm") => "html",
        Some("py" | "ipynb") => "python",
        Some("java") => "java",
        Some("kt") => "kotlin",
        Some("go") => "go",
        Some("cs") => "c#",
        Some("php") => "php",
        Some("rb") => "ruby",
        Some("rs") => "rust",
        Some("swift") => "swift",
        Some("sh" | "bash") => "shell",
        Some("ps1" | "psm1") => "powershell",
        Some("yaml" | "yml") => "yaml",
        Some("json") => "json",
        Some("tf") => "terraform",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::read;

    fn place(path: &str, first: u32) -> Place {
        Place { path: path.to_owned(), first, last: first }
    }

    fn found(rule: &str, line: u32) -> Found {
        Found { rule: rule.to_owned(), place: place("x.py", line), related: Vec::new() }
    }

    /// Scores findings of `x.py` against labels, each a line, its rules and what is expected.
    fn scored(labels: &[(u32, &str, &str)], found: &[Found]) -> (usize, usize, usize) {
        let rows = labels.iter().map(|(line, rule, expect)| format!("a/b\tx.py\t{line}\t{rule}\t{expect}\tyes\n"));
        let table = "repo\tpath\tline\trule\texpect\texhaustive\n".to_owned() + &rows.collect::<String>();
        let mut tally = Tally::default();
        tally.take("a/b", &read(&table, None).expect("a table")["a/b"], found);
        (tally.all.met, tally.all.wrong, tally.all.missed)
    }

    #[test]
    fn a_label_is_met_once_however_many_findings_meet_it() {
        let labels = [(10, "get-session|close-session", "flag")];
        assert_eq!(scored(&labels, &[found("get-session", 8), found("close-session", 12)]), (1, 0, 0));
        assert_eq!(scored(&labels, &[found("get-session", 13)]), (0, 1, 1));
        assert_eq!(scored(&labels, &[found("sid-cookie", 10)]), (0, 1, 1));
    }

    #[test]
    fn what_is_arguable_counts_neither_way_and_a_look_alike_has_no_slack() {
        assert_eq!(scored(&[(10, "get-session", "maybe")], &[found("get-session", 11)]), (0, 0, 0));
        let labels = [(10, "sid-cookie", "flag"), (11, "sid-cookie", "clean")];
        assert_eq!(scored(&labels, &[found("sid-cookie", 11)]), (0, 1, 1));
        assert_eq!(scored(&labels, &[found("sid-cookie", 10)]), (1, 0, 0));
    }

    #[test]
    fn a_finding_may_relate_to_the_line_of_a_label() {
        let related = vec![place("paths.py", 3), place("x.py", 10)];
        let labels = [(10, "get-session", "flag")];
        assert_eq!(scored(&labels, &[Found { related, ..found("get-session", 50) }]), (1, 0, 0));
    }
}
