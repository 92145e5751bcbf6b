//! The words of the paths by which modules go: those of files, and those that imports say.

use crate::files::walk::folder;
use crate::syntax::language;

/// File stems that stand for their folder.
const FOLDER_FILES: &[&str] = &["index", "__init__", "mod", "lib"];
/// First words of a module's path that name no folder.
const ROOTS: &[&str] = &["crate", "self", "super", "@", "~", "src", "."];
/// The words of a file's path without its extension; a file that stands for its folder is its folder.
pub fn module_path(path: &str) -> Vec<&str> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut words: Vec<&str> = stem.split('/').filter(|word| !word.is_empty()).collect();
    if words.last().is_some_and(|last| FOLDER_FILES.contains(last)) {
        words.pop();
    }
    words
}

/// The folder that a relative module starts from.
pub fn module_base<'f>(from: &'f str, module: &str) -> Vec<&'f str> {
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
pub fn split(module: &str) -> Vec<&str> {
    // Only a path with slashes can have an extension, if one of a language: `./config.js`, but not `./user.service`.
    let is_path = module.contains('/');
    let is_code = || language::of_path(module).is_some_and(|language| !language.data && !language.is_text());
    let stem = module.rsplit_once('.').filter(|_| is_path && is_code());
    let module = stem.map_or(module, |(stem, _)| stem);
    let words = module.split(['/', ':']).flat_map(|word| if is_path { vec![word] } else { word.split('.').collect() });
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty() && *word != "..").collect();
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
