//! The lines around a finding, as much of each as a report can show: a line may be megabytes long and hold thousands of
//! findings, which share what is cut out of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::finding::{Excerpt, Line, Region, Related};
use crate::files::source::Source;

/// Lines of source shown before and after a finding.
const AROUND: u32 = 1;
/// Bytes of a long line that are cut out together with the block before and the one behind: more than any report looks at
/// on either side of a place in the middle one.
const BLOCK: usize = 8 << 10;

/// Cuts the excerpts of one file.
pub(super) struct Excerpts<'s> {
    source: &'s Source,
    /// What was cut out already, by line and block.
    cut: RefCell<HashMap<(u32, usize), Line>>,
}

impl<'s> Excerpts<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self { source, cut: RefCell::default() }
    }

    /// The line of a finding with its neighbours. A long one is cut around the finding, or the first related place on it.
    pub(super) fn of(&self, region: &Region, related: &[Related]) -> Excerpt {
        let first_line = region.line.saturating_sub(AROUND).max(1);
        let last = region.line.saturating_add(AROUND).min(self.source.line_count());
        let place = |line: u32| {
            let mut places = std::iter::once(region).chain(related.iter().map(|related| &related.region));
            places.find(|place| place.line == line && place.path == region.path).map(|place| place.byte_start as usize)
        };
        Excerpt { first_line, lines: (first_line..=last).map(|line| self.line(line, place(line))).collect() }
    }

    fn line(&self, line: u32, place: Option<usize>) -> Line {
        let (text, start) = (self.source.line(line), self.source.start_of(line));
        let block = match text.len() > 3 * BLOCK {
            true => place.unwrap_or(start).saturating_sub(start) / BLOCK,
            false => 0,
        };
        let mut cut = self.cut.borrow_mut();
        cut.entry((line, block)).or_insert_with(|| self.part(text, start, block)).clone()
    }

    /// The block of a line with its neighbours.
    fn part(&self, text: &str, start: usize, block: usize) -> Line {
        if text.len() <= 3 * BLOCK {
            return Line::whole(text);
        }
        let from = text.floor_char_boundary(block.saturating_sub(1) * BLOCK);
        let to = text.floor_char_boundary((block + 2) * BLOCK);
        let (chars, _) = self.source.counted(start, start + from);
        let text_of_part = text.get(from..to).unwrap_or_default();
        Line { text: Arc::from(text_of_part), chars_before: chars, bytes_before: from, goes_on: to < text.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::expr::Span;

    #[test]
    fn a_long_line_is_cut_around_a_place() {
        let text = format!("{}fetch(x){}", "é".repeat(50_000), "b".repeat(50_000));
        let source = Source::new("a".into(), text.into_bytes());
        let excerpts = Excerpts::new(&source);
        let excerpt = excerpts.of(&source.region(Span::new(100_000, 100_008)), &[]);
        let line = &excerpt.lines[0];
        assert!(line.text.len() <= 3 * BLOCK && line.goes_on);
        let before = line.text.find("fetch(x)").expect("it is there");
        assert_eq!(line.bytes_before + before, 100_000);
        assert_eq!(line.chars_before + line.text[..before].chars().count(), 50_000);
    }

    #[test]
    fn findings_near_each_other_share_what_is_cut() {
        let source = Source::new("a".into(), vec![b'a'; 1 << 20]);
        let excerpts = Excerpts::new(&source);
        let at = |at| excerpts.of(&source.region(Span::new(at, at + 1)), &[]).lines.remove(0).text;
        assert!(Arc::ptr_eq(&at(500_000), &at(500_100)));
        assert!(!Arc::ptr_eq(&at(500_000), &at(600_000)));
    }
}
