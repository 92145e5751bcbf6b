//! A file that holds code and no word of a rule: what others import may stand in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::looks::too_big;
use super::open;
use super::source::Source;
use super::walk::{Candidate, LARGEST, Options};
use crate::syntax::language::Language;

/// A file that holds code and no word of a rule.
#[derive(Clone, Debug)]
pub struct Other {
    /// As it is shown.
    pub path: String,
    /// Its language.
    pub language: Language,
    /// Names that it may define for its folder, sorted, members behind their type; none in a language whose modules are
    /// files.
    pub defines: Vec<String>,
    /// Whether it spells a piece of a path that a rule is about.
    pub spells: bool,
    pub(super) file: PathBuf,
    pub(super) root: Arc<Path>,
}

impl Other {
    /// Reads the file; `None` where that fails now, though the walk could read it.
    pub fn load(&self, options: &Options) -> Option<Candidate> {
        let buffer = self.bytes(options)?;
        let lexical = too_big(&buffer, &self.language, options.max_file_size);
        let words = options.paths.inner(&self.file, &self.root);
        let source = Source::new(self.path.clone(), buffer);
        Some(Candidate { source, words, language: self.language.clone(), lexical, unread: false })
    }

    fn bytes(&self, options: &Options) -> Option<Vec<u8>> {
        if let Some(text) = options.texts.iter().find(|text| text.path == self.file) {
            return Some(text.bytes.to_vec());
        }
        let mut buffer = Vec::new();
        open::read(&self.file, false, LARGEST, false, &mut buffer).ok()?;
        Some(buffer)
    }
}
