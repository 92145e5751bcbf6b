//! Options of the command line that no transcript can show: what is read from elsewhere, and which findings a change touches.

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::{CREATE, GET, findings, run};

/// A repository with an error in `src/get.js:2` and a warning in `src/old/create.js:1`.
fn project(name: &str) -> PathBuf {
    let folder = common::repository("options", name);
    fs::create_dir_all(folder.join("src/old")).expect("a folder");
    fs::write(folder.join("src/get.js"), format!("\n{GET}")).expect("written");
    fs::write(folder.join("src/old/create.js"), CREATE).expect("written");
    folder
}

const ERROR: &str = "src/get.js:2:1: error[get-session";
const WARNING: &str = "src/old/create.js:1:1: warning[create-session";

/// A run that is given something on its standard input: the exit code, what it printed and what it said beside that.
fn fed(folder: &Path, args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = common::command(folder, args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    // It may refuse before it has read all.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// What a diff leaves of the findings, and the exit code.
fn changed(folder: &Path, diff: &str) -> (i32, Vec<String>) {
    let (code, printed, _) = fed(folder, &["-o", "concise", "--diff", "-"], diff.as_bytes());
    (code, findings(&printed))
}

#[test]
fn only_findings_on_added_lines_are_shown() {
    let folder = project("diff");
    let diff = |line: u32| format!("--- a/src/get.js\n+++ b/src/get.js\n@@ -0,0 +{line} @@\n+x\n");
    assert_eq!(changed(&folder, &diff(2)), (1, vec![ERROR.into()]));
    assert_eq!(changed(&folder, &diff(1)), (0, vec![]));
    let other = "Index: src/old/create.js\n--- src/old/create.js\t(revision 1)\n+++ src/old/create.js\t(working copy)\n@@ -1 +1 @@\n-y\n+x\n";
    assert_eq!(changed(&folder, other), (0, vec![WARNING.into()]));
    // Relative to the folder that the run stands in, and to the top.
    let below = "--- a/get.js\n+++ b/get.js\n@@ -0,0 +2 @@\n+x\n";
    for diff in [below, &diff(2)] {
        let (_, printed, _) = fed(&folder.join("src"), &["-o", "concise", "--diff", "-"], diff.as_bytes());
        assert_eq!(findings(&printed), [ERROR]);
    }
    let (_, text, _) = fed(&folder, &["--diff", "-"], diff(1).as_bytes());
    assert!(text.contains("2 findings on lines that the diff does not add") && text.starts_with("Clean but"), "{text}");
    fs::write(folder.join("x.diff"), diff(2)).expect("written");
    assert_eq!(run(&folder, &["--diff", "x.diff"]).0, 1);
}

#[test]
fn a_finding_is_touched_where_its_parts_come_from() {
    let folder = common::repository("options", "diff-related");
    let text = "const PATH = \"/api/v1/sessions/\";\n\nawait fetch(\"https://acme.okta.com\" + PATH + id);\n";
    fs::write(folder.join("a.js"), text).expect("written");
    let diff = "--- a/a.js\n+++ b/a.js\n@@ -1 +1 @@\n-x\n+y\n";
    assert_eq!(changed(&folder, diff), (1, vec!["a.js:3:1: error[get-session".into()]));
}

#[test]
fn a_diff_that_is_none_is_refused_and_an_empty_one_is_clean() {
    let folder = project("diff-wrong");
    let (code, _, said) = fed(&folder, &["--diff", "-"], b" src/get.js | 2 +-\n");
    assert!(code == 2 && said.starts_with("error: the diff:1: this is no unified diff"), "{said}");
    let (code, _, said) = fed(&folder, &["--diff", "-"], b"--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n");
    assert!(code == 2 && said.contains("the diff ends in the middle of a file"), "{said}");
    let (code, printed, _) = fed(&folder, &["--diff", "-"], b"");
    assert!(code == 0 && printed.contains("warning: the diff: changes no file"), "{printed}");
    assert_eq!(run(&folder, &["--diff", "no.diff"]).0, 2);
    let (code, _, said) = fed(&folder, &["--diff", "-", "--files-from", "-"], b"");
    assert!(code == 2 && said.contains("the standard input can be one thing only"), "{said}");
}

#[test]
fn a_large_diff_is_read_whole() {
    let folder = project("diff-large");
    let hunk = |at: usize| format!("@@ -{at},0 +{at},2 @@\n+{}\n+b\n", "x".repeat(90));
    let mut diff = String::from("--- a/src/get.js\n+++ b/src/get.js\n");
    (0..60_000).for_each(|at| diff += &hunk(at * 3 + 1));
    assert_eq!(changed(&folder, &diff), (1, vec![ERROR.into()]));
}

#[test]
fn the_standard_input_goes_by_a_name() {
    let folder = project("stdin");
    fs::write(
        folder.join("sidestep.toml"),
        "exclude = [\"out\"]\n[[overrides]]\nfiles = [\"test/**\"]\nrules = { get-session = \"note\" }\n",
    )
    .expect("written");
    let read = |name: &str| fed(&folder, &["-o", "concise", "-", "--stdin-filename", name], GET.as_bytes());
    let (code, printed, _) = read("src/new.js");
    assert_eq!((code, findings(&printed)), (1, vec!["src/new.js:1:1: error[get-session".into()]));
    assert_eq!(findings(&read("test/new.js").1), ["test/new.js:1:1: note[get-session"]);
    // In place of what lies on the disk.
    let (_, printed, _) = fed(&folder, &["-o", "concise", "-", "src", "--stdin-filename", "src/get.js"], b"clean();\n");
    assert_eq!(findings(&printed), [WARNING]);
    let (code, printed, said) = read("out/new.js");
    assert_eq!((code, printed.as_str(), said.as_str()), (0, "", ""));
    // What is in no known language is read as plain text.
    let (code, printed, _) = read("x.unknown");
    assert!(code == 1 && printed.contains("(read as plain text"), "{printed}");
    let (code, _, said) = fed(&folder, &["-"], b"");
    assert!(code == 2 && said.contains("`-` needs --stdin-filename NAME"), "{said}");
    assert_eq!(fed(&folder, &["src", "--stdin-filename", "a.js"], b"").0, 2);
}

#[test]
fn paths_come_from_a_list() {
    let folder = project("list");
    let listed = |args: &[&str], list: &[u8]| {
        let (code, printed, _) = fed(&folder, &[&["-o", "concise", "--files-from", "-"], args].concat(), list);
        (code, findings(&printed))
    };
    assert_eq!(listed(&[], b"src/get.js\r\n\n"), (1, vec![ERROR.into()]));
    assert_eq!(listed(&["src/old"], b"src/get.js\n").1, [ERROR, WARNING]);
    fs::write(folder.join("a\nb.js"), GET).expect("written");
    assert_eq!(listed(&["-0"], b"a\nb.js\0src/get.js\0").1, ["a\\u{a}b.js:1:1: error[get-session", ERROR]);
    assert_eq!(listed(&[], b"").0, 2);
    assert_eq!(listed(&["--allow-empty"], b"").0, 0);
    assert_eq!(listed(&[], b"src/gone.js\n").0, 2);
}

#[cfg(unix)]
#[test]
fn a_name_may_be_no_text_and_may_begin_with_a_dash() {
    use std::os::unix::ffi::OsStrExt;
    let folder = common::repository("options", "names");
    let name = std::ffi::OsStr::from_bytes(b"\xff.js");
    fs::write(folder.join(name), GET).expect("written");
    fs::write(folder.join("-x.js"), GET).expect("written");
    let expected = ["-x.js:1:1: error[get-session", "\u{fffd}.js:1:1: error[get-session"];
    assert_eq!(findings(&run(&folder, &["-o", "concise"]).1), expected);
    assert_eq!(findings(&run(&folder, &["-o", "concise", "--", "-x.js"]).1), expected[..1]);
    let (_, printed, _) = fed(&folder, &["-o", "concise", "--files-from", "-"], b"\xff.js\n-x.js\n");
    assert_eq!(findings(&printed), expected);
}

#[test]
fn patterns_pass_over_and_force_exclude_holds_for_what_is_named() {
    let folder = project("exclude");
    let found = |args: &[&str]| findings(&run(&folder, &[&["-o", "concise"][..], args].concat()).1);
    assert_eq!(found(&["--exclude", "old"]), [ERROR]);
    assert_eq!(found(&["--include", "src/old/**"]), [WARNING]);
    assert_eq!(found(&["--exclude", "old", "src/old/create.js"]), [WARNING]);
    let (code, said) = run(&folder, &["--force-exclude", "--exclude", "old", "src/old/create.js"]);
    assert!(code == 0 && said.contains("1 excluded"), "{said}");
    fs::write(folder.join(".gitignore"), "/src/old\n").expect("written");
    assert_eq!(found(&["src/old/create.js"]), [WARNING]);
    assert_eq!(found(&["--force-exclude", "src/old/create.js", "src/get.js"]), [ERROR]);
    assert_eq!(found(&["--force-exclude", "--no-ignore", "src/old/create.js"]), [WARNING]);
    // A hook names what changed, and that may be nothing to check.
    fs::write(folder.join("README.md"), "x").expect("written");
    assert_eq!(run(&folder, &["--force-exclude", "README.md"]).0, 0);
    // What is named by hand is read, documentation too; what is no text can not be.
    assert_eq!(run(&folder, &["README.md"]).0, 0);
    fs::write(folder.join("a.bin"), b"\0\x01").expect("written");
    assert_eq!(run(&folder, &["a.bin"]).0, 2);
    let (code, said) = run(&folder, &["--exclude", "a{b"]);
    assert!(code == 2 && said.contains("--exclude: `a{b` is no pattern"), "{said}");
}

#[test]
fn further_extensions_and_hidden_files() {
    let folder = common::repository("options", "extensions");
    fs::create_dir_all(folder.join(".config")).expect("a folder");
    fs::write(folder.join("a.page"), GET).expect("written");
    fs::write(folder.join(".config/b.js"), GET).expect("written");
    let found = |args: &[&str]| findings(&run(&folder, &[&["-o", "concise"][..], args].concat()).1);
    let (page, hidden) = ("a.page:1:1: error[get-session", ".config/b.js:1:1: error[get-session");
    let said = run(&folder, &["-o", "concise"]).1;
    assert!(
        findings(&said) == [hidden, "a.page:1:7: error[get-session"] && said.contains("(read as plain text"),
        "{said}"
    );
    let said = run(&folder, &["-o", "concise", "--extension", "page=javascript"]).1;
    assert!(!said.contains("(read as plain text"), "{said}");
    assert_eq!(found(&["--hidden", "--extension", "page=javascript"]), [hidden, page]);
    assert_eq!(found(&["--no-hidden", "--extension", ".page=javascript"]), [page]);
    let (code, said) = run(&folder, &["--extension", "page=javascrip"]);
    assert!(code == 2 && said.contains("no language `javascrip`; did you mean `javascript`?"), "{said}");
}

#[test]
fn what_is_shown_and_what_fails_are_two_things() {
    let folder = project("levels");
    let (code, said) = run(&folder, &["--min-severity", "error", "--fail-on", "warning", "--ignore", "get-session"]);
    assert!(code == 0 && said.contains("1 finding below --min-severity"), "{said}");
    assert_eq!(run(&folder, &["--ignore", "get-session"]).0, 0);
    assert_eq!(run(&folder, &["--ignore", "get-session", "--strict"]).0, 1);
    assert_eq!(run(&folder, &["--ignore", "get-session", "--strict", "--exit-zero"]).0, 0);
    fs::write(folder.join("src/broken.js"), "const = ;\nfunction sessions() {}\n// okta\n").expect("written");
    assert_eq!(run(&folder, &["src/broken.js", "--strict"]).0, 2);
}

#[test]
fn the_last_of_a_flag_and_its_no_counts() {
    let folder = project("undone");
    let code = |args: &[&str]| run(&folder, &[&["-o", "concise"][..], args].concat()).0;
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--exit-zero", "--no-exit-zero"]), 1);
    assert_eq!(code(&["--no-exit-zero", "--exit-zero"]), 0);
    assert_eq!(code(&["--no-exit-zero", "-qq", "--no-quiet", "-v"]), 1, "what is undone conflicts with nothing");
    let (code, said) = run(&folder, &["baseline", "--check", "--no-check"]);
    assert!(code == 0 && folder.join(".sidestep-baseline.json").exists(), "{said}");
    assert!(!run(&folder, &["--help"]).1.contains("--no-exit-zero"));
}

#[test]
fn the_environment_says_how_much_is_told_where_no_option_does() {
    let folder = project("told");
    let told = |value: &str, args: &[&str]| {
        let output = common::command(&folder, args).env("SIDESTEP_LOG", value).output().expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let is_timed = |value: &str, args: &[&str]| told(value, args).1.contains("took ");
    assert!(is_timed("info", &[]) && is_timed("debug", &["check"]));
    assert!(!is_timed("off", &[]) && !is_timed("", &[]) && !is_timed("info", &["-q"]));
    assert_eq!(told("loud", &[]), (Some(2), "error: SIDESTEP_LOG is off, info or debug, not `loud`\n".to_owned()));
}

#[test]
fn twice_quiet_prints_nothing_and_verbose_says_more_elsewhere() {
    let folder = project("quiet");
    assert_eq!(run(&folder, &["-qq"]), (1, String::new()));
    assert_eq!(run(&folder, &["-qq", "-o", "json"]), (1, String::new()));
    assert_eq!(run(&folder, &["-qq", "no/such"]), (2, String::new()));
    fs::write(folder.join("README.md"), "x").expect("written");
    let (_, _, said) = fed(&folder, &["-o", "json", "-v"], b"");
    assert!(said.starts_with("README.md: skipped: documentation\ntook ") && !said.contains("get.js"), "{said}");
    assert!(fed(&folder, &["-vv"], b"").2.contains("src/get.js: javascript, checked\n"));
    let (code, said) = run(&folder, &["--statistics"]);
    let rows: Vec<&str> = said.lines().filter_map(|line| line.split("  ").find(|part| part.contains('-'))).collect();
    assert_eq!((code, rows), (1, vec!["create-session", "get-session"]), "{said}");
}

#[test]
fn what_was_probably_meant_is_said() {
    let folder = project("meant");
    let said = |args: &[&str]| run(&folder, args).1;
    assert!(said(&["srcs"]).contains("no such path: srcs (did you mean src/ ?)"), "{}", said(&["srcs"]));
    assert!(said(&["src/gte.js"]).contains("(did you mean src/get.js ?)"), "{}", said(&["src/gte.js"]));
    assert!(said(&["chek"]).contains("(did you mean sidestep check ?)"));
    for option in ["--no-telemetry", "--offline", "--no-update-check"] {
        assert_eq!(run(&folder, &[option]).0, 1);
    }
}

#[test]
fn paths_are_shown_from_a_root_of_choice_and_a_category_is_told() {
    let folder = project("root");
    assert_eq!(findings(&run(&folder, &["-o", "concise", "--path-root", "src"]).1)[0], "get.js:2:1: error[get-session");
    assert_eq!(run(&folder, &["--path-root", "no"]).0, 2);
    let (_, sarif) = run(&folder, &["-o", "sarif", "--sarif-category", "portal"]);
    assert!(sarif.contains("\"id\": \"portal/\"") || sarif.contains("\"id\":\"portal/\""), "{sarif}");
}

#[test]
fn comments_are_written_where_they_hide_and_nowhere_else() {
    let folder = project("add-ignore");
    let nested = "const r =\r\n\tawait fetch(\r\n\t\t`https://acme.okta.com/api/v1/sessions/${id}`,\r\n\t);\r\n";
    fs::write(folder.join("src/crlf.js"), nested).expect("written");
    let template =
        "const page = `\n<p>\n${await fetch(\"https://acme.okta.com/api/v1/sessions/\" + id)}\n`;\n".to_owned();
    fs::write(folder.join("src/template.js"), &template).expect("written");
    let data =
        "{\"item\": [{\"request\": {\"method\": \"GET\", \"url\": \"https://acme.okta.com/api/v1/sessions/1\"}}]}\n";
    fs::write(folder.join("src/a.postman_collection.json"), data).expect("written");
    for reason in ["", "  ", "a\nb", "x */ y"] {
        assert_eq!(run(&folder, &["--add-ignore", reason]).0, 2, "{reason}");
    }
    let (code, said) = run(&folder, &["--add-ignore", "moves in May"]);
    assert!(code == 1 && said.contains("Comments written: 3, in 3 of 5 files."), "{said}");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("there");
    assert_eq!(read("src/get.js"), format!("\n// sidestep: ignore[get-session] moves in May\n{GET}"));
    assert!(read("src/crlf.js").starts_with("const r =\r\n\t// sidestep: ignore[get-session] moves in May\r\n\tawait"));
    assert_eq!((read("src/template.js"), read("src/a.postman_collection.json")), (template, data.to_owned()));
    let left = findings(&run(&folder, &["-o", "concise"]).1);
    assert!(left.len() == 2 && !left.iter().any(|one| one.contains("crlf")), "{left:?}");
}

#[test]
fn threads_change_nothing() {
    let folder = project("threads");
    for args in [&["-o", "json"][..], &["--exclude", "old"], &["--show-files"], &["--statistics"]] {
        assert_eq!(run(&folder, &[args, &["-j1"]].concat()), run(&folder, &[args, &["-j2"]].concat()));
    }
}
