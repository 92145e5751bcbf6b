//! Findings for people: the source with the span marked, the way out, and why it is believed to be Okta's. miette draws.

use std::cmp::Reverse;
use std::error::Error;
use std::fmt::{self, Display};
use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use textwrap::{WordSeparator, WordSplitter};

use super::snippet::{Snippet, is_near};
use super::{NARROWEST, PHRASE, Style, escape, page, shorten, summary, wrap};
use crate::judge::finding::{Confidence, Finding, Region, Related, Report, Severity, Shown};

/// Related places that are named below a finding.
const PLACES: usize = 5;
/// Columns that miette leaves beside what stands below the source.
const MARGIN: usize = 4;

/// Writes the findings and, unless quiet, the summary.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let most = style.most.unwrap_or(usize::MAX);
    for (index, finding) in report.findings.iter().take(most).enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        emit(&format!("{gap}{}", block(finding, style)?), style, out)?;
    }
    if let Some(more) = report.findings.len().checked_sub(most).filter(|more| *more > 0) {
        let more = format!("\n… {more} more (--all to show; -o markdown=report.md for a report)\n");
        emit(&more, style, out)?;
    }
    if style.quiet {
        return Ok(());
    }
    let gap = if report.findings.is_empty() { "" } else { "\n" };
    emit(&format!("{gap}{}", summary::block(report, style)), style, out)
}

fn emit(block: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let block = escape::log_safe(block);
    let block = if style.ascii { escape::ascii(&block) } else { block };
    out.write_all(if style.links { linked(&block) } else { block }.as_bytes())
}

/// The same with a link to the page of each rule that is named (OSC 8, which terminals that do not know it may print).
fn linked(block: &str) -> String {
    const COMMAND: &str = "sidestep explain ";
    let mut parts = block.split(COMMAND);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(part.len());
        let (rule, rest) = part.split_at(end);
        let start = format!("\x1b]8;;{}\x1b\\", page(rule));
        out += &format!("{start}{COMMAND}{rule}\x1b]8;;\x1b\\{rest}");
    }
    out
}

/// One finding as miette reads it. It has no code: miette gives that a line of its own, so the theme has it.
#[derive(Debug)]
struct Diagnosis {
    message: String,
    severity: Severity,
    advice: String,
    snippet: Snippet,
}

impl Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Diagnosis {}

impl Diagnostic for Diagnosis {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(&self.advice))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.snippet.labels.iter().cloned()))
    }
}

/// One finding: its sentence, its place, its source, and the notes below.
fn block(finding: &Finding, style: &Style) -> io::Result<String> {
    let width = style.width.max(NARROWEST);
    let diagnosis = Diagnosis {
        message: escape::clean(&finding.message),
        severity: finding.severity,
        advice: escape::clean(&finding.advice),
        snippet: Snippet::of(finding, width, style.ascii),
    };
    let theme = theme(finding, &diagnosis.snippet, style);
    let note = |(name, text)| {
        let name = theme.styles.help.style(format!("{name}:"));
        wrap(&format!("{name} {text}"), width - MARGIN, "", "  ")
    };
    let notes: Vec<String> = notes(finding, style).into_iter().map(note).collect();
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_context_lines(0)
        .with_break_words(false)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .with_footer(notes.join("\n"));
    let mut drawn = String::new();
    handler.render_report(&mut drawn, &diagnosis).map_err(io::Error::other)?;
    // miette indents the sentence, and sets its footer off by an empty line; here that is what parts findings.
    let lines: Vec<&str> = drawn.trim_start().lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    Ok(lines.join("\n") + "\n")
}

/// miette's theme, with `error[get-session]:` where it has an icon, and the marks in the colours of what they mark.
/// The basic colours follow the reader's own.
fn theme(finding: &Finding, snippet: &Snippet, style: &Style) -> GraphicalTheme {
    let mut theme = match (style.ascii, style.colour) {
        (true, true) => GraphicalTheme::ascii(),
        (true, false) => GraphicalTheme::none(),
        (false, true) => GraphicalTheme::unicode(),
        (false, false) => GraphicalTheme::unicode_nocolor(),
    };
    let kind = format!("{}[{}]:", finding.severity.as_str(), finding.rule);
    let (styles, icons) = (&mut theme.styles, &mut theme.characters);
    let (tone, icon) = match finding.severity {
        Severity::Error => (&mut styles.error, &mut icons.error),
        Severity::Warning => (&mut styles.warning, &mut icons.warning),
        Severity::Note => (&mut styles.advice, &mut icons.advice),
    };
    if style.colour {
        *tone = tone.bold();
    }
    *icon = kind;
    let (main, other) = (*tone, styles.help);
    styles.highlights = snippet.labels.iter().map(|label| if label.primary() { main } else { other }).collect();
    theme
}

/// What stands below the source and the advice, by name.
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
        let step = |step: &Related| {
            let message = shorten(&escape::clean(&step.message), PHRASE);
            ("flow", format!("{message} ({})", place(&step.region, &finding.region)))
        };
        notes.extend(finding.flow.iter().map(step));
    }
    let far: Vec<&Related> = finding.related.iter().filter(|related| !is_near(finding, related)).collect();
    for related in far.iter().take(PLACES) {
        let message = shorten(&escape::clean(&related.message), PHRASE);
        notes.push(("see", format!("{} ({})", message, place(&related.region, &finding.region))));
    }
    if far.len() > PLACES {
        notes.push(("see", format!("{} more", summary::many(far.len() - PLACES, "place"))));
    }
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

pub(super) fn evidence(shown: &Shown, here: &Region) -> String {
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
pub(super) fn place(region: &Region, here: &Region) -> String {
    if region.path == here.path {
        format!("line {}", region.line)
    } else {
        format!("{}:{}", escape::visible(&region.path), region.line)
    }
}

#[cfg(test)]
mod tests {
    use textwrap::core::display_width;

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
        let is_source =
            |line: &&str| line.split_once(" │").is_some_and(|(number, _)| number.trim().parse::<u32>().is_ok());
        assert!(text.lines().filter(is_source).count() >= 4, "{text}");
        assert!(text.lines().filter(is_source).all(|line| display_width(line) <= 80), "{text}");
    }

    #[test]
    fn sentences_wrap_at_words_and_names_stay_whole() {
        for ascii in [false, true] {
            let text = text(&sample::ordinary(), &Style { width: 72, ascii, ..sample::style() });
            assert!(text.lines().all(|line| display_width(line) <= 72), "{text}");
            for whole in ["GET /api/v1/sessions/{id}", "sidestep explain get-session", "auth.ts:5:25]"] {
                assert!(text.contains(whole), "{whole} in {text}");
            }
        }
    }

    #[test]
    fn the_place_is_the_one_in_the_file_however_little_is_shown() {
        let text = text(&sample::hostile(), &Style { width: 60, ..sample::style() });
        assert!(text.contains("[src/long.js:1:100005]\n"), "{text}");
        assert_eq!(text.matches(".js:3:48]\n").count(), 3, "{text}");
        assert!(sample::hostile().findings[..3].iter().all(|at| (at.region.line, at.region.column) == (3, 48)));
    }

    #[test]
    fn the_marks_stand_below_the_span() {
        let mut report = sample::hostile();
        report.findings[0].label.clear();
        let text = text(&report, &sample::style());
        let mut lines = text.lines().skip_while(|line| !line.starts_with(" 3 "));
        let (source, marks) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let (before, rest) = source.split_at(source.find("fetch(").expect("the source has the call"));
        let call = &rest[..rest.find("; //").expect("the source goes on")];
        assert_eq!(marks.trim_end_matches('─').chars().count(), display_width(before), "{text}");
        assert_eq!(marks.chars().filter(|c| *c == '─').count(), display_width(call), "{text}");
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
    fn links_and_the_cut_add_nothing_else() {
        let plain = text(&sample::ordinary(), &sample::style());
        let linked = text(&sample::ordinary(), &Style { links: true, ..sample::style() });
        let link = regex::Regex::new("\x1b\\]8;;[^\x1b]*\x1b\\\\").expect("a pattern");
        assert_ne!(linked, plain);
        assert_eq!(link.replace_all(&linked, ""), plain);
        let report = sample::hostile();
        let cut = text(&report, &Style { most: Some(1), ..sample::style() });
        let more = format!("\n… {} more (--all", report.findings.len() - 1);
        assert!(cut.contains(&more) && cut.contains("Found 4 errors"), "{cut}");
    }

    #[test]
    fn quiet_prints_findings_only() {
        let text = text(&sample::ordinary(), &Style { quiet: true, ..sample::style() });
        assert!(ORDINARY.starts_with(&text) && !text.contains("Found"), "{text}");
    }
}
