//! What several test programs do: a repository of their own, and a run of the program in it.
#![allow(dead_code, reason = "each test program is compiled with all of this, and uses some of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A line that gets a session.
pub const GET: &str = "await fetch(`https://acme.okta.com/api/v1/sessions/${id}`);\n";
/// A line that creates one.
pub const CREATE: &str = "await fetch(\"https://acme.okta.com/api/v1/sessions\", { method: \"POST\", body: JSON.stringify({ sessionToken }) });\n";

/// An empty folder among those of `group`, which counts as a repository so that paths are shown from here.
pub fn repository(group: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(group).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join(".git")).expect("a folder");
    folder
}

/// Such a folder with these files in it.
pub fn project<T: AsRef<str>>(group: &str, name: &str, files: &[(T, T)]) -> PathBuf {
    let folder = repository(group, name);
    for (path, text) in files {
        let path = folder.join(path.as_ref());
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text.as_ref()).expect("written");
    }
    folder
}

/// The text of a file of this repository.
pub fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The program, about to run in `folder`.
pub fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidestep"));
    command.current_dir(folder).args(args).env("NO_COLOR", "1");
    command
}

/// Place and rule of each finding that the concise format prints: `a.js:1:1: error[get-session`.
pub fn findings(printed: &str) -> Vec<String> {
    printed.lines().filter_map(|line| Some(line.split_once(']')?.0.to_owned())).collect()
}

/// The exit code of a run in `folder`, and all that was said.
pub fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = command(folder, args).output().expect("the program runs");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    (output.status.code().unwrap_or(-1), said)
}
