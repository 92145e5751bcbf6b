//! `Report` to text: one file a format, one plain function each. A report is complete, so a writer only spells it.

mod checkstyle;
mod concise;
mod csv;
mod escape;
mod excerpt;
mod github;
mod gitlab;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod rdjson;
pub mod reasons;
mod redact;
mod rule_help;
#[cfg(test)]
mod sample;
mod sarif;
mod snippet;
mod summary;
mod text;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use clap::ValueEnum;

use crate::judge::finding::{Finding, Notice, NoticeKind, Region, Report, Severity};
use crate::judge::rules::Rule;

pub use redact::{masked, part};

/// Where the project lives.
const HOME: &str = "https://github.com/sidestep-lint/sidestep";

/// Most characters of a label or a reason.
const PHRASE: usize = 200;
/// Text and source are not fitted to less than this.
const NARROWEST: usize = 40;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: source, reasons and the way out.
    Text,
    /// One line a finding, for editors and grep.
    Concise,
    /// For scripts; described by docs/schema/report.schema.json.
    Json,
    /// The same, one object a line; the summary is last.
    Jsonl,
    /// For code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality.
    Gitlab,
    /// Checkstyle's XML, for Jenkins and others.
    Checkstyle,
    /// JUnit's XML, for test reports.
    Junit,
    /// A page for job summaries and comments.
    Markdown,
    /// For spreadsheets.
    Csv,
    /// For reviewdog.
    Rdjson,
}

impl Format {
    /// The names of all of them.
    pub fn names() -> Vec<String> {
        let values = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect()
    }
}

/// How the formats for people look. Those for machines are the same in every style.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// Whether to use colour. Nothing is said by colour alone.
    pub colour: bool,
    /// Columns to fill: those of the terminal, or 200 where there is none.
    pub width: usize,
    /// Whether only ASCII can be shown.
    pub ascii: bool,
    /// Whether to list what keeps working.
    pub show_working: bool,
    /// Whether to print all evidence of each finding.
    pub explain_evidence: bool,
    /// Whether to print findings only.
    pub quiet: bool,
    /// Whether to link rules to their pages, as some terminals can.
    pub links: bool,
    /// Most findings printed.
    pub most: Option<usize>,
    /// The category of a SARIF report.
    pub category: Option<String>,
    /// Where the files can be read on the web, without a slash at the end: paths in Markdown are links to there.
    pub web: Option<String>,
}

/// Writes a report. The same report gives the same bytes.
pub fn write(format: Format, report: &Report, rules: &[Rule], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, style, out),
        Format::Concise => concise::write(report, style, out),
        Format::Json => json::write(report, rules, out),
        Format::Jsonl => jsonl::write(report, out),
        Format::Sarif => sarif::write(report, rules, style, out),
        Format::Github => github::write(report, style, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Checkstyle => checkstyle::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Markdown => markdown::write(report, style, out),
        Format::Csv => csv::write(report, out),
        Format::Rdjson => rdjson::write(report, out),
    }
}

/// Text from a tree, such as a path, with control characters made visible.
pub fn visible(text: &str) -> String {
    escape::log_safe(&escape::visible(text))
}

/// A notice as a line for people, without its end: `error: could not read src/a.js: permission denied`.
pub fn notice_line(notice: &Notice) -> String {
    format!("{}: {}", severity_of(notice).as_str(), notice_sentence(notice))
}

/// How bad it is that something could not be done.
fn severity_of(notice: &Notice) -> Severity {
    if notice.is_incomplete() { Severity::Error } else { Severity::Warning }
}

/// What a notice says, with the path in it: it has to stand alone in every format.
fn notice_sentence(notice: &Notice) -> String {
    let (path, message) = (escape::visible(&notice.path), escape::clean(&notice.message));
    let sentence = match (notice.kind, notice.line) {
        (NoticeKind::MissingPath, _) if message.is_empty() => format!("no such path: {path}"),
        (NoticeKind::MissingPath, _) => format!("no such path: {path} ({message})"),
        (NoticeKind::NothingToCheck, _) => format!("nothing to check: {message}"),
        (NoticeKind::Unreadable, _) => format!("could not read {path}: {message}"),
        (_, Some(line)) => format!("{path}:{line}: {message}"),
        (_, None) => format!("{path}: {message}"),
    };
    escape::log_safe(&sentence)
}

/// Whether a path leads to a place in the tree: not one that does not exist, nor one outside of the root.
fn is_inside(path: &str) -> bool {
    !path.split('/').any(|segment| matches!(segment, "" | "." | ".."))
}

/// What a finding says, and what to write instead.
fn said(finding: &Finding) -> String {
    format!("{}. Instead: {}.", escape::clean(&finding.message), escape::clean(&finding.advice))
}

/// `path:line:column`, which editors and terminals take for a link. Columns count characters.
fn place(at: &Region) -> String {
    format!("{}:{}:{}", escape::visible(&at.path), at.line, at.column)
}

/// Where a rule's page can be read.
pub fn page(rule: &str) -> String {
    format!("{HOME}/blob/main/docs/rules/{rule}.md")
}

/// The findings counted, for the summaries.
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    /// Files with a finding.
    files: usize,
    /// By rule: the worst first, then the most frequent, then by name.
    by_rule: Vec<(String, usize)>,
    /// Files and folders that make the run incomplete.
    incomplete: usize,
}

impl Counts {
    fn of(report: &Report) -> Counts {
        let of = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
        let incomplete = report.notices.iter().filter(|notice| notice.is_incomplete());
        Counts {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            files: report.findings.iter().map(|finding| &finding.region.path).collect::<BTreeSet<_>>().len(),
            by_rule: by_rule(&report.findings),
            incomplete: incomplete.map(|notice| &notice.path).collect::<BTreeSet<_>>().len(),
        }
    }
}

fn by_rule(findings: &[Finding]) -> Vec<(String, usize)> {
    let mut rules: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for finding in findings {
        let (worst, count) = rules.entry(&finding.rule).or_insert((finding.severity, 0));
        *worst = finding.severity.max(*worst);
        *count += 1;
    }
    let mut rows: Vec<_> = rules.into_iter().collect();
    rows.sort_by_key(|(rule, (worst, count))| (std::cmp::Reverse((*worst, *count)), *rule));
    rows.into_iter().map(|(rule, (_, count))| (rule.to_owned(), count)).collect()
}

/// Text of at most so many characters; what is cut off leaves an ellipsis.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Wraps at spaces only, so that what is to be copied stays whole; the first line and the others are indented so.
fn wrap(text: &str, width: usize, first: &str, others: &str) -> String {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
