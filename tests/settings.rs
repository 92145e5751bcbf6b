//! The configuration: what it changes, where it is found, and what is said of one that is wrong.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::run;

const GET: &str = "await fetch(`https://acme.okta.com/api/v1/sessions/${id}`);\n";
const CREATE: &str = "await fetch(\"https://acme.okta.com/api/v1/sessions\", { method: \"POST\", body: JSON.stringify({ sessionToken }) });\n";

/// A repository with two files and this configuration.
fn project(name: &str, settings: &str) -> PathBuf {
    let folder = common::repository("settings", name);
    fs::create_dir_all(folder.join("src/old")).expect("a folder");
    fs::write(folder.join("src/get.js"), GET).expect("written");
    fs::write(folder.join("src/old/create.js"), CREATE).expect("written");
    fs::write(folder.join("sidestep.toml"), settings).expect("written");
    folder
}

/// The exit code, and place and rule of each finding.
fn found(folder: &Path, args: &[&str]) -> (i32, Vec<String>) {
    let (code, said) = run(folder, &[&["-o", "concise"][..], args].concat());
    (code, said.lines().filter_map(|line| Some(line.split_once(']')?.0.to_owned())).collect())
}

const WARNING: &str = "src/old/create.js:1:1: warning[create-session";
const ERROR: &str = "src/get.js:1:1: error[get-session";

#[test]
fn rules_are_turned_off_and_weighed() {
    let folder = project("rules", "[rules]\nget-session = \"off\"\n");
    assert_eq!(found(&folder, &[]), (0, vec![WARNING.into()]));
    assert_eq!(found(&folder, &["--isolated"]), (1, vec![ERROR.into(), WARNING.into()]));
    fs::write(folder.join("sidestep.toml"), "[rules]\nget-session = \"note\"\ncreate-session = \"error\"\n")
        .expect("written");
    let (code, findings) = found(&folder, &[]);
    let expected = ["src/get.js:1:1: note[get-session", "src/old/create.js:1:1: error[create-session"];
    assert_eq!((code, findings), (1, expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_comment_and_a_baseline_for_a_rule_that_is_off_are_neither_counted_nor_unused() {
    let folder = project("off", "");
    assert_eq!(run(&folder, &["baseline"]).0, 0);
    let text = format!("// sidestep: ignore[get-session] why\n{GET}");
    fs::write(folder.join("src/other.js"), text).expect("written");
    fs::write(folder.join("sidestep.toml"), "[rules]\nget-session = \"off\"\n").expect("written");
    let (code, said) = run(&folder, &[]);
    assert!(code == 0 && !said.contains("stale") && !said.contains("unused"), "{said}");
    assert!(said.contains("1 finding known") && !said.contains("suppressed"), "{said}");
}

#[test]
fn what_is_excluded_is_passed_over_and_told() {
    for pattern in ["old/", "src/old/**", "/src/old", "create.js"] {
        let folder = project("exclude", &format!("exclude = [\"{pattern}\"]\n"));
        assert_eq!(found(&folder, &[]), (1, vec![ERROR.into()]), "{pattern}");
        assert_eq!(found(&folder, &["--isolated"]).1.len(), 2);
        // Named by hand, and from below.
        assert_eq!(found(&folder, &["src/old/create.js"]), (0, vec![WARNING.into()]), "{pattern}");
        assert_eq!(found(&folder.join("src"), &[]), (1, vec![ERROR.into()]), "{pattern}");
    }
    let folder = project("excluded-file", "exclude = [\"create.js\"]\n");
    assert!(run(&folder, &[]).1.contains("1 excluded"));
    assert!(run(&folder, &["--show-files"]).1.contains("src/old/create.js: skipped: excluded"));
}

#[test]
fn options_go_before_the_configuration() {
    let folder = project("options", "fail-on = \"never\"\nconfidence = \"certain\"\n");
    assert_eq!(found(&folder, &[]).0, 0);
    assert_eq!(found(&folder, &["--fail-on", "warning"]).0, 1);
    fs::write(folder.join("src/get.js"), "await fetch(`/api/v1/sessions/${id}`); // okta\n").expect("written");
    let count = |args: &[&str]| found(&folder, args).1.len();
    assert!(count(&["--confidence", "possible"]) > count(&[]));
}

#[test]
fn a_custom_domain_is_a_proof_in_the_worker_and_in_the_search_for_words() {
    let folder = project("domains", "okta-domains = [\"Login.example.com\"]\n");
    let text = "const BASE = \"https://login.example.com\";\nawait fetch(`${BASE}/api/v1/sessions/${id}`);\n";
    fs::write(folder.join("src/get.js"), text).expect("written");
    // No word of a rule that is enough alone stands here.
    let cookie = "const page = \"https://login.example.com\";\njar.setCookie(\"sid=1\", page);\ndocument.cookie = \"sid=; Max-Age=0\";\n";
    fs::write(folder.join("src/cookie.js"), cookie).expect("written");
    let (code, findings) = found(&folder, &["--confidence", "certain"]);
    assert_eq!(code, 1);
    assert!(findings.contains(&"src/get.js:2:1: error[get-session".to_owned()), "{findings:?}");
    assert!(findings.iter().any(|one| one.starts_with("src/cookie.js") && one.ends_with("sid-cookie")), "{findings:?}");
    let (_, findings) = found(&folder, &["--confidence", "certain", "--isolated"]);
    assert_eq!(findings, [WARNING]);
}

#[test]
fn the_nearest_configuration_holds_and_a_named_one_before_it() {
    let folder = project("nearest", "[rules]\nget-session = \"off\"\n");
    assert_eq!(found(&folder.join("src/old"), &[".."]).1, [WARNING]);
    fs::write(folder.join("src/.sidestep.toml"), "[rules]\ncreate-session = \"off\"\n").expect("written");
    assert_eq!(found(&folder.join("src/old"), &[".."]).1, [ERROR]);
    assert_eq!(found(&folder, &["--config", "src/.sidestep.toml"]).1, [ERROR]);
    assert_eq!(run(&folder, &["--config", "no.toml"]).0, 2);
    assert_eq!(run(&folder, &["--config", "sidestep.toml", "--isolated"]).0, 2);
    // Nothing above the top of the repository is read.
    fs::create_dir(folder.join("src/.git")).expect("a folder");
    fs::remove_file(folder.join("src/.sidestep.toml")).expect("removed");
    assert_eq!(found(&folder.join("src"), &[]).1.len(), 2);
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    for (settings, line, said) in [
        ("exclude = []\nfail-onn = \"error\"\n", 2, "did you mean `fail-on`?"),
        ("[rules]\nget-sessions = \"off\"\n", 2, "no rule `get-sessions`; did you mean `get-session`?"),
        ("confidence = 3\n", 1, ""),
        ("fail-on = \"warn\n", 1, ""),
        ("exclude = \"src\"\n", 1, "invalid type: string \"src\", expected a sequence"),
    ] {
        let folder = project("wrong", settings);
        for args in [&[][..], &["--show-files"], &["baseline"]] {
            let (code, printed) = run(&folder, args);
            let start = format!("error: sidestep.toml:{line}: ");
            assert!(code == 2 && printed.starts_with(&start) && printed.contains(said), "{settings}: {printed}");
        }
    }
}

#[test]
fn a_custom_domain_is_learned_from_what_the_code_says_of_it() {
    let folder = project("learned", "");
    let cookie = "const page = \"https://login.acme.io/app/UserHome\";\njar.setCookie(\"sid=1\", page);\ndocument.cookie = \"sid=; Max-Age=0\";\n";
    fs::write(folder.join("src/get.js"), "export const issuer = \"https://login.acme.io/oauth2/default\";\n")
        .expect("written");
    fs::create_dir_all(folder.join("tools")).expect("a folder");
    fs::write(folder.join("tools/package.json"), "{}").expect("written");
    fs::write(folder.join("tools/cookie.js"), cookie).expect("written");
    let get = "const BASE = \"https://login.acme.io\";\nawait fetch(`${BASE}/api/v1/sessions/${id}`);\n";
    fs::write(folder.join("tools/get.js"), get).expect("written");
    let (_, findings) = found(&folder, &["--confidence", "certain"]);
    assert!(findings.contains(&"tools/get.js:2:1: error[get-session".to_owned()), "{findings:?}");
    assert!(
        findings.iter().any(|one| one.starts_with("tools/cookie.js") && one.ends_with("sid-cookie")),
        "{findings:?}"
    );
    // Another's issuer teaches nothing.
    fs::write(folder.join("src/get.js"), "export const issuer = \"https://login.acme.io/realms/acme\";\n")
        .expect("written");
    assert_eq!(found(&folder, &["--confidence", "certain"]).1, [WARNING]);
}
