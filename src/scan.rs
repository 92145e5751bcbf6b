//! The whole tool: paths to a report. The command line only calls this and prints.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::baseline::{Baseline, Changes};
use crate::data;
use crate::files::prefilter::Prefilter;
use crate::files::source::Source;
use crate::files::walk::{Candidate, Listed, Options, Walked, walk};
use crate::judge::advice::Program;
use crate::judge::asked::{Answer, Hidden};
use crate::judge::finding::{Finding, Notice, NoticeKind, Report};
use crate::judge::guidance::Guidance;
use crate::judge::rules::Rules;
use crate::judge::suppress::{self, Parted};
use crate::judge::{Around, Judged, judge};
use crate::meaning::evidence::{Row, with_hosts};
use crate::meaning::fact::{Fact, Reading};
use crate::meaning::hosts;
use crate::meaning::interest::Interest;
use crate::meaning::outline::{Constants, Export};
use crate::modules::{self, Modules};
use crate::packages::Packages;
use crate::parts;
use crate::syntax::expr::{Parsed, Span};
use crate::syntax::{language, lexical};
use crate::worker::pool::{Outcome, Pool};
use crate::worker::{Job, confine};

pub use crate::config::{Config, Isolation, Text};

/// Checks everything under the roots. The report is the same for any number of threads.
pub fn scan(config: &Config) -> Report {
    scan_with(config, None).0
}

/// Checks everything under the roots and leaves out what a baseline lists. Gives how that differs from what is there.
pub fn scan_with(config: &Config, baseline: Option<&Baseline>) -> (Report, Changes) {
    let rules = config.rules();
    let rows = &*with_hosts(data::evidence(), &config.okta_domains);
    let interest = rules.interest();
    let prefilter = prefilter(&rules, &interest, rows, config);
    let options = options(config, false);
    let mut walked = walk(&options, &prefilter, rows);
    let config = &config.with_hosts(&walked.hosts);
    let rows = &*with_hosts(data::evidence(), &config.okta_domains);
    let packages = Packages::new(&walked);
    let reader = Reader { config, pool: OnceCell::new() };
    let mut first = reader.read(&alone(&walked.candidates));
    further(&mut walked, &mut first, &options, &interest, &reader);
    let readings = with_constants(&walked.candidates, first, &reader);
    let guidance = config.guidance.as_ref().map(Guidance::to_string);
    let mut report = Report { notices: walked.notices, guidance, ..Report::default() };
    report.stats.checked = walked.languages.values().sum();
    report.stats.languages = walked.languages;
    report.stats.skipped = walked.skipped;
    report.stats.relevant = walked.candidates.len();
    let sources: HashMap<&str, &Source> =
        walked.candidates.iter().map(|candidate| (candidate.source.path.as_str(), &candidate.source)).collect();
    let used = constants_used(&readings);
    let mut found = Vec::new();
    for (candidate, (reading, constants)) in walked.candidates.iter().zip(&readings) {
        report.notices.extend(notices(candidate, reading, &prefilter));
        let mut package = packages.evidence(&candidate.source.path);
        package.extend(config.assumed(&candidate.source.path));
        let elsewhere = |name: &str| {
            let constant = constants.get(name)?;
            Some(sources.get(constant.path.as_str())?.region(constant.span))
        };
        let version = |name: &str| packages.version(&candidate.source.path, name);
        let language = &candidate.language.family;
        let program = Program { language, library: &data::library, version: &version };
        let asked = config.asked.as_ref() == Some(&candidate.source.path);
        let around = Around { package: &package, used: &used, program, asked, elsewhere: &elsewhere };
        let Judged { findings, working, answers } = judge(reading, &candidate.source, &rules, rows, &around);
        let Parted { kept, hidden, notices } = match config.suppress {
            true => suppress::part(findings, &reading.comments, &candidate.source, &rules.ids(), config.require_reason),
            false => Parted { kept: findings, ..Parted::default() },
        };
        report.notices.extend(notices);
        report.unread |= candidate.unread;
        report.answers.extend(answers);
        report.answers.extend(told(config, &hidden, Hidden::Suppressed));
        report.stats.suppressed += hidden.iter().filter(|finding| config.shows(finding)).count();
        found.extend(kept);
        report.working.extend(working);
    }
    let (new, changes) = match baseline {
        Some(baseline) => without_known(found, baseline, config, &mut report),
        None => (found, Changes::default()),
    };
    if config.asked.is_some() {
        report.answers.extend(new.iter().filter_map(|finding| told_of(config, finding)));
    }
    report.findings = config.shown(new, &mut report.stats);
    let is_meant = report.stats.skipped.keys().any(|why| config.may_skip_all(why));
    if report.stats.checked == 0 && report.notices.is_empty() && !is_meant {
        report.notices.push(nothing_to_check(config, &report));
    }
    (report, changes)
}

/// What becomes of a finding that no comment and no baseline hides, in the file that somebody asks about.
fn told_of(config: &Config, finding: &Finding) -> Option<Answer> {
    if config.asked.as_ref() != Some(&finding.region.path) {
        return None;
    }
    let Some(weighed) = config.weighed(finding.clone()) else { return Some(Answer::of(finding, Some(Hidden::Off))) };
    let hidden = match () {
        () if weighed.confidence < config.confidence => Some(Hidden::Unsure),
        () if weighed.severity < config.least => Some(Hidden::Minor),
        () => None,
    };
    Some(Answer::of(&weighed, hidden))
}

/// What became of findings in the file that somebody asks about.
fn told(config: &Config, findings: &[Finding], hidden: impl Into<Option<Hidden>>) -> Vec<Answer> {
    let hidden = hidden.into();
    let asked = findings.iter().filter(|finding| config.asked.as_ref() == Some(&finding.region.path));
    asked.map(|finding| Answer::of(finding, hidden)).collect()
}

/// The findings that a baseline does not list, and how it differs. Of what was not read whole nothing is known.
fn without_known(
    found: Vec<Finding>,
    baseline: &Baseline,
    config: &Config,
    report: &mut Report,
) -> (Vec<Finding>, Changes) {
    let paths = &config.paths;
    let below = |path: &str, folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let was_checked = |path: &str| {
        config.roots.iter().any(|root| paths.is_below(path, root))
            && !report.notices.iter().any(|notice| notice.is_incomplete() && below(path, &notice.path))
    };
    let parted = baseline.part(found, paths, &was_checked);
    report.answers.extend(told(config, &parted.known, Hidden::Baselined));
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
    let prefilter = prefilter(&rules, &rules.interest(), &rows, config);
    let walked = walk(&options(config, true), &prefilter, &rows);
    (walked.listed, walked.notices)
}

fn prefilter(rules: &Rules, interest: &Interest, rows: &[Row], config: &Config) -> Prefilter {
    let own = config.libraries.iter().flat_map(|library| &library.request).filter(|entry| entry.request.is_some());
    let calls: Vec<&str> =
        data::spelled_calls().iter().copied().chain(own.flat_map(|entry| entry.call.iter())).collect();
    Prefilter::new(interest, &rules.strong_words(), rows, &calls, data::cookie_prefixes())
}

fn options(config: &Config, list: bool) -> Options {
    let Config { include, exclude, force_exclude, hidden, extensions, texts, paths, progress, .. } = config.clone();
    Options {
        roots: config.roots.clone(),
        texts,
        include,
        exclude,
        force_exclude,
        hidden,
        extensions,
        paths,
        progress,
        ignore_files: config.ignore_files,
        include_vendored: config.include_vendored,
        include_docs: config.include_docs,
        threads: config.threads,
        max_file_size: config.max_file_size,
        list,
        asked: config.asked.clone(),
    }
}

fn nothing_to_check(config: &Config, report: &Report) -> Notice {
    let roots: Vec<String> = config.roots.iter().map(|root| config.paths.shown(root)).collect();
    let total: usize = report.stats.skipped.values().sum();
    let why: Vec<String> = report.stats.skipped.iter().map(|(why, count)| format!("{why} {count}")).collect();
    let message = match total {
        0 => format!("no file under {}", roots.join(", ")),
        _ => format!("{total} files under {}, none in a supported language ({})", roots.join(", "), why.join(", ")),
    };
    Notice { kind: NoticeKind::NothingToCheck, path: roots.join(", "), line: None, message }
}

/// Constants that requests of other files are built from: a path there is a request where it is used.
fn constants_used(readings: &[(Reading, Constants)]) -> HashSet<(String, Span)> {
    let mut used = HashSet::new();
    for (reading, constants) in readings {
        for fact in &reading.facts {
            let Fact::Request(request) = fact else { continue };
            let found = request.constants.iter().filter_map(|name| constants.get(name));
            used.extend(found.map(|constant| (constant.path.clone(), constant.span)));
        }
    }
    used
}

fn alone(candidates: &[Candidate]) -> Vec<(&Candidate, Constants)> {
    candidates.iter().map(|one| (one, Constants::new())).collect()
}

/// Adds the files that hold no word of a rule but the name of a constant that holds one. One round, no fixpoint.
fn further(walked: &mut Walked, first: &mut Vec<Reading>, options: &Options, interest: &Interest, reader: &Reader) {
    let words = interest.words();
    let mut pairs = Vec::new();
    for (candidate, reading) in walked.candidates.iter().zip(&*first) {
        let holds =
            |export: &&Export| export.texts.iter().any(|text| words.iter().any(|word| text.text.contains(word)));
        let module = modules::word_of(&candidate.source.path);
        let names = reading.exports.iter().filter(holds).filter_map(|export| export.name.rsplit('.').next());
        pairs.extend(names.map(|name| (module.clone(), name.to_owned())));
    }
    // A cookie beside a host that was learned in the walk: neither was a word of it.
    let learned = walked.hosts.iter().take(hosts::MOST);
    pairs.extend(learned.flat_map(|host| interest.cookies.iter().map(|cookie| (host.clone(), cookie.clone()))));
    if pairs.is_empty() {
        return;
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut more = walk(options, &Prefilter::of_names(pairs), &[]).candidates;
    let known: HashSet<String> = walked.candidates.iter().map(|candidate| candidate.source.path.clone()).collect();
    more.retain(|candidate| !known.contains(&candidate.source.path));
    first.extend(reader.read(&alone(&more)));
    walked.candidates.append(&mut more);
    let mut both: Vec<(Candidate, Reading)> = walked.candidates.drain(..).zip(first.drain(..)).collect();
    both.sort_by(|one, other| one.0.source.path.cmp(&other.0.source.path));
    (walked.candidates, *first) = both.into_iter().unzip();
}

/// Reads again, with them, what imports constants of other candidates. Gives every reading with the constants it knew.
fn with_constants(candidates: &[Candidate], first: Vec<Reading>, reader: &Reader) -> Vec<(Reading, Constants)> {
    let modules = Modules::new(candidates.iter().map(|one| one.source.path.as_str()).zip(&first));
    let known =
        candidates.iter().zip(&first).map(|(one, reading)| modules.constants(&one.source.path, &reading.imports));
    let again = candidates.iter().zip(known).enumerate();
    let again = again.filter(|(_, (one, constants))| one.lexical.is_none() && !constants.is_empty());
    let (places, round): (Vec<usize>, Vec<_>) = again.unzip();
    let second = reader.read(&round);
    let mut readings: Vec<(Reading, Constants)> =
        first.into_iter().map(|reading| (reading, Constants::new())).collect();
    for ((at, reading), (_, constants)) in places.into_iter().zip(second).zip(round) {
        readings[at] = (reading, constants);
    }
    readings
}

/// Reads the files of a run, round after round: what unreadable files cost is counted over all of them.
struct Reader<'c> {
    config: &'c Config,
    /// Made for the first file that is parsed.
    pool: OnceCell<Pool>,
}

impl Reader<'_> {
    /// Reads candidates, in order, each with the constants of other files that it knows.
    fn read(&self, round: &[(&Candidate, Constants)]) -> Vec<Reading> {
        let parsed: Vec<Job> =
            round.iter().filter(|(candidate, _)| candidate.lexical.is_none()).map(|one| self.job(one)).collect();
        let mut outcomes = self.outcomes(parsed).into_iter();
        let mut reading = |one: &(&Candidate, Constants)| match &one.0.lexical {
            Some(reason) => read_lexically(&self.job(one), reason.clone()),
            None => match outcomes.next() {
                Some(Outcome::Read(reading)) => reading,
                Some(Outcome::Failed(reason)) => read_lexically(&self.job(one), reason),
                None => read_lexically(&self.job(one), "no worker took it".to_owned()),
            },
        };
        round.iter().map(&mut reading).collect()
    }

    fn outcomes(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let Config { threads, timeout, isolation, .. } = self.config;
        match isolation {
            Isolation::Workers if jobs.is_empty() => Vec::new(),
            Isolation::Workers => self.pool.get_or_init(|| Pool::new(*threads, *timeout)).read_all(jobs),
            Isolation::Off => jobs.iter().map(|job| Outcome::Read(read(job))).collect(),
        }
    }

    fn job(&self, (candidate, constants): &(&Candidate, Constants)) -> Job {
        Job {
            path: candidate.words.clone(),
            language: candidate.language.name.clone(),
            text: candidate.source.text.clone(),
            constants: constants.clone(),
            okta_domains: self.config.okta_domains.clone(),
            libraries: self.config.libraries.clone(),
            limit: None,
        }
    }
}

/// Reads one file in this process: what a worker does.
pub fn read(job: &Job) -> Reading {
    let parts = language::parts(&job.language, &job.text, &mut confine::within(job.text.len(), job.limit));
    parts::meaning(&parts, job)
}

/// Reads one file as plain text, because of `reason`.
fn read_lexically(job: &Job, reason: String) -> Reading {
    parts::meaning_of_file(lexical::lower(&job.text, reason), job)
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
        Parsed::Whole | Parsed::Tokens | Parsed::Text => Vec::new(),
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
