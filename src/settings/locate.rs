//! Where a configuration is: the nearest `sidestep.toml` upwards, else the nearest manifest with a section for sidestep.

use std::path::{Path, PathBuf};

use super::value::{self, Value};
use crate::files::open;
use crate::files::path::Paths;
use crate::judge::finding::{Notice, NoticeKind};

/// The names of the file. In one folder the first wins.
const FILES: &[&str] = &["sidestep.toml", ".sidestep.toml"];
/// Manifests and where their section is.
const MANIFESTS: &[(&str, &[&str])] = &[
    ("pyproject.toml", &["tool", "sidestep"]),
    ("package.json", &["sidestep"]),
    ("Cargo.toml", &["workspace", "metadata", "sidestep"]),
];
/// Most bytes read of one.
const LARGEST: u64 = 1 << 20;
/// What a manifest must hold to be worth parsing.
const WORD: &str = "sidestep";

/// What a search found.
#[derive(Default)]
pub struct Located {
    /// The configuration.
    pub file: Option<PathBuf>,
    /// A second one in the same folder, which does not count.
    pub notice: Option<Notice>,
}

/// The nearest configuration upwards from a path to the top of its repository.
pub fn nearest(paths: &Paths, start: &Path) -> Result<Located, String> {
    let folders = paths.up_from(start);
    let is_there = |file: &PathBuf| file.symlink_metadata().is_ok();
    for folder in &folders {
        let mut found = FILES.iter().map(|name| folder.join(name)).filter(is_there);
        if let Some(file) = found.next() {
            let other = found.next().or_else(|| sections(folder).next());
            let notice = other.map(|other| {
                let message = format!("not read: {} in the same folder goes before it", paths.shown(&file));
                Notice { kind: NoticeKind::Configuration, path: paths.shown(&other), line: None, message }
            });
            return Ok(Located { file: Some(file), notice });
        }
    }
    Ok(Located { file: folders.iter().find_map(|folder| sections(folder).next()), notice: None })
}

/// The manifests of a folder that have a section. One that cannot be read or parsed has none: it is its own tool's to say.
fn sections(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let files = MANIFESTS.iter().map(|(name, _)| folder.join(name)).collect::<Vec<_>>().into_iter();
    files.filter(|file| {
        let text = open::read_whole(file, false, LARGEST, "").ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.filter(|text| text.contains(WORD))
            .is_some_and(|text| section(file, &text).is_ok_and(|value| value.is_some()))
    })
}

/// The text of a configuration.
pub fn read(file: &Path, named: bool, shown: &str) -> Result<String, String> {
    let bytes = open::read_whole(file, named, LARGEST, shown)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{shown}: not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The part of a file that speaks of sidestep: all of it, unless it is a manifest.
pub fn section(file: &Path, text: &str) -> Result<Option<Value>, value::Wrong> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match MANIFESTS.iter().find(|(manifest, _)| *manifest == name) {
        Some((manifest, keys)) if manifest.ends_with(".json") => {
            Ok(value::of_json(text).and_then(|value| value.into_below(keys)))
        }
        Some((_, keys)) => Ok(value::of_toml(text)?.into_below(keys)),
        None => value::of_toml(text).map(Some),
    }
}
