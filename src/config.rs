//! What a run is asked to do, and which findings it shows.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::files::diff::{Changed, Diff};
use crate::files::globs::Globs;
use crate::files::path::Paths;
use crate::files::progress::Progress;
use crate::judge::asked::Hidden;
use crate::judge::finding::{Confidence, Finding, Level, Region, Severity, Stats};
use crate::judge::guidance::Guidance;
use crate::judge::levels::Levels;
use crate::judge::rules::Rules;
use crate::meaning::fact::{Evidence, Reach};
use crate::meaning::hosts;
use crate::meaning::library::Library;

/// The row of evidence for what the configuration says is Okta's.
const ASSUMED: &str = "assumed";

/// Where files are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// In worker processes: parsers are C, and input is anyone's.
    Workers,
    /// In this process, for tests.
    Off,
}

/// A file that is given as bytes: what an editor holds, or what comes from the standard input.
#[derive(Clone, Debug)]
pub struct Text {
    /// The file that it stands for.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
}

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// Files and folders to check.
    pub roots: Vec<PathBuf>,
    /// Files that are given as bytes.
    pub texts: Vec<Text>,
    /// How paths are shown.
    pub paths: Paths,
    /// Findings below this are counted, not shown.
    pub confidence: Confidence,
    /// Findings of a lower severity are counted, not shown.
    pub least: Severity,
    /// Whether ignore files are honoured.
    pub ignore_files: bool,
    /// Where there is a pattern, only what matches is checked.
    pub include: Globs,
    /// What is passed over.
    pub exclude: Globs,
    /// Whether files that are named by hand are passed over like any other.
    pub force_exclude: bool,
    /// Whether hidden files are read.
    pub hidden: bool,
    /// Languages of further extensions, by name.
    pub extensions: Vec<(String, String)>,
    /// Hosts that are Okta's.
    pub okta_domains: Vec<String>,
    /// Files whose ruled paths are Okta's without further evidence.
    pub assume_okta: Globs,
    /// HTTP clients of the repository's own.
    pub libraries: Arc<Vec<Library>>,
    /// How bad findings of a rule are, where that is not left to its page.
    pub levels: Levels,
    /// The date of the guidance to judge by; without one the upgrade guide's list holds.
    pub guidance: Option<Guidance>,
    /// The file, as it is shown, of which somebody asks why nothing was reported in it.
    pub asked: Option<String>,
    /// Whether to note of every file what was done with it.
    pub list: bool,
    /// The change that alone is of interest.
    pub diff: Option<Diff>,
    /// Whether comments hide findings.
    pub suppress: bool,
    /// Whether a comment without a reason hides nothing.
    pub require_reason: bool,
    /// Whether vendored and minified files are read.
    pub include_vendored: bool,
    /// Whether the code in documentation is read.
    pub include_docs: bool,
    /// Threads and workers; at least one.
    pub threads: usize,
    /// Files larger than this, in bytes, are read as plain text.
    pub max_file_size: u64,
    /// Longest time for one file.
    pub timeout: Duration,
    /// Where files are parsed.
    pub isolation: Isolation,
    /// Counts for somebody who waits.
    pub progress: Arc<Progress>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            roots: vec![PathBuf::from(".")],
            texts: Vec::new(),
            paths: Paths::here(),
            confidence: Confidence::Likely,
            least: Severity::Note,
            ignore_files: true,
            include: Globs::default(),
            exclude: Globs::default(),
            force_exclude: false,
            hidden: true,
            extensions: Vec::new(),
            okta_domains: Vec::new(),
            assume_okta: Globs::default(),
            libraries: Arc::default(),
            levels: Levels::default(),
            guidance: None,
            asked: None,
            list: false,
            diff: None,
            suppress: true,
            require_reason: true,
            include_vendored: false,
            include_docs: false,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            max_file_size: 8 << 20,
            timeout: Duration::from_secs(10),
            isolation: Isolation::Workers,
            progress: Arc::default(),
        }
    }
}

impl Config {
    /// This, with hosts that the code says are Okta's; the first of them, where there are too many to be true.
    pub fn with_hosts(&self, learned: &BTreeSet<String>) -> Self {
        let mut config = self.clone();
        let new = learned.iter().filter(|host| !self.okta_domains.contains(host)).take(hosts::MOST);
        config.okta_domains.extend(new.cloned());
        config
    }

    /// The rules as they hold in this run.
    pub fn rules(&self) -> Rules {
        Rules::of(self.guidance.as_ref(), &|rule| self.levels.turns_on(rule))
    }

    /// How bad a finding is here; `None` if its rule is off.
    pub fn severity(&self, finding: &Finding) -> Option<Severity> {
        let level = self.levels.of(&finding.rule, &self.paths.of_shown(&finding.region.path));
        level.map_or(Some(finding.severity), Level::severity)
    }

    /// What hides a finding that no comment, baseline or diff does; `None` if it is shown.
    pub fn hides(&self, finding: &Finding) -> Option<Hidden> {
        match self.severity(finding) {
            None => Some(Hidden::Off),
            Some(_) if finding.confidence < self.confidence => Some(Hidden::Unsure),
            Some(severity) if severity < self.least => Some(Hidden::Minor),
            Some(_) => None,
        }
    }

    /// The findings that are shown, as bad as they are here; the others are counted.
    pub fn shown(&self, findings: Vec<Finding>, stats: &mut Stats) -> Vec<Finding> {
        let changed = self.diff.as_ref().map(|diff| diff.resolve(&self.paths));
        let mut shown = Vec::new();
        for mut finding in findings {
            match self.hides(&finding) {
                Some(Hidden::Unsure) => {
                    stats.hidden += 1;
                    stats.hidden_in.insert(finding.region.path);
                }
                Some(Hidden::Minor) => stats.minor += 1,
                Some(_) => {}
                None if changed.as_ref().is_some_and(|changed| !is_touched(&finding, changed)) => stats.untouched += 1,
                None => {
                    finding.severity = self.severity(&finding).unwrap_or(finding.severity);
                    shown.push(finding);
                }
            }
        }
        shown
    }

    /// The evidence that the configuration gives for a file.
    pub fn assumed(&self, path: &str) -> Option<Evidence> {
        let is_assumed = !self.assume_okta.is_empty() && self.assume_okta.matches(&self.paths.of_shown(path), false);
        is_assumed.then(|| Evidence { id: ASSUMED.into(), reach: Reach::File, span: None, text: String::new() })
    }

    /// Whether it is no mistake if all files are passed over: a hook names what changed, and an editor what is open,
    /// whatever that is.
    pub fn may_skip_all(&self) -> bool {
        self.force_exclude || !self.texts.is_empty()
    }
}

/// Whether a change adds a line of a finding or of a place that it comes from.
fn is_touched(finding: &Finding, changed: &Changed) -> bool {
    let is_added = |region: &Region| {
        let added = changed.get(&region.path).map_or(&[][..], Vec::as_slice);
        let next = added.get(added.partition_point(|(_, last)| *last < region.line));
        next.is_some_and(|(first, _)| *first <= region.end_line.max(region.line))
    };
    is_added(&finding.region) || finding.related.iter().any(|related| is_added(&related.region))
}
