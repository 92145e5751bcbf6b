//! The names of modules: the words of a file's path, and those that an import spells.

use crate::files::walk::folder;
use crate::syntax::language;

/// File stems that stand for their folder.
const FOLDER_FILES: &[&str] = &["index", "__init__", "mod", "lib"];
/// First words of a module's path that name no folder.
const ROOTS: &[&str] = &["crate", "self", "super", "@", "~", "src", "."];

/// What stands before the first dot of a name.
pub fn first_word(name: &str) -> &str {
    name.split_once('.').map_or(name, |(first, _)| first)
}

/// A name without what its spelling adds: `session_paths` and `SessionPaths` are the same.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a file's path without its extension; a file that stands for its folder is its folder.
pub(super) fn module_path(path: &str) -> Vec<&str> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut words: Vec<&str> = stem.split('/').filter(|word| !word.is_empty()).collect();
    if words.last().is_some_and(|last| FOLDER_FILES.contains(last)) {
        words.pop();
    }
    words
}

/// The word by which a file is imported: its stem, or its folder's where it stands for that.
pub fn word_of(path: &str) -> &str {
    module_path(path).pop().unwrap_or_default()
}

pub(super) fn is_relative(module: &str) -> bool {
    module.starts_with('.') || module.starts_with("self") || module.starts_with("super")
}

/// The words of the path that a module, as written in a file, has or ends with.
pub(super) fn wanted<'m>(own: &super::File<'m>, module: &'m str) -> Vec<&'m str> {
    let segments = split(module);
    if is_relative(module) { [module_base(own.path, module), segments].concat() } else { segments }
}

/// The folder that a relative module starts from.
fn module_base<'f>(from: &'f str, module: &str) -> Vec<&'f str> {
    let mut base: Vec<&str> = folder(from).split('/').filter(|word| !word.is_empty()).collect();
    let ups = match module.strip_prefix("..") {
        _ if module.starts_with("./") || module.starts_with("../") => module.matches("../").count(),
        Some(rest) => 1 + rest.chars().take_while(|c| *c == '.').count(),
        None => 0,
    };
    base.truncate(base.len().saturating_sub(ups));
    base
}

/// The words of a module's name, with those that name no folder left out.
fn split(module: &str) -> Vec<&str> {
    // `package:acme/src/paths.dart` lies in the `lib` of the package.
    let within = module.strip_prefix("package:").and_then(|rest| rest.split_once('/')).map(|(_, path)| path);
    let module = within.unwrap_or(module);
    // Only a path can have an extension, if one of a language: `./config.js`, but not `./user.service`. One of Dart may be a
    // single word.
    let is_path = module.contains('/') || module.ends_with(".dart");
    let is_code = || language::of_path(module).is_some_and(|language| !language.data && !language.is_text());
    let stem = module.rsplit_once('.').filter(|_| is_path && is_code());
    let module = stem.map_or(module, |(stem, _)| stem);
    let words = module.split(['/', ':']).flat_map(|word| if is_path { vec![word] } else { word.split('.').collect() });
    let words = words.filter(|word| !word.is_empty() && *word != "..");
    let mut words: Vec<&str> = within.map(|_| "lib").into_iter().chain(words).collect();
    let roots = words.iter().take_while(|word| ROOTS.contains(word)).count();
    words.drain(..roots);
    if words.last().is_some_and(|last| FOLDER_FILES.contains(last)) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{module_base, module_path, split};

    #[test]
    fn modules_come_apart_as_their_language_spells_them() {
        assert_eq!(split("./calls.mjs"), ["calls"]);
        assert_eq!(split("./user.service"), ["user.service"]);
        assert_eq!(split("../config"), ["config"]);
        assert_eq!(split("@/server/urls.js"), ["server", "urls"]);
        assert_eq!(split("app.settings"), ["app", "settings"]);
        assert_eq!(split("crate::okta::urls"), ["okta", "urls"]);
        assert_eq!(split("package:acme/src/paths.dart"), ["lib", "src", "paths"]);
        assert_eq!(split("paths.dart"), ["paths"]);
        assert_eq!(module_path("a/b/index.ts"), ["a", "b"]);
    }

    #[test]
    fn a_relative_module_starts_from_its_folder() {
        assert_eq!(module_base("a/b/c.js", "./d"), ["a", "b"]);
        assert_eq!(module_base("a/b/c.js", "../d"), ["a"]);
        assert_eq!(module_base("a/b/c.py", "..d"), ["a"]);
        assert_eq!(module_base("a/b/c.py", ".d"), ["a", "b"]);
    }
}
