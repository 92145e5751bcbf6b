//! The whole tool: paths to a report. The command line only calls this and prints.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use crate::data::data;
use crate::files::prefilter::Prefilter;
use crate::files::source::Source;
use crate::files::walk::{Candidate, Options, Walked, folder, walk};
use crate::judge::finding::{Confidence, Notice, NoticeKind, Report};
use crate::judge::rules::Rules;
use crate::judge::{Judged, judge};
use crate::meaning::fact::{Evidence, Reach, Reading};
use crate::meaning::interest::Interest;
use crate::meaning::vocabulary::Vocabulary;
use crate::syntax::expr::{Parsed, Unit};
use crate::syntax::{language, lexical};
use crate::worker::pool::{Outcome, Pool};
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
            include_vendored: false,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            max_file_size: 8 << 20,
            timeout: Duration::from_secs(10),
            isolation: Isolation::Workers,
        }
    }
}

/// Checks everything under the roots. The report is the same for any number of threads.
pub fn scan(config: &Config) -> Report {
    let rules = Rules::built_in();
    let rows = &data().evidence;
    let prefilter = Prefilter::new(&rules.interest(), &rules.strong_words(), rows, &data().libraries);
    let options = Options {
        roots: config.roots.clone(),
        ignore_files: config.ignore_files,
        include_vendored: config.include_vendored,
        threads: config.threads,
        max_file_size: config.max_file_size,
    };
    let walked = walk(&options, &prefilter, rows);
    let packages = Packages::new(&walked);
    let readings = read_all(&walked.candidates, config);
    let mut report = Report { notices: walked.notices, ..Report::default() };
    report.stats.checked = walked.languages.values().sum();
    report.stats.languages = walked.languages;
    report.stats.skipped = walked.skipped;
    report.stats.relevant = walked.candidates.len();
    for (candidate, reading) in walked.candidates.iter().zip(readings) {
        report.notices.extend(notices(candidate, &reading, &prefilter));
        let package = packages.evidence(&candidate.source.path);
        let Judged { findings, working } = judge(&reading, &candidate.source, &rules, rows, &package);
        for finding in findings {
            match finding.confidence >= config.confidence {
                true => report.findings.push(finding),
                false => report.stats.hidden += 1,
            }
        }
        report.working.extend(working);
    }
    if report.stats.checked == 0 && report.notices.is_empty() {
        report.notices.push(nothing_to_check(config, &report));
    }
    report
}

fn nothing_to_check(config: &Config, report: &Report) -> Notice {
    let roots: Vec<String> = config.roots.iter().map(|root| crate::files::walk::shown(root)).collect();
    let total: usize = report.stats.skipped.values().sum();
    let why: Vec<String> = report.stats.skipped.iter().map(|(why, count)| format!("{why} {count}")).collect();
    let message = match total {
        0 => format!("no file under {}", roots.join(", ")),
        _ => format!("{total} files under {}, none in a supported language ({})", roots.join(", "), why.join(", ")),
    };
    Notice { kind: NoticeKind::NothingToCheck, path: roots.join(", "), line: None, message }
}

/// Reads every candidate, in order.
fn read_all(candidates: &[Candidate], config: &Config) -> Vec<Reading> {
    let job = |candidate: &Candidate| Job {
        path: candidate.source.path.clone(),
        language: candidate.language.name.clone(),
        text: candidate.source.text.clone(),
    };
    let parsed: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.lexical.is_none()).collect();
    let outcomes = match config.isolation {
        Isolation::Workers if parsed.is_empty() => Vec::new(),
        Isolation::Workers => Pool::new(config.threads, config.timeout).read_all(parsed.into_iter().map(job).collect()),
        Isolation::Off => parsed.into_iter().map(|candidate| Outcome::Read(read(&job(candidate)))).collect(),
    };
    let mut outcomes = outcomes.into_iter();
    let mut reading = |candidate: &Candidate| match &candidate.lexical {
        Some(reason) => read_lexically(&job(candidate), reason.clone()),
        None => match outcomes.next() {
            Some(Outcome::Read(reading)) => reading,
            Some(Outcome::Failed(reason)) => read_lexically(&job(candidate), reason),
            None => read_lexically(&job(candidate), "no worker took it".to_owned()),
        },
    };
    candidates.iter().map(&mut reading).collect()
}

/// Reads one file in this process: what a worker does.
pub fn read(job: &Job) -> Reading {
    let unit = language::read(&job.language, &job.text, &mut confine::within(job.text.len()));
    meaning_of(&unit, job)
}

/// Reads one file as plain text, because of `reason`.
fn read_lexically(job: &Job, reason: String) -> Reading {
    meaning_of(&lexical::lower(&job.text, reason), job)
}

fn meaning_of(unit: &Unit, job: &Job) -> Reading {
    thread_local! {
        static VOCABULARIES: std::cell::RefCell<HashMap<String, std::rc::Rc<(Vocabulary<'static>, Interest)>>> =
            std::cell::RefCell::default();
    }
    let family = language::family(&job.language);
    let known = VOCABULARIES.with_borrow_mut(|have| {
        let make = || std::rc::Rc::new((Vocabulary::new(&data().libraries, family), Rules::built_in().interest()));
        have.entry(family.to_owned()).or_insert_with(make).clone()
    });
    let implied = language::implied(&job.language);
    crate::meaning::read(unit, &job.path, &known.0, &data().evidence, &known.1, &implied)
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
            let at = |span: &crate::syntax::expr::Span| source.region(*span);
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

/// Evidence by package: a package is the folder of the nearest manifest above a file, else the whole run.
struct Packages {
    manifests: Vec<String>,
    evidence: BTreeMap<String, BTreeSet<String>>,
}

impl Packages {
    fn new(walked: &Walked) -> Self {
        let manifests = walked.packages.iter().filter(|(_, package)| package.manifest);
        let mut packages =
            Self { manifests: manifests.map(|(folder, _)| folder.clone()).collect(), evidence: BTreeMap::new() };
        for (folder, package) in &walked.packages {
            let top = packages.of(folder).to_owned();
            packages.evidence.entry(top).or_default().extend(package.evidence.iter().cloned());
        }
        packages
    }

    /// The folder of the package that a folder belongs to.
    fn of<'a>(&'a self, folder: &'a str) -> &'a str {
        let mut at = folder;
        loop {
            if let Ok(found) = self.manifests.binary_search_by(|have| have.as_str().cmp(at)) {
                return &self.manifests[found];
            }
            match at.rsplit_once('/') {
                Some((above, _)) => at = above,
                None => return "",
            }
        }
    }

    fn evidence(&self, path: &str) -> Vec<Evidence> {
        let package = |id: &String| Evidence { id: id.clone(), reach: Reach::Package, span: None, text: String::new() };
        self.evidence.get(self.of(folder(path))).into_iter().flatten().map(package).collect()
    }
}
