//! Which file of a run a module is, and what of it a file knows by which name.

use crate::files::walk::folder;
use crate::meaning::fact::Reading;
use crate::meaning::outline::{Constant, Constants, Imported};
use crate::meaning::url::Text;

/// File stems that stand for their folder.
const FOLDER_FILES: &[&str] = &["index", "__init__", "mod", "lib"];
/// First words of a module's path that name no folder.
const ROOTS: &[&str] = &["crate", "self", "super", "@", "~", "src", "."];

/// The files of a run that export something, by their path.
pub struct Modules<'r> {
    files: Vec<(Vec<String>, &'r str, &'r Reading)>,
}

impl<'r> Modules<'r> {
    /// The modules of a run.
    pub fn new(readings: impl Iterator<Item = (&'r str, &'r Reading)>) -> Self {
        let exporting = readings.filter(|(_, reading)| !reading.exports.is_empty());
        Self { files: exporting.map(|(path, reading)| (module_path(path), path, reading)).collect() }
    }

    /// What the file at `path` knows of other files' constants.
    pub fn constants(&self, path: &str, imports: &[Imported]) -> Constants {
        let mut known = Constants::new();
        for import in imports {
            // `from app import settings` names a module as well as it names a constant.
            let below = import.name.as_ref().map(|name| format!("{}.{name}", import.module));
            let as_module = below.as_deref().and_then(|module| self.file(path, module));
            if let Some((found, reading)) = as_module {
                add(&mut known, found, reading, None, &import.local);
            }
            if let Some((found, reading)) = self.file(path, &import.module) {
                add(&mut known, found, reading, import.name.as_deref(), &import.local);
            }
        }
        known
    }

    /// The one file that a module, as written in the file at `from`, is.
    fn file(&self, from: &str, module: &str) -> Option<(&'r str, &'r Reading)> {
        let is_relative = module.starts_with('.') || module.starts_with("self") || module.starts_with("super");
        let segments: Vec<String> = split(module);
        let wanted = match is_relative {
            true => [module_base(from, module), segments].concat(),
            false => segments,
        };
        if wanted.is_empty() {
            return None;
        }
        let fits = |file: &&(Vec<String>, &str, &Reading)| match is_relative {
            true => file.0 == wanted,
            false => file.0.ends_with(&wanted),
        };
        let mut found = self.files.iter().filter(fits).filter(|(_, path, _)| *path != from);
        let (_, path, reading) = found.next()?;
        found.next().is_none().then_some((*path, *reading))
    }
}

/// Adds what `local` gives access to.
fn add(known: &mut Constants, path: &str, reading: &Reading, name: Option<&str>, local: &str) {
    for export in &reading.exports {
        let key = match (name, export.name.strip_prefix('.')) {
            (None, None) => format!("{local}.{}", export.name),
            (Some(_), Some(member)) => format!("{local}.{member}"),
            (Some(name), None) if export.name == name => local.to_owned(),
            (Some(name), None) => match export.name.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) {
                Some(rest) => format!("{local}.{rest}"),
                None => continue,
            },
            (None, Some(_)) => continue,
        };
        let texts = export.texts.iter().cloned().map(|text| Text { origins: Vec::new(), ..text });
        let constant = Constant { texts: texts.collect(), path: path.to_owned(), span: export.span };
        known.entry(key).or_insert(constant);
    }
}

/// The words of a file's path without its extension; a file that stands for its folder is its folder.
fn module_path(path: &str) -> Vec<String> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut words: Vec<String> = stem.split('/').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.last().is_some_and(|last| FOLDER_FILES.contains(&last.as_str())) {
        words.pop();
    }
    words
}

/// The word by which a file is imported: its stem, or its folder's where it stands for that.
pub fn word_of(path: &str) -> String {
    module_path(path).pop().unwrap_or_default()
}

/// The folder that a relative module starts from.
fn module_base(from: &str, module: &str) -> Vec<String> {
    let mut base: Vec<String> = folder(from).split('/').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let ups = match module.strip_prefix("..") {
        _ if module.starts_with("./") || module.starts_with("../") => module.matches("../").count(),
        Some(rest) => 1 + rest.chars().take_while(|c| *c == '.').count(),
        None => 0,
    };
    base.truncate(base.len().saturating_sub(ups));
    base
}

/// The words of a module's name, with those that name no folder left out.
fn split(module: &str) -> Vec<String> {
    // Only a path with slashes can have an extension: `./config.js`.
    let is_path = module.contains('/');
    let module = if is_path { module.trim_end_matches(".js").trim_end_matches(".ts") } else { module };
    let words = module.split(['/', ':']).flat_map(|word| if is_path { vec![word] } else { word.split('.').collect() });
    let mut words: Vec<String> = words.filter(|word| !word.is_empty() && *word != "..").map(str::to_owned).collect();
    let roots = words.iter().take_while(|word| ROOTS.contains(&word.as_str())).count();
    words.drain(..roots);
    if words.last().is_some_and(|last| FOLDER_FILES.contains(&last.as_str())) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{module_base, module_path, split};

    #[test]
    fn modules_come_apart_as_their_language_spells_them() {
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
