//! Which names a file mentions at all: one search through its text answers for thousands of names.

use std::cell::OnceCell;
use std::collections::HashSet;

/// The words of a file: a member that does not stand in its text is not taken by it, whatever has it.
pub struct Mentions<'t> {
    text: &'t str,
    /// Collected when they are first asked for.
    words: OnceCell<HashSet<&'t str>>,
}

impl<'t> Mentions<'t> {
    /// Those of a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, words: OnceCell::new() }
    }

    /// Whether the last part of a member's name stands in the text.
    pub fn has(&self, member: &str) -> bool {
        let words = self.words.get_or_init(|| words_of(self.text).collect());
        words_of(member.rsplit('.').next().unwrap_or(member)).all(|word| words.contains(word))
    }
}

/// The words of a text. What else a name may hold (`$`, `-`, `?`) stands between them, in a name as in the text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Mentions;

    #[test]
    fn a_file_takes_only_what_it_spells() {
        let spelled = Mentions::new("api.paths['session-list'](client.$http, @token)");
        for taken in ["paths", "api.paths", "paths.session-list", "$http", "token"] {
            assert!(spelled.has(taken), "{taken}");
        }
        for other in ["path", "paths.sessions", "api.paths.session_list"] {
            assert!(!spelled.has(other), "{other}");
        }
    }
}
