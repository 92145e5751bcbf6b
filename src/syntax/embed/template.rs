//! Template tags by their delimiters: what stands at a place, and where it ends. Linear in the length of the text.

use super::super::expr::Span;
use super::host::{Host, Inside, Is, Tag};

/// A tag that stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub is: Is,
    /// The language of what is inside, if it is read.
    pub language: Option<String>,
    /// What is inside.
    pub inner: (usize, usize),
    /// Where it ends.
    pub end: usize,
}

/// The template tags of a host.
pub struct Template<'t> {
    tags: &'t [Tag],
    /// Whether a tag can start with a byte.
    starts: [bool; 256],
    /// For each tag, from where on its end does not occur.
    endless: Vec<usize>,
    /// Where tags stand, if the grammar around them says so.
    given: Option<&'t [Span]>,
}

impl<'t> Template<'t> {
    /// The tags of `host`; where they stand is `given` where another grammar knows.
    pub fn new(host: &'t Host, given: Option<&'t [Span]>) -> Self {
        let mut starts = [false; 256];
        for byte in host.template.iter().filter_map(|tag| tag.open.bytes().next()) {
            starts[usize::from(byte)] = true;
        }
        starts[usize::from(b'@')] |= host.at.is_some();
        Self { tags: &host.template, starts, endless: vec![usize::MAX; host.template.len()], given }
    }

    /// Whether a tag can start with this byte.
    pub fn can_start(&self, byte: u8) -> bool {
        self.starts[usize::from(byte)]
    }

    /// The tag that starts at `at`.
    pub fn at(&mut self, text: &str, at: usize, in_script: bool) -> Option<Hit> {
        let rest = text.get(at..)?;
        if at.checked_sub(1).is_some_and(|before| text.as_bytes().get(before) == Some(&b'\\')) {
            return None;
        }
        for (own, tag) in self.tags.iter().enumerate() {
            let elsewhere = if in_script { Inside::Page } else { Inside::Script };
            if tag.inside == elsewhere || !rest.starts_with(tag.open.as_str()) {
                continue;
            }
            let start = at + tag.open.len();
            let Some(inner_end) = self.end(text, own, tag, at, start) else { continue };
            let end = text.get(inner_end..).is_some_and(|rest| rest.starts_with(tag.close.as_str()));
            let end = if end { inner_end + tag.close.len() } else { inner_end };
            return Some(read(text, tag, start, inner_end, end));
        }
        None
    }

    /// Where the inside of a tag ends that starts at `start`.
    fn end(&mut self, text: &str, own: usize, tag: &Tag, at: usize, start: usize) -> Option<usize> {
        if let Some(given) = self.given {
            let found = given.binary_search_by_key(&at, |span| span.start as usize).ok()?;
            let end = given.get(found)?.end as usize;
            let inner = text.get(start..end)?;
            return Some(start + inner.strip_suffix(tag.close.as_str()).unwrap_or(inner).len());
        }
        let endless = self.endless.get_mut(own)?;
        if start >= *endless {
            return None;
        }
        let rest = text.get(start..)?;
        let balanced = if tag.balanced { balanced(rest) } else { None };
        let found = balanced.or_else(|| memchr::memmem::find(rest.as_bytes(), tag.close.as_bytes()));
        if found.is_none() {
            *endless = start;
        }
        found.map(|found| start + found)
    }
}

/// Longest expression in brackets that is looked through for its end, in bytes: many that do not end must not cost the
/// square of the text.
const LONGEST: usize = 16 << 10;

/// Where the brace that opened before `text` is closed, strings passed over.
fn balanced(text: &str) -> Option<usize> {
    let bytes = text.as_bytes().get(..LONGEST.min(text.len()))?;
    let (mut depth, mut at) = (0usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'"' | b'\'' | b'`' => at = string_end(bytes, at).unwrap_or(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string that opens at `at` closes: on its line, unless the quotes are backticks.
pub(super) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'\\' => end += 1,
            b'\n' if quote != b'`' => return None,
            byte if *byte == quote => return Some(end),
            _ => {}
        }
        end += 1;
    }
}

fn read(text: &str, tag: &Tag, start: usize, inner_end: usize, end: usize) -> Hit {
    let inner = text.get(start..inner_end).unwrap_or_default();
    // White space around it may be taken off by signs at its ends: `{{- x -}}`, `<%- x -%>`, `{{~x~}}`.
    let cut = inner.trim_start_matches(['-', '~']);
    let mut from = start + (inner.len() - cut.len());
    let mut cut = cut.trim_end_matches(['-', '~', '_']);
    let lead = cut.len() - cut.trim_start().len();
    let is_control = tag.control.iter().any(|word| cut.trim_start().starts_with(word.as_str()));
    if let Some(word) = tag.words.iter().find(|word| cut.trim_start().starts_with(word.as_str())) {
        from += lead + word.len();
        cut = cut.get(lead + word.len()..).unwrap_or_default();
    }
    let is = if tag.is == Is::Value && is_control { Is::Other } else { tag.is };
    let language = tag.language.clone().filter(|_| is != Is::Other);
    Hit { is, language, inner: (from, from + cut.len()), end }
}
