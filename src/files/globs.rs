//! Patterns of paths, in the spelling of `.gitignore`, each relative to the folder that it is written in.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};

/// Patterns from one or several places. Where several speak of a path, the last one decides.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    lists: Vec<Gitignore>,
}

impl Globs {
    /// Adds patterns that are written in `folder`; later ones go before earlier ones.
    ///
    /// # Errors
    /// The number of the pattern that is none, and why.
    pub fn add<'a>(
        &mut self,
        folder: &Path,
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), (usize, String)> {
        let mut builder = GitignoreBuilder::new(folder);
        let mut count = 0;
        for pattern in patterns {
            builder.add_line(None, pattern).map_err(|error| (count, error.to_string()))?;
            count += 1;
        }
        let list = builder.build().map_err(|error| (count.saturating_sub(1), error.to_string()))?;
        self.lists.push(list);
        Ok(())
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(Gitignore::is_empty)
    }

    /// Whether a path, written from the top of the file system, is meant, by itself or by a folder that it lies in.
    pub fn matches(&self, whole: &Path, is_folder: bool) -> bool {
        self.any(whole, |list| list.matched_path_or_any_parents(whole, is_folder))
    }

    /// Whether a path is meant by itself: for a walk, which has judged the folders above.
    pub fn matches_itself(&self, whole: &Path, is_folder: bool) -> bool {
        self.any(whole, |list| list.matched(whole, is_folder))
    }

    fn any<'l>(&'l self, whole: &Path, matched: impl Fn(&'l Gitignore) -> Match<&'l Glob>) -> bool {
        let speaking = self.lists.iter().rev().filter(|list| whole.starts_with(list.path()) && whole != list.path());
        speaking.map(matched).find(|said| !said.is_none()).is_some_and(|said| said.is_ignore())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_relative_to_where_it_is_written_and_the_last_decides() {
        let mut globs = Globs::default();
        globs.add(Path::new("/top"), ["/old", "*.gen.js"]).expect("patterns");
        globs.add(Path::new("/top/src"), ["!keep.gen.js", "/x"]).expect("patterns");
        let matches = |path: &str| globs.matches(Path::new(path), false);
        assert!(matches("/top/old/a.js") && matches("/top/src/a.gen.js") && matches("/top/src/x"));
        assert!(
            !matches("/top/src/keep.gen.js") && !matches("/top/x") && !matches("/elsewhere/old") && !matches("/top")
        );
        assert!(matches("/top/keep.gen.js") && !Globs::default().matches(Path::new("/top"), true));
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        assert_eq!(Globs::default().add(Path::new("/"), ["a", "b{c"]).map_err(|(at, _)| at), Err(1));
    }
}
