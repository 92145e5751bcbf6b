//! "Did you mean": the word of a list that another is most like.

use strsim::levenshtein;

/// Most changes of a letter between a word and what may have been meant.
const FARTHEST: usize = 3;

/// The word that `word` was probably meant to be, if one is near enough: within a third of its letters.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).clamp(1, FARTHEST);
    let near = words.into_iter().map(|have| (levenshtein(word, have), have)).filter(|(far, _)| *far <= most);
    near.min().map(|(_, have)| have)
}

/// `; did you mean …?`, or nothing.
pub fn did_you_mean<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, words).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::{levenshtein, nearest};

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert_eq!(nearest("sid-cooki", ["get-session", "sid-cookie"]), Some("sid-cookie"));
        assert_eq!(nearest("no-such-rule", ["get-session", "sid-cookie"]), None);
        assert_eq!(levenshtein("abc", "acd"), 2);
    }
}
