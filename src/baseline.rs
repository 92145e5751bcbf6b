//! The baseline: findings that are known, so that only new ones are reported. One sorted entry a line, for people who
//! merge it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files::open;
use crate::files::path::Paths;
use crate::files::replace::replace;
use crate::judge::finding::Finding;

/// The file in the current folder that is read where no other is named.
pub const FILE: &str = ".sidestep-baseline.json";
/// The version of the file's form.
const VERSION: u32 = 1;
/// Most bytes read of one.
const LARGEST: u64 = 64 << 20;

/// A finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, as in reports.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// The finding's fingerprint.
    pub fingerprint: String,
}

impl Entry {
    /// The entry for a finding.
    pub fn of(finding: &Finding) -> Self {
        let (path, rule) = (finding.region.path.clone(), finding.rule.clone());
        Self { path, rule, fingerprint: finding.fingerprint.clone() }
    }
}

/// Findings that are known, and the file that says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Where it lies.
    pub file: PathBuf,
    /// What it lists.
    pub entries: BTreeSet<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "tool")]
    _tool: String,
    version: u32,
    findings: Vec<Entry>,
}

/// Findings, parted by a baseline.
#[derive(Default)]
pub struct Parted {
    /// What it does not list.
    pub new: Vec<Finding>,
    /// What it does.
    pub known: Vec<Finding>,
    /// How it differs from what is there.
    pub changes: Changes,
}

/// How a baseline differs from what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What it lists although it is no longer there.
    pub stale: BTreeSet<Entry>,
    /// What it lists under the path of a file that is gone, with the entry that would be right.
    pub moved: Vec<(Entry, Entry)>,
}

impl Baseline {
    /// Reads a baseline. One that is `named` by the user may be a link.
    ///
    /// # Errors
    /// What is wrong, with the file and the line, as a sentence for people.
    pub fn read(file: &Path, named: bool) -> Result<Self, String> {
        let shown = Paths::here().shown(file);
        let bytes = open::read_whole(file, named, LARGEST, &shown)?;
        let entries = parse(&bytes).map_err(|(line, message)| {
            format!("{shown}:{line}: {message}; correct the file, or write it again with `sidestep baseline`")
        })?;
        Ok(Self { file: file.to_owned(), entries })
    }

    /// Parts findings. An entry stands for the finding with its path, rule and fingerprint; else, where its file is gone, for
    /// one with its rule and fingerprint elsewhere. It is stale if there is none of these and `was_checked` its path.
    pub fn part(&self, findings: Vec<Finding>, paths: &Paths, was_checked: &dyn Fn(&str) -> bool) -> Parted {
        let mut parted = Parted::default();
        let mut left = self.entries.clone();
        let mut rest = Vec::new();
        for finding in findings {
            match left.remove(&Entry::of(&finding)) {
                true => parted.known.push(finding),
                false => rest.push(finding),
            }
        }
        let mut gone: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
        let mut exists: BTreeMap<String, bool> = BTreeMap::new();
        for entry in &left {
            if !*exists.entry(entry.path.clone()).or_insert_with(|| paths.exists(&entry.path)) {
                gone.entry((entry.rule.clone(), entry.fingerprint.clone())).or_default().push(entry.clone());
            }
        }
        for finding in rest {
            let moved = gone.get_mut(&(finding.rule.clone(), finding.fingerprint.clone())).and_then(Vec::pop);
            match moved {
                Some(entry) => {
                    left.remove(&entry);
                    parted.changes.moved.push((entry, Entry::of(&finding)));
                    parted.known.push(finding);
                }
                None => parted.new.push(finding),
            }
        }
        parted.changes.stale = left.into_iter().filter(|entry| was_checked(&entry.path)).collect();
        parted
    }

    /// Writes the file anew. It is whole at every moment: what is there is replaced at once.
    ///
    /// # Errors
    /// Whatever creating, writing and renaming yield, and `InvalidInput` where something stands that is no regular file.
    pub fn write(&self) -> io::Result<()> {
        match self.file.symlink_metadata() {
            Ok(found) if !found.is_file() => {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
            }
            _ => {}
        }
        replace(&self.file, self.text()?.as_bytes(), None)
    }

    fn text(&self) -> io::Result<String> {
        let lines: Result<Vec<String>, _> = self.entries.iter().map(serde_json::to_string).collect();
        let lines = lines?;
        let findings = if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", lines.join(",\n")) };
        Ok(format!("{{\n\"tool\": \"sidestep\",\n\"version\": {VERSION},\n\"findings\": {findings}\n}}\n"))
    }
}

/// The entries that a file holds, or the line and what is wrong there.
fn parse(bytes: &[u8]) -> Result<BTreeSet<Entry>, (usize, String)> {
    let document: Document = serde_json::from_slice(bytes).map_err(|error| {
        let said = error.to_string();
        let message = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message).to_owned();
        (error.line().max(1), message)
    })?;
    if document.version != VERSION {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().position(|line| line.contains("\"version\"")).map_or(1, |at| at + 1);
        return Err((
            line,
            format!("version {} of a baseline is not known to this version of sidestep", document.version),
        ));
    }
    Ok(document.findings.into_iter().collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        Entry { path: path.into(), rule: "get-session".into(), fingerprint: "0a".into() }
    }

    #[test]
    fn what_is_written_is_read_and_sorted_by_line() {
        let entries: BTreeSet<Entry> = [entry("b"), entry("a \"\n")].into();
        let text = Baseline { file: PathBuf::new(), entries: entries.clone() }.text().unwrap();
        assert_eq!(parse(text.as_bytes()), Ok(entries));
        assert_eq!(text.lines().nth(5), Some(r#"{"path":"b","rule":"get-session","fingerprint":"0a"}"#));
        let empty = Baseline::default().text().unwrap();
        assert_eq!(parse(empty.as_bytes()), Ok(BTreeSet::new()));
    }

    #[test]
    fn what_is_malformed_is_told_with_its_line() {
        let wrong = |text: &str| parse(text.as_bytes()).unwrap_err();
        assert_eq!(wrong("").0, 1);
        let unknown = "{\"tool\": \"sidestep\", \"version\": 1, \"findings\": [\n{\"path\":\"a\",\"line\":1}]}";
        assert!(matches!(wrong(unknown), (2, message) if message.starts_with("unknown field `line`")));
        assert_eq!(wrong("{\"tool\": \"sidestep\",\n\"version\": 9, \"findings\": []}").0, 2);
        let cut = "{\"tool\": \"sidestep\",\n\"version\": 1,\n\"findings\": [\n<<<<<<< HEAD\n";
        assert_eq!(wrong(cut).0, 4);
    }
}
