//! URLs as far as they are known, and the paths that somebody is interested in.

use serde::{Deserialize, Serialize};

use super::fact::{Segment, Url};
use super::words::method;
use crate::syntax::expr::Span;

/// Stands for a hole in the text of a segment, a host or a query value. A private-use character: no URL holds it.
pub const HOLE: char = '\u{F8FF}';

/// Whether a text is nothing but holes.
pub fn is_holes(text: &str) -> bool {
    text.chars().all(|c| c == HOLE)
}

/// Most variables that are told of on the way of a value: nobody follows more, and each costs memory in every copy.
const VIA: usize = 8;

/// A text as far as it is known: literal parts and named holes, with the places of the literals it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// The text, [`HOLE`] for each hole.
    pub text: String,
    /// The names of the holes in order; empty where a hole has none.
    pub holes: Vec<String>,
    /// Where its literals stand, in order of appearance.
    pub origins: Vec<Span>,
    /// Calls that passed it on.
    pub through: Vec<Span>,
    /// Constants of other files in it, by the name that this file knows them by.
    pub constants: Vec<String>,
    /// The binds that it went through, at most [`VIA`].
    pub binds: Vec<Span>,
}

impl Text {
    /// A hole with a name.
    pub fn hole(name: &str) -> Self {
        Self { text: HOLE.into(), holes: vec![name.to_owned()], ..Self::default() }
    }

    /// Literal text from `origin`.
    pub fn literal(text: &str, origin: Span) -> Self {
        Self { text: text.replace(HOLE, ""), origins: vec![origin], ..Self::default() }
    }

    /// The text if it has no hole.
    pub fn whole(&self) -> Option<&str> {
        self.holes.is_empty().then_some(self.text.as_str())
    }

    /// What stands after `before`, in any case of letters, at its start.
    pub fn after(&self, before: &str) -> Option<Self> {
        let text = self.text.trim_start();
        let head = text.get(..before.len()).filter(|head| head.eq_ignore_ascii_case(before))?;
        let text = text[head.len()..].trim_start().to_owned();
        Some(Self { text, ..self.clone() })
    }

    /// Takes a hole of this name from its start.
    pub fn strip_hole(&mut self, name: &str) {
        if let (Some(rest), Some(hole)) = (self.text.strip_prefix(HOLE), self.holes.first())
            && hole == name
        {
            self.text = rest.to_owned();
            self.holes.remove(0);
        }
    }

    /// Puts `other` after it.
    pub fn push(&mut self, other: &Text) {
        self.text.push_str(&other.text);
        self.holes.extend(other.holes.iter().cloned());
        for origin in &other.origins {
            if !self.origins.contains(origin) {
                self.origins.push(*origin);
            }
        }
        self.through.extend(&other.through);
        self.constants.extend(other.constants.iter().cloned());
        other.binds.iter().for_each(|bind| self.went_through(*bind));
    }

    /// Notes a bind that it went through.
    pub fn went_through(&mut self, bind: Span) {
        if self.binds.len() < VIA && !self.binds.contains(&bind) {
            self.binds.push(bind);
        }
    }

    /// The same text outside of its file: places in that say nothing there.
    pub fn abroad(&self) -> Self {
        Self { text: self.text.clone(), holes: self.holes.clone(), ..Self::default() }
    }
}

/// A method that stands before a URL in the same text (`DELETE /api/…`), and the rest.
pub fn split_method(text: &str) -> (Option<String>, &str) {
    match text.split_once(' ') {
        Some((word, rest)) => match method(word) {
            Some(method) if word.chars().all(|c| c.is_ascii_uppercase()) => (Some(method), rest.trim_start()),
            _ => (None, text),
        },
        None => (None, text),
    }
}

/// A URL without its fragment; `#{name}` is a value to be filled in.
fn without_fragment(url: &str) -> &str {
    let fragment = url.match_indices('#').find(|(at, _)| !url[at + 1..].starts_with('{'));
    fragment.map_or(url, |(at, _)| &url[..at])
}

/// Reads a text as a URL; `None` for prose: text with spaces between words.
pub fn parse(text: &Text) -> Option<Url> {
    let joined = without_line_breaks(&text.text);
    let (_, url) = split_method(joined.trim());
    let url = url.strip_suffix(" HTTP/1.1").unwrap_or(url);
    if url.contains([' ', '\t', '\n', '<', '>', '"']) && !url.contains("/<") {
        return None;
    }
    let mut holes = text.holes.iter().cloned();
    let mut parsed = Url::default();
    let (before_query, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    let path = without_fragment(before_query);
    let rest = match path.split_once("://") {
        Some((scheme, rest)) => {
            segment(scheme, &mut holes);
            let (host, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = segment(host, &mut holes);
            let name = host.text.rsplit('@').next().unwrap_or_default();
            parsed.host = Some(name.split(':').next().unwrap_or_default().to_ascii_lowercase());
            rest
        }
        None => {
            parsed.relative = path.starts_with('/');
            path
        }
    };
    parsed.segments = rest.split('/').filter(|part| !part.is_empty()).map(|part| segment(part, &mut holes)).collect();
    if parsed.host.is_none() && !parsed.relative {
        // A host without a scheme: `acme.okta.com/api/…`.
        if let Some(first) = parsed.segments.first().filter(|first| is_host(&first.text)) {
            parsed.host = Some(first.text.to_ascii_lowercase());
            parsed.segments.remove(0);
        }
    }
    for pair in query.into_iter().flat_map(|query| without_fragment(query).split('&')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        // HTTPie tells a query from a body by a second sign: `key==value`.
        let value = value.strip_prefix('=').unwrap_or(value);
        let key = segment(key, &mut holes);
        parsed.query.push((key.text, segment(value, &mut holes)));
    }
    Some(parsed)
}

/// Joins the lines of a text: a line break and the white space around it are dropped.
fn without_line_breaks(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect()
}

fn is_host(text: &str) -> bool {
    let host = text.split(':').next().unwrap_or_default();
    let end = host.rsplit('.').next().unwrap_or_default();
    host.contains('.') && end.len() >= 2 && end.chars().all(|c| c.is_ascii_alphabetic()) && !host.starts_with('.')
}

fn segment(text: &str, holes: &mut impl Iterator<Item = String>) -> Segment {
    let count = text.matches(HOLE).count();
    Segment { text: text.to_owned(), holes: holes.take(count).collect() }
}

/// The end of a path with names for the segments that may be anything: `/api/v1/sessions/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    segments: Vec<String>,
    /// Whether no other product has it, so that its end alone is enough.
    proves: bool,
}

impl Pattern {
    /// The pattern of a path as rules write it.
    pub fn new(path: &str) -> Self {
        Self { segments: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(), proves: false }
    }

    /// The same pattern as one that no other product has: its end alone is enough.
    pub fn proving(self) -> Self {
        Self { proves: true, ..self }
    }

    /// How many segments it has: the more, the more specific.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether it has no segment.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The literal words of the pattern, in order.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(String::as_str).filter(|segment| !segment.starts_with('{'))
    }

    /// The longest run of literal segments, joined by slashes.
    pub fn longest_run(&self) -> String {
        let runs = self.segments.split(|segment| segment.starts_with('{'));
        runs.map(|run| run.join("/")).max_by_key(String::len).unwrap_or_default()
    }

    /// Whether the URL's path ends in the pattern; gives what each named segment is. `bare` allows a URL that starts at
    /// the pattern's last word for a base that holds the rest (`/sessions/…` on a base that ends in `/api/v1`).
    pub fn matches<'u>(&self, url: &'u Url, bare: bool) -> Option<Vec<(&str, &'u Segment)>> {
        let have = url.segments.as_slice();
        let found = have
            .len()
            .checked_sub(self.segments.len())
            .and_then(|skip| match_all(&self.segments, &have[skip..], skip == 0));
        if found.is_some() || !(bare || self.proves) || url.host.is_some() {
            return found;
        }
        // Only the part from the last literal run on, preceded by nothing or by one hole.
        let from = self.segments.iter().rposition(|segment| self.starts_tail(segment))?;
        let tail = &self.segments[from..];
        let before = have.len().checked_sub(tail.len())?;
        let only_hole = match &have[..before] {
            [] => true,
            [one] => is_holes(&one.text),
            _ => false,
        };
        if only_hole { match_all(tail, &have[before..], false) } else { None }
    }

    /// The first word that is not part of every API's prefix: where a base may end before it.
    fn starts_tail(&self, segment: &str) -> bool {
        let prefix = |word: &str| word == "api" || is_version(word);
        self.segments.iter().find(|word| !prefix(word)).is_some_and(|first| first == segment)
    }
}

/// The named segments of a pattern if all others are as wanted. `is_first` says that nothing stands before them.
fn match_all<'s, 'u>(wanted: &'s [String], have: &'u [Segment], is_first: bool) -> Option<Vec<(&'s str, &'u Segment)>> {
    let mut named = Vec::new();
    for (at, (want, have)) in wanted.iter().zip(have).enumerate() {
        match want.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => named.push((name, have)),
            None if have.text == *want => {}
            // The number of the version is put in: `/api/v${version}/…`.
            None if is_version(want) && have.text.strip_prefix('v').is_some_and(|rest| rest.chars().eq([HOLE])) => {}
            // A base that ends in a slash: `${base}api/v1/…`, `{0}api/v1/…`.
            None if at == 0 && is_first && have.text.rsplit([HOLE, '}']).next() == Some(want.as_str()) => {}
            // A hole after the last word may be a query: `…/sessions${query}`.
            None if at + 1 == wanted.len() && is_open(have, want) => {}
            None => return None,
        }
    }
    Some(named)
}

/// Whether a word of a path is the version of an API: `v1`.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
}

/// Whether a segment is the word with nothing but holes after it.
fn is_open(have: &Segment, want: &str) -> bool {
    have.text.strip_prefix(want).is_some_and(|rest| !rest.is_empty() && is_holes(rest))
}

#[cfg(test)]
mod tests {
    use super::{HOLE, Pattern, Text, parse};
    use crate::syntax::expr::Span;

    fn url(text: &str) -> crate::meaning::fact::Url {
        let holes = vec![String::new(); text.matches('*').count()];
        let text = Text {
            text: text.replace('*', &HOLE.to_string()),
            holes,
            origins: vec![Span::default()],
            ..Text::default()
        };
        parse(&text).unwrap_or_default()
    }

    fn ends_in(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).matches(&url(text), false).is_some()
    }

    #[test]
    fn a_pattern_matches_the_end_of_a_path() {
        assert!(ends_in("/api/v1/sessions/{id}", "https://acme.okta.com/api/v1/sessions/*"));
        assert!(ends_in("/api/v1/sessions/{id}", "*/api/v1/sessions/*?x=1"));
        assert!(ends_in("/api/v1/sessions", "*/api/v1/sessions/"));
        assert!(ends_in("/api/v1/sessions", "*/api/v1/sessions*"));
        assert!(!ends_in("/api/v1/sessions", "*/api/v1/sessions/*"));
        assert!(!ends_in("/api/v1/sessions/{id}", "*/api/v1/sessions/*/events"));
    }

    #[test]
    fn a_bare_tail_needs_leave() {
        let pattern = Pattern::new("/api/v1/sessions/{id}");
        assert!(pattern.matches(&url("*/sessions/*"), true).is_some());
        assert!(pattern.matches(&url("*/sessions/*"), false).is_none());
        assert!(pattern.matches(&url("/v1/account/sessions/*"), true).is_none());
    }

    #[test]
    fn prose_is_no_url() {
        let text = Text::literal("POST to /api/v1/sessions to sign in", Span::default());
        assert_eq!(parse(&text), None);
        assert_eq!(url("https://acme.okta.com:443/a?b=c").host.as_deref(), Some("acme.okta.com"));
    }
}
