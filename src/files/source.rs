//! A file's bytes as text, and the only place where byte offsets become lines and columns.

use std::sync::OnceLock;

use crate::judge::finding::Region;
use crate::syntax::expr::Span;

/// Bytes from one count of the characters before it to the next: a line may be the whole file, and its columns are asked
/// for as often as there are findings on it.
const STEP: usize = 1024;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path in the report: relative, `/` between segments.
    pub path: String,
    /// The bytes as they lie on disk.
    pub bytes: Vec<u8>,
    /// The decoded text, without a byte order mark.
    pub text: String,
    /// Byte offsets in `text` at which lines start.
    lines: Vec<usize>,
    /// Characters and UTF-16 units before every [`STEP`] bytes of `text`, counted when a long line first asks for them.
    counts: OnceLock<Vec<(usize, usize)>>,
}

/// Whether bytes begin with the mark of UTF-16.
pub fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
}

/// Decodes bytes: UTF-16 with a mark, UTF-8, else Latin-1. A byte order mark is dropped.
pub fn decode(bytes: &[u8]) -> String {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes)) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

impl Source {
    /// The source of a file.
    pub fn new(path: String, bytes: Vec<u8>) -> Self {
        let text = decode(&bytes);
        let mut lines = vec![0];
        let mut at = text.bytes().enumerate().peekable();
        while let Some((offset, byte)) = at.next() {
            // A line ends with LF, CR LF or a CR alone, as code scanning counts them.
            match byte {
                b'\n' => lines.push(offset + 1),
                b'\r' if at.peek().is_none_or(|(_, next)| *next != b'\n') => lines.push(offset + 1),
                _ => {}
            }
        }
        Self { path, bytes, text, lines, counts: OnceLock::new() }
    }

    /// The 1-based line that a byte offset lies on.
    pub fn line_of(&self, offset: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The byte offset at which a 1-based line starts; the end of the text past its last line.
    pub fn start_of(&self, line: u32) -> usize {
        let at = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        self.lines.get(at).copied().unwrap_or(self.text.len())
    }

    /// How many lines there are.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// The text of a 1-based line without its end; empty past the end.
    pub fn line(&self, line: u32) -> &str {
        let (start, end) = (self.start_of(line), self.start_of(line.saturating_add(1)));
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// The region of a span, in every unit.
    pub fn region(&self, span: Span) -> Region {
        let (start, end) = self.clamped(span);
        let place = |offset: usize| {
            let line = self.line_of(offset);
            let (chars, units) = self.counted(self.start_of(line), offset);
            let column = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
            (line, column(chars), column(units))
        };
        let (line, column, utf16_column) = place(start);
        let (end_line, end_column, utf16_end_column) = place(end);
        let bytes = Span::new(start, end);
        Region {
            path: self.path.clone(),
            line,
            column,
            end_line,
            end_column,
            utf16_column,
            utf16_end_column,
            byte_start: bytes.start,
            byte_end: bytes.end,
        }
    }

    /// The part of a span that lies on its first line: an alert shows on a pull request only if all its lines changed.
    pub fn first_line(&self, span: Span) -> Span {
        let text = self.slice(span);
        let end = text.find(['\n', '\r']).unwrap_or(text.len());
        let (start, _) = self.clamped(span);
        Span::new(start, start + text[..end].trim_end().len())
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        let (start, end) = self.clamped(span);
        self.text.get(start..end).unwrap_or_default()
    }

    /// A span as a range of whole characters of the text.
    fn clamped(&self, span: Span) -> (usize, usize) {
        let clamp = |offset: u32| self.text.floor_char_boundary(usize::try_from(offset).unwrap_or(usize::MAX));
        (clamp(span.start), clamp(span.end.max(span.start)))
    }

    /// The characters and UTF-16 units between two offsets.
    pub fn counted(&self, from: usize, to: usize) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        let count = |from: usize, to: usize| bytes.get(from..to).map_or((0, 0), count);
        if to.saturating_sub(from) < 2 * STEP {
            return count(from, to);
        }
        let counts = self.counts.get_or_init(|| counts(bytes));
        let before = |at: usize| {
            let (chars, units) = counts.get(at / STEP).copied().unwrap_or_default();
            let (more_chars, more_units) = count(at / STEP * STEP, at);
            (chars + more_chars, units + more_units)
        };
        let ((chars, units), (chars_to, units_to)) = (before(from), before(to));
        (chars_to - chars, units_to - units)
    }
}

/// The characters and UTF-16 units that begin in bytes of UTF-8.
fn count(bytes: &[u8]) -> (usize, usize) {
    // Bytes that go on with a character are 0b10…; a character of four bytes is two units.
    let chars = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    (chars, chars + bytes.iter().filter(|byte| **byte >= 0xF0).count())
}

/// What begins before every [`STEP`] bytes.
fn counts(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut before = (0, 0);
    let ends = bytes.chunks(STEP).map(|chunk| {
        let (chars, units) = count(chunk);
        before = (before.0 + chars, before.1 + units);
        before
    });
    std::iter::once((0, 0)).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::{Source, decode};
    use crate::syntax::expr::Span;

    #[test]
    fn columns_are_counted_in_characters_and_utf16_units() {
        let source = Source::new("a".into(), "é😀x\r\ny".as_bytes().to_vec());
        let region = source.region(Span::new(6, 7));
        assert_eq!((region.line, region.column, region.utf16_column), (1, 3, 4));
        assert_eq!(source.region(Span::new(9, 10)).line, 2);
        assert_eq!(source.line(1), "é😀x");
    }

    #[test]
    fn columns_of_a_long_line_are_counted_alike() {
        let text = format!("x\n{}", "aé😀日".repeat(1000));
        let source = Source::new("a".into(), text.clone().into_bytes());
        for (at, _) in text.char_indices().skip(2).step_by(7) {
            let region = source.region(Span::new(at, at));
            let before = &text[2..at];
            let want = (before.chars().count() + 1, before.encode_utf16().count() + 1);
            assert_eq!((region.column as usize, region.utf16_column as usize), want);
        }
    }

    #[test]
    fn marks_and_latin_1_are_read() {
        assert_eq!(decode(b"\xEF\xBB\xBFa"), "a");
        assert_eq!(decode(b"\xFF\xFEa\0"), "a");
        assert_eq!(decode(b"caf\xE9"), "café");
    }
}
