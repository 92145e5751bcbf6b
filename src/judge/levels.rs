//! How bad findings of a rule are, where that is not left to the rule's page: by rule, by rule and file, and by option.

use std::collections::BTreeMap;
use std::path::Path;

use super::finding::Level;
use crate::files::globs::Globs;

/// Levels by rule.
pub type ByRule = BTreeMap<String, Level>;

/// What is said of rules. An option goes before what is said for a file, and that before what is said for all.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// For all files.
    pub all: ByRule,
    /// For some files; a later entry goes before an earlier one.
    pub some: Vec<(Globs, ByRule)>,
    /// By option.
    pub forced: ByRule,
    /// Where not empty, all rules but these are off, and these are as their pages say unless forced.
    pub only: Vec<String>,
}

impl Levels {
    /// Whether a rule that its page leaves out is asked for.
    pub fn turns_on(&self, rule: &str) -> bool {
        let said = self.forced.get(rule).or_else(|| self.all.get(rule));
        said.is_some_and(|level| *level != Level::Off) || self.only.iter().any(|only| only == rule)
    }

    /// How bad findings of `rule` in a file are, if something is said of it.
    pub fn of(&self, rule: &str, file: &Path) -> Option<Level> {
        if let Some(forced) = self.forced.get(rule) {
            return Some(*forced);
        }
        if !self.only.is_empty() && !self.only.iter().any(|only| only == rule) {
            return Some(Level::Off);
        }
        let some =
            || self.some.iter().rev().filter(|(files, rules)| rules.contains_key(rule) && files.matches(file, false));
        let said = some().find_map(|(_, rules)| rules.get(rule)).or_else(|| self.all.get(rule)).copied();
        // What is selected by hand is not off.
        said.filter(|said| self.only.is_empty() || *said != Level::Off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_goes_before_a_file_and_that_before_all() {
        let mut tests = Globs::default();
        tests.add(Path::new("/"), ["test/**"]).expect("a pattern");
        let level = |rule: &str, level| ByRule::from([(rule.to_owned(), level)]);
        let mut levels = Levels { all: level("a", Level::Note), ..Levels::default() };
        levels.some.push((tests, level("a", Level::Off)));
        let (here, there) = (Path::new("/x.js"), Path::new("/test/x.js"));
        assert_eq!(
            [levels.of("a", here), levels.of("a", there), levels.of("b", here)],
            [Some(Level::Note), Some(Level::Off), None]
        );
        levels.only = vec!["a".into()];
        assert_eq!([levels.of("a", there), levels.of("b", here)], [None, Some(Level::Off)]);
        levels.forced = level("a", Level::Error);
        assert_eq!(levels.of("a", there), Some(Level::Error));
    }
}
