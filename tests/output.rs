//! Reports that go to files.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A new folder with a file that has a finding.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let text = "import requests\nrequests.get('https://acme.okta.com/api/v1/sessions/' + sid)\n";
    fs::write(folder.join("login.py"), text).expect("written");
    folder
}

fn sidestep(folder: &Path, args: &[&str]) -> Output {
    run(folder, &[args, &["login.py"]].concat())
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = common::command(folder, args);
    command.env_remove("GITHUB_STEP_SUMMARY").output().expect("the program runs")
}

/// Names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn files_hold_what_standard_output_would_and_text_still_goes_there() {
    let folder = folder("several");
    fs::write(folder.join("out.json"), "old").expect("written");
    let output = sidestep(&folder, &["-o", "json=out.json", "--output=sarif=out=1.sarif", "--format", "csv=out.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, sidestep(&folder, &[]).stdout);
    for (format, path) in [("json", "out.json"), ("sarif", "out=1.sarif"), ("csv", "out.csv")] {
        assert!(fs::read(folder.join(path)).expect("a file") == sidestep(&folder, &["-o", format]).stdout, "{format}");
    }
    assert_eq!(names(&folder), ["login.py", "out.csv", "out.json", "out=1.sarif"]);
}

#[test]
fn one_report_a_place() {
    let folder = folder("places");
    for args in [&["-o", "json", "-o", "text"][..], &["-o", "json=a", "-o", "csv=a"], &["-o", "json="], &["-o", "x=a"]]
    {
        let output = sidestep(&folder, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && output.stderr.starts_with(b"error: "), "{args:?}");
    }
    assert_eq!(names(&folder), ["login.py"]);
}

#[test]
fn what_cannot_be_written_is_told_and_the_rest_is_written() {
    let folder = folder("trouble");
    let output = sidestep(&folder, &["-o", "json=no/such/out.json", "-o", "csv=.", "-o", "csv=out.csv"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("error: could not write no/such/out.json: "), "{said}");
    assert_eq!(names(&folder), ["login.py", "out.csv"]);
}

#[test]
fn source_code_is_not_replaced_and_an_earlier_report_is() {
    let folder = folder("source");
    let before = fs::read(folder.join("login.py")).expect("a file");
    assert_eq!(sidestep(&folder, &["-o", "json=login.py"]).status.code(), Some(2));
    assert!(fs::read(folder.join("login.py")).expect("a file") == before);
    let args = ["-o", "json=a.json", "-o", "gitlab=b.json", "-o", "rdjson=c.json", "-o", "junit=d.xml", "."];
    let first = run(&folder, &args);
    let second = run(&folder, &args);
    assert_eq!((first.status.code(), second.status.code()), (Some(1), Some(1)));
    let found = |output: &Output| String::from_utf8_lossy(&output.stdout).matches("in 1 of 1 file ").count();
    assert_eq!((found(&first), found(&second)), (1, 1), "a report is not read");
}

#[test]
fn a_job_summary_is_added_to() {
    let folder = folder("summary");
    fs::write(folder.join("summary.md"), "before\n").expect("written");
    let mut command = common::command(&folder, &["-o", "markdown=summary.md", "login.py"]);
    command.env("GITHUB_STEP_SUMMARY", "summary.md");
    assert_eq!(command.output().expect("the program runs").status.code(), Some(1));
    let text = fs::read_to_string(folder.join("summary.md")).expect("a file");
    assert!(text.starts_with("before\n# sidestep\n"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn never_through_a_symbolic_link_and_never_waiting_for_a_pipe() {
    let folder = folder("links");
    fs::write(folder.join("precious"), "precious").expect("written");
    std::os::unix::fs::symlink("precious", folder.join("link.json")).expect("a link");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, folder.join("pipe"), rustix::fs::FileType::Fifo, mode, 0).expect("a pipe");
    let output = sidestep(&folder, &["-o", "json=link.json", "-o", "csv=pipe", "-o", "json=/dev/null"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        said.contains("link.json: it is a symbolic link\n") && said.contains("pipe: nothing reads from it\n"),
        "{said}"
    );
    assert!(!said.contains("/dev/null"), "{said}");
    assert_eq!(fs::read_to_string(folder.join("precious")).expect("a file"), "precious");
    assert_eq!(names(&folder), ["link.json", "login.py", "pipe", "precious"]);
}

#[test]
fn a_report_may_replace_or_follow_an_earlier_one_of_any_format() {
    let folder = folder("earlier");
    for (format, name) in [("markdown", "summary.md"), ("junit", "junit.xml"), ("csv", "out.csv"), ("json", "out.json")]
    {
        fs::write(folder.join(name), "").expect("written");
        let output = sidestep(&folder, &["-o", &format!("{format}={name}")]);
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!fs::read(folder.join(name)).expect("a file").is_empty(), "{name}");
    }
}
