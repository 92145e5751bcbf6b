//! The baseline over time: what is known is silent, what is new is not, and what is gone is told.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{GET, run};

const FILE: &str = ".sidestep-baseline.json";
const CLOSE: &str = "await fetch(`https://acme.okta.com/api/v1/sessions/${id}`, { method: \"DELETE\" });\n";

/// A repository with one file, and a baseline that knows what is in it.
fn project(name: &str) -> PathBuf {
    let folder = common::repository("baseline", name);
    fs::write(folder.join("a.js"), GET).expect("written");
    let (code, said) = run(&folder, &["baseline"]);
    assert_eq!(
        (code, said.as_str()),
        (0, ".sidestep-baseline.json lists 1 finding: 1 new finding, 0 stale entries dropped.\n")
    );
    folder
}

fn listed(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join(FILE)).expect("a baseline");
    text.lines().filter(|line| line.starts_with("{\"path\"")).map(str::to_owned).collect()
}

#[test]
fn what_is_known_is_silent_and_what_is_new_is_not() {
    let folder = project("new");
    let (code, said) = run(&folder, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 finding known from the baseline (sidestep --no-baseline shows them)"), "{said}");
    assert!(said.contains("Clean but for what is hidden"), "{said}");
    assert_eq!(run(&folder, &["--no-baseline"]).0, 1);
    // Lines move, and something is added.
    fs::write(folder.join("a.js"), format!("// moved\n\n{GET}{CLOSE}")).expect("written");
    let (code, said) = run(&folder, &["-o", "concise"]);
    assert_eq!((code, said.lines().count()), (1, 1), "{said}");
    assert!(said.starts_with("a.js:4:1: error[close-session]"), "{said}");
    assert_eq!(run(&folder, &["baseline"]).0, 0);
    assert_eq!((run(&folder, &[]).0, listed(&folder).len()), (0, 2));
}

#[test]
fn a_moved_file_is_known_once() {
    let folder = project("moved");
    fs::rename(folder.join("a.js"), folder.join("b.js")).expect("moved");
    let (code, said) = run(&folder, &[]);
    assert!(code == 0 && !said.contains("stale"), "{said}");
    // A copy is new: the entry stands for one finding.
    fs::copy(folder.join("b.js"), folder.join("c.js")).expect("copied");
    let (code, said) = run(&folder, &["-o", "concise"]);
    assert!(code == 1 && said.starts_with("c.js:1:1"), "{said}");
    assert_eq!(run(&folder, &["baseline", "--prune"]).0, 0);
    assert!(listed(&folder)[0].starts_with("{\"path\":\"b.js\""));
    // The file is there, so the same call elsewhere is another one.
    fs::remove_file(folder.join("b.js")).expect("removed");
    fs::write(folder.join("b.js"), "").expect("written");
    assert_eq!(run(&folder, &["-q"]).0, 1);
}

#[test]
fn what_is_gone_is_told_and_pruned() {
    let folder = project("stale");
    fs::create_dir(folder.join("sub")).expect("a folder");
    fs::write(folder.join("sub/b.js"), CLOSE).expect("written");
    assert_eq!(run(&folder, &["baseline", "sub"]).0, 0);
    assert_eq!(listed(&folder).len(), 2, "what lies elsewhere is kept");
    assert_eq!(
        run(&folder, &["baseline", "--check"]),
        (0, ".sidestep-baseline.json has 0 stale entries of 2.\n".into())
    );
    fs::write(folder.join("a.js"), "").expect("written");
    let (code, said) = run(&folder, &[]);
    assert!(
        code == 0 && said.contains("warning: .sidestep-baseline.json: a stale entry: get-session of a.js"),
        "{said}"
    );
    assert!(!run(&folder, &["sub"]).1.contains("stale"), "a.js was not checked");
    let (code, said) = run(&folder, &["baseline", "--check"]);
    assert!(code == 1 && said.contains("a.js: stale entry: get-session is no longer there"), "{said}");
    let (code, said) = run(&folder, &["baseline", "--prune"]);
    assert_eq!(
        (code, said.as_str()),
        (0, ".sidestep-baseline.json lists 1 finding: 0 new findings, 1 stale entry dropped.\n")
    );
    assert_eq!(run(&folder, &["baseline", "--check"]).0, 0);
}

#[test]
fn a_baseline_that_cannot_be_read_is_an_error() {
    let folder = project("malformed");
    let (code, said) = run(&folder, &["--baseline", "no.json"]);
    assert!(code == 2 && said.starts_with("error: could not read no.json: "), "{said}");
    fs::write(folder.join(FILE), "{\n<<<<<<< HEAD\n").expect("written");
    for args in [&[][..], &["baseline"], &["baseline", "--prune"]] {
        let (code, said) = run(&folder, args);
        assert!(code == 2 && said.starts_with("error: .sidestep-baseline.json:2: "), "{args:?}: {said}");
    }
    fs::remove_file(folder.join(FILE)).expect("removed");
    let (code, said) = run(&folder, &["baseline", "--prune"]);
    assert!(code == 2 && said.starts_with("error: there is no .sidestep-baseline.json here"), "{said}");
    fs::create_dir(folder.join(FILE)).expect("a folder");
    assert_eq!((run(&folder, &[]).0, run(&folder, &["baseline"]).0), (2, 2));
}

#[test]
fn nothing_is_written_of_a_run_that_is_not_complete() {
    let folder = project("incomplete");
    let before = listed(&folder);
    fs::write(
        folder.join("b.js"),
        "function end(id) {\n  return = fetch(`${org}/api/v1/sessions/${id}` { method: \"DELETE\" );\n}\n",
    )
    .expect("written");
    let (code, said) = run(&folder, &["baseline"]);
    assert!(code == 2 && said.contains("was left as it is"), "{said}");
    assert_eq!(listed(&folder), before);
    let left: Vec<_> =
        fs::read_dir(&folder).expect("a folder").filter_map(Result::ok).map(|one| one.file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed_by_itself() {
    let folder = project("link");
    fs::rename(folder.join(FILE), folder.join("real.json")).expect("moved");
    std::os::unix::fs::symlink("real.json", folder.join(FILE)).expect("a link");
    assert_eq!(run(&folder, &[]).0, 2);
    assert_eq!(run(&folder, &["--baseline", FILE]).0, 0);
    assert_eq!(run(&folder, &["baseline"]).0, 2);
}

#[test]
fn a_setting_on_the_command_line_names_no_configuration() {
    let folder = project("inline");
    fs::create_dir(folder.join("inner")).expect("a folder");
    fs::write(folder.join("sidestep.toml"), "").expect("written");
    let inner = folder.join("inner");
    // The baseline beside the nearest configuration is the one that counts, here and below.
    let checks: [&[&str]; 2] = [&[".."], &["..", "--config", "fail-on = 'note'"]];
    for args in checks {
        let (code, said) = run(&inner, args);
        assert_eq!(code, 0, "{args:?} {said}");
    }
    let empty = common::command(&inner, &[".."]).env("SIDESTEP_CONFIG", "").output().expect("the program runs");
    assert_eq!(empty.status.code(), Some(0));
}
