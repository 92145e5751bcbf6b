//! The whole tool: paths to a report. The command line only calls this and prints.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use ignore::gitignore::Gitignore;

use crate::baseline::{Baseline, Changes};
use crate::data;
use crate::files::path::Paths;
use crate::files::prefilter::Prefilter;
use crate::files::source::Source;
use crate::files::walk::{Candidate, Listed, Options, walk};
use crate::judge::finding::{Confidence, Finding, Notice, NoticeKind, Report, Severity};
use crate::judge::rules::Rules;
use crate::judge::suppress::{self, Parted};
use crate::judge::{Around, Judged, judge};
use crate::meaning::evidence::{Row, with_hosts};
use crate::meaning::fact::{Fact, Reading};
use crate::meaning::interest::Interest;
use crate::meaning::vocabulary::Vocabulary;
use crate::packages::Packages;
use crate::rounds::{Entry, Reader, Rounds};
use crate::syntax::expr::{Parsed, Span, Unit};
use crate::syntax::{language, lexical};
use crate::worker::{Job, confine};

/// Where files are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// In worker processes: parsers are C, and input is anyone's.
    Workers,
    /// In this process, for tests.
    Off,
}

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// Files and folders to check.
    pub roots: Vec<PathBuf>,
    /// Findings below this are counted, not shown.
    pub confidence: Confidence,
    /// Whether ignore files are honoured.
    pub ignore_files: bool,
    /// What is passed over.
    pub exclude: Gitignore,
    /// Hosts that are Okta's.
    pub okta_domains: Vec<String>,
    /// How bad findings of a rule are, where that is not left to its page; `None` if they are not reported.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// Whether comments hide findings.
    pub suppress: bool,
    /// Whether vendored and minified files are read.
    pub include_vendored: bool,
    /// Threads and workers; at least one.
    pub threads: usize,
    /// Files larger than this, in bytes, are read as plain text.
    pub max_file_size: u64,
    /// Longest time for one file.
    pub timeout: Duration,
    /// Where files are parsed.
    pub isolation: Isolation,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            roots: vec![PathBuf::from(".")],
            confidence: Confidence::Likely,
            ignore_files: true,
            exclude: Gitignore::empty(),
            okta_domains: Vec::new(),
            severities: BTreeMap::new(),
            suppress: true,
            include_vendored: false,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            max_file_size: 8 << 20,
            timeout: Duration::from_secs(10),
            isolation: Isolation::Workers,
        }
    }
}

impl Config {
    /// A finding as bad as it is here; `None` if its rule is off.
    fn weighed(&self, mut finding: Finding) -> Option<Finding> {
        if let Some(severity) = self.severities.get(&finding.rule) {
            finding.severity = (*severity)?;
        }
        Some(finding)
    }

    /// Whether a finding is shown if nothing else hides it.
    fn shows(&self, finding: &Finding) -> bool {
        finding.confidence >= self.confidence && self.severities.get(&finding.rule) != Some(&None)
    }
}

/// Checks everything under the roots. The report is the same for any number of threads.
pub fn scan(config: &Config) -> Report {
    scan_with(config, None).0
}

/// Checks everything under the roots and leaves out what a baseline lists. Gives how that differs from what is there.
pub fn scan_with(config: &Config, baseline: Option<&Baseline>) -> (Report, Changes) {
    let rules = Rules::built_in();
    let rows = &*with_hosts(data::evidence(), &config.okta_domains);
    let interest = rules.interest();
    let prefilter = prefilter(&rules, &interest, rows);
    let options = options(config, false);
    let mut walked = walk(&options, &prefilter, rows);
    let packages = Packages::new(&walked);
    let reader = Reader { config, pool: OnceCell::new() };
    let rounds = Rounds { options: &options, interest: &interest, reader: &reader, packages: &packages };
    let entries = rounds.run(&mut walked);
    let mut report = Report { notices: walked.notices, ..Report::default() };
    report.stats.checked = walked.languages.values().sum();
    report.stats.languages = walked.languages;
    report.stats.skipped = walked.skipped;
    report.stats.relevant = entries.iter().filter(|entry| !entry.asked).count();
    let sources: HashMap<&str, &Source> =
        entries.iter().map(|entry| (entry.candidate.source.path.as_str(), &entry.candidate.source)).collect();
    let used = constants_used(&entries);
    let mut found = Vec::new();
    for Entry { candidate, reading, constants, .. } in &entries {
        report.notices.extend(notices(candidate, reading, &prefilter));
        let package = packages.evidence(&candidate.source.path);
        let elsewhere = |name: &str| {
            let places = constants.get(name).into_iter().flat_map(|constant| {
                let own = (constant.path.as_str(), constant.span);
                constant.trail.iter().map(|(path, span)| (path.as_str(), *span)).chain([own])
            });
            places.filter_map(|(path, span)| Some(sources.get(path)?.region(span))).collect()
        };
        let around = Around { package: &package, used: &used, elsewhere: &elsewhere };
        let Judged { findings, working } = judge(reading, &candidate.source, &rules, rows, &around);
        let Parted { kept, hidden, notices } = match config.suppress {
            true => suppress::part(findings, &reading.comments, &candidate.source, &rules.ids()),
            false => Parted { kept: findings, ..Parted::default() },
        };
        report.notices.extend(notices);
        report.stats.suppressed += hidden.iter().filter(|finding| config.shows(finding)).count();
        found.extend(kept);
        report.working.extend(working);
    }
    let (new, changes) = match baseline {
        Some(baseline) => without_known(found, baseline, config, &mut report),
        None => (found, Changes::default()),
    };
    let judged = new.into_iter().filter_map(|finding| config.weighed(finding));
    let (shown, hidden): (Vec<_>, Vec<_>) = judged.partition(|finding| config.shows(finding));
    report.findings = shown;
    report.stats.hidden = hidden.len();
    if report.stats.checked == 0 && report.notices.is_empty() {
        report.notices.push(nothing_to_check(config, &report));
    }
    (report, changes)
}

/// The findings that a baseline does not list, and how it differs. Of what was not read whole nothing is known.
fn without_known(
    found: Vec<Finding>,
    baseline: &Baseline,
    config: &Config,
    report: &mut Report,
) -> (Vec<Finding>, Changes) {
    let paths = Paths::here();
    let below = |path: &str, folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let was_checked = |path: &str| {
        config.roots.iter().any(|root| paths.is_below(path, root))
            && !report.notices.iter().any(|notice| notice.is_incomplete() && below(path, &notice.path))
    };
    let parted = baseline.part(found, &paths, &was_checked);
    report.stats.baselined = parted.known.iter().filter(|finding| config.shows(finding)).count();
    if let Some(first) = parted.changes.stale.first() {
        let message = match parted.changes.stale.len() {
            1 => format!("a stale entry: {} of {} is no longer there", first.rule, first.path),
            count => format!("{count} stale entries; the first is {} of {}", first.rule, first.path),
        };
        let path = paths.shown(&baseline.file);
        let message = format!("{message} (sidestep baseline --prune drops what is stale)");
        report.notices.push(Notice { kind: NoticeKind::Baseline, path, line: None, message });
    }
    (parted.new, parted.changes)
}

/// Every file under the roots and what would be done with it, sorted by path, and what could not be read.
pub fn list(config: &Config) -> (Vec<Listed>, Vec<Notice>) {
    let rules = Rules::built_in();
    let rows = with_hosts(data::evidence(), &config.okta_domains);
    let prefilter = prefilter(&rules, &rules.interest(), &rows);
    let walked = walk(&options(config, true), &prefilter, &rows);
    (walked.listed, walked.notices)
}

fn prefilter(rules: &Rules, interest: &Interest, rows: &[Row]) -> Prefilter {
    Prefilter::new(interest, &rules.strong_words(), rows, data::spelled_calls())
}

fn options(config: &Config, list: bool) -> Options {
    Options {
        roots: config.roots.clone(),
        exclude: config.exclude.clone(),
        ignore_files: config.ignore_files,
        include_vendored: config.include_vendored,
        threads: config.threads,
        max_file_size: config.max_file_size,
        list,
    }
}

fn nothing_to_check(config: &Config, report: &Report) -> Notice {
    let paths = Paths::here();
    let roots: Vec<String> = config.roots.iter().map(|root| paths.shown(root)).collect();
    let total: usize = report.stats.skipped.values().sum();
    let why: Vec<String> = report.stats.skipped.iter().map(|(why, count)| format!("{why} {count}")).collect();
    let message = match total {
        0 => format!("no file under {}", roots.join(", ")),
        _ => format!("{total} files under {}, none in a supported language ({})", roots.join(", "), why.join(", ")),
    };
    Notice { kind: NoticeKind::NothingToCheck, path: roots.join(", "), line: None, message }
}

/// Constants that requests of other files are built from: a path there is a request where it is used.
fn constants_used(entries: &[Entry]) -> HashSet<(String, Span)> {
    let mut used = HashSet::new();
    for Entry { reading, constants, .. } in entries {
        for fact in &reading.facts {
            let Fact::Request(request) = fact else { continue };
            let found = request.constants.iter().filter_map(|name| constants.get(name));
            for constant in found {
                let own = constant.origins.iter().chain([&constant.span]).map(|span| (constant.path.clone(), *span));
                used.extend(own.chain(constant.trail.iter().cloned()));
            }
        }
    }
    used
}

/// Reads one file in this process: what a worker does.
pub fn read(job: &Job) -> Reading {
    let unit = language::read(&job.language, &job.text, &mut confine::within(job.text.len()));
    meaning_of(&unit, job)
}

/// Reads one file as plain text, because of `reason`.
pub(crate) fn read_lexically(job: &Job, reason: String) -> Reading {
    meaning_of(&lexical::lower(&job.text, reason), job)
}

/// A family of languages and the hosts that are Okta's by configuration.
type Kind = (String, Vec<String>);

/// What files of one kind are read with.
struct Known {
    words: Vocabulary<'static>,
    interest: Interest,
    rows: Cow<'static, [Row]>,
}

fn meaning_of(unit: &Unit, job: &Job) -> Reading {
    thread_local! {
        static KNOWN: RefCell<HashMap<Kind, Rc<Known>>> = RefCell::default();
    }
    let family = language::family(&job.language);
    let known = KNOWN.with_borrow_mut(|have| {
        let make = || {
            Rc::new(Known {
                words: Vocabulary::new(data::libraries(family)),
                interest: Rules::built_in().interest(),
                rows: with_hosts(data::evidence(), &job.okta_domains),
            })
        };
        have.entry((family.to_owned(), job.okta_domains.clone())).or_insert_with(make).clone()
    });
    let implied = language::implied(&job.language);
    crate::meaning::read(unit, &job.path, &known.words, &known.rows, &known.interest, &implied, &job.constants)
}

/// What is said of a file that was not read whole. It counts where a word of a rule stands in what was not parsed.
fn notices(candidate: &Candidate, reading: &Reading, prefilter: &Prefilter) -> Vec<Notice> {
    let source = &candidate.source;
    let notice = |kind, line, message: String| Notice { kind, path: source.path.clone(), line, message };
    let mut notices = parse_notices(reading, source, prefilter, &notice);
    if reading.cut {
        let message = "has more values than are followed in one file; URLs built beyond that were not read";
        notices.push(notice(NoticeKind::Unresolved, None, message.to_owned()));
    }
    notices
}

fn parse_notices(
    reading: &Reading,
    source: &Source,
    prefilter: &Prefilter,
    notice: &dyn Fn(NoticeKind, Option<u32>, String) -> Notice,
) -> Vec<Notice> {
    match &reading.parsed {
        Parsed::Whole => Vec::new(),
        Parsed::Lexical(reason) => {
            vec![notice(NoticeKind::Unparsed, None, format!("{reason}; it was checked as plain text only"))]
        }
        Parsed::WithErrors(spans) => {
            let relevant = spans.iter().find(|span| prefilter.is_relevant(source.slice(**span)));
            let at = |span: &Span| source.region(*span);
            match (relevant, spans.first()) {
                (Some(span), _) => {
                    let (first, last) = (at(span).line, at(span).end_line);
                    let message =
                        format!("parse failed; lines {first}-{last} were checked as far as they could be read");
                    vec![notice(NoticeKind::Unparsed, Some(first), message)]
                }
                (None, Some(span)) => {
                    vec![notice(
                        NoticeKind::SyntaxError,
                        Some(at(span).line),
                        "has a syntax error; the rest was checked".into(),
                    )]
                }
                (None, None) => Vec::new(),
            }
        }
    }
}
