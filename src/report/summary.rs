//! The end of the text format: what keeps working, what could not be done, and the counts that make `clean` believable.

use std::cmp::Reverse;

use textwrap::core::display_width;

use super::{Counts, NARROWEST, PHRASE, Style, escape, notice_sentence, place, severity_of, shorten, visible, wrap};
use crate::judge::finding::{NoticeKind, Report, Severity};

/// Widest column of places in the list of what keeps working.
const PLACE: usize = 60;
/// Languages named in the clean summary; the rest are "others".
const LANGUAGES: usize = 3;

/// The whole block.
pub fn block(report: &Report, style: &Style) -> String {
    let counts = Counts::of(report);
    let width = style.width.max(NARROWEST);
    let mut out = String::new();
    if style.show_working && !report.working.is_empty() {
        out += &working(report);
        out.push('\n');
    }
    for notice in &report.notices {
        out += &format!("{}: {}\n", paint(severity_of(notice), style), notice_sentence(notice));
    }
    for line in verdict(report, &counts, style).lines() {
        out += &format!("{}\n", wrap(line, width, "", "  "));
    }
    for line in details(report, &counts, style) {
        out += &format!("{}\n", wrap(&line, width, "   ", "   "));
    }
    if !report.stats.skipped.is_empty() {
        out += &format!("{}\n", wrap(&skipped(report), width, "", "  "));
    }
    out
}

/// The severity's word, in its colour if colours are wanted. The basic colours follow the reader's theme.
fn paint(severity: Severity, style: &Style) -> String {
    let code = match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    };
    let word = severity.as_str();
    if style.colour { format!("\x1b[{code}m{word}\x1b[0m") } else { word.to_owned() }
}

fn working(report: &Report) -> String {
    let rows: Vec<(String, String)> = report
        .working
        .iter()
        .map(|working| (place(&working.region), shorten(&escape::clean(&working.what), PHRASE)))
        .collect();
    let width = rows.iter().map(|(place, _)| display_width(place)).max().unwrap_or(0).min(PLACE);
    let line = |(place, what): &(String, String)| {
        format!("  {place}{}  {what}\n", " ".repeat(width.saturating_sub(display_width(place))))
    };
    format!("Keeps working after the upgrade:\n{}", rows.iter().map(line).collect::<String>())
}

/// The sentence that most people read alone, and on a clean run what was seen.
pub fn verdict(report: &Report, counts: &Counts, style: &Style) -> String {
    let stats = &report.stats;
    let checked = number(stats.checked);
    if !report.findings.is_empty() {
        let found = found(counts);
        if counts.incomplete > 0 {
            return format!("Found {found}, but {}", not_complete(report, counts));
        }
        let files =
            format!("in {} of {checked} file{}", number(counts.files), if stats.checked == 1 { "" } else { "s" });
        return format!("Found {found} {files} ({} relevant).", number(stats.relevant));
    }
    if counts.incomplete > 0 {
        return format!("Found nothing, but {}", not_complete(report, counts));
    }
    if stats.checked == 0 {
        return "Nothing was checked.".to_owned();
    }
    let seen = format!(
        "{} checked{}, {} {} sessions or cookies, {} working{}.",
        many(stats.checked, "file"),
        languages(report),
        number(stats.relevant),
        if stats.relevant == 1 { "mentions" } else { "mention" },
        uses_keep(report),
        if report.working.is_empty() || style.show_working { "" } else { " (sidestep --show-working lists them)" },
    );
    let claim = if stats.hidden + stats.suppressed + stats.baselined + stats.minor + stats.untouched == 0 {
        "Clean: nothing here depends on the sid cookie or the five legacy session endpoints."
    } else {
        "Clean but for what is hidden: nothing else here depends on the sid cookie or the five legacy session endpoints."
    };
    format!("{claim}\n{seen}")
}

/// `2 errors, 1 warning`.
fn found(counts: &Counts) -> String {
    let parts = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| many(*count, word)).collect();
    said.join(", ")
}

fn not_complete(report: &Report, counts: &Counts) -> String {
    let is_whole_run = |kind| matches!(kind, NoticeKind::MissingPath | NoticeKind::NothingToCheck);
    if report.notices.iter().any(|notice| is_whole_run(notice.kind)) {
        return "not everything could be checked: this result is not complete.".to_owned();
    }
    format!("{} could not be checked fully: this result is not complete.", many(counts.incomplete, "file"))
}

/// ` (TypeScript 902, Go 301, others 81)`, the most frequent first.
fn languages(report: &Report) -> String {
    let mut rows: Vec<(&String, &usize)> = report.stats.languages.iter().collect();
    rows.sort_by_key(|(name, count)| (Reverse(**count), name.as_str()));
    // "others" in place of a single language would say less in as many words.
    let named = if rows.len() > LANGUAGES + 1 { LANGUAGES } else { rows.len() };
    let rest: usize = rows[named..].iter().map(|(_, count)| **count).sum();
    let mut parts: Vec<String> =
        rows[..named].iter().map(|(name, count)| format!("{name} {}", number(**count))).collect();
    if rest > 0 {
        parts.push(format!("others {}", number(rest)));
    }
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn details(report: &Report, counts: &Counts, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    let stats = &report.stats;
    if !counts.by_rule.is_empty() {
        let rules: Vec<String> =
            counts.by_rule.iter().map(|(rule, count)| format!("{rule} {}", number(*count))).collect();
        lines.push(rules.join(" · "));
    }
    // A clean run has said it already.
    if !report.working.is_empty() && !style.show_working && !report.findings.is_empty() {
        lines.push(format!("{} working after the upgrade (sidestep --show-working lists them)", uses_keep(report)));
    }
    if let Some(guidance) = &report.guidance {
        lines.push(format!("judged by Okta's guidance of {guidance} (sidestep explain RULE tells what changed when)"));
    }
    if stats.hidden > 0 {
        let findings = many(stats.hidden, "less certain finding");
        let files = match (stats.hidden_in.len(), stats.hidden_in.first()) {
            (1, Some(one)) => format!(" in {}", visible(one)),
            (count, Some(first)) => format!(" in {}, {} the first", many(count, "file"), visible(first)),
            _ => String::new(),
        };
        lines.push(format!("{findings} hidden{files} (sidestep --confidence possible shows them)"));
    }
    if stats.minor > 0 {
        lines.push(format!("{} below --min-severity", many(stats.minor, "finding")));
    }
    if stats.untouched > 0 {
        lines.push(format!("{} on lines that the diff does not add", many(stats.untouched, "finding")));
    }
    if stats.suppressed > 0 {
        let findings = many(stats.suppressed, "finding");
        lines.push(format!("{findings} suppressed by comments (sidestep --no-suppress shows them)"));
    }
    if stats.baselined > 0 {
        let findings = many(stats.baselined, "finding");
        lines.push(format!("{findings} known from the baseline (sidestep --no-baseline shows them)"));
    }
    if counts.incomplete > 0 && report.notices.iter().any(|notice| notice.kind == NoticeKind::Unparsed) {
        lines.push("sidestep --allow-unparsed takes plain-text checks as good enough".to_owned());
    }
    lines
}

/// `1 use keeps`, `3 uses keep`.
fn uses_keep(report: &Report) -> String {
    let count = report.working.len();
    format!("{} {}", many(count, "use"), if count == 1 { "keeps" } else { "keep" })
}

fn skipped(report: &Report) -> String {
    let reasons: Vec<String> =
        report.stats.skipped.iter().map(|(reason, count)| format!("{} {reason}", number(*count))).collect();
    format!("Skipped: {} (sidestep --show-files lists them).", reasons.join(", "))
}

/// `1 file`, `1,284 files`.
pub fn many(count: usize, word: &str) -> String {
    format!("{} {word}{}", number(count), if count == 1 { "" } else { "s" })
}

/// With thousands separated.
fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1284, 1_000_000].map(number), ["0", "999", "1,284", "1,000,000"]);
        assert_eq!(many(1, "file"), "1 file");
    }
}
