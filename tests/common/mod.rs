//! What several test programs do: a repository of their own, and a run of the program in it.
#![allow(dead_code, reason = "each test program is compiled with all of this, and uses some of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An empty folder among those of `group`, which counts as a repository so that paths are shown from here.
pub fn repository(group: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(group).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join(".git")).expect("a folder");
    folder
}

/// The exit code of a run in `folder`, and all that was said.
pub fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidestep"));
    let output = command.current_dir(folder).args(args).env("NO_COLOR", "1").output().expect("the program runs");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    (output.status.code().unwrap_or(-1), said)
}
