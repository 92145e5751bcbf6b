//! Findings for people: the source with the span marked, why it is believed to be Okta's, and the way out.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::excerpt::{Window, clip, line_of, span_of};
use super::{Style, escape, shorten, summary};
use crate::judge::finding::{Confidence, Finding, Region, Related, Report, Severity, Shown};

/// Most characters of a label or a reason.
const PHRASE: usize = 200;
/// Related places that are named below a finding.
const PLACES: usize = 5;
/// Narrower than this, words are not wrapped and source lines are not clipped further.
const NARROWEST: usize = 40;

/// Writes the findings and, unless quiet, the summary.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for (index, finding) in report.findings.iter().enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        emit(&format!("{gap}{}", block(finding, style)), style, out)?;
    }
    if style.quiet {
        return Ok(());
    }
    let gap = if report.findings.is_empty() { "" } else { "\n" };
    emit(&format!("{gap}{}", summary::block(report, style)), style, out)
}

fn emit(block: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let block = escape::log_safe(block);
    out.write_all(if style.ascii { escape::ascii(&block) } else { block }.as_bytes())
}

/// One finding: its sentence, its place, its source, and the notes below.
fn block(finding: &Finding, style: &Style) -> String {
    let rows = rows(finding);
    let gutter = rows.iter().map(|row| row.line.to_string().len()).max().unwrap_or(1);
    let mut out = heading(finding, style);
    let pad = " ".repeat(gutter);
    let at = &finding.region;
    let arrow = paint(style, Tone::Frame, &format!("{pad}-->"));
    out += &format!("{arrow} {}:{}:{}\n", escape::visible(&at.path), at.line, at.column);
    if !rows.is_empty() {
        let bar = paint(style, Tone::Frame, &format!("{pad} |"));
        out += &format!("{bar}\n{}{bar}\n", source(&rows, gutter, finding.severity, style));
    }
    for (name, text) in notes(finding, style) {
        let lead = format!("{pad} = {name}: ");
        let text = wrap(&text, lead.width(), style);
        out += &format!("{}{text}\n", paint(style, Tone::Frame, &lead));
    }
    out
}

fn heading(finding: &Finding, style: &Style) -> String {
    let kind = format!("{}[{}]", finding.severity.as_str(), finding.rule);
    let message = wrap(&format!("{kind}: {}", escape::clean(&finding.message)), 0, style);
    // Both have the same words, so the kind is the wrapped text's beginning.
    let rest = message.strip_prefix(&kind).unwrap_or(&message);
    format!("{}{}\n", paint(style, Tone::Severity(finding.severity), &kind), paint(style, Tone::Strong, rest))
}

/// A source line to show, and what is marked in it.
struct Row<'a> {
    line: u32,
    source: &'a str,
    span: Range<usize>,
    label: &'a str,
    /// Whether it is the finding itself and not a place that explains it.
    is_main: bool,
}

/// The finding's line, and related ones that the excerpt reaches, in order.
fn rows(finding: &Finding) -> Vec<Row<'_>> {
    let Some(source) = line_of(&finding.excerpt, finding.region.line) else { return Vec::new() };
    let (line, span) = (finding.region.line, span_of(&finding.region));
    let mut rows = vec![Row { line, source, span, label: &finding.label, is_main: true }];
    for related in finding.related.iter().filter(|related| is_near(finding, related)) {
        let (line, span) = (related.region.line, span_of(&related.region));
        let is_shown = rows.iter().any(|row| row.line == line);
        if let (false, Some(source)) = (is_shown, line_of(&finding.excerpt, line)) {
            rows.push(Row { line, source, span, label: &related.message, is_main: false });
        }
    }
    rows.sort_by_key(|row| row.line);
    rows
}

/// Whether a related place is in the excerpt.
fn is_near(finding: &Finding, related: &Related) -> bool {
    related.region.path == finding.region.path && line_of(&finding.excerpt, related.region.line).is_some()
}

/// The gutter with the lines, and under each its marks and its label.
fn source(rows: &[Row], gutter: usize, severity: Severity, style: &Style) -> String {
    let width = style.width.max(NARROWEST).saturating_sub(gutter + 3);
    let window = Window { width, expand_tabs: true, ascii: style.ascii };
    let mut out = String::new();
    let mut last = None;
    for row in rows {
        if last.is_some_and(|last| last + 1 < row.line) {
            out += &format!("{}\n", paint(style, Tone::Frame, "..."));
        }
        last = Some(row.line);
        let shown = clip(row.source, row.span.clone(), window);
        let (mark, tone) = if row.is_main { ("^", Tone::Severity(severity)) } else { ("-", Tone::Frame) };
        // A label that does not fit is cut where a word of it still says something.
        let room = width.saturating_sub(shown.before + shown.marked + 1).clamp(NARROWEST, PHRASE);
        let label = shorten(&escape::clean(row.label), room);
        let marks = format!("{} {label}", mark.repeat(shown.marked));
        let number = paint(style, Tone::Frame, &format!("{:>gutter$} |", row.line));
        let bar = paint(style, Tone::Frame, &format!("{:>gutter$} |", ""));
        let (text, lead) = (shown.text.trim_end(), " ".repeat(shown.before));
        out += &format!("{number} {text}\n{bar} {lead}{}\n", paint(style, tone, marks.trim_end()));
    }
    out
}

/// What stands below the source, by name.
fn notes(finding: &Finding, style: &Style) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    if let Some(reason) = reasons(finding, false).first() {
        notes.push(("why okta", reason_text(reason, &finding.region)));
    }
    if finding.confidence != Confidence::Certain {
        notes.push(("confidence", confidence(finding)));
    }
    if style.explain_evidence {
        notes.extend(finding.evidence.iter().map(|shown| ("evidence", evidence(shown, &finding.region))));
    }
    let far: Vec<&Related> = finding.related.iter().filter(|related| !is_near(finding, related)).collect();
    for related in far.iter().take(PLACES) {
        let message = shorten(&escape::clean(&related.message), PHRASE);
        notes.push(("see", format!("{} ({})", message, place(&related.region, &finding.region))));
    }
    if far.len() > PLACES {
        notes.push(("see", format!("{} more", summary::many(far.len() - PLACES, "place"))));
    }
    notes.push(("instead", escape::clean(&finding.advice)));
    notes.push(("more", format!("sidestep explain {}", finding.rule)));
    notes
}

/// Evidence for (or against), the strongest first and the nearest first among equals.
fn reasons(finding: &Finding, against: bool) -> Vec<&Shown> {
    let mut shown: Vec<&Shown> = finding.evidence.iter().filter(|shown| shown.against == against).collect();
    let reach = |shown: &Shown| ["package", "file", "expression"].iter().position(|reach| *reach == shown.reach);
    shown.sort_by_key(|shown| Reverse((shown.weight == "proof", reach(shown))));
    shown
}

fn confidence(finding: &Finding) -> String {
    let word = finding.confidence.as_str();
    match reasons(finding, true).first() {
        Some(reason) => format!("{word}; against it speaks {}", reason_text(reason, &finding.region)),
        None => format!("{word}, not certain"),
    }
}

fn evidence(shown: &Shown, here: &Region) -> String {
    let side = if shown.against { "against" } else { "for" };
    format!("{} {side} ({}, {}): {}", shown.weight, shown.id, shown.reach, reason_text(shown, here))
}

/// The evidence as written and where: `https://acme.okta.com (line 3)`.
fn reason_text(shown: &Shown, here: &Region) -> String {
    let text = shorten(&escape::clean(&shown.text), PHRASE);
    match &shown.region {
        Some(region) => format!("{text} ({})", place(region, here)),
        None => format!("{text} (in this {})", shown.reach),
    }
}

/// A place seen from another one: the line in the same file, else path and line.
fn place(region: &Region, here: &Region) -> String {
    if region.path == here.path {
        format!("line {}", region.line)
    } else {
        format!("{}:{}", escape::visible(&region.path), region.line)
    }
}

/// Wraps at words; the lines after the first are indented by as much as stands before the first.
pub fn wrap(text: &str, indent: usize, style: &Style) -> String {
    let width = style.width.max(NARROWEST + indent);
    let mut out = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let room = if out.is_empty() { 0 } else { 1 };
        if room > 0 && column + room + word.width() > width {
            out += &format!("\n{}", " ".repeat(indent.max(2)));
            column = indent.max(2);
        } else {
            out += &" ".repeat(room);
            column += room;
        }
        out += word;
        column += word.width();
    }
    out
}

/// What a part of the text is, which decides its colour.
pub enum Tone {
    /// The severity's word and the marks.
    Severity(Severity),
    /// Gutter, arrows and names of notes.
    Frame,
    /// The sentence itself.
    Strong,
}

/// The text in the colour of its tone, if colours are wanted. The basic colours follow the reader's theme.
pub fn paint(style: &Style, tone: Tone, text: &str) -> String {
    let code = match tone {
        Tone::Severity(Severity::Error) => "1;31",
        Tone::Severity(Severity::Warning) => "1;33",
        Tone::Severity(Severity::Note) => "1;36",
        Tone::Frame => "1;34",
        Tone::Strong => "1",
    };
    if style.colour && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::judge::finding::{Notice, NoticeKind};

    const ORDINARY: &str = include_str!("../../tests/data/report-ordinary.txt");

    fn text(report: &Report, style: &Style) -> String {
        sample::written(write, report, style)
    }

    #[test]
    fn an_ordinary_report_reads_like_this() {
        assert_eq!(text(&sample::ordinary(), &sample::style()), ORDINARY);
    }

    #[test]
    fn a_hostile_report_is_safe_in_every_style() {
        for style in [
            sample::style(),
            Style { width: 40, ascii: true, ..sample::style() },
            Style { show_working: true, explain_evidence: true, ..sample::style() },
        ] {
            let text = text(&sample::hostile(), &style);
            sample::assert_log_is_safe(&text);
            assert!(text.contains("Found 4 errors"), "{text}");
            assert!(!style.ascii || text.is_ascii(), "{text}");
        }
    }

    #[test]
    fn source_lines_fit_the_width() {
        let text = text(&sample::hostile(), &Style { width: 80, ..sample::style() });
        let is_source = |line: &&str| line.split_once(" | ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        assert!(text.lines().filter(is_source).count() >= 4, "{text}");
        assert!(text.lines().filter(is_source).all(|line| line.width() <= 80), "{text}");
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let plain = text(&sample::ordinary(), &sample::style());
        let coloured = text(&sample::ordinary(), &Style { colour: true, ..sample::style() });
        let code = regex::Regex::new("\x1b\\[[0-9;]*m").expect("a pattern");
        assert_ne!(coloured, plain);
        assert_eq!(code.replace_all(&coloured, ""), plain);
    }

    #[test]
    fn a_clean_run_says_what_it_saw() {
        let mut report = Report { findings: Vec::new(), ..sample::ordinary() };
        report.stats.hidden = 0;
        assert_eq!(
            text(&report, &Style { show_working: true, ..sample::style() }),
            "Keeps working after the upgrade:
  services/portal/src/auth.ts:3:1  GET /api/v1/sessions/me

Clean: nothing here depends on the sid cookie or the five legacy session endpoints.
1,284 files checked (TypeScript 902, Go 301, HTML 41, others 40), 312 mention sessions or cookies, 1 use keeps working.
Skipped: 14 documentation, 2 minified (sidestep --show-files lists them).
"
        );
    }

    #[test]
    fn nothing_found_is_not_clean_when_something_was_not_read() {
        let path = "old/auth.php".to_owned();
        let notice = Notice { kind: NoticeKind::Unreadable, path, line: None, message: "permission denied".into() };
        let report = Report { notices: vec![notice], ..Report::default() };
        assert_eq!(
            text(&report, &sample::style()),
            "error: could not read old/auth.php: permission denied\nFound nothing, but 1 file could not be checked fully: this result is not complete.\n"
        );
    }

    #[test]
    fn quiet_prints_findings_only() {
        let text = text(&sample::ordinary(), &Style { quiet: true, ..sample::style() });
        assert!(ORDINARY.starts_with(&text) && !text.contains("Found"), "{text}");
    }
}
