//! JSON Lines: the objects of `json`, one a line, each with a `type`. The summary comes last, so that a run that was cut
//! off shows.

use std::io::{self, Write};

use serde::Serialize;

use super::escape;
use super::json::{self, Item, SCHEMA_VERSION, Summary, Tool, Trouble, Use};
use crate::judge::finding::Report;

/// Writes findings, what could not be done, what keeps working, and the summary.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter().map(|finding| Line::Finding(json::item(finding)));
    let errors = report.notices.iter().map(|notice| Line::Error(json::trouble(notice)));
    let working = report.working.iter().map(|working| Line::KeepsWorking(json::working(working)));
    let summary =
        Line::Summary(Last { schema_version: SCHEMA_VERSION, tool: json::tool(), summary: json::summary(report) });
    for line in findings.chain(errors).chain(working).chain([summary]) {
        writeln!(out, "{}", escape::json_safe(&serde_json::to_string(&line)?))?;
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Finding(Item<'a>),
    Error(Trouble<'a>),
    KeepsWorking(Use<'a>),
    Summary(Last<'a>),
}

#[derive(Serialize)]
struct Last<'a> {
    schema_version: u32,
    tool: Tool,
    #[serde(flatten)]
    summary: Summary<'a>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample;
    use super::*;

    fn lines(report: &Report) -> Vec<Value> {
        let text = sample::safe(write, report);
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn each_line_fits_its_part_of_the_published_schema() {
        let whole: Value = serde_json::from_str(include_str!("../../docs/schema/report.schema.json")).expect("JSON");
        for report in [sample::hostile(), sample::ordinary(), Report::default()] {
            let lines = lines(&report);
            assert_eq!(lines.len(), report.findings.len() + report.notices.len() + report.working.len() + 1);
            for line in &lines {
                let part = match line["type"].as_str() {
                    Some("finding") => "finding",
                    Some("error") => "notice",
                    Some("keeps-working") => "working",
                    Some("summary") => "summary",
                    other => panic!("{other:?}"),
                };
                let schema = json!({"$defs": whole["$defs"], "$ref": format!("#/$defs/{part}")});
                let validator = jsonschema::validator_for(&schema).expect("a schema");
                assert!(validator.is_valid(line), "{line}");
            }
        }
    }

    #[test]
    fn the_summary_is_last_and_there_is_only_one() {
        for report in [sample::hostile(), Report::default()] {
            let lines = lines(&report);
            let summaries: Vec<usize> = (0..lines.len()).filter(|at| lines[*at]["type"] == "summary").collect();
            assert_eq!(summaries, [lines.len() - 1]);
            assert_eq!(lines[lines.len() - 1]["schema_version"], SCHEMA_VERSION);
        }
    }
}
