//! A source line made fit for a report: safe, without secrets, and clipped to a window around the span.

use std::ops::Range;

use textwrap::core::display_width;

use super::escape::{is_unsafe, push_escape, push_visible};
use super::redact::{MASK, secrets};
use crate::judge::finding::{Excerpt, Line, Region};

/// How much of a line is looked at, in characters before and behind the start of the span: a line may be a megabyte.
/// More than any window, so that what is cut off here is never shown.
const REACH: usize = 2048;
/// A tab as shown at a tab stop.
const TAB: &str = "    ";

/// What a line is clipped for.
#[derive(Clone, Copy)]
pub struct Window {
    /// Most columns of the clipped line.
    pub width: usize,
    /// Whether tabs become spaces.
    pub expand_tabs: bool,
    /// Whether only ASCII may be shown.
    pub ascii: bool,
}

/// A line as it is shown, and where in it the span is.
pub struct Clipped {
    /// The line.
    pub text: String,
    /// Where the span is in it, in bytes; empty if the line ends before it.
    pub span: Range<usize>,
}

/// One character of the source as shown: where it is in the shown text, in bytes, and its columns.
struct Cell {
    bytes: Range<usize>,
    width: usize,
}

impl Cell {
    /// What it takes of a window: marks without a width take room too, or a line of them would have no bound.
    fn cost(&self) -> usize {
        if self.bytes.is_empty() { 0 } else { self.width.max(1) }
    }
}

/// The line that a finding is on, as in the file.
pub fn line_of(excerpt: &Excerpt, line: u32) -> Option<&Line> {
    let index = line.checked_sub(excerpt.first_line)?;
    excerpt.lines.get(usize::try_from(index).ok()?)
}

/// The characters of a region's first line, counted from 0; to the end of that line if it ends further down.
pub fn span_of(region: &Region) -> Range<usize> {
    let start = region.column.saturating_sub(1) as usize;
    let end = if region.end_line > region.line { usize::MAX } else { region.end_column.saturating_sub(1) as usize };
    start..end.max(start + 1)
}

/// Clips a line around a span of its characters.
pub fn clip(line: &Line, span: Range<usize>, window: Window) -> Clipped {
    let skipped = span.start.saturating_sub(REACH).max(line.chars_before);
    let mut chars = line.text.chars();
    // Not with `skip`, which would go back to the start for the second part.
    let near: String = chars.by_ref().skip(skipped - line.chars_before).take(2 * REACH).collect();
    let goes_on = chars.next().is_some() || line.goes_on;
    let (text, cells) = cells(&near, window);
    let start = span.start.saturating_sub(skipped).min(cells.len());
    let end = span.end.saturating_sub(skipped).clamp(start, cells.len());

    let ellipsis = if window.ascii { "..." } else { "…" };
    let dots = if window.ascii { 3 } else { 1 };
    let shown = choose(&cells, start..end, window.width, dots, skipped > 0, goes_on);
    let (cut_left, cut_right) = (skipped > 0 || shown.start > 0, goes_on || shown.end < cells.len());
    let at = |index: usize| cells.get(index).map_or(text.len(), |cell| cell.bytes.start);
    let (from, to) = (at(shown.start), at(shown.end));
    let end = end.min(shown.end).max(start);
    let left = if cut_left { ellipsis } else { "" };
    let right = if cut_right { ellipsis } else { "" };
    let span = left.len() + at(start) - from..left.len() + at(end) - from;
    Clipped { text: [left, &text[from..to], right].concat(), span }
}

/// Which cells fit: all if they do, else a quarter of the room before the span and what follows, and more before it
/// where little follows.
fn choose(
    cells: &[Cell],
    span: Range<usize>,
    width: usize,
    dots: usize,
    more_left: bool,
    more_right: bool,
) -> Range<usize> {
    let cost = |range: Range<usize>| cells[range].iter().map(Cell::cost).sum::<usize>();
    if !more_left && !more_right && cost(0..cells.len()) <= width {
        return 0..cells.len();
    }
    let room = width.saturating_sub(2 * dots).max(1);
    let mut from = span.start;
    let lead = if !more_left && cost(0..span.end) <= room { room } else { room / 4 };
    let mut used = 0;
    while from > 0 && used + cells[from - 1].cost() <= lead {
        from -= 1;
        used += cells[from].cost();
    }
    let mut to = span.start;
    while to < cells.len() && used + cells[to].cost() <= room {
        used += cells[to].cost();
        to += 1;
    }
    while from > 0 && used + cells[from - 1].cost() <= room {
        from -= 1;
        used += cells[from].cost();
    }
    from..to
}

/// Every character as shown; a secret is a mask at its first one and nothing at the others.
fn cells(line: &str, window: Window) -> (String, Vec<Cell>) {
    let secrets = secrets(line);
    let mut secrets = secrets.iter().peekable();
    let (mut text, mut cells, mut column) = (String::with_capacity(line.len()), Vec::with_capacity(line.len()), 0);
    for (at, c) in line.char_indices() {
        while secrets.next_if(|secret| secret.end <= at).is_some() {}
        let start = text.len();
        match secrets.peek() {
            Some(secret) if secret.start == at => text += MASK,
            Some(secret) if secret.start < at => {}
            _ => push_shown(&mut text, c, column, window),
        }
        let shown = &text[start..];
        let width = if shown.is_ascii() { shown.len() } else { display_width(shown) };
        column += width;
        cells.push(Cell { bytes: start..text.len(), width });
    }
    (text, cells)
}

fn push_shown(text: &mut String, c: char, column: usize, window: Window) {
    match c {
        '\t' if window.expand_tabs => *text += &TAB[column % TAB.len()..],
        '\t' => text.push(c),
        _ if window.ascii && !c.is_ascii() && !is_unsafe(c) => push_escape(text, c),
        _ => push_visible(text, c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Window = Window { width: 200, expand_tabs: true, ascii: false };

    #[test]
    fn the_span_stays_the_same_text() {
        let line = "\té日本 = \x1b; fetch(\"SSWS 00secret\", `/api`)";
        let start = line.chars().position(|c| c == '`').expect("a backtick");
        let clipped = clip(&Line::whole(line), start..start + 6, WIDE);
        assert_eq!(clipped.text, "    é日本 = \\u{1b}; fetch(\"SSWS ***\", `/api`)");
        assert_eq!(&clipped.text[clipped.span.clone()], "`/api`");
    }

    #[test]
    fn a_long_line_is_clipped_around_the_span() {
        let line = format!("{}fetch(x){}", "a ".repeat(50_000), "b ".repeat(50_000));
        for (width, ascii) in [(40, false), (200, false), (40, true)] {
            let clipped = clip(&Line::whole(&line), 100_000..100_008, Window { width, ascii, ..WIDE });
            let dots = if ascii { "..." } else { "…" };
            assert!(clipped.text.starts_with(dots) && clipped.text.ends_with(dots), "{}", clipped.text);
            assert!(clipped.text.chars().count() <= width);
            assert_eq!(&clipped.text[clipped.span.clone()], "fetch(x)");
        }
    }

    #[test]
    fn a_span_at_the_end_keeps_what_leads_to_it() {
        let line = format!("{}fetch(x)", "a ".repeat(200));
        let clipped = clip(&Line::whole(&line), 400..408, Window { width: 50, ..WIDE });
        assert!(clipped.text.chars().count() >= 48 && clipped.text.ends_with(" a fetch(x)"), "{}", clipped.text);
        assert_eq!(&clipped.text[clipped.span.clone()], "fetch(x)");
    }

    #[test]
    fn a_span_past_the_line_is_harmless() {
        let clipped = clip(&Line::whole("abc"), 10..20, WIDE);
        assert_eq!((clipped.text.as_str(), clipped.span), ("abc", 3..3));
        assert_eq!(clip(&Line::whole(""), 0..1, WIDE).text, "");
    }

    #[test]
    fn marks_without_width_take_room_too() {
        let line = format!("x{}", "\u{301}".repeat(5000));
        assert!(clip(&Line::whole(&line), 0..1, WIDE).text.chars().count() <= 200);
    }
}
