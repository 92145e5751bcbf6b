//! reviewdog's diagnostic format, as `proto/rdf/reviewdog.proto` of reviewdog describes it. Columns count bytes, from 1;
//! ends are exclusive. It has no place for what could not be done, which stands on the standard error stream.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::excerpt::line_of;
use super::{HOME, escape, page, said};
use crate::judge::finding::{Excerpt, Finding, Report, Severity};

/// Writes the document.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = json!({
        "source": {"name": "sidestep", "url": HOME},
        "diagnostics": report.findings.iter().map(diagnostic).collect::<Vec<_>>(),
    });
    writeln!(out, "{}", escape::json_safe(&serde_json::to_string_pretty(&document)?))
}

fn diagnostic(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Note => "INFO",
    };
    let at = &finding.region;
    let mut range =
        json!({"start": position(&finding.excerpt, at.line, at.column).unwrap_or(json!({"line": at.line}))});
    if let Some(end) = position(&finding.excerpt, at.end_line, at.end_column) {
        range["end"] = end;
    }
    json!({
        "message": said(finding),
        "location": {"path": at.path, "range": range},
        "severity": severity,
        "code": {"value": finding.rule, "url": page(&finding.rule)},
    })
}

/// With its column in bytes, for which the line has to be at hand.
fn position(excerpt: &Excerpt, line: u32, column: u32) -> Option<Value> {
    let shown = line_of(excerpt, line)?;
    let before = (column.saturating_sub(1) as usize).checked_sub(shown.chars_before)?;
    let bytes: usize = shown.text.chars().take(before).map(char::len_utf8).sum();
    Some(json!({"line": line, "column": shown.bytes_before + bytes + 1}))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const SCHEMA: &str = include_str!("../../tests/data/rdjson.schema.json");

    fn document(report: &Report) -> Value {
        let text = sample::safe(write, report);
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn every_document_fits_the_schema() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for report in [sample::hostile(), sample::ordinary(), Report::default()] {
            let document = document(&report);
            let wrong: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
            assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(report.findings.len()));
        }
        assert!(!validator.is_valid(&json!({"diagnostics": [{}]})));
    }

    #[test]
    fn columns_count_bytes() {
        let report = sample::hostile();
        let document = document(&report);
        for (diagnostic, finding) in document["diagnostics"].as_array().expect("an array").iter().zip(&report.findings)
        {
            let files = sample::hostile_files();
            let (_, text) = files.iter().find(|(path, _)| *path == finding.region.path).expect("the file");
            let start = finding.region.byte_start as usize;
            let column = start - text[..start].rfind('\n').map_or(0, |at| at + 1) + 1;
            assert_eq!(diagnostic["location"]["range"]["start"]["column"], column);
        }
    }
}
