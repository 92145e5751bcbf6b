//! How paths are shown, and which part of a path belongs to the code rather than to the machine.

use std::path::{Component, Path, PathBuf};

/// Shows paths relative to the top of the repository that the run stands in, or to the folder that it stands in where that
/// is in none: code hosts match paths so. A path outside of that is shown whole.
#[derive(Clone, Debug)]
pub struct Paths {
    here: PathBuf,
    base: PathBuf,
}

impl Paths {
    /// The paths of a run in the current folder.
    pub fn here() -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let base = repository(&here).unwrap_or(&here).to_owned();
        Self { here, base }
    }

    /// A path as it is shown: `/` between segments, the same however it was spelled.
    pub fn shown(&self, path: &Path) -> String {
        let whole = self.whole(path);
        let text = match whole.strip_prefix(&self.base) {
            Ok(inside) if inside.as_os_str().is_empty() => return ".".to_owned(),
            Ok(inside) => inside.to_string_lossy(),
            Err(_) => whole.to_string_lossy(),
        };
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }

    /// The part of a path whose words speak of the code: below the top of its repository, else below the root that it was
    /// found under. Folders above say where somebody keeps it.
    pub fn inner(&self, path: &Path, root: &Path) -> String {
        let (whole, root) = (self.whole(path), self.whole(root));
        let file_name = || whole.file_name().map(Path::new).unwrap_or(&whole);
        let inside = match repository(&root) {
            Some(top) => whole.strip_prefix(top).unwrap_or_else(|_| file_name()),
            None if whole == root => file_name(),
            None => whole.strip_prefix(&root).unwrap_or_else(|_| file_name()),
        };
        inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    }

    /// The folder that a path is or lies in, and those above it up to the top of its repository. Outside of one, up to the
    /// folder that the run stands in if it is below that, else it alone.
    pub fn up_from(&self, path: &Path) -> Vec<PathBuf> {
        let whole = self.whole(path);
        let folder = if whole.is_dir() { &whole } else { whole.parent().unwrap_or(&whole) };
        let within = if folder.starts_with(&self.here) { &self.here } else { folder };
        let top = repository(folder).unwrap_or(within);
        folder.ancestors().take_while(|above| above.starts_with(top)).map(Path::to_owned).collect()
    }

    /// The path from the top of the file system for one that is shown.
    pub fn of_shown(&self, shown: &str) -> PathBuf {
        self.base.join(shown)
    }

    /// These paths, shown relative to a folder of the user's choice.
    pub fn shown_from(mut self, base: &Path) -> Self {
        self.base = self.whole(base);
        self
    }

    /// Whether something stands at a path as it is shown.
    pub fn exists(&self, shown: &str) -> bool {
        self.base.join(shown).symlink_metadata().is_ok()
    }

    /// Whether a path as it is shown is `root` or below it.
    pub fn is_below(&self, shown: &str, root: &Path) -> bool {
        self.base.join(shown).starts_with(self.whole(root))
    }

    /// The path from the top of the file system, with `.` and `..` taken out by their spelling.
    pub fn whole(&self, path: &Path) -> PathBuf {
        let mut whole = self.here.clone();
        for part in path.components() {
            match part {
                Component::ParentDir => {
                    whole.pop();
                }
                Component::CurDir => {}
                part => whole.push(part),
            }
        }
        whole
    }
}

/// The top of the repository around a folder: the nearest one upwards that holds `.git`. Nothing of it is read.
pub fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Paths;

    #[test]
    fn a_path_is_shown_the_same_however_it_is_spelled() {
        let paths = Paths { here: "/a/b".into(), base: "/a".into() };
        for spelled in ["c.js", "./c.js", "../b/c.js", "/a/b/c.js"] {
            assert_eq!(paths.shown(Path::new(spelled)), "b/c.js");
        }
        assert_eq!(paths.shown(Path::new("/x/y.js")), "/x/y.js");
        assert_eq!(paths.shown(Path::new("..")), ".");
    }

    #[test]
    fn folders_above_the_root_say_nothing_of_the_code() {
        let paths = Paths { here: "/okta/b".into(), base: "/okta/b".into() };
        assert_eq!(paths.inner(Path::new("src/c.js"), Path::new("src")), "c.js");
        assert_eq!(paths.inner(Path::new("/okta/b/c.js"), Path::new("/okta/b/c.js")), "c.js");
    }
}
