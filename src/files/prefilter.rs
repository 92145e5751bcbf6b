//! Which files hold a word that a rule could be about: a search for a few literals, then a stricter test on what is left.
//! The words are derived from the rules, the evidence and the libraries; none is listed here.

use aho_corasick::{AhoCorasick, packed};
use memchr::memmem::Finder;

use super::source;
use crate::meaning::evidence::Row;
use crate::meaning::interest::Interest;

/// Callees shorter than this are words of ordinary code, and the path's own word stands beside them anyway.
const SHORTEST_CALLEE: usize = 8;
/// What stands between a receiver and its method, in one language or another.
const JOINTS: [&str; 3] = [".", "->", "::"];
/// What stands before a piece of a path in code.
const OPENS: &[u8] = b"/\"'`";

/// A prefilter for a set of rules.
pub struct Prefilter {
    first: Search,
    strong: Search,
    evidence: Search,
    /// Searches for words that are enough beside evidence; made once, as they are asked of every file with evidence.
    weak: Vec<Finder<'static>>,
    /// Searches for the words of the rules' paths.
    pieces: Vec<Finder<'static>>,
    pairs: Option<Pairs>,
}

/// What a text is to the prefilter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing of interest.
    Nothing,
    /// It may hold evidence for its package.
    Evidence,
    /// It may hold a finding.
    Candidate,
}

/// A search for any of several literals.
enum Search {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
    Nothing,
}

impl Search {
    fn new(words: &[String]) -> Self {
        if words.is_empty() {
            return Search::Nothing;
        }
        let packed = packed::Config::new().builder().extend(words).build();
        // Where the processor has no vector search the automaton serves; the words are never malformed.
        packed
            .map(Search::Packed)
            .or_else(|| AhoCorasick::new(words).ok().map(Search::Automaton))
            .unwrap_or(Search::Nothing)
    }

    fn hits(&self, bytes: &[u8]) -> bool {
        match self {
            Search::Packed(searcher) => searcher.find(bytes).is_some(),
            Search::Automaton(automaton) => automaton.find(bytes).is_some(),
            Search::Nothing => false,
        }
    }
}

impl Prefilter {
    /// The prefilter for what is of interest. `queries` are further words that are enough alone (values of a query),
    /// `calls` the patterns of calls that spell a whole request, `prefixes` what may stand before a cookie's name.
    pub fn new(interest: &Interest, queries: &[String], rows: &[Row], calls: &[&str], prefixes: &[&str]) -> Self {
        let mut strong: Vec<String> = interest.paths.iter().map(|path| path.longest_run()).collect();
        strong.extend(queries.iter().cloned());
        minimal(&mut strong);
        let mut evidence = Vec::new();
        for row in rows.iter().filter(|row| !row.against) {
            evidence.extend(row.words.iter().flat_map(|word| [word.clone(), capitalised(word), word.to_uppercase()]));
            evidence.extend(row.text.iter().chain(&row.hosts).chain(&row.names).cloned());
        }
        minimal(&mut evidence);
        let mut weak: Vec<String> = interest.words().into_iter().map(str::to_owned).collect();
        weak.extend(interest.cookies.iter().cloned());
        for prefix in prefixes {
            weak.extend(interest.cookies.iter().map(|name| format!("{prefix}{name}")));
        }
        for pattern in calls {
            let (before, last) = pattern.rsplit_once('.').unwrap_or(("", pattern));
            let receiver =
                before.rsplit('.').next().filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            for word in last.trim_matches(['{', '}']).split('|') {
                match receiver {
                    _ if word.len() >= SHORTEST_CALLEE => weak.push(word.to_owned()),
                    // `session.get` tells something where `get` tells nothing.
                    Some(receiver) if !receiver.is_empty() => {
                        weak.extend(JOINTS.iter().map(|joint| format!("{receiver}{joint}{word}")));
                    }
                    _ => {}
                }
            }
        }
        weak.sort_unstable();
        weak.dedup();
        let mut first = [strong.clone(), evidence.clone()].concat();
        minimal(&mut first);
        Self {
            first: Search::new(&first),
            strong: Search::new(&strong),
            evidence: Search::new(&evidence),
            weak: weak.iter().map(|word| Finder::new(word).into_owned()).collect(),
            pieces: interest.words().into_iter().map(|word| Finder::new(word).into_owned()).collect(),
            pairs: None,
        }
    }

    /// The prefilter for files that may use constants of other files: each of `pairs` is a module's word and a constant's
    /// name, and a file must hold both.
    pub fn of_names(pairs: Vec<(String, String)>) -> Self {
        let mut names: Vec<String> = pairs.iter().map(|(_, name)| name.clone()).collect();
        minimal(&mut names);
        let nothing = || Search::Nothing;
        let first = Search::new(&names);
        let (weak, pieces) = (Vec::new(), Vec::new());
        Self { first, strong: nothing(), evidence: nothing(), weak, pieces, pairs: Pairs::new(&pairs) }
    }

    /// What the bytes of a file are.
    pub fn judge(&self, bytes: &[u8]) -> Verdict {
        // Every second byte of UTF-16 is a zero in code; such a file is rare and is simply read.
        if source::is_utf16(bytes) {
            return Verdict::Candidate;
        }
        if !self.first.hits(bytes) {
            return Verdict::Nothing;
        }
        if self.strong.hits(bytes) {
            return Verdict::Candidate;
        }
        if self.pairs.as_ref().is_some_and(|pairs| pairs.hits(bytes)) {
            return Verdict::Candidate;
        }
        match self.evidence.hits(bytes) && self.weak.iter().any(|word| has_word(bytes, word)) {
            true => Verdict::Candidate,
            false => Verdict::Evidence,
        }
    }

    /// Whether a word of a rule's path stands where a piece of a path may: behind a slash or a quotation mark.
    pub fn spells_piece(&self, bytes: &[u8]) -> bool {
        let opens = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|byte| OPENS.contains(byte));
        let is_piece = |at: usize, word: &Finder| opens(at) && is_word(bytes, at, at + word.needle().len());
        self.pieces.iter().any(|word| word.find_iter(bytes).any(|at| is_piece(at, word)))
    }

    /// Whether a word stands in the text that makes the place worth a look (a syntax error, a file not parsed).
    pub fn is_relevant(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        self.strong.hits(bytes) || self.weak.iter().any(|word| has_word(bytes, word))
    }
}

/// Pairs of words of which a text must hold both. All are searched for at once: there may be thousands.
struct Pairs {
    words: AhoCorasick,
    /// Pairs of places in the list of words.
    pairs: Vec<(usize, usize)>,
}

impl Pairs {
    /// `None` where there are none, or more than can be searched for.
    fn new(pairs: &[(String, String)]) -> Option<Self> {
        let mut words: Vec<&str> = pairs.iter().flat_map(|(one, other)| [one.as_str(), other]).collect();
        words.sort_unstable();
        words.dedup();
        let at = |word: &String| words.binary_search(&word.as_str()).ok();
        let pairs = pairs.iter().filter_map(|(one, other)| Some((at(one)?, at(other)?))).collect();
        (!words.is_empty()).then(|| AhoCorasick::new(&words).ok()).flatten().map(|words| Self { words, pairs })
    }

    fn hits(&self, bytes: &[u8]) -> bool {
        let mut there = vec![false; self.words.patterns_len()];
        for found in self.words.find_overlapping_iter(bytes) {
            if let Some(there) = there.get_mut(found.pattern().as_usize()) {
                *there |= is_word(bytes, found.start(), found.end());
            }
        }
        self.pairs.iter().any(|(one, other)| there.get(*one) == Some(&true) && there.get(*other) == Some(&true))
    }
}

/// Whether `word` stands in the bytes with no letter, digit or underscore beside it.
fn has_word(bytes: &[u8], word: &Finder) -> bool {
    word.find_iter(bytes).any(|at| is_word(bytes, at, at + word.needle().len()))
}

/// Whether no letter, digit or underscore stands right before `start` or at `end`.
fn is_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    !is_part(start.checked_sub(1).and_then(|at| bytes.get(at))) && !is_part(bytes.get(end))
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Leaves out words that hold another: a search for the other finds them.
fn minimal(words: &mut Vec<String>) {
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| (word.len(), word.clone()));
    let mut kept: Vec<String> = Vec::new();
    for word in words.drain(..) {
        if !kept.iter().any(|have| word.contains(have.as_str())) {
            kept.push(word);
        }
    }
    *words = kept;
}

#[cfg(test)]
mod tests {
    use super::{Finder, has_word, minimal};

    #[test]
    fn words_are_whole() {
        let sid = Finder::new("sid");
        assert!(has_word(b"cookies.sid;", &sid));
        assert!(!has_word(b"inside", &sid));
        assert!(!has_word(b"sid_x", &sid));
    }

    #[test]
    fn a_word_that_holds_another_is_not_searched_for() {
        let mut words = vec!["okta.com".to_owned(), "okta".to_owned(), "SSWS".to_owned()];
        minimal(&mut words);
        assert_eq!(words, ["SSWS", "okta"]);
    }
}
