//! SARIF 2.1.0 as GitHub code scanning takes it: "SARIF support for code scanning" in GitHub's documentation is the
//! reference; the OASIS standard is at <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Nothing of the machine or the time is written, so that two runs give the same bytes.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::excerpt::{Window, clip, line_of, span_of};
use super::rule_help::{descriptor, sentence};
use super::{HOME, Style, escape, is_inside, notice_sentence, shorten};
use crate::judge::finding::{Finding, Notice, NoticeKind, Region, Related, Report, Shown};
use crate::judge::rules::Rule;

/// Results that GitHub shows.
const SHOWN: usize = 5_000;
/// Results above which GitHub rejects the file.
const TAKEN: usize = 25_000;
/// Related places that GitHub keeps of a result.
const RELATED: usize = 100;
/// Related places that the message links to.
const LINKED: usize = 3;
/// Longest message, in characters.
const MESSAGE: usize = 1_000;
/// What is kept of the flagged line.
const SNIPPET: Window = Window { width: 1_000, expand_tabs: false, ascii: false };
/// Name of the folder that all uris are relative to.
const ROOT: &str = "%SRCROOT%";

/// Writes the log: one run, all rules, a result for each finding.
pub fn write(report: &Report, rules: &[Rule], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let findings = distinct(&report.findings);
    let mut notifications: Vec<Value> = report.notices.iter().map(notification).collect();
    notifications.extend(overflow(findings.len()));
    let findings = within_limits(findings);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "sidestep",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": HOME,
                "rules": rules.iter().map(descriptor).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": format!("{}/", style.category.as_deref().unwrap_or("sidestep"))},
            "columnKind": "utf16CodeUnits",
            // Without a uri: that would be the path of a machine.
            "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
            "invocations": [{
                "executionSuccessful": !has_failed(report),
                "toolExecutionNotifications": notifications,
            }],
            "results": findings.into_iter().map(|finding| result(finding, rules)).collect::<Vec<_>>(),
        }],
    });
    let text = serde_json::to_string_pretty(&log)?;
    writeln!(out, "{}", escape::json_safe(&text))
}

/// Whether the run could not do its work at all. One odd file is a notification: GitHub rejects a failed run's whole file.
fn has_failed(report: &Report) -> bool {
    let is_fatal = |notice: &Notice| matches!(notice.kind, NoticeKind::MissingPath | NoticeKind::NothingToCheck);
    report.stats.checked == 0 && report.notices.iter().any(is_fatal)
}

/// One finding for each rule and region: a second one is a duplicate to code scanning.
fn distinct(findings: &[Finding]) -> Vec<&Finding> {
    let mut seen = HashSet::new();
    let place = |at: &Region| (at.path.clone(), at.line, at.utf16_column, at.end_line, at.utf16_end_column);
    findings.iter().filter(|finding| seen.insert((finding.rule.as_str(), place(&finding.region)))).collect()
}

/// As they are if GitHub shows all; else the worst first, and no more than it takes.
fn within_limits(mut findings: Vec<&Finding>) -> Vec<&Finding> {
    if findings.len() > SHOWN {
        findings.sort_by_key(|finding| Reverse(finding.severity));
        findings.truncate(TAKEN);
    }
    findings
}

/// Says that not all results are shown, or not all written.
fn overflow(count: usize) -> Option<Value> {
    if count <= SHOWN {
        return None;
    }
    let cut = count.saturating_sub(TAKEN);
    let (level, text) = if cut == 0 {
        ("note", format!("There are {count} results, errors first; code scanning shows the first {SHOWN}."))
    } else {
        ("warning", format!("There are {count} results; the last {cut}, the least severe, are not in this file."))
    };
    Some(json!({"level": level, "message": {"text": text}}))
}

fn notification(notice: &Notice) -> Value {
    let level = match notice.kind {
        NoticeKind::MissingPath | NoticeKind::NothingToCheck => "error",
        NoticeKind::Unreadable
        | NoticeKind::Unparsed
        | NoticeKind::Overfull
        | NoticeKind::Suppression
        | NoticeKind::Baseline
        | NoticeKind::Configuration => "warning",
        NoticeKind::SyntaxError | NoticeKind::Unresolved | NoticeKind::IgnoreFile | NoticeKind::Minified => "note",
    };
    let mut notification = json!({"level": level, "message": {"text": sentence(&notice_sentence(notice))}});
    if level != "error" && is_inside(&notice.path) {
        let mut location = json!({"artifactLocation": artifact(&notice.path)});
        if let Some(line) = notice.line {
            location["region"] = json!({"startLine": line});
        }
        notification["locations"] = json!([{"physicalLocation": location}]);
    }
    notification
}

fn result(finding: &Finding, rules: &[Rule]) -> Value {
    let mut region = region(&finding.region);
    if let Some(line) = line_of(&finding.excerpt, finding.region.line) {
        region["snippet"] = json!({"text": clip(line, span_of(&finding.region), SNIPPET).text});
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.severity.as_str(),
        "message": {"text": message(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(&finding.region.path), "region": region}}],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.line_hash,
            "sidestep/v1": finding.fingerprint,
        },
        "properties": {
            "confidence": finding.confidence.as_str(),
            "evidence": finding.evidence.iter().map(evidence).collect::<Vec<_>>(),
        },
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = index.into();
    }
    if !finding.related.is_empty() {
        result["relatedLocations"] = related(finding);
    }
    if !finding.flow.is_empty() {
        let steps: Vec<Value> = finding.flow.iter().map(|step| json!({"location": location(step)})).collect();
        result["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    }
    result
}

/// What breaks, what to write instead, and links to the related places. GitHub may show the first sentence only.
fn message(finding: &Finding) -> String {
    let text = |text: &str| sentence(&without_markup(&escape::clean(text)));
    let links: Vec<String> = finding
        .related
        .iter()
        .take(LINKED)
        .enumerate()
        .map(|(at, related)| {
            let (place, id) = (&related.region, at + 1);
            if place.path == finding.region.path {
                format!("[line {}]({id})", place.line)
            } else {
                format!("[{}:{}]({id})", link_text(&place.path), place.line)
            }
        })
        .collect();
    let links = if links.is_empty() { String::new() } else { format!(" See {}.", links.join(", ")) };
    let said = format!("{} Instead: {}", text(&finding.message), text(&finding.advice));
    shorten(&said, MESSAGE - links.chars().count()) + &links
}

/// Message text in which SARIF sees no link and no placeholder: both need a bracket right after another character.
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        if (last == ']' && c == '(') || (last == '{' && c.is_ascii_digit()) {
            out.push('\u{200b}');
        }
        out.push(c);
        last = c;
    }
    out
}

/// The end of a path, as the text of a link: no bracket may stand in it.
fn link_text(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name: String = name.chars().map(|c| if "[]()\\".contains(c) { '_' } else { c }).collect();
    shorten(&without_markup(&escape::clean(&name)), 60)
}

fn related(finding: &Finding) -> Value {
    let numbered = |(at, related): (usize, &Related)| {
        let mut location = location(related);
        location["id"] = (at + 1).into();
        location
    };
    finding.related.iter().take(RELATED).enumerate().map(numbered).collect()
}

fn location(related: &Related) -> Value {
    json!({
        "message": {"text": shorten(&sentence(&without_markup(&escape::clean(&related.message))), MESSAGE)},
        "physicalLocation": {
            "artifactLocation": artifact(&related.region.path),
            "region": region(&related.region),
        },
    })
}

fn evidence(shown: &Shown) -> Value {
    json!({
        "id": shown.id,
        "weight": shown.weight,
        "against": shown.against,
        "reach": shown.reach,
        "text": escape::clean(&shown.text),
    })
}

fn region(at: &Region) -> Value {
    json!({
        "startLine": at.line,
        "startColumn": at.utf16_column,
        "endLine": at.end_line,
        "endColumn": at.utf16_end_column,
    })
}

fn artifact(path: &str) -> Value {
    json!({"uri": escape::uri(path), "uriBaseId": ROOT})
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::judge::finding::Severity;

    const SCHEMA: &str = include_str!("../../tests/data/sarif-2.1.0.schema.json");

    fn text(report: &Report) -> String {
        sample::written(|report, style, out| write(report, &sample::rules(), style, out), report, &sample::style())
    }

    fn run(report: &Report) -> Value {
        let log: Value = serde_json::from_str(&text(report)).expect("JSON");
        log["runs"][0].clone()
    }

    #[test]
    fn every_log_fits_the_schema_of_the_standard() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for report in [sample::hostile(), sample::ordinary(), Report::default()] {
            let log = serde_json::from_str(&text(&report)).expect("JSON");
            let wrong: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }

    #[test]
    fn a_hostile_report_is_safe() {
        let text = text(&sample::hostile());
        sample::assert_log_is_safe(&text);
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn messages_stand_alone_and_link_to_what_there_is() {
        let run = run(&sample::ordinary());
        assert_eq!(
            run["results"][0]["message"]["text"],
            "GET /api/v1/sessions/{id} looks a session up by its legacy `sid` id; Okta's upgrade guide says to move off it. \
             Instead: from the browser, call GET /api/v1/sessions/me with credentials: \"include\". \
             See [line 4](1), [config.ts:1](2)."
        );
        let mut report = sample::ordinary();
        report.findings[0].advice = "x ".repeat(900);
        let text = self::run(&report)["results"][0]["message"]["text"].as_str().expect("text").to_owned();
        assert!(text.chars().count() <= MESSAGE && text.ends_with("[config.ts:1](2)."), "{text}");
    }

    #[test]
    fn paths_are_percent_encoded() {
        assert_eq!(escape::uri("src/a b#%?:[é].js"), "src/a%20b%23%25%3F%3A%5B%C3%A9%5D.js");
    }

    #[test]
    fn columns_are_utf16_units() {
        let report = sample::hostile();
        let region = run(&report)["results"][0]["locations"][0]["physicalLocation"]["region"].clone();
        assert_eq!(
            region["startColumn"],
            report.findings[0].region.column + 1,
            "one character before it takes two units"
        );
        assert!(region["snippet"]["text"].as_str().expect("a snippet").chars().count() <= 1_000);
    }

    #[test]
    fn one_result_for_a_rule_and_a_region() {
        assert_eq!(run(&sample::hostile())["results"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn a_run_has_failed_only_if_nothing_was_done() {
        let is_successful = |report: &Report| run(report)["invocations"][0]["executionSuccessful"] == true;
        assert!(is_successful(&sample::hostile()));
        let mut report = Report { notices: sample::hostile().notices, ..Report::default() };
        assert!(!is_successful(&report));
        report.notices.retain(|notice| notice.kind != NoticeKind::MissingPath);
        assert!(is_successful(&report));
    }

    #[test]
    fn too_many_results_are_cut_from_the_mildest_and_said() {
        let error = sample::ordinary().findings.remove(0);
        let note = Finding { severity: Severity::Note, ..error.clone() };
        let findings = |errors| [&note; 2].into_iter().chain(std::iter::repeat_n(&error, errors)).collect::<Vec<_>>();
        let said = |count| overflow(count).map(|said| said.to_string()).unwrap_or_default();

        assert_eq!(within_limits(findings(SHOWN - 2))[0].severity, Severity::Note, "all are shown, in their order");
        assert_eq!(said(SHOWN), "");
        assert_eq!(within_limits(findings(SHOWN - 1))[0].severity, Severity::Error, "the worst first");
        assert!(said(SHOWN + 1).contains("shows the first 5000"));
        let kept = within_limits(findings(TAKEN));
        assert!(kept.len() == TAKEN && kept.iter().all(|finding| finding.severity == Severity::Error));
        assert!(said(TAKEN + 2).contains("the last 2,"));
    }

    #[test]
    #[ignore = "writes samples for validators outside: set SIDESTEP_SAMPLES to a folder"]
    fn write_samples() {
        let folder = std::path::PathBuf::from(std::env::var_os("SIDESTEP_SAMPLES").expect("SIDESTEP_SAMPLES is set"));
        let samples = [
            ("ordinary", sample::ordinary(), sample::ordinary_files()),
            ("hostile", sample::hostile(), sample::hostile_files()),
        ];
        for (name, report, files) in samples {
            for (path, source) in files {
                let path = folder.join(name).join(path);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                std::fs::write(path, source).expect("written");
            }
            std::fs::write(folder.join(format!("{name}.sarif")), text(&report)).expect("written");
        }
    }
}
