//! The same tree gives the same bytes, whatever the number of threads and however often it is read.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use sidestep::report::Format;

/// What a run prints, and the reports that it writes into a folder of this name, in the order of the formats.
fn run(name: &str, threads: &str) -> (Output, Vec<Vec<u8>>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidestep"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().env("NO_COLOR", "1");
    command.args(["--confidence", "possible", "--explain-evidence", "--show-working", "-j", threads, "fixtures"]);
    let formats = Format::names();
    for format in &formats {
        command.arg("-o").arg(format!("{format}={}", folder.join(format).display()));
    }
    let output = command.output().expect("the program runs");
    let read = |format: &String| fs::read(folder.join(format)).unwrap_or_else(|error| panic!("{format}: {error}"));
    (output, formats.iter().map(read).collect())
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let (first, reports) = run("first", "1");
    assert_eq!(first.status.code(), Some(1), "{}", String::from_utf8_lossy(&first.stderr));
    for (format, report) in Format::names().iter().zip(&reports) {
        assert!(report.len() > 1_000, "{format} says something");
    }
    for threads in ["1", "2", "8", "8"] {
        let (again, reports_again) = run("again", threads);
        // Not assert_eq: a difference would print both reports.
        for ((format, report), again) in Format::names().iter().zip(&reports).zip(&reports_again) {
            assert!(report == again, "{format} differs with {threads} threads");
        }
        assert!(first.stdout == again.stdout, "standard output differs with {threads} threads");
        assert!(first.stderr == again.stderr, "standard error differs with {threads} threads");
        assert_eq!(first.status, again.status);
    }
}

#[test]
fn no_output_names_a_folder_of_this_machine() {
    for (format, report) in Format::names().iter().zip(run("names", "2").1) {
        let text = String::from_utf8(report).expect("UTF-8");
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{format} names the folder it ran in");
    }
}
