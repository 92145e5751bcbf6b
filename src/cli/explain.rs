//! `sidestep explain` and `sidestep rules`: the rule pages in the terminal.

use std::io::{self, Write};

use sidestep::judge::rules::{Rule, Rules};

use super::ListFormat;

/// Prints a rule page: what breaks, why, what to write instead, what Okta said and when, and examples.
pub fn rule(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let page = rule.page();
    writeln!(out, "{} ({})\n\n{}\n", rule.id, rule.severity.as_str(), rule.summary)?;
    writeln!(out, "  {}\n", rule.message)?;
    for (program, advice) in [
        ("in a browser page", &rule.instead.browser),
        ("on a server", &rule.instead.server),
        ("in a command line", &rule.instead.cli),
    ] {
        writeln!(out, "  {program}: {advice}")?;
    }
    for section in &page.sections {
        writeln!(out, "\n{}\n\n{}", section.heading.to_uppercase(), section.text)?;
    }
    writeln!(out, "\nSTATUS\n")?;
    for status in &rule.status {
        let release = status.release.as_ref().map_or_else(String::new, |release| format!(", release {release}"));
        writeln!(out, "{}{release}: {}\n    source: {}", status.date, status.what, status.source)?;
    }
    for (title, bad) in [("FLAGGED", true), ("NOT FLAGGED", false)] {
        writeln!(out, "\n{title}\n")?;
        for example in page.examples.iter().filter(|example| example.bad == bad) {
            example.code.lines().try_for_each(|line| writeln!(out, "    {line}"))?;
            writeln!(out)?;
        }
    }
    writeln!(out, "In sidestep since {}.", rule.since)
}

/// Prints the rules: id, severity and summary, one a line, as a table or as JSON.
pub fn rules(rules: &Rules, format: ListFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ListFormat::Json => {
            let list: Vec<serde_json::Value> = rules.rules.iter().map(|rule| {
                serde_json::json!({
                    "id": rule.id, "severity": rule.severity.as_str(), "precision": rule.precision, "summary": rule.summary,
                })
            }).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&list)?)
        }
        ListFormat::Markdown => {
            writeln!(out, "| Rule | Severity | What it finds |\n|---|---|---|")?;
            rules
                .rules
                .iter()
                .try_for_each(|rule| writeln!(out, "| `{}` | {} | {} |", rule.id, rule.severity.as_str(), rule.summary))
        }
        ListFormat::Text => {
            let width = rules.rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in rules.rules {
                writeln!(out, "{:width$}  {:8}  {}", rule.id, rule.severity.as_str(), rule.summary)?;
            }
            writeln!(out, "\nsidestep explain RULE tells more.")
        }
    }
}
