//! `path:line:col: error[rule] message`, one line a finding: the form of editors' error lists (`%f:%l:%c: %m`) and grep.
//! Notices go to the standard error stream, by `main`.

use std::io::{self, Write};

use super::{Style, escape, place};
use crate::judge::finding::{Finding, Report};

/// Writes a line for each finding and nothing else.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let line = line(finding);
        writeln!(out, "{}", if style.ascii { escape::ascii(&line) } else { line })?;
    }
    Ok(())
}

/// The line of a finding, without its end.
pub fn line(finding: &Finding) -> String {
    let (place, severity) = (place(&finding.region), finding.severity.as_str());
    escape::log_safe(&format!("{place}: {severity}[{}] {}", finding.rule, escape::clean(&finding.message)))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn one_line_a_finding_and_each_of_the_promised_form() {
        let text = sample::written(write, &sample::hostile(), &sample::style());
        let form = regex::Regex::new(r"^.+:[0-9]+:[0-9]+: (error|warning|note)\[[a-z-]+\] \S.*$").expect("a pattern");
        assert_eq!(text.lines().count(), sample::hostile().findings.len());
        assert!(text.lines().all(|line| form.is_match(line)), "{text}");
        sample::assert_log_is_safe(&text);
    }

    #[test]
    fn an_ordinary_line_is_exactly_this() {
        let text = sample::written(write, &sample::ordinary(), &sample::style());
        let first = text.lines().next();
        assert_eq!(
            first,
            Some(
                "services/portal/src/auth.ts:5:25: error[get-session] GET /api/v1/sessions/{id} looks a session up by its legacy `sid` id; Okta's upgrade guide says to move off it"
            )
        );
    }
}
