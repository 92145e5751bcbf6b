//! The reasoning behind one finding, and what became of what was recognised at a place, for people.

use std::io::{self, Write};

use super::text::{evidence, place};
use super::{escape, visible};
use crate::judge::asked::Answer;
use crate::judge::finding::{Confidence, Finding, Region};

/// Writes why a finding is one: what was seen, every piece of evidence with its weight and its reach, and where it comes from.
pub fn finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding { region, severity, confidence, rule, label, message, advice, .. } = finding;
    writeln!(out, "{}[{rule}] at {}", severity.as_str(), whole(region))?;
    // A fingerprint looks like a secret, and is none.
    writeln!(out, "  fingerprint {}\n", visible(&finding.fingerprint))?;
    let mut lines = vec![
        format!("  seen: {label}"),
        format!("  message: {message}"),
        format!("  instead: {advice}"),
        String::new(),
        format!("  {} that it is Okta's: {}", confidence.as_str(), because(*confidence)),
    ];
    lines.extend(finding.evidence.iter().map(|shown| format!("    {}", evidence(shown, region))));
    if finding.evidence.is_empty() {
        lines.push(
            "    no evidence but the path itself, which is a hint or, where only Okta has it, a proof".to_owned(),
        );
    }
    if !finding.related.is_empty() {
        lines.push(String::new());
        lines.push("  it comes from:".to_owned());
    }
    lines.extend(finding.related.iter().map(|at| format!("    {} ({})", at.message, place(&at.region, region))));
    print(&lines, out)
}

/// Writes what became of what was recognised at a place.
pub fn answer(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = vec![format!("{} at {} was {}", answer.what, whole(&answer.region), answer.became)];
    lines.extend(answer.evidence.iter().map(|shown| format!("    {}", evidence(shown, &answer.region))));
    print(&lines, out)
}

fn print(lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{}", escape::log_safe(&escape::clean(line)).trim_end()))
}

fn whole(at: &Region) -> String {
    format!("{}:{}:{}", visible(&at.path), at.line, at.column)
}

fn because(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "a proof, and nothing against it",
        Confidence::Likely => "a proof with something against it, or hints that outweigh those against",
        Confidence::Possible => "one hint more than against it, or evidence in doubt",
    }
}
