//! The document for scripts, described by docs/schema/report.schema.json. A new key is no breaking change; one that goes
//! or changes its meaning raises [`SCHEMA_VERSION`].
//!
//! Columns are in UTF-16 units, as in SARIF; offsets are in bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::excerpt::{Window, clip, line_of, span_of};
use super::{Counts, escape, notice_sentence};
use crate::judge::finding::{
    Confidence, Finding, Level, Notice, NoticeKind, Region, Related, Report, Severity, Shown, Working,
};
use crate::judge::rules::{Rule, Status};

/// The version of the document's form.
pub const SCHEMA_VERSION: u32 = 1;
/// Columns of an excerpt.
const EXCERPT: Window = Window { width: 200, expand_tabs: false, ascii: false };

/// Writes the document.
pub fn write(report: &Report, rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    let is_found = |rule: &&Rule| report.findings.iter().any(|finding| finding.rule == rule.id);
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: tool(),
        summary: summary(report),
        rules: rules.iter().filter(is_found).map(page).collect(),
        findings: report.findings.iter().map(item).collect(),
        errors: report.notices.iter().map(trouble).collect(),
        keeps_working: report.working.iter().map(working).collect(),
    };
    let text = serde_json::to_string_pretty(&document)?;
    writeln!(out, "{}", escape::json_safe(&text))
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    summary: Summary<'a>,
    rules: Vec<Page<'a>>,
    findings: Vec<Item<'a>>,
    errors: Vec<Trouble<'a>>,
    keeps_working: Vec<Use<'a>>,
}

/// Who wrote it.
#[derive(Serialize)]
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The counts.
#[derive(Serialize)]
pub struct Summary<'a> {
    errors: usize,
    warnings: usize,
    notes: usize,
    by_rule: BTreeMap<String, usize>,
    files_with_findings: usize,
    checked: usize,
    relevant: usize,
    languages: &'a BTreeMap<String, usize>,
    skipped: &'a BTreeMap<String, usize>,
    hidden: usize,
    suppressed: usize,
    baselined: usize,
    keeps_working: usize,
    guidance: Option<&'a str>,
    complete: bool,
}

/// A rule that was found.
#[derive(Serialize)]
struct Page<'a> {
    id: &'a str,
    severity: &'a str,
    status: Vec<Said<'a>>,
}

/// What Okta said of it.
#[derive(Serialize)]
struct Said<'a> {
    date: &'a str,
    release: Option<&'a str>,
    what: &'a str,
    source: &'a str,
    severity: Option<&'a str>,
}

/// A place, with its keys beside those of what is there.
#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    byte_start: u32,
    byte_end: u32,
}

/// A finding.
#[derive(Serialize)]
pub struct Item<'a> {
    rule: &'a str,
    severity: Severity,
    confidence: Confidence,
    #[serde(flatten)]
    place: Place<'a>,
    message: String,
    label: String,
    advice: String,
    excerpt: Option<String>,
    related: Vec<Other<'a>>,
    flow: Vec<Other<'a>>,
    evidence: Vec<Reason<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Other<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: String,
}

#[derive(Serialize)]
struct Reason<'a> {
    id: &'a str,
    weight: &'a str,
    against: bool,
    reach: &'a str,
    text: String,
    at: Option<Place<'a>>,
}

/// A notice.
#[derive(Serialize)]
pub struct Trouble<'a> {
    kind: NoticeKind,
    path: &'a str,
    line: Option<u32>,
    message: String,
    incomplete: bool,
}

/// What keeps working.
#[derive(Serialize)]
pub struct Use<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    what: String,
}

/// This program.
pub fn tool() -> Tool {
    Tool { name: "sidestep", version: env!("CARGO_PKG_VERSION") }
}

/// A use that keeps working as written.
pub fn working(working: &Working) -> Use<'_> {
    Use { place: place(&working.region), what: escape::clean(&working.what) }
}

/// The counts of a run.
pub fn summary(report: &Report) -> Summary<'_> {
    let (counts, stats) = (Counts::of(report), &report.stats);
    Summary {
        errors: counts.errors,
        warnings: counts.warnings,
        notes: counts.notes,
        by_rule: counts.by_rule.into_iter().collect(),
        files_with_findings: counts.files,
        checked: stats.checked,
        relevant: stats.relevant,
        languages: &stats.languages,
        skipped: &stats.skipped,
        hidden: stats.hidden,
        suppressed: stats.suppressed,
        baselined: stats.baselined,
        keeps_working: report.working.len(),
        guidance: report.guidance.as_deref(),
        complete: counts.incomplete == 0,
    }
}

/// A rule with what Okta said of it, oldest first.
fn page(rule: &Rule) -> Page<'_> {
    Page { id: &rule.id, severity: rule.level(), status: rule.status.iter().map(said).collect() }
}

fn said(status: &Status) -> Said<'_> {
    let Status { date, release, what, source, severity, .. } = status;
    Said { date, release: release.as_deref(), what, source, severity: severity.map(Level::as_str) }
}

/// A finding as written.
pub fn item(finding: &Finding) -> Item<'_> {
    let excerpt = line_of(&finding.excerpt, finding.region.line);
    Item {
        rule: &finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        place: place(&finding.region),
        message: escape::clean(&finding.message),
        label: escape::clean(&finding.label),
        advice: escape::clean(&finding.advice),
        excerpt: excerpt.map(|line| clip(line, span_of(&finding.region), EXCERPT).text),
        related: finding.related.iter().map(other).collect(),
        flow: finding.flow.iter().map(other).collect(),
        evidence: finding.evidence.iter().map(reason).collect(),
        fingerprint: &finding.fingerprint,
    }
}

fn other(related: &Related) -> Other<'_> {
    Other { place: place(&related.region), message: escape::clean(&related.message) }
}

fn reason(shown: &Shown) -> Reason<'_> {
    Reason {
        id: &shown.id,
        weight: &shown.weight,
        against: shown.against,
        reach: &shown.reach,
        text: escape::clean(&shown.text),
        at: shown.region.as_ref().map(place),
    }
}

/// A notice as written.
pub fn trouble(notice: &Notice) -> Trouble<'_> {
    Trouble {
        kind: notice.kind,
        path: &notice.path,
        line: notice.line,
        message: notice_sentence(notice),
        incomplete: notice.is_incomplete(),
    }
}

fn place(region: &Region) -> Place<'_> {
    Place {
        path: &region.path,
        line: region.line,
        column: region.utf16_column,
        end_line: region.end_line,
        end_column: region.utf16_end_column,
        byte_start: region.byte_start,
        byte_end: region.byte_end,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::sample;
    use super::*;

    const SCHEMA: &str = include_str!("../../docs/schema/report.schema.json");

    fn document(report: &Report) -> Value {
        let written = sample::safe(|report, out| write(report, &sample::rules(), out), report);
        serde_json::from_str(&written).expect("JSON")
    }

    /// Every key that is written is described: the schema itself lets unknown ones pass, as readers must.
    fn assert_described(value: &Value, schema: &Value, whole: &Value, at: &str) {
        let schema = match schema["$ref"].as_str() {
            Some(name) => whole.pointer(name.trim_start_matches('#')).expect("the reference leads somewhere"),
            None => schema,
        };
        match value {
            Value::Object(keys) if schema.get("properties").is_some() => {
                for (key, value) in keys {
                    let described = schema["properties"].get(key);
                    let described = described.unwrap_or_else(|| panic!("{at}.{key} is not in the schema"));
                    assert_described(value, described, whole, &format!("{at}.{key}"));
                }
            }
            Value::Array(items) => {
                items.iter().for_each(|item| assert_described(item, &schema["items"], whole, &format!("{at}[]")));
            }
            _ => {}
        }
    }

    #[test]
    fn every_document_fits_the_published_schema() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for report in [sample::hostile(), sample::ordinary(), Report::default()] {
            let document = document(&report);
            let wrong: Vec<String> =
                validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
            assert_described(&document, &schema, &schema, "$");
        }
        assert!(!validator.is_valid(&serde_json::json!({"schema_version": 1})));
    }

    #[test]
    fn both_units_stand_side_by_side_and_paths_are_exact() {
        let report = sample::hostile();
        let document = document(&report);
        for (item, finding) in document["findings"].as_array().expect("findings").iter().zip(&report.findings) {
            assert_eq!(item["path"], finding.region.path);
            assert_eq!(item["column"], finding.region.utf16_column);
            assert_eq!(item["byte_start"], finding.region.byte_start);
            assert!(item["excerpt"].as_str().expect("an excerpt").chars().count() <= EXCERPT.width);
        }
    }

    #[test]
    fn the_text_is_safe_to_print_and_holds_no_secret() {
        let text = sample::safe(|report, out| write(report, &sample::rules(), out), &sample::hostile());
        assert!(text.ends_with("}\n"));
    }
}
