//! What a run found, complete and resolved to lines and columns: a report writer computes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::files::walk::Listed;

/// How bad a finding is. Ordered: a note is least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information.
    Note,
    /// Keeps working, or usually does; plan the move.
    Warning,
    /// Breaks, or quietly changes.
    Error,
}

impl Severity {
    /// The word for it in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How bad findings of a rule are, or that they are not reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// For information.
    Note,
    /// Keeps working, or usually does.
    Warning,
    /// Breaks, or quietly changes.
    Error,
}

impl Level {
    /// All of them, the mildest first.
    pub const ALL: [Level; 4] = [Level::Off, Level::Note, Level::Warning, Level::Error];

    /// The words for them.
    pub fn words() -> [&'static str; 4] {
        Level::ALL.map(Level::as_str)
    }

    /// The level that a word stands for.
    pub fn of(word: &str) -> Option<Self> {
        Level::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// The severity that it is, if it is one.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Note => Some(Severity::Note),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }

    /// The word for it in a configuration and on a page.
    pub fn as_str(self) -> &'static str {
        self.severity().map_or("off", Severity::as_str)
    }
}

/// How sure it is that a finding is about Okta. Ordered: possible is least. Separate from [`Severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One hint.
    Possible,
    /// A proof with a hint against, or two hints.
    Likely,
    /// A proof and nothing against.
    Certain,
}

impl Confidence {
    /// The word for it in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}

/// A place in a file, in every unit that a consumer counts in. Lines and columns are 1-based, ends are exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Region {
    /// Path relative to the root of the report, `/` between segments, no leading `./`.
    pub path: String,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character, in characters.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end, in characters.
    pub end_column: u32,
    /// `column` in UTF-16 units.
    pub utf16_column: u32,
    /// `end_column` in UTF-16 units.
    pub utf16_end_column: u32,
    /// Byte offset of the start in the decoded text.
    pub byte_start: u32,
    /// Byte offset of the end in the decoded text.
    pub byte_end: u32,
}

/// Lines of source around a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// 1-based number of the first line.
    pub first_line: u32,
    /// The lines without their ends.
    pub lines: Vec<Line>,
}

/// A line of source, or the part of a long one that a report looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The text.
    pub text: Arc<str>,
    /// How many characters of the line stand before it.
    pub chars_before: usize,
    /// How many bytes those are.
    pub bytes_before: usize,
    /// Whether the line goes on behind it.
    pub goes_on: bool,
}

impl Line {
    /// A line as it is.
    pub fn whole(text: &str) -> Self {
        Self { text: Arc::from(text), chars_before: 0, bytes_before: 0, goes_on: false }
    }
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Where.
    pub region: Region,
    /// What stands there.
    pub message: String,
}

/// Why a finding is believed to be about Okta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The row of `rules/evidence.toml`.
    pub id: String,
    /// `proof` or `hint`.
    pub weight: String,
    /// Whether it speaks against.
    pub against: bool,
    /// `expression`, `file` or `package`.
    pub reach: String,
    /// What it is, as written, clipped.
    pub text: String,
    /// Where it stands, if in this file.
    pub region: Option<Region>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's kebab-case id.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where the request is made or the cookie touched.
    pub region: Region,
    /// The line of the finding with its neighbours.
    pub excerpt: Excerpt,
    /// What was seen at the place, for the label under the source: `GET /api/v1/sessions/{id}`.
    pub label: String,
    /// What breaks: one sentence, no full stop.
    pub message: String,
    /// What to write instead: one sentence or two, no full stop.
    pub advice: String,
    /// Where the literals stand that the path or the name came from.
    pub related: Vec<Related>,
    /// The way of what it is made of, place by place, itself last; empty where it is made in one place.
    #[serde(default)]
    pub flow: Vec<Related>,
    /// Why it is believed to be about Okta.
    pub evidence: Vec<Shown>,
    /// Stable over moved lines: hash of rule, expression and ordinal, in hex.
    pub fingerprint: String,
    /// Code scanning's `primaryLocationLineHash` of the finding's line, `hex:count`.
    pub line_hash: String,
}

/// A use that keeps working after the upgrade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Working {
    /// What it is: `GET /api/v1/sessions/me`, `Okta Sign-In Widget`.
    pub what: String,
    /// Where.
    pub region: Region,
}

/// What kind of trouble a notice tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// A path given by hand does not exist. Read as "no such path: {path} ({message})"; the message may be empty.
    MissingPath,
    /// There was no file to check. Read as "nothing to check: {message}".
    NothingToCheck,
    /// A file or folder could not be read. Read as "could not read {path}: {message}".
    Unreadable,
    /// A file was read as plain text only, wholly or at a place where a rule's word stands. Read as
    /// "{path}:{line}: {message}", like the next.
    Unparsed,
    /// A file has more findings than are kept of one.
    Overfull,
    /// A file has a syntax error where no rule's word stands. Does not change the exit code.
    SyntaxError,
    /// A file has more values to follow than its budget allows. Does not change the exit code.
    Unresolved,
    /// An ignore file was not read, so that nothing was ignored. Does not change the exit code.
    IgnoreFile,
    /// A minified file was passed over although a rule's word stands in it. Does not change the exit code.
    Minified,
    /// A comment that should hide a finding does not do what it says. Does not change the exit code.
    Suppression,
    /// The baseline lists findings that are no longer there. Does not change the exit code.
    Baseline,
    /// Something of the configuration or the command line has no effect. Does not change the exit code.
    Configuration,
}

/// Something that could not be done, or not wholly. Never silent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What kind.
    pub kind: NoticeKind,
    /// The file or folder, as in [`Region::path`].
    pub path: String,
    /// 1-based line, where there is one.
    pub line: Option<u32>,
    /// What was wrong and what was done instead, in lower case, no full stop.
    pub message: String,
}

impl Notice {
    /// Whether the run is incomplete because of it (exit code 2).
    pub fn is_incomplete(&self) -> bool {
        match self.kind {
            NoticeKind::MissingPath
            | NoticeKind::NothingToCheck
            | NoticeKind::Unreadable
            | NoticeKind::Unparsed
            | NoticeKind::Overfull => true,
            NoticeKind::SyntaxError
            | NoticeKind::Unresolved
            | NoticeKind::IgnoreFile
            | NoticeKind::Minified
            | NoticeKind::Suppression
            | NoticeKind::Baseline
            | NoticeKind::Configuration => false,
        }
    }
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Files of a known language that were read.
    pub checked: usize,
    /// Of those, files that hold a rule's word.
    pub relevant: usize,
    /// Checked files by language, by name.
    pub languages: BTreeMap<String, usize>,
    /// Files passed over, by reason (`documentation`, `unknown format`, `minified`, …).
    pub skipped: BTreeMap<String, usize>,
    /// Findings that the confidence threshold hid.
    pub hidden: usize,
    /// The files that those are in.
    #[serde(default)]
    pub hidden_in: BTreeSet<String>,
    /// Findings that comments hid.
    #[serde(default)]
    pub suppressed: usize,
    /// Findings that the baseline lists.
    #[serde(default)]
    pub baselined: usize,
    /// Findings below the least severity shown.
    #[serde(default)]
    pub minor: usize,
    /// Findings that the change does not touch, where only those of a change are shown.
    #[serde(default)]
    pub untouched: usize,
}

/// Everything a run has to say. Findings are sorted by path, line, column and rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
    /// What keeps working.
    pub working: Vec<Working>,
    /// What could not be done.
    pub notices: Vec<Notice>,
    /// Counts.
    pub stats: Stats,
    /// What became of everything recognised in the file that somebody asks about.
    #[serde(skip)]
    pub answers: Vec<super::asked::Answer>,
    /// Whether that file holds no word for which a run would read it.
    #[serde(skip)]
    pub unread: bool,
    /// Every file under the roots with what was done with it, sorted by path, where that was asked for.
    #[serde(skip)]
    pub listed: Vec<Listed>,
    /// The date of the guidance that it was judged by, as it was written; the upgrade guide's list if absent.
    #[serde(default)]
    pub guidance: Option<String>,
}
