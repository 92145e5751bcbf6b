//! What somebody wants to know of: paths and cookies. The rules fill it; nothing here knows them.

use super::fact::Url;
use super::url::{Pattern, Text, parse};

/// Paths and cookie names of interest.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// Ends of paths.
    pub paths: Vec<Pattern>,
    /// Names of cookies.
    pub cookies: Vec<String>,
    /// Queries that are told by their key and value alone.
    pub queries: Vec<Query>,
}

/// A query of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The path that it is of.
    pub path: String,
    /// Its key.
    pub key: String,
    /// A word of its value.
    pub word: String,
}

impl Interest {
    /// Words of which each path of interest holds at least one: what a text must hold to be looked at.
    pub fn words(&self) -> Vec<&str> {
        let mut patterns: Vec<&Pattern> = self.paths.iter().collect();
        patterns.sort_by_key(|pattern| pattern.len());
        let mut words: Vec<&str> = Vec::new();
        for pattern in patterns {
            let known = pattern.literals().any(|literal| words.iter().any(|word| literal.contains(word)));
            if !known {
                words.extend(pattern.literals().last());
            }
        }
        words
    }

    /// Whether a URL ends in a path of interest. `base` lets a base that is not seen hold the start of the path; `tail`
    /// lets the path be a single word.
    pub fn url_is_ruled(&self, url: &Url, base: bool, tail: bool) -> bool {
        let alone = url.segments.len() == 1 && !url.relative;
        self.paths.iter().any(|pattern| pattern.matches(url, base && (tail || !alone)).is_some())
    }

    /// Whether a text is a URL that ends in a path of interest.
    pub fn text_is_ruled(&self, text: &Text, base: bool) -> bool {
        parse(text).is_some_and(|url| self.url_is_ruled(&url, base, base))
    }
}
