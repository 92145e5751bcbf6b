//! A rule's page in the shape of SARIF's `reportingDescriptor`: what GitHub shows beside an alert.

use serde_json::{Value, json};

use super::{page, shorten};
use crate::judge::finding::Severity;
use crate::judge::rules::{Rule, Status};

/// Longest description that GitHub takes.
const DESCRIPTION: usize = 1024;

/// The rule as SARIF's `driver.rules` has it.
pub fn descriptor(rule: &Rule) -> Value {
    let page = page(&rule.id);
    json!({
        "id": rule.id,
        "name": pascal_case(&rule.id),
        "shortDescription": {"text": shorten(&sentence(&rule.summary), DESCRIPTION)},
        "fullDescription": {
            "text": shorten(&format!("{} Instead: {}", sentence(&rule.message), sentence(&rule.advice)), DESCRIPTION),
        },
        "helpUri": page,
        "help": {"text": text(rule, &page), "markdown": markdown(rule, &page)},
        "defaultConfiguration": configuration(rule),
        "properties": {
            "precision": rule.precision,
            "problem.severity": problem_severity(rule.severity),
            "tags": tags(rule),
        },
    })
}

/// How the rule is reported; whether it is reported is said only of one that is not.
fn configuration(rule: &Rule) -> Value {
    match rule.off {
        true => json!({"enabled": false, "level": rule.severity.as_str()}),
        false => json!({"level": rule.severity.as_str()}),
    }
}

/// The text as a sentence, which ends in one full stop.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// `get-session` as `GetSession`: a name that equals the id is an error to validators.
fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    id.split('-').map(word).collect()
}

/// GitHub's words for the levels.
fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "recommendation",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn tags(rule: &Rule) -> Vec<&'static str> {
    let mut tags = vec!["okta", "identity-engine", "migration"];
    if !rule.when.request.is_empty() {
        tags.push("request");
    }
    if !rule.when.cookie.is_empty() {
        tags.push("cookie");
    }
    tags
}

fn text(rule: &Rule, page: &str) -> String {
    // Readers that show Markdown do not show this, and every report carries all rules: it is kept short.
    let advice = format!("Instead: {}", sentence(&rule.advice));
    [sentence(&rule.summary), sentence(&rule.message), advice, format!("More: {page}")].join("\n\n")
}

fn markdown(rule: &Rule, page: &str) -> String {
    let mut parts = vec![format!("# {}", rule.id), sentence(&rule.summary), sentence(&rule.message)];
    parts.extend(rule.page().sections.iter().map(|section| format!("## {}\n\n{}", section.heading, section.text)));
    if !rule.status.is_empty() {
        let rows: String = rule.status.iter().map(row).collect();
        parts.push(format!("## What Okta said of it\n\n| When | What | Source |\n|---|---|---|\n{}", rows.trim_end()));
    }
    parts.push(format!("[The whole page, with examples]({page})"));
    parts.join("\n\n")
}

fn row(status: &Status) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    let level = status.severity.map_or_else(String::new, |level| format!(" (from then on: {})", level.as_str()));
    format!("| {} | {}{level} | {} |\n", cell(&when(status)), cell(&status.what), cell(&status.source))
}

/// `2025-10-08 (2025.10.1)`.
fn when(status: &Status) -> String {
    match &status.release {
        Some(release) => format!("{} ({release})", status.date),
        None => status.date.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_help_is_the_page_and_says_what_okta_said() {
        let rule = sample::rules().into_iter().find(|rule| rule.id == "get-session").expect("a rule");
        let descriptor = descriptor(&rule);
        assert_eq!(descriptor["name"], "GetSession");
        let markdown = descriptor["help"]["markdown"].as_str().expect("markdown");
        for part in ["# get-session\n", "## Why\n\n", "| When | What | Source |\n|---|---|---|\n| 20"] {
            assert!(markdown.contains(part), "{markdown}");
        }
    }

    #[test]
    fn a_sentence_ends_once() {
        assert_eq!([sentence("a"), sentence("a. "), sentence("a?")], ["a.", "a.", "a?"]);
    }
}
