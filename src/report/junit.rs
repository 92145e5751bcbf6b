//! JUnit's XML in the dialect that GitLab and most readers take: a suite for each file, a failed case for each finding.
//! GitLab's "Unit test reports" and `junit-10.xsd` of Jenkins' xunit plugin say what is read; the latter knows no `file`
//! and `line`, which GitLab shows.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::excerpt::{Window, clip, line_of, span_of};
use super::{escape, notice_sentence, place, xml};
use crate::judge::finding::{Finding, Notice, NoticeKind, Report, Severity};

/// What is kept of the flagged line.
const EXCERPT: Window = Window { width: 200, expand_tabs: true, ascii: false };

/// Writes the suites in the order of their paths. A clean run is one passed case: none would read as "no tests ran".
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for finding in &report.findings {
        suites.entry(&finding.region.path).or_default().push(case(finding));
    }
    for notice in report.notices.iter().filter(|notice| notice.is_incomplete()) {
        suites.entry(&notice.path).or_default().push(trouble(notice));
    }
    if suites.is_empty() {
        suites.insert("sidestep", vec![Case { name: "no findings".into(), line: None, outcome: None }]);
    }
    let total = Totals::of(suites.values().flatten());
    writeln!(out, "{}", xml::DECLARATION)?;
    let Totals { tests, failures, errors, .. } = total;
    writeln!(out, "<testsuites name=\"sidestep\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">")?;
    for (path, cases) in &suites {
        suite(path, cases, out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Case {
    name: String,
    line: Option<u32>,
    /// None: passed.
    outcome: Option<Outcome>,
}

struct Outcome {
    kind: Kind,
    /// The rule, or the kind of notice.
    of: String,
    message: String,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Failure,
    Error,
    /// A note: nobody's test has failed.
    Skipped,
}

struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Totals {
    fn of<'a>(cases: impl Iterator<Item = &'a Case>) -> Totals {
        let mut totals = Totals { tests: 0, failures: 0, errors: 0, skipped: 0 };
        for case in cases {
            totals.tests += 1;
            match case.outcome.as_ref().map(|outcome| outcome.kind) {
                Some(Kind::Failure) => totals.failures += 1,
                Some(Kind::Error) => totals.errors += 1,
                Some(Kind::Skipped) => totals.skipped += 1,
                None => {}
            }
        }
        totals
    }
}

fn case(finding: &Finding) -> Case {
    let at = &finding.region;
    let (message, advice) = (escape::clean(&finding.message), escape::clean(&finding.advice));
    let (place, severity) = (place(at), finding.severity.as_str());
    let mut text = format!("{place}: {severity}[{}] {message}\nInstead: {advice}\n", finding.rule);
    if let Some(line) = line_of(&finding.excerpt, at.line) {
        text += &format!("{} | {}\n", at.line, clip(line, span_of(at), EXCERPT).text);
    }
    let kind = if finding.severity == Severity::Note { Kind::Skipped } else { Kind::Failure };
    Case {
        name: format!("{} at {}:{}", finding.rule, at.line, at.column),
        line: Some(at.line),
        outcome: Some(Outcome { kind, of: finding.rule.clone(), message, text }),
    }
}

fn trouble(notice: &Notice) -> Case {
    let of = match notice.kind {
        NoticeKind::MissingPath => "missing-path",
        NoticeKind::NothingToCheck => "nothing-to-check",
        NoticeKind::Unreadable => "unreadable",
        NoticeKind::Overfull => "overfull",
        _ => "unparsed",
    };
    let name = notice.line.map_or(of.to_owned(), |line| format!("{of} at {line}"));
    let message = notice_sentence(notice);
    let text = format!("{message}\n");
    Case { name, line: notice.line, outcome: Some(Outcome { kind: Kind::Error, of: of.into(), message, text }) }
}

fn suite(path: &str, cases: &[Case], out: &mut dyn Write) -> io::Result<()> {
    let Totals { tests, failures, errors, skipped } = Totals::of(cases.iter());
    let is_file = cases.iter().any(|case| case.line.is_some());
    let path = xml::attribute(path);
    writeln!(
        out,
        "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">"
    )?;
    let mut names: HashMap<&str, usize> = HashMap::new();
    for case in cases {
        let count = names.entry(&case.name).or_insert(0);
        *count += 1;
        // GitLab keeps one of two cases with the same name and class.
        let name = if *count == 1 { case.name.clone() } else { format!("{} ({count})", case.name) };
        let mut head = format!("<testcase name=\"{}\" classname=\"{path}\"", xml::attribute(&name));
        if is_file {
            head += &format!(" file=\"{path}\"");
        }
        if let Some(line) = case.line {
            head += &format!(" line=\"{line}\"");
        }
        match &case.outcome {
            None => writeln!(out, "    {head}/>")?,
            Some(outcome) => writeln!(out, "    {head}>{}</testcase>", spelt(outcome))?,
        }
    }
    writeln!(out, "  </testsuite>")
}

fn spelt(outcome: &Outcome) -> String {
    let message = xml::attribute(&outcome.message);
    let element = match outcome.kind {
        Kind::Skipped => return format!("<skipped message=\"{message}\"/>"),
        Kind::Failure => "failure",
        Kind::Error => "error",
    };
    // Right after the tag: so no line begins with text from elsewhere.
    format!("<{element} type=\"{}\" message=\"{message}\">{}</{element}>", outcome.of, xml::content(&outcome.text))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::sample;
    use super::*;

    fn text(report: &Report) -> String {
        sample::safe(write, report)
    }

    #[test]
    fn every_finding_is_a_failed_case_of_a_name_of_its_own() {
        for report in [sample::ordinary(), sample::hostile()] {
            let elements = xml::parse(&text(&report));
            let count = |wanted: &str| elements.iter().filter(|(name, _)| name == wanted).count();
            let incomplete = report.notices.iter().filter(|notice| notice.is_incomplete()).count();
            assert_eq!((count("failure"), count("error")), (report.findings.len(), incomplete));
            let cases: Vec<_> = elements.iter().filter(|(name, _)| name == "testcase").collect();
            let names: HashSet<_> = cases.iter().map(|(_, case)| (&case["classname"], &case["name"])).collect();
            assert_eq!(names.len(), cases.len());
            assert_eq!(elements[0].1["tests"], cases.len().to_string());
            assert_eq!(elements[0].1["failures"], report.findings.len().to_string());
        }
    }

    #[test]
    fn a_note_fails_no_test() {
        let mut report = sample::ordinary();
        report.findings[0].severity = Severity::Note;
        let elements = xml::parse(&text(&report));
        assert_eq!(elements.iter().filter(|(name, _)| name == "skipped").count(), 1);
        assert_eq!(elements[0].1["failures"], "1");
    }

    #[test]
    fn a_clean_run_is_one_passed_case() {
        let elements = xml::parse(&text(&Report::default()));
        let names: Vec<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["testsuites", "testsuite", "testcase"]);
        assert_eq!(elements[2].1["name"], "no findings");
    }
}
