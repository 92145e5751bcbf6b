//! The command line by transcript: `tests/cmd/` has one file a subject, and this file says what no transcript can.

mod common;

use std::path::Path;
use std::process::Output;

use common::text;

/// Transcripts run in the repository's root, or in the folder `tests/cmd/NAME.in` where there is one. `TRYCMD=overwrite
/// cargo test --test cli` writes what the program prints now; read the difference before you keep it.
#[test]
fn transcripts() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("COLUMNS", "100").env("GITHUB_SHA", "").case("tests/cmd/*.trycmd");
    cases.case("docs/options.md");
    cases.case("docs/getting-started.md");
}

/// Every format that `--output` takes, as its help lists them.
fn formats() -> Vec<String> {
    let help = stdout(&["--help"]);
    let mut lines = help.lines().skip_while(|line| !line.contains("--output"));
    let list = lines.by_ref().skip_while(|line| !line.contains("Possible values")).skip(1);
    let formats: Vec<String> = list
        .map_while(|line| line.trim().strip_prefix("- "))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert!(formats.len() >= 12, "{help}");
    formats
}

fn sidestep(args: &[&str]) -> Output {
    common::command(Path::new(env!("CARGO_MANIFEST_DIR")), args).output().expect("the program runs")
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(sidestep(args).stdout).expect("UTF-8")
}

/// The code blocks of a page that are marked with `language`.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(have) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            if have == language {
                found.push(body.join("\n") + "\n");
            }
        }
    }
    found
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let printed = stdout(&["examples/portal"]);
    let shown = blocks(&text("README.md"), "text");
    assert!(!shown.is_empty(), "README.md shows no output");
    for part in shown.iter().flat_map(|block| block.split("\n…\n")) {
        assert!(printed.contains(part.trim_end()), "README.md shows this, and the demo does not print it:\n{part}");
    }
}

#[test]
fn the_gate_runs_the_test_command_of_the_readme() {
    let commands = blocks(&text("README.md"), "sh").concat();
    let gate = text(".ci/run");
    assert!(commands.lines().any(|line| line == "cargo test"), "README.md names the command that runs the tests");
    assert!(gate.lines().any(|line| line == "cargo test"), ".ci/run runs it");
}

#[test]
fn the_readme_names_every_rule_option_and_format() {
    let readme = text("README.md");
    let help = stdout(&["--help"]) + &stdout(&["baseline", "--help"]);
    let list: serde_json::Value = serde_json::from_str(&stdout(&["rules", "-o", "json"])).expect("JSON");
    let rules = list.as_array().into_iter().flatten().filter_map(|rule| rule["id"].as_str());
    let missing: Vec<&str> = rules.filter(|id| !readme.contains(&format!("`{id}`"))).collect();
    assert!(missing.is_empty(), "README.md does not name {missing:?}");
    // An option that the README promises is one that there is.
    let words = readme.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let options = words.filter(|word| word.starts_with("--") && word.len() > 3);
    let cargo = ["--path", "--release", "--test", "--locked"];
    let unknown: Vec<&str> = options.filter(|word| !cargo.contains(word) && !help.contains(word)).collect();
    assert!(unknown.is_empty(), "README.md names options that there are not: {unknown:?}");
    for format in formats() {
        assert!(readme.contains(&format!("`{format}`")), "README.md does not name the format {format}");
    }
}

#[test]
fn the_short_help_fits_one_screen() {
    let help = stdout(&["-h"]);
    assert!(help.lines().count() <= 60, "{help}");
    assert!(stdout(&["--help"]).starts_with("Examples:"));
}

/// Of every command the page of options has the help.
#[test]
fn the_page_of_options_has_every_command() {
    let (help, page) = (stdout(&["-h"]), text("docs/options.md"));
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for command in commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(command == "check" || page.contains(&format!("$ sidestep {command} --help\n")), "{command}");
    }
}

/// The reader's list of keys and the page that describes them are the same.
#[test]
fn the_page_of_the_configuration_has_every_key() {
    let page = text("docs/configuration.md");
    let schema: serde_json::Value = serde_json::from_str(&stdout(&["schema"])).expect("JSON");
    for key in schema["properties"].as_object().expect("keys").keys() {
        assert!(page.contains(&format!("\n### `{key}`\n")), "docs/configuration.md does not describe {key}");
    }
    for block in blocks(&page, "toml") {
        toml::from_str::<toml::Table>(&block).unwrap_or_else(|error| panic!("{block}: {error}"));
    }
}

/// The scripts that complete commands know every command and option.
#[test]
fn shells_complete_commands_and_options() {
    for shell in ["bash", "elvish", "fish", "nushell", "powershell", "zsh"] {
        let script = stdout(&["completions", shell]);
        for word in ["add-ignore", "stdin-filename", "baseline", "accept-new"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let page = stdout(&["man"]);
    assert!(page.contains(".SH OPTIONS") && page.contains("add\\-ignore"), "{page}");
}

#[test]
fn the_program_names_no_option_that_it_lacks() {
    let help = stdout(&["--help"]);
    for args in [&["examples"][..], &["fixtures", "--confidence", "certain"], &["fixtures/README.md"]] {
        let printed = stdout(args);
        let words = printed.split("(sidestep ").skip(1).filter_map(|hint| hint.split([' ', ')']).next());
        let unknown: Vec<&str> = words.filter(|word| word.starts_with("--") && !help.contains(word)).collect();
        assert!(unknown.is_empty(), "{args:?}: {unknown:?}");
    }
}

#[test]
fn quiet_is_not_silent_about_what_was_not_done() {
    for format in formats() {
        let output = sidestep(&["--quiet", "-o", &format, "no/such/path"]);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert!(said.contains("no such path: no/such/path"), "{format} says nothing, and the exit code is 2: {said:?}");
    }
}
