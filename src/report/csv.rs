//! Comma-separated values (RFC 4180) for spreadsheets: a row for each finding below a row of names. Columns count UTF-16
//! units, as in SARIF.

use std::io::{self, Write};

use super::escape;
use crate::judge::finding::{Finding, Report};

/// The first row.
const HEADER: &str = "path,line,column,end_line,end_column,severity,confidence,rule,message,advice,fingerprint";

/// Writes the rows.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    report.findings.iter().try_for_each(|finding| writeln!(out, "{}", row(finding)))
}

fn row(finding: &Finding) -> String {
    let at = &finding.region;
    let cells = [
        escape::visible(&at.path),
        at.line.to_string(),
        at.utf16_column.to_string(),
        at.end_line.to_string(),
        at.utf16_end_column.to_string(),
        finding.severity.as_str().to_owned(),
        finding.confidence.as_str().to_owned(),
        finding.rule.clone(),
        escape::clean(&finding.message),
        escape::clean(&finding.advice),
        finding.fingerprint.clone(),
    ];
    escape::log_safe(&cells.map(|cell| quoted(&inert(cell))).join(","))
}

/// A cell that no spreadsheet takes for a formula: an apostrophe makes it text.
fn inert(cell: String) -> String {
    if cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        return format!("'{cell}");
    }
    cell
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// The cells of each row. No cell holds a line end, so that every line is a row.
    fn rows(text: &str) -> Vec<Vec<String>> {
        let row = |line: &str| {
            let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
            let mut chars = line.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '"' if is_quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
                    '"' => is_quoted = !is_quoted,
                    ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
                    _ => cell.push(c),
                }
            }
            assert!(!is_quoted, "{line}");
            cells.push(cell);
            cells
        };
        text.lines().map(row).collect()
    }

    fn text(report: &Report) -> String {
        sample::safe(write, report)
    }

    #[test]
    fn the_cells_read_back_equal() {
        let report = sample::ordinary();
        let rows = rows(&text(&report));
        assert_eq!(rows[0].join(","), HEADER);
        for (finding, row) in report.findings.iter().zip(&rows[1..]) {
            assert_eq!(row.len(), rows[0].len());
            assert_eq!((&row[0], &row[7]), (&finding.region.path, &finding.rule));
            assert_eq!((&row[8], &row[9]), (&finding.message, &finding.advice));
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut report = sample::hostile();
        let evil = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1"];
        report.findings = report.findings.iter().cycle().take(evil.len()).cloned().collect();
        for (finding, text) in report.findings.iter_mut().zip(evil) {
            finding.region.path = text.into();
            finding.message = text.into();
        }
        for cell in rows(&text(&report)).iter().flatten() {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '\t', '\r']), "{cell}");
        }
        for text in evil {
            assert!(!inert(text.into()).starts_with(text.chars().next().expect("a character")), "{text}");
        }
    }

    #[test]
    fn a_clean_run_has_the_names() {
        assert_eq!(text(&Report::default()), format!("{HEADER}\n"));
    }
}
