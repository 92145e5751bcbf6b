//! GitLab's Code Quality report: "Code Quality" in GitLab's documentation. An array of findings and nothing else; what
//! could not be done stands on the standard error stream.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{escape, said};
use crate::judge::finding::{Finding, Report, Severity};

/// Writes the array.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut seen = HashMap::new();
    let issues: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            let count = seen.entry((&finding.rule, &finding.region.path, &finding.fingerprint)).or_insert(0_u32);
            *count += 1;
            issue(finding, *count)
        })
        .collect();
    writeln!(out, "{}", escape::json_safe(&serde_json::to_string_pretty(&issues)?))
}

fn issue(finding: &Finding, ordinal: u32) -> Value {
    let severity = match finding.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    json!({
        // First: it tells a later run that this is a report.
        "check_name": finding.rule,
        // GitLab does not show the name of the check.
        "description": format!("{}: {}", finding.rule, said(finding)),
        "fingerprint": fingerprint(finding, ordinal),
        "severity": severity,
        // One outside of the repository is shown whole, but has to be relative here.
        "location": {
            "path": finding.region.path.trim_start_matches('/'),
            "lines": {"begin": finding.region.line},
        },
    })
}

/// No two in a report are equal, or GitLab shows one of them; none depends on the line.
fn fingerprint(finding: &Finding, ordinal: u32) -> String {
    let ordinal = ordinal.to_string();
    let parts = [finding.rule.as_str(), &finding.region.path, &finding.fingerprint, &ordinal];
    Sha256::digest(parts.join("\0")).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::sample;
    use super::*;

    const SCHEMA: &str = include_str!("../../tests/data/gitlab-codequality.schema.json");

    fn issues(report: &Report) -> Vec<Value> {
        let text = sample::safe(write, report);
        serde_json::from_str(&text).expect("an array")
    }

    #[test]
    fn every_report_fits_the_schema() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for report in [sample::hostile(), sample::ordinary(), Report::default()] {
            let issues = issues(&report);
            assert_eq!(issues.len(), report.findings.len());
            let wrong: Vec<_> = validator.iter_errors(&issues.into()).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
        assert!(!validator.is_valid(&json!([{"description": ""}])));
    }

    #[test]
    fn fingerprints_are_unique_and_do_not_move_with_the_lines() {
        let mut report = sample::hostile();
        let before = issues(&report);
        let fingerprints: HashSet<_> = before.iter().map(|issue| issue["fingerprint"].to_string()).collect();
        assert_eq!(fingerprints.len(), report.findings.len());
        report.findings.iter_mut().for_each(|finding| finding.region.line += 7);
        let after = issues(&report);
        assert!(before.iter().zip(&after).all(|(one, other)| one["fingerprint"] == other["fingerprint"]));
    }
}
