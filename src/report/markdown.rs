//! A page for job summaries and pull request comments: the verdict, counts by rule, the first findings, what could not be
//! done, and what keeps working.
//!
//! What comes from a file stands in code spans or has its punctuation escaped: nobody is mentioned, nothing is linked.

use std::io::{self, Write};

use super::{Counts, PHRASE, Style, escape, notice_sentence, shorten, summary};
use crate::judge::finding::{Finding, Region, Report};

/// Findings in the table.
const ROWS: usize = 50;
/// Longest page, in bytes: a comment takes 65,536 characters, a job summary more.
const PAGE: usize = 65_000;
/// What the lines about what was left out, and the end of a folded part, may take of it.
const RESERVE: usize = 500;
/// Longest row, in characters of each part.
const PART: usize = 400;

/// Writes the page.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(report);
    let mut page = Page { text: String::from("# sidestep\n") };
    let verdict = summary::verdict(report, &counts, &Style { show_working: true, ..style.clone() });
    page.text += &escape::log_safe(&format!("\n{}\n", prose(&verdict.replace('\n', " "))));
    if !counts.by_rule.is_empty() {
        let rows: Vec<String> = counts.by_rule.iter().map(|(rule, count)| format!("| `{rule}` | {count} |")).collect();
        page.rows("\n## Findings by rule\n\n| Rule | Findings |\n| --- | ---: |\n", &rows, rows.len(), "rule", "");
        let rows: Vec<String> = report.findings.iter().map(|finding| row(finding, style)).collect();
        page.rows(
            "\n## Findings\n\n| Where | Level | Rule | What |\n| --- | --- | --- | --- |\n",
            &rows,
            ROWS,
            "finding",
            "",
        );
    }
    let rows: Vec<String> =
        report.notices.iter().map(|notice| format!("- {}", prose(&notice_sentence(notice)))).collect();
    page.rows("\n## Not checked, or not fully\n\n", &rows, ROWS, "notice", "");
    let working = |working: &crate::judge::finding::Working| {
        let what = shorten(&escape::clean(&working.what), PHRASE);
        format!("- {} {}", place(&working.region, style), code(&what))
    };
    let rows: Vec<String> = report.working.iter().map(working).collect();
    let head = format!("\n<details>\n<summary>Keeps working after the upgrade: {}</summary>\n\n", rows.len());
    page.rows(&head, &rows, rows.len(), "use", "\n</details>\n");
    out.write_all(page.text.as_bytes())
}

struct Page {
    text: String,
}

impl Page {
    /// Adds as many whole rows as are wanted and fit, and says how many are left out.
    fn rows(&mut self, head: &str, rows: &[String], most: usize, word: &str, end: &str) {
        if rows.is_empty() || self.text.len() + head.len() + end.len() + RESERVE > PAGE {
            return;
        }
        self.text += head;
        let mut written = 0;
        for row in rows.iter().take(most) {
            let row = escape::log_safe(row);
            if self.text.len() + row.len() + RESERVE > PAGE {
                break;
            }
            self.text += &row;
            self.text.push('\n');
            written += 1;
        }
        if written < rows.len() {
            self.text += &format!("\n… and {} more.\n", summary::many(rows.len() - written, word));
        }
        self.text += end;
    }
}

fn row(finding: &Finding, style: &Style) -> String {
    let message = prose(&shorten(&escape::clean(&finding.message), PART));
    let cells =
        [place(&finding.region, style), finding.severity.as_str().to_owned(), format!("`{}`", finding.rule), message];
    format!("| {} |", cells.join(" | "))
}

/// Path and line, as a link where the files are on the web.
fn place(at: &Region, style: &Style) -> String {
    let shown = code(&format!("{}:{}", shorten(&escape::visible(&at.path), PART), at.line));
    match &style.web {
        Some(web) if !at.path.starts_with('/') => format!("[{shown}]({web}/{}#L{})", escape::uri(&at.path), at.line),
        _ => shown,
    }
}

/// A code span. A pipe is escaped too, or it would end a cell of a table.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

/// A sentence: its code spans stay, all else means itself.
fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return plain(text);
    }
    let piece = |(at, piece): (usize, &&str)| if at % 2 == 1 && !piece.is_empty() { code(piece) } else { plain(piece) };
    pieces.iter().enumerate().map(piece).collect()
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            // Mentions and links to issues are found after all else, so that only a break helps.
            '@' | '#' => out.extend([c, '\u{200b}']),
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' | '$' => out.extend(['\\', c]),
            // A web address would become a link.
            ':' if text[at..].starts_with("://") => out.extend([c, '\u{200b}']),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn text(report: &Report, style: &Style) -> String {
        let text = sample::written(write, report, style);
        sample::assert_log_is_safe(&text);
        assert!(text.len() <= PAGE, "{}", text.len());
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
        text
    }

    /// Outside of code spans, which go from a run of backticks to the next of the same length.
    fn outside(line: &str) -> String {
        let (mut out, mut rest) = (String::new(), line);
        while let Some(at) = rest.find('`') {
            let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
            if rest[..at].ends_with('\\') {
                out += &rest[..=at];
                rest = &rest[at + 1..];
                continue;
            }
            out += &rest[..at];
            let body = &rest[at + run..];
            let mut ends = body.match_indices('`').map(|(end, _)| end);
            let end = ends.find(|end| {
                let here = body[*end..].len() - body[*end..].trim_start_matches('`').len();
                here == run && !body[..*end].ends_with('`')
            });
            rest = &body[end.expect("the span ends") + run..];
        }
        out + rest
    }

    #[test]
    fn an_ordinary_page_reads_like_this() {
        let web = Some("https://github.com/acme/portal/blob/0123abc".to_owned());
        let page = text(&sample::ordinary(), &Style { web, ..sample::style() });
        assert!(page.starts_with("# sidestep\n\nFound 1 error, 1 warning in 2 of 1,284 files (312 relevant).\n"));
        assert!(page.contains("| `get-session` | 1 |\n"), "{page}");
        let link = "[`services/portal/src/auth.ts:5`](https://github.com/acme/portal/blob/0123abc/services/portal/src/auth.ts#L5)";
        assert!(
            page.contains(&format!("| {link} | error | `get-session` | GET /api/v1/sessions/\\{{id\\}} ")),
            "{page}"
        );
        assert!(page.contains("its legacy `sid` id"), "{page}");
        assert!(page.ends_with("</details>\n"), "{page}");
    }

    #[test]
    fn nothing_from_a_file_means_anything() {
        let mut report = sample::hostile();
        report.findings[0].region.path = "a`b``c|@me #1<script>.js".into();
        report.findings[0].message = "@all see #12 and <img src=x> ![a](http://x) | ``x` |".into();
        report.working[0].what = "`|</details>@me".into();
        let page = text(&report, &sample::style());
        for line in page.lines().filter(|line| line.starts_with("| ") || line.starts_with("- ")) {
            let outside = outside(line).replace("\\]", "");
            for bad in ["@me", "@all", "#1", "<script", "<img", "](", "</details"] {
                assert!(!outside.contains(bad), "{bad} in {outside}");
            }
        }
        let rows = page.lines().skip_while(|line| !line.starts_with("| Where"));
        for row in rows.take_while(|line| line.starts_with('|')) {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
        }
    }

    #[test]
    fn a_long_page_is_cut_by_rows_and_says_so() {
        let mut report = sample::hostile();
        report.findings = report.findings.iter().cycle().take(1_000).cloned().collect();
        report.notices = report.notices.iter().cycle().take(1_000).cloned().collect();
        report.working = report.working.iter().cycle().take(10_000).cloned().collect();
        let page = text(&report, &sample::style());
        assert!(page.contains("… and 950 findings more.\n") && page.contains("uses more.\n"), "{page}");
        assert!(page.ends_with("</details>\n"));
    }

    #[test]
    fn a_clean_page_says_so() {
        let page = text(&Report { findings: Vec::new(), working: Vec::new(), ..sample::ordinary() }, &sample::style());
        assert!(page.starts_with("# sidestep\n\nClean") && !page.contains("##"), "{page}");
    }
}
