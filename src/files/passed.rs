//! Which files are passed over, and why: by the user's patterns, and by what their names say of them.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::Gitignore;

use super::globs::Globs;
use super::open;
use super::path::Paths;
use super::walk::Options;
use crate::syntax::language::{self, Language};

/// Prose: counted, not read.
const PROSE: &[&str] = &["txt", "log"];
/// Our own and other tools' reports.
const REPORTS: &[&str] = &["sarif", "csv", "tsv"];
/// Ends of the names of our own baselines, of lock files and of source maps: data that people do not write.
const GENERATED: &[&str] = &[
    ".sidestep-baseline.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "pubspec.lock.yaml",
    ".lock",
    ".map",
    ".map.json",
];
/// Files that make their folder a package and name what it depends on.
pub const MANIFESTS: &[&str] = &[
    "package.json",
    "Cargo.toml",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "build.sc",
    "Gemfile",
    "composer.json",
    "Package.swift",
    "Makefile",
    "redocly.yaml",
];
/// Folders of other people's code.
const VENDORED: &[&str] = &["node_modules", "bower_components", "site-packages", "third_party", "vendor"];
/// Declarations without code.
const DECLARATIONS: &[&str] = &[".d.ts", ".d.mts", ".d.cts", ".pyi"];
/// Ignore files. One that is a pipe would block its reader for ever.
pub const IGNORE_FILES: &[&str] = &[".gitignore", ".ignore", ".sidestepignore"];

/// A file that was come upon.
pub struct Met<'p> {
    /// The file.
    pub file: &'p Path,
    /// What it was found under.
    pub root: &'p Path,
    /// As it is shown.
    pub path: String,
    /// The last part of that.
    pub name: String,
    /// Whether the user named it, and so wants it read.
    pub by_hand: bool,
    /// Folders above it that say whose code it is.
    pub depth: usize,
}

/// Why the user's own patterns pass a file over. The walk has judged all folders, and ignore files but for what is named.
pub fn by_pattern(met: &Met, options: &Options, named: bool) -> Option<&'static str> {
    let has_patterns = named || !options.exclude.is_empty() || !options.include.is_empty();
    if met.by_hand || !has_patterns {
        return None;
    }
    let whole = options.paths.whole(met.file);
    let is_excluded = |globs: &Globs| match named {
        true => globs.matches(&whole, false),
        false => globs.matches_itself(&whole, false),
    };
    match () {
        () if is_excluded(&options.exclude) => Some("excluded"),
        () if !options.include.is_empty() && !options.include.matches(&whole, false) => Some("not included"),
        () if named && options.ignore_files && is_ignored(&whole, &options.paths) => Some("ignored"),
        () => None,
    }
}

/// Whether an ignore file at or above its folder ignores a file. The nearest one that speaks of it decides.
fn is_ignored(whole: &Path, paths: &Paths) -> bool {
    let folders = paths.up_from(whole);
    let files = folders.iter().flat_map(|folder| IGNORE_FILES.iter().rev().map(|name| folder.join(name)));
    for file in files.filter(|file| file.is_file() && !open::is_special(file)) {
        match Gitignore::new(&file).0.matched_path_or_any_parents(whole, false) {
            Match::Ignore(_) => return true,
            Match::Whitelist(_) => return false,
            Match::None => {}
        }
    }
    false
}

/// The language, by name, that `extensions` (the later ones first) say a file is in.
pub fn said<'e>(extensions: &'e [(String, String)], path: &str) -> Option<&'e str> {
    let extension = extension(path);
    extensions.iter().rev().find(|(have, _)| *have == extension).map(|(_, name)| name.as_str())
}

fn extension(path: &str) -> String {
    path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// The language that a file is read in, `None` for a manifest in no language, or why it is passed over.
pub fn language_of(met: &Met, options: &Options) -> Result<Option<Language>, &'static str> {
    let name = met.name.as_str();
    let extension = extension(name);
    let is_manifest = MANIFESTS.contains(&name);
    let said = said(&options.extensions, name);
    let language = match said {
        Some(name) => language::of_name(name),
        None => language::of_path(&met.path),
    };
    if !is_manifest && !met.by_hand {
        match () {
            () if PROSE.contains(&&*extension) && said.is_none() => return Err("documentation"),
            () if !options.include_docs && language.as_ref().is_some_and(|language| language.documentation) => {
                return Err("documentation");
            }
            () if REPORTS.contains(&&*extension) && said.is_none() => return Err("reports"),
            () if GENERATED.iter().any(|end| name.ends_with(end)) => return Err("lock files"),
            () if language.is_none() && language::is_binary(&extension) => return Err("binary"),
            () if DECLARATIONS.iter().any(|end| name.ends_with(end)) => return Err("declarations"),
            () if !options.include_vendored && is_vendored(met) => return Err("vendored"),
            () if !options.include_vendored && name.contains(".min.") => return Err("minified"),
            () => {}
        }
    }
    Ok(language.or_else(|| language::plain_text().filter(|_| !is_manifest)))
}

fn is_vendored(met: &Met) -> bool {
    let below_root = met.file.components().rev().skip(1).take(met.depth.saturating_sub(1));
    below_root.filter_map(|part| part.as_os_str().to_str()).any(|part| VENDORED.contains(&part))
}
