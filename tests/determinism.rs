//! The same tree gives the same bytes, whatever the number of threads and however often it is read.

use std::process::{Command, Output};

const FORMATS: [&str; 4] = ["text", "concise", "json", "sarif"];

fn run(format: &str, threads: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidestep"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().env("NO_COLOR", "1");
    command.args(["--confidence", "possible", "--explain-evidence", "--show-working", "-o", format, "-j", threads]);
    command.arg("fixtures").output().expect("the program runs")
}

#[test]
fn threads_and_repetition_change_no_byte() {
    for format in FORMATS {
        let first = run(format, "1");
        assert_eq!(first.status.code(), Some(1), "{format}: {}", String::from_utf8_lossy(&first.stderr));
        assert!(first.stdout.len() > 1_000, "{format} says something");
        for threads in ["1", "2", "8", "8"] {
            let again = run(format, threads);
            // Not assert_eq: a difference would print both reports.
            assert!(first.stdout == again.stdout, "{format} differs with {threads} threads");
            assert!(first.stderr == again.stderr, "{format} differs on standard error with {threads} threads");
            assert_eq!(first.status, again.status);
        }
    }
}

#[test]
fn no_output_names_a_folder_of_this_machine() {
    for format in FORMATS {
        let text = String::from_utf8(run(format, "2").stdout).expect("UTF-8");
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{format} names the folder it ran in");
    }
}
