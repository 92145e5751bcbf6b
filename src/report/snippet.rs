//! The lines of a finding's excerpt as miette reads them: safe, clipped to the width, and no more than are drawn, so
//! that drawing costs the same in a file of any size.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use textwrap::core::display_width;

use super::excerpt::{Window, clip, line_of, span_of};
use super::{PHRASE, escape, shorten, wrap};
use crate::judge::finding::{Finding, Line, Region, Related};

/// Columns that miette puts around a line's number.
const GUTTER: usize = 4;
/// Columns of the hook from a mark to its label.
const HOOK: usize = 4;
/// A label is not wrapped narrower than this.
const NARROWEST_LABEL: usize = 20;
/// Lines of a label, about: what it names is said in the sentence too.
const LABEL_LINES: usize = 3;

/// The finding's line, and related ones near it, with their marks.
#[derive(Debug)]
pub struct Snippet {
    path: String,
    /// Number of the first line, counted from 0.
    first_line: usize,
    /// Column of the finding in the file, counted from 0.
    column: usize,
    text: String,
    /// Where the lines begin in the text.
    starts: Vec<usize>,
    /// The marks, in order; the finding's own is the primary one.
    pub labels: Vec<LabeledSpan>,
}

impl Snippet {
    /// The snippet of a finding for so many columns.
    pub fn of(finding: &Finding, width: usize, ascii: bool) -> Snippet {
        let marks = marks(finding);
        let line = finding.region.line;
        let first = marks.keys().next().copied().unwrap_or(line);
        let last = marks.keys().next_back().copied().unwrap_or(line);
        let width = width.saturating_sub(last.to_string().len() + GUTTER);
        let mut snippet = Snippet {
            path: escape::visible(&finding.region.path),
            first_line: first.saturating_sub(1) as usize,
            column: finding.region.column.saturating_sub(1) as usize,
            text: String::new(),
            starts: Vec::new(),
            labels: Vec::new(),
        };
        for number in first..=last {
            let nothing = Line::whole("");
            let source = line_of(&finding.excerpt, number).unwrap_or(&nothing);
            snippet.push(source, marks.get(&number), Window { width, expand_tabs: true, ascii });
        }
        snippet
    }

    fn push(&mut self, source: &Line, mark: Option<&Mark>, window: Window) {
        let shown = clip(source, mark.map_or(0..0, |mark| span_of(mark.region)), window);
        let start = self.text.len();
        if let Some(mark) = mark {
            let middle =
                display_width(&shown.text[..shown.span.start]) + display_width(&shown.text[shown.span.clone()]) / 2;
            let room = window.width.saturating_sub(middle + HOOK).max(NARROWEST_LABEL);
            let label = wrap(&shorten(&escape::clean(mark.label), PHRASE.min(LABEL_LINES * room)), room, "", "");
            let label = (!label.is_empty()).then_some(label);
            let span = start + shown.span.start..start + shown.span.end;
            self.labels.push(if mark.is_main {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            });
        }
        self.starts.push(start);
        self.text += &shown.text;
        self.text.push('\n');
    }

    fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }
}

impl SourceCode for Snippet {
    /// The whole lines of a span. miette takes the place in its heading from the finding's own span, so that is the
    /// one whose column counts.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let marked = self.text.get(span.offset()..span.offset() + span.len()).ok_or(MietteError::OutOfBounds)?;
        let first = self.line_at(span.offset());
        let last = self.line_at(span.offset() + marked.len().saturating_sub(1));
        let start = self.starts[first];
        let end = self.starts.get(last + 1).copied().unwrap_or(self.text.len());
        let is_main = self.labels.iter().any(|label| label.primary() && label.offset() == span.offset());
        let column = if is_main { self.column } else { 0 };
        // As many lines as there are: miette then draws all marks in one snippet, under the finding's place.
        let lines = self.starts.len();
        let (path, range) = (self.path.clone(), SourceSpan::from(start..end));
        let line = self.first_line + first;
        Ok(Box::new(MietteSpanContents::new_named(path, &self.text.as_bytes()[start..end], range, line, column, lines)))
    }
}

struct Mark<'a> {
    region: &'a Region,
    label: &'a str,
    /// Whether it is the finding itself and not a place that explains it.
    is_main: bool,
}

/// What is marked, by line: one place a line, the finding's own first.
fn marks(finding: &Finding) -> BTreeMap<u32, Mark<'_>> {
    let main = Mark { region: &finding.region, label: &finding.label, is_main: true };
    let mut marks = BTreeMap::from([(finding.region.line, main)]);
    for related in finding.related.iter().filter(|related| is_near(finding, related)) {
        let mark = Mark { region: &related.region, label: &related.message, is_main: false };
        marks.entry(related.region.line).or_insert(mark);
    }
    marks
}

/// Whether a related place is in the excerpt.
pub fn is_near(finding: &Finding, related: &Related) -> bool {
    related.region.path == finding.region.path && line_of(&finding.excerpt, related.region.line).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn read(snippet: &Snippet, span: &SourceSpan) -> (String, usize, usize) {
        let contents = snippet.read_span(span, 0, 0).expect("in the snippet");
        let data = String::from_utf8(contents.data().to_vec()).expect("UTF-8");
        (data, contents.line() + 1, contents.column() + 1)
    }

    #[test]
    fn a_span_is_read_as_its_lines_and_its_place_in_the_file() {
        let finding = &sample::ordinary().findings[0];
        let snippet = Snippet::of(finding, 200, false);
        let [related, main] = &snippet.labels[..] else { panic!("{:?}", snippet.labels) };
        assert_eq!(read(&snippet, related.inner()), ("  const sid = req.cookies.sid;\n".into(), 4, 1));
        let (line, number, column) = read(&snippet, main.inner());
        assert_eq!((number, column), (finding.region.line as usize, finding.region.column as usize));
        assert!(line.starts_with("  const s = await fetch(") && line.ends_with("});\n"), "{line}");
        assert!(snippet.read_span(&SourceSpan::from(9000..9001), 0, 0).is_err());
    }

    #[test]
    fn a_finding_without_an_excerpt_keeps_its_place() {
        let mut finding = sample::ordinary().findings.remove(0);
        finding.excerpt.lines.clear();
        let snippet = Snippet::of(&finding, 200, false);
        assert_eq!(read(&snippet, snippet.labels[0].inner()), ("\n".into(), 5, 25));
    }
}
