//! Workflow commands, which GitHub Actions shows as annotations: "Workflow commands for GitHub Actions" in GitHub's
//! documentation; how a runner takes a line apart is in `ActionCommand.cs` of actions/runner.
//!
//! A runner keeps ten annotations of a type for each step. What is over that is printed as `concise` prints it.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::{
    Counts, Style, concise, escape, is_inside, notice_line, notice_sentence, place, said, severity_of, shorten, summary,
};
use crate::judge::finding::{Finding, Notice, Report, Severity};

/// Annotations of a type that a runner keeps.
const KEPT: usize = 10;
/// Longest message; a runner cuts at 4096.
const MESSAGE: usize = 4_000;

/// Writes the worst findings first, then the notices, then the verdict.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let mut used = Used::default();
    for finding in findings {
        match used.take(finding.severity) {
            true => writeln!(out, "{}", command(finding))?,
            false => writeln!(out, "{}", concise::line(finding))?,
        }
    }
    for notice in &report.notices {
        match used.take(severity_of(notice)) {
            true => writeln!(out, "{}", notice_command(notice))?,
            false => writeln!(out, "{}", notice_line(notice))?,
        }
    }
    if !style.quiet {
        let verdict = summary::verdict(report, &Counts::of(report), style);
        writeln!(out, "{}", escape::log_safe(&escape::visible(&verdict.replace('\n', " "))))?;
        if used.left_over > 0 {
            let plain = summary::many(used.left_over, "line");
            writeln!(out, "GitHub keeps {KEPT} annotations of a type; in this log only: {plain}.")?;
        }
    }
    Ok(())
}

/// Annotations of each type that are spent.
#[derive(Default)]
struct Used {
    counts: [usize; 3],
    left_over: usize,
}

impl Used {
    /// Whether there is room for one more.
    fn take(&mut self, severity: Severity) -> bool {
        let count = &mut self.counts[severity as usize];
        let has_room = *count < KEPT;
        if has_room {
            *count += 1
        } else {
            self.left_over += 1
        }
        has_room
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn command(finding: &Finding) -> String {
    let at = &finding.region;
    let mut properties = vec![
        ("title", format!("sidestep ({})", finding.rule)),
        ("file", escape::visible(&at.path)),
        ("line", at.line.to_string()),
    ];
    // Columns are dropped where the lines differ.
    if at.line == at.end_line {
        properties.push(("col", at.utf16_column.to_string()));
        properties.push(("endLine", at.end_line.to_string()));
        properties.push(("endColumn", at.utf16_end_column.to_string()));
    } else {
        properties.push(("endLine", at.end_line.to_string()));
    }
    // The log does not show the properties. Its columns count characters, as those of `concise` do.
    spelt(name(finding.severity), &properties, &format!("{}: {}", place(at), said(finding)))
}

fn notice_command(notice: &Notice) -> String {
    let mut properties = vec![("title", "sidestep".to_owned())];
    if is_inside(&notice.path) {
        properties.push(("file", escape::visible(&notice.path)));
        properties.extend(notice.line.map(|line| ("line", line.to_string())));
    }
    spelt(name(severity_of(notice)), &properties, &notice_sentence(notice))
}

fn spelt(name: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let rest = format!("{}::{}", properties.join(","), data(&shorten(message, MESSAGE)));
    // Only what comes from elsewhere is made safe: the command itself is one.
    format!("::{name} {}", escape::log_safe(&rest))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::sample;
    use super::*;
    use crate::judge::finding::NoticeKind;

    /// A command as a runner reads it: type, properties, message.
    fn parse(line: &str) -> Option<(String, BTreeMap<String, String>, String)> {
        let (head, message) = line.strip_prefix("::")?.split_once("::")?;
        let (name, properties) = head.split_once(' ')?;
        let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        let value = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
        let pairs = properties.split(',').map(|pair| pair.split_once('=').expect("a key and a value"));
        Some((name.into(), pairs.map(|(key, text)| (key.into(), value(text))).collect(), data(message)))
    }

    #[test]
    fn a_runner_reads_every_finding_back() {
        for report in [sample::ordinary(), sample::hostile()] {
            let text = sample::written(write, &report, &sample::style());
            let commands: Vec<_> = text.lines().filter_map(parse).collect();
            assert_eq!(commands.len(), report.findings.len() + report.notices.len(), "{text}");
            for (finding, (name, properties, message)) in report.findings.iter().zip(&commands) {
                let at = &finding.region;
                assert_eq!(name, super::name(finding.severity));
                assert_eq!(properties["title"], format!("sidestep ({})", finding.rule));
                assert_eq!(properties["file"].replace('\u{200b}', ""), escape::visible(&at.path));
                assert_eq!(properties["line"], at.line.to_string());
                assert_eq!(properties.contains_key("col"), at.line == at.end_line);
                let place = format!("{}:{}:{}: ", escape::visible(&at.path), at.line, at.column);
                assert!(message.replace('\u{200b}', "").starts_with(&place), "{message}");
            }
        }
    }

    #[test]
    fn no_text_from_a_file_is_a_command() {
        let report = sample::hostile();
        let text = sample::written(write, &report, &sample::style());
        let own = regex::Regex::new("^::(error|warning|notice) [^:\n]+::").expect("a pattern");
        let others: Vec<_> = text.lines().map(|line| own.replace(line, "command ")).collect();
        sample::assert_log_is_safe(&others.join("\n"));
        let own = text.lines().filter(|line| own.is_match(line)).count();
        assert_eq!(own, report.findings.len() + report.notices.len());
    }

    #[test]
    fn ten_of_a_type_are_commands_and_the_others_plain_lines() {
        let mut report = sample::hostile();
        let notice = Notice { kind: NoticeKind::SyntaxError, ..report.notices[0].clone() };
        report.findings = report.findings.iter().cycle().take(14).cloned().collect();
        report.notices = vec![notice; 12];
        let text = sample::written(write, &report, &sample::style());
        for (name, count) in [("error", KEPT), ("warning", KEPT), ("notice", 0)] {
            assert_eq!(text.lines().filter(|line| line.starts_with(&format!("::{name} "))).count(), count);
        }
        assert_eq!(text.lines().count(), 14 + 12 + 2, "{text}");
        assert!(text.ends_with("in this log only: 6 lines.\n"), "{text}");
    }

    #[test]
    fn a_clean_run_says_so() {
        let report = Report { notices: Vec::new(), findings: Vec::new(), ..sample::ordinary() };
        let text = sample::written(write, &report, &sample::style());
        assert!(text.starts_with("Clean") && text.lines().count() == 1, "{text}");
    }
}
