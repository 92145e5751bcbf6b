//! Code taken out of a file, piece by piece, that knows where each piece stood: the one map between places in code and places
//! in the file around it.

use super::expr::Span;

/// Encloses the name of a hole: what a template fills in stands in code as an identifier, alone or inside a string. A
/// letter, since every language takes letters, and one that no program uses.
pub const MARK: char = '\u{A66E}';
/// Most letters of a hole's name.
const LONGEST: usize = 64;

/// Code that was taken out of a file, its host.
#[derive(Debug, Default)]
pub struct Extract {
    /// The code.
    pub text: String,
    segments: Vec<Segment>,
}

/// A run of the code and the bytes of the host that it stands for.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Where it starts in the code.
    at: usize,
    start: usize,
    end: usize,
    /// Whether it is the host's text itself.
    same: bool,
}

impl Extract {
    /// Adds text that stands at `start` of the host.
    pub fn same(&mut self, text: &str, start: usize) {
        if text.is_empty() {
            return;
        }
        match self.segments.last_mut() {
            Some(last) if last.same && last.end == start => last.end += text.len(),
            _ => self.segments.push(Segment { at: self.text.len(), start, end: start + text.len(), same: true }),
        }
        self.text.push_str(text);
    }

    /// Adds text that stands for the bytes from `start` to `end` of the host.
    pub fn instead(&mut self, text: &str, start: usize, end: usize) {
        if !text.is_empty() {
            self.segments.push(Segment { at: self.text.len(), start, end, same: false });
            self.text.push_str(text);
        }
    }

    /// Adds what the inside of a string with escapes says, which stands at `start` of the host.
    pub fn escaped(&mut self, inner: &str, start: usize) {
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\\', inner.as_bytes().get(at..).unwrap_or_default()) {
            let escape = at + found;
            self.same(inner.get(at..escape).unwrap_or_default(), start + at);
            let (character, length) = unescaped(inner.get(escape..).unwrap_or_default());
            self.instead(character.encode_utf8(&mut [0; 4]), start + escape, start + escape + length);
            at = escape + length;
        }
        self.same(inner.get(at..).unwrap_or_default(), start + at);
    }

    /// Adds a hole for what a template puts in the place of `inner`, from `start` to `end` of the host.
    pub fn hole(&mut self, inner: &str, start: usize, end: usize) {
        self.instead(&format!("{MARK}{}{MARK}", name_of(inner)), start, end);
    }

    /// Where code stands in the host.
    pub fn place(&self, span: Span) -> Span {
        let (start, end) = (span.start as usize, span.end as usize);
        let from = self.segment(start).map_or(0, |own| if own.same { own.start + (start - own.at) } else { own.start });
        let to = match end.checked_sub(1).and_then(|last| self.segment(last)) {
            Some(own) if own.same => (own.start + (end - own.at)).min(own.end),
            Some(own) => own.end,
            None => from,
        };
        Span::new(from, to.max(from))
    }

    /// Adds the part from `from` to `to` of other code, which stands where it stood there.
    pub fn part_of(&mut self, other: &Extract, from: usize, to: usize) {
        let first = other.segments.partition_point(|own| own.at <= from).saturating_sub(1);
        let segments = other.segments.get(first..).unwrap_or_default();
        let ends = segments.iter().skip(1).map(|next| next.at).chain([other.text.len()]);
        for (own, own_end) in segments.iter().zip(ends).take_while(|(own, _)| own.at < to) {
            let (start, end) = (from.max(own.at), to.min(own_end));
            match other.text.get(start..end).unwrap_or_default() {
                text if own.same => self.same(text, own.start + (start - own.at)),
                text => self.instead(text, own.start, own.end),
            }
        }
    }

    /// Ends the line, if one was begun.
    pub fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.instead("\n", self.end(), self.end());
        }
    }

    /// Where the first of the code starts in the host.
    pub fn start(&self) -> usize {
        self.segments.first().map_or(0, |own| own.start)
    }

    /// Where the last of the code ends in the host.
    pub fn end(&self) -> usize {
        self.segments.last().map_or(0, |own| own.end)
    }

    /// How much of the code stands before an offset of the host that the code lies at.
    pub fn before(&self, offset: usize) -> Option<usize> {
        let after = self.segments.partition_point(|own| own.start <= offset);
        let own = self.segments.get(after.checked_sub(1)?).filter(|own| offset < own.end)?;
        Some(if own.same { own.at + (offset - own.start) } else { own.at })
    }

    /// The parts of the host that the code is.
    pub fn places(&self) -> Vec<Span> {
        self.segments.iter().filter(|own| own.same).map(|own| Span::new(own.start, own.end)).collect()
    }

    fn segment(&self, at: usize) -> Option<Segment> {
        let after = self.segments.partition_point(|own| own.at <= at);
        after.checked_sub(1).and_then(|own| self.segments.get(own)).copied()
    }
}

/// The name of what an expression gives, in any language: the last name in it, or the last text that is one, before the
/// filters (`okta_domain | default("x")`).
pub fn name_of(inner: &str) -> String {
    let bytes = inner.as_bytes();
    let is_filter = |at: &usize| {
        let is_bar = |at: usize| bytes.get(at) == Some(&b'|');
        is_bar(*at) && !is_bar(at + 1) && !at.checked_sub(1).is_some_and(is_bar)
    };
    let end = memchr::memchr_iter(b'|', bytes).find(is_filter).unwrap_or(bytes.len());
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let words = inner.get(..end).unwrap_or(inner).split(|c: char| !is_part(c));
    let mut names = words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    let name: String = names.next_back().unwrap_or("value").chars().filter(|c| *c != MARK).take(LONGEST).collect();
    name
}

/// The character of the escape that a text begins with, and how long it is.
fn unescaped(text: &str) -> (char, usize) {
    let unit = |at: usize| text.get(at..at + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    match text.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b't') => ('\t', 2),
        Some(b'r') => ('\r', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'u') => {
            let Some(first) = unit(2) else { return (char::REPLACEMENT_CHARACTER, 2) };
            let second = text.get(6..8).filter(|next| *next == "\\u").and_then(|_| unit(8));
            let units = [first, second.unwrap_or_default()];
            match char::decode_utf16(units).next() {
                Some(Ok(c)) if c.len_utf16() == 2 => (c, 12),
                Some(Ok(c)) => (c, 6),
                _ => (char::REPLACEMENT_CHARACTER, 6),
            }
        }
        Some(_) => text.chars().nth(1).map_or(('\\', 1), |c| (c, 1 + c.len_utf8())),
        None => ('\\', 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{Extract, name_of};
    use crate::syntax::expr::Span;

    #[test]
    fn a_span_of_code_is_found_in_the_host() {
        let mut code = Extract::default();
        code.same("fetch(\"", 10);
        code.hole("okta", 17, 27);
        code.same("/x\")", 27);
        code.instead("\n;\n", 31, 31);
        code.same("y", 50);
        let at = |part: &str| code.text.find(part).map(|at| code.place(Span::new(at, at + part.len())));
        assert_eq!(at("fetch"), Some(Span::new(10, 15)));
        assert_eq!(at("okta"), Some(Span::new(17, 27)));
        assert_eq!(at("/x"), Some(Span::new(27, 29)));
        assert_eq!(at("y"), Some(Span::new(50, 51)));
        assert_eq!(code.place(Span::new(0, code.text.len())), Span::new(10, 51));
        assert_eq!(code.place(Span::new(0, 0)), Span::new(10, 10));
    }

    #[test]
    fn a_hole_goes_by_the_last_name_before_the_filters() {
        for (inner, name) in [
            (" okta_domain|escapejs ", "okta_domain"),
            ("config.getOktaDomain()", "getOktaDomain"),
            ("fn:escapeXml(sid)", "sid"),
            ("ENV['OKTA_DOMAIN']", "OKTA_DOMAIN"),
            ("a || b", "b"),
            ("", "value"),
        ] {
            assert_eq!(name_of(inner), name, "{inner}");
        }
    }

    #[test]
    fn an_escape_stands_for_its_character_at_its_own_place() {
        let mut code = Extract::default();
        code.escaped(r#"a(\"b\u0041\ud83d\ude00\é\");\"#, 11);
        assert_eq!(code.text, "a(\"bA\u{1F600}é\");\\");
        assert_eq!(code.place(Span::new(2, 3)), Span::new(13, 15));
        assert_eq!(code.place(Span::new(3, 4)), Span::new(15, 16));
        assert_eq!(code.place(Span::new(4, 5)), Span::new(16, 22));
    }
}
