//! Checkstyle's XML, which Jenkins, reviewdog and much older CI read; the schema is `checkstyle-report-1.0.0.xsd` of
//! checkstyle. It has no place for what could not be done, which stands on the standard error stream.

use std::io::{self, Write};

use super::{said, xml};
use crate::judge::finding::{Finding, Report, Severity};

/// Writes an element for each file, with one for each finding.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", xml::DECLARATION)?;
    if report.findings.is_empty() {
        return writeln!(out, "<checkstyle version=\"4.3\"></checkstyle>");
    }
    writeln!(out, "<checkstyle version=\"4.3\">")?;
    for findings in report.findings.chunk_by(|one, other| one.region.path == other.region.path) {
        writeln!(out, "  <file name=\"{}\">", xml::attribute(&findings[0].region.path))?;
        findings.iter().try_for_each(|finding| writeln!(out, "    {}", error(finding)))?;
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

fn error(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    format!(
        "<error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"sidestep.{}\"/>",
        finding.region.line.max(1),
        finding.region.utf16_column.max(1),
        xml::attribute(&said(finding)),
        xml::attribute(&finding.rule),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn text(report: &Report) -> String {
        sample::safe(write, report)
    }

    #[test]
    fn each_file_once_and_each_finding_in_it() {
        for report in [sample::ordinary(), sample::hostile()] {
            let elements = xml::parse(&text(&report));
            let files = report.findings.chunk_by(|one, other| one.region.path == other.region.path).count();
            assert_eq!(elements.iter().filter(|(name, _)| name == "file").count(), files);
            let errors: Vec<_> = elements.iter().filter(|(name, _)| name == "error").collect();
            assert_eq!(errors.len(), report.findings.len());
            for (finding, (_, error)) in report.findings.iter().zip(errors) {
                assert_eq!(error["line"], finding.region.line.to_string());
                assert_eq!(error["column"], finding.region.utf16_column.to_string());
                assert_eq!(error["source"], format!("sidestep.{}", finding.rule));
            }
        }
    }

    #[test]
    fn a_clean_run_is_a_whole_document() {
        let clean = text(&Report::default());
        assert_eq!(clean, format!("{}\n<checkstyle version=\"4.3\"></checkstyle>\n", xml::DECLARATION));
    }
}
