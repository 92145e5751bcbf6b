//! Code as it stands in a sentence: on one line, clipped, and without the secrets that its surroundings give away.

use crate::files::source::Source;
use crate::report;
use crate::syntax::expr::Span;

/// Most characters of code that stand in a sentence.
const CLIPPED: usize = 80;
/// Most bytes of a place that are looked at: a value may be megabytes long, and no more than [`CLIPPED`] is shown.
const LONGEST: usize = 4 << 10;
/// Bytes of the line before and after a place that may tell what it is: its name stands there.
const AROUND: usize = 256;

/// The code at a place.
pub(super) fn of_place(source: &Source, place: Span) -> String {
    let text = source.text.as_str();
    let start = text.floor_char_boundary(place.start as usize);
    let end = text.floor_char_boundary((place.end as usize).min(start.saturating_add(LONGEST))).max(start);
    let before = text.get(text.floor_char_boundary(start.saturating_sub(AROUND))..start).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = text.get(end..text.ceil_char_boundary(end.saturating_add(AROUND))).unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    let (from, to) = (start - before.len(), end + after.len());
    let near = text.get(from..to).unwrap_or_default();
    one_line(&report::part(near, before.len()..before.len() + (end - start)))
}

/// Text on one line, clipped.
pub(super) fn one_line(text: &str) -> String {
    let mut joined = String::new();
    // As many words as are shown: a value may be megabytes long, and as many findings come from it.
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.extend(word.chars().take(CLIPPED + 1));
        if let Some((at, _)) = joined.char_indices().nth(CLIPPED) {
            joined.truncate(at);
            joined.push('…');
            break;
        }
    }
    joined
}
