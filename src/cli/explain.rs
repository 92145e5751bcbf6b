//! `sidestep explain` and `sidestep rules`: the rule pages in the terminal.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum};

use sidestep::judge::guidance::Guidance;
use sidestep::judge::nearest::did_you_mean;
use sidestep::judge::rules::{Rule, Rules, Status};
use sidestep::report;

use super::{INCOMPLETE, ListFormat};

/// How a rule page is printed.
#[derive(Clone, Copy, ValueEnum)]
pub enum PageFormat {
    /// For the terminal.
    Text,
    /// As the page that it is.
    Markdown,
    /// For scripts.
    Json,
}

/// Runs `sidestep explain`.
pub fn run<C: CommandFactory>(id: &str, format: PageFormat, guidance: Option<&Guidance>) -> io::Result<ExitCode> {
    let rules = Rules::of(guidance, &|_| false);
    let out = &mut io::stdout().lock();
    match (rules.get(id), format) {
        (Some(found), PageFormat::Text) => rule(found, guidance, out)?,
        (Some(found), PageFormat::Markdown) => markdown(found, out)?,
        (Some(found), PageFormat::Json) => json(found, out)?,
        (None, _) => {
            let ids = rules.ids();
            let near = did_you_mean(id, ids.iter().copied());
            let message = format!("no rule `{id}`{near}\n\nThe rules are: {}\n", ids.join(", "));
            C::command().error(clap::error::ErrorKind::InvalidValue, message).print()?;
            return Ok(ExitCode::from(INCOMPLETE));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a rule page as JSON.
fn json(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let mut whole = serde_json::to_value(rule)?;
    if let (Some(whole), serde_json::Value::Object(page)) = (whole.as_object_mut(), serde_json::to_value(rule.page())?)
    {
        whole.extend(page);
    }
    writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)
}

/// Prints a rule page as Markdown.
fn markdown(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let page = rule.page();
    let Rule { id, summary, message, instead, since, .. } = rule;
    writeln!(out, "# {id}\n\n{summary}\n\n**{}** (since {since}): {message}.\n", rule.level())?;
    writeln!(out, "- in a browser page: {}\n- on a server: {}", instead.browser, instead.server)?;
    writeln!(out, "- in a command line: {}", instead.cli)?;
    for section in &page.sections {
        writeln!(out, "\n## {}\n\n{}", section.heading, section.text)?;
    }
    writeln!(out, "\n## Status\n")?;
    for status in &rule.status {
        let release = status.release.as_ref().map_or_else(String::new, |release| format!(", release {release}"));
        writeln!(out, "- {}{release}: {} (source: {})", status.date, status.what, status.source)?;
    }
    for (title, bad) in [("Flagged", true), ("Not flagged", false)] {
        writeln!(out, "\n## Examples: {}", title.to_lowercase())?;
        for example in page.examples.iter().filter(|example| example.bad == bad) {
            writeln!(out, "\n```{}\n{}```", example.language, example.code)?;
        }
    }
    Ok(())
}

/// Prints a rule page: what breaks, why, what to write instead, what Okta said and when, and examples.
pub fn rule(rule: &Rule, guidance: Option<&Guidance>, out: &mut dyn Write) -> io::Result<()> {
    let page = rule.page();
    let by = guidance.map_or_else(String::new, |guidance| format!(", by Okta's guidance of {guidance}"));
    writeln!(out, "{} ({}{by})\n\n{}\n", rule.id, rule.level(), rule.summary)?;
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
        said(status, guidance.is_some_and(|guidance| !guidance.covers(status)), out)?;
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

/// Prints what Okta said on a day, and what follows for findings by the guidance of that day.
fn said(status: &Status, is_later: bool, out: &mut dyn Write) -> io::Result<()> {
    let release = status.release.as_ref().map_or_else(String::new, |release| format!(", release {release}"));
    let later = if is_later { " (later than the date that was asked for)" } else { "" };
    writeln!(out, "{}{release}{later}: {}\n    source: {}", status.date, status.what, status.source)?;
    if let Some(level) = status.severity {
        writeln!(out, "    with --guidance from then on: {}", level.as_str())?;
    }
    status.message.iter().try_for_each(|message| writeln!(out, "    and said of it: {message}"))?;
    let advice = status.instead.iter().flat_map(|instead| [&instead.browser, &instead.server, &instead.cli]);
    status.advice.iter().chain(advice).try_for_each(|advice| writeln!(out, "    advice: {advice}"))
}

/// Prints the rules: id, severity and summary, one a line, as a table or as JSON.
pub fn rules(rules: &Rules, format: ListFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ListFormat::Json => {
            let list: Vec<serde_json::Value> = rules
                .rules
                .iter()
                .map(|rule| {
                    serde_json::json!({
                        "id": rule.id, "severity": rule.level(), "precision": rule.precision, "summary": rule.summary,
                    })
                })
                .collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&list)?)
        }
        ListFormat::Markdown => {
            writeln!(out, "| Rule | Severity | What it finds |\n|---|---|---|")?;
            rules.rules.iter().try_for_each(|rule| {
                let (id, page) = (&rule.id, report::page(&rule.id));
                writeln!(out, "| [`{id}`]({page}) | {} | {} |", rule.level(), rule.summary)
            })
        }
        ListFormat::Text => {
            let width = rules.rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in &*rules.rules {
                writeln!(out, "{:width$}  {:8}  {}", rule.id, rule.level(), rule.summary)?;
            }
            writeln!(out, "\nsidestep explain RULE tells more.")
        }
    }
}
