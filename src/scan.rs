//! The whole tool: paths to a report. The command line only calls this and prints.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use crate::baseline::{Baseline, Changes};
use crate::data;
use crate::files::prefilter::Prefilter;
use crate::files::source::Source;
use crate::files::walk::{Candidate, Listed, Options, walk};
use crate::judge::advice::Program;
use crate::judge::asked::{Answer, Hidden};
use crate::judge::finding::{Finding, Notice, NoticeKind, Report};
use crate::judge::guidance::Guidance;
use crate::judge::rules::Rules;
use crate::judge::suppress::{self, Parted};
use crate::judge::{Around, Judged, judge};
use crate::meaning::evidence::{Row, with_hosts};
use crate::meaning::fact::{self, Fact, Reading};
use crate::meaning::interest::Interest;
use crate::packages::Packages;
use crate::parts;
use crate::rounds::{Entry, Reader, Rounds};
use crate::syntax::expr::{Parsed, Span};
use crate::syntax::{language, lexical};
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
    let options = options(config);
    let mut walked = walk(&options, &prefilter, rows);
    let config = &config.with_hosts(&walked.hosts);
    let rows = &*with_hosts(data::evidence(), &config.okta_domains);
    let packages = Packages::new(&walked);
    let reader = Reader { config, pool: OnceCell::new() };
    let rounds = Rounds { options: &options, interest: &interest, reader: &reader, packages: &packages };
    let entries = rounds.run(&mut walked);
    let guidance = config.guidance.as_ref().map(Guidance::to_string);
    let mut report = Report { notices: walked.notices, listed: walked.listed, guidance, ..Report::default() };
    report.stats.checked = walked.languages.values().sum();
    report.stats.languages = walked.languages;
    report.stats.skipped = walked.skipped;
    report.stats.relevant = entries.iter().filter(|entry| !entry.asked).count();
    let sources: HashMap<&str, &Source> =
        entries.iter().map(|entry| (entry.candidate.source.path.as_str(), &entry.candidate.source)).collect();
    let used = constants_used(&entries);
    let ids = rules.ids();
    let mut found = Vec::new();
    for Entry { candidate, reading, constants, .. } in &entries {
        report.notices.extend(notices(candidate, reading, &prefilter));
        let mut package = packages.evidence(&candidate.source.path);
        package.extend(config.assumed(&candidate.source.path));
        let elsewhere = |name: &str| {
            let places = constants.get(name).into_iter().flat_map(|constant| {
                let own = (constant.path.as_str(), constant.span);
                constant.trail.iter().map(|(path, span)| (path.as_str(), *span)).chain([own])
            });
            places.filter_map(|(path, span)| Some(sources.get(path)?.region(span))).collect()
        };
        let version = |name: &str| packages.version(&candidate.source.path, name);
        let language = &candidate.language.family;
        let program = Program { language, library: &data::library, version: &version };
        let asked = config.asked.as_ref() == Some(&candidate.source.path);
        let around = Around { package: &package, used: &used, program, asked, elsewhere: &elsewhere };
        let Judged { findings, working, answers } = judge(reading, &candidate.source, &rules, rows, &around);
        let Parted { kept, hidden, notices } = match config.suppress {
            true => suppress::part(findings, &reading.comments, &candidate.source, &ids, config.require_reason),
            false => Parted { kept: findings, ..Parted::default() },
        };
        report.notices.extend(notices);
        report.unread |= candidate.unread;
        report.answers.extend(answers);
        report.answers.extend(told(config, &hidden, |_| Some(Hidden::Suppressed)));
        report.stats.suppressed += hidden.iter().filter(|finding| config.hides(finding).is_none()).count();
        found.extend(kept);
        report.working.extend(working);
    }
    let (new, changes) = match baseline {
        Some(baseline) => without_known(found, baseline, config, &mut report),
        None => (found, Changes::default()),
    };
    report.answers.extend(told(config, &new, |finding| config.hides(finding)));
    report.findings = config.shown(new, &mut report.stats);
    let is_meant = !report.stats.skipped.is_empty() && config.may_skip_all();
    if report.stats.checked == 0 && report.notices.is_empty() && !is_meant {
        report.notices.push(nothing_to_check(config, &report));
    }
    (report, changes)
}

/// What became of findings in the file that somebody asks about, by what hides each.
fn told(config: &Config, findings: &[Finding], hidden: impl Fn(&Finding) -> Option<Hidden>) -> Vec<Answer> {
    let asked = findings.iter().filter(|finding| config.asked.as_ref() == Some(&finding.region.path));
    let severity = |finding: &Finding| config.severity(finding).unwrap_or(finding.severity);
    asked.map(|finding| Answer::of(finding, severity(finding), hidden(finding))).collect()
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
    report.answers.extend(told(config, &parted.known, |_| Some(Hidden::Baselined)));
    report.stats.baselined = parted.known.iter().filter(|finding| config.hides(finding).is_none()).count();
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
    let walked = walk(&Options { list: true, ..options(config) }, &prefilter, &rows);
    (walked.listed, walked.notices)
}

fn prefilter(rules: &Rules, interest: &Interest, rows: &[Row], config: &Config) -> Prefilter {
    let own = config.libraries.iter().flat_map(|library| &library.request).filter(|entry| entry.request.is_some());
    let calls: Vec<&str> =
        data::spelled_calls().iter().copied().chain(own.flat_map(|entry| entry.call.iter())).collect();
    let strong = [rules.strong_words(), data::own_calls().iter().copied().map(str::to_owned).collect()].concat();
    Prefilter::new(interest, &strong, rows, &calls, data::cookie_prefixes())
}

fn options(config: &Config) -> Options {
    Options {
        roots: config.roots.clone(),
        texts: config.texts.clone(),
        include: config.include.clone(),
        exclude: config.exclude.clone(),
        force_exclude: config.force_exclude,
        hidden: config.hidden,
        extensions: config.extensions.clone(),
        paths: config.paths.clone(),
        progress: config.progress.clone(),
        ignore_files: config.ignore_files,
        include_vendored: config.include_vendored,
        include_docs: config.include_docs,
        threads: config.threads,
        max_file_size: config.max_file_size,
        list: config.list,
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
fn constants_used(entries: &[Entry]) -> HashMap<String, Vec<Span>> {
    let mut used = HashMap::<String, Vec<Span>>::new();
    for Entry { reading, constants, .. } in entries {
        for fact in &reading.facts {
            let Fact::Request(request) = fact else { continue };
            let found = request.constants.iter().filter_map(|name| constants.get(name));
            for constant in found {
                let own = used.entry(constant.path.clone()).or_default();
                own.extend(constant.origins.iter().chain([&constant.span]));
                constant.trail.iter().for_each(|(path, span)| used.entry(path.clone()).or_default().push(*span));
            }
        }
    }
    used
}

/// Reads one file in this process: what a worker does.
pub fn read(job: &Job) -> Reading {
    let parts = language::parts(&job.language, &job.text, &mut confine::within(job.text.len(), job.limit));
    parts::meaning(&parts, job)
}

/// Reads one file as plain text, because of `reason`. Takes time in proportion to its size, which the walk bounds.
pub(crate) fn read_lexically(job: &Job, reason: String) -> Reading {
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
    if reading.left_out > 0 {
        let message = format!(
            "has more uses of sessions and cookies than are told of one file; {} after the first {} were left out",
            reading.left_out,
            fact::MOST
        );
        notices.push(notice(NoticeKind::Overfull, None, message));
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
            let relevant =
                spans.iter().find(|span| prefilter.is_relevant(&without_remarks(source, **span, &reading.comments)));
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

/// The text of a place without the comments that begin their line: what looks like one behind something else may be part of
/// a text that was not parsed.
fn without_remarks<'s>(source: &'s Source, place: Span, comments: &[Span]) -> Cow<'s, str> {
    let is_alone = |comment: &&Span| {
        let before = source.slice(Span { start: place.start, end: comment.start }).trim_end_matches([' ', '\t']);
        place.contains(**comment) && (before.is_empty() || before.ends_with('\n'))
    };
    let mut out = String::new();
    let mut done = place.start;
    let first = comments.partition_point(|comment| comment.start < place.start);
    let own = comments.iter().skip(first).take_while(|comment| comment.start < place.end);
    for comment in own.filter(is_alone) {
        out += source.slice(Span { start: done.min(comment.start), end: comment.start });
        done = comment.end.max(done);
    }
    if out.is_empty() && done == place.start {
        return Cow::Borrowed(source.slice(place));
    }
    Cow::Owned(out + source.slice(Span { start: done, end: place.end }))
}
