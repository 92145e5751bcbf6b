//! The configuration: what it changes, where it is found, and what is said of one that is wrong.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{CREATE, GET, findings, run};

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
    (code, findings(&said))
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
        ("exclude = \"src\"\n", 1, "`exclude` takes a list of texts, not a text"),
    ] {
        let folder = project("wrong", settings);
        for args in [&[][..], &["--show-files"], &["baseline"]] {
            let (code, printed) = run(&folder, args);
            let start = format!("error: sidestep.toml:{line}:");
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

/// The settings that hold, as they are shown.
fn shown(folder: &Path, args: &[&str]) -> String {
    run(folder, &[&["--show-settings"][..], args].concat()).1
}

#[test]
fn a_manifest_with_a_section_is_a_configuration() {
    for (name, text) in [
        ("pyproject.toml", "[project]\nname = \"x\"\n[tool.sidestep.rules]\nget-session = \"off\"\n"),
        ("package.json", "{\"name\": \"x\", \"sidestep\": {\"rules\": {\"get-session\": \"off\"}}}"),
        ("Cargo.toml", "[workspace.metadata.sidestep.rules]\nget-session = \"off\"\n"),
    ] {
        let folder = project("manifest", "");
        fs::remove_file(folder.join("sidestep.toml")).expect("removed");
        fs::write(folder.join("Makefile"), "all:\n").expect("written");
        fs::write(folder.join(name), text).expect("written");
        assert_eq!(found(&folder.join("src"), &[]).1, [WARNING], "{name}");
        assert!(shown(&folder, &[]).contains(&format!("get-session = \"off\"  # {name}:")), "{}", shown(&folder, &[]));
        // One without a section, and one that is none, are passed over on the way up.
        fs::write(folder.join("src/pyproject.toml"), "[tool.other]\nsidestep = 1\n").expect("written");
        fs::write(folder.join("src/package.json"), "{ \"sidestep\": ").expect("written");
        assert_eq!(found(&folder.join("src"), &[]).1, [WARNING], "{name}");
        // A file of its own goes before it, and that is told.
        fs::write(folder.join("sidestep.toml"), "").expect("written");
        assert_eq!(found(&folder, &[]).1.len(), 2);
        let (_, said) = run(&folder, &[]);
        assert!(said.contains(&format!("warning: {name}: not read: sidestep.toml in the same folder")), "{said}");
    }
    let folder = project("wrong-manifest", "");
    fs::remove_file(folder.join("sidestep.toml")).expect("removed");
    fs::write(folder.join("package.json"), "{\n  \"sidestep\": {\n    \"exlude\": []\n  }\n}\n").expect("written");
    let (code, said) = run(&folder, &[]);
    let told = "error: package.json:3:5: unknown key `exlude`; did you mean `exclude`?\n  |\n3 |     \"exlude\": []\n  |     ^^^^^^^^\n";
    assert_eq!((code, said.as_str()), (2, told));
}

#[test]
fn the_configuration_is_that_of_what_is_checked() {
    let folder = project("of-path", "");
    fs::write(folder.join("src/sidestep.toml"), "[rules]\nget-session = \"off\"\n").expect("written");
    assert_eq!(found(&folder, &[]).1.len(), 2);
    assert_eq!(found(&folder, &["src"]).1, [WARNING]);
    assert_eq!(found(&folder, &["src/get.js", "src/old/create.js"]).1, [WARNING]);
    assert!(shown(&folder, &["src/get.js"]).contains("# src/sidestep.toml:2"), "{}", shown(&folder, &["src/get.js"]));
}

#[test]
fn a_configuration_extends_others_inside_its_repository() {
    let folder = project("extends", "[rules]\nget-session = \"off\"\ncreate-session = \"error\"\n");
    let own = "extends = \"../sidestep.toml\"\nexclude = [\"old\"]\n[rules]\nget-session = \"note\"\n";
    fs::write(folder.join("src/sidestep.toml"), own).expect("written");
    assert_eq!(found(&folder, &["src"]).1, ["src/get.js:1:1: note[get-session"]);
    assert!(shown(&folder, &["src"]).contains("create-session = \"error\"  # sidestep.toml:3"));
    for (text, said) in [
        ("extends = \"sidestep.toml\"", "extends this file in turn"),
        ("extends = \"../../sidestep.toml\"", "is not inside of this repository"),
        ("extends = \"/etc/hosts\"", "is not inside of this repository"),
        ("extends = \"no.toml\"", "could not read src/no.toml"),
        ("extends = \"old\"", "could not read src/old"),
        ("extends = 1", "`extends` takes a path, not a number"),
    ] {
        fs::write(folder.join("src/sidestep.toml"), text).expect("written");
        let (code, printed) = run(&folder, &["src"]);
        assert!(code == 2 && printed.contains(said), "{text}: {printed}");
    }
    fs::write(folder.join("src/sidestep.toml"), "extends = \"../a.toml\"").expect("written");
    fs::write(folder.join("a.toml"), "extends = [\"src/sidestep.toml\"]").expect("written");
    let (code, printed) = run(&folder, &["src"]);
    assert!(code == 2 && printed.starts_with("error: a.toml:1:12: `src/sidestep.toml` extends this file"), "{printed}");
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_repository() {
    let folder = project("link", "extends = \"elsewhere/x.toml\"\n");
    let outside = folder.parent().expect("a folder").join("link-outside");
    let _ = fs::remove_dir_all(&outside);
    fs::create_dir_all(&outside).expect("a folder");
    fs::write(outside.join("x.toml"), "[rules]\nget-session = \"off\"\n").expect("written");
    std::os::unix::fs::symlink(&outside, folder.join("elsewhere")).expect("a link");
    let (code, said) = run(&folder, &[]);
    assert!(code == 2 && said.contains("is not inside of this repository"), "{said}");
}

#[test]
fn a_library_of_the_repository_is_read_in_the_worker() {
    let folder = project("libraries", "libraries = [\"ours.toml\"]\n");
    fs::write(folder.join("src/get.js"), "import { call } from \"@acme/http\";\nawait call(\"DELETE\", `https://acme.okta.com/api/v1/sessions/${id}`);\n").expect("written");
    let library = "imports = [\"@acme/http\"]\n[[request]]\ncall = \"ours.call\"\nmethod = 0\nurl = 1\n";
    fs::write(folder.join("ours.toml"), library).expect("written");
    assert_eq!(found(&folder, &["src/get.js"]).1, ["src/get.js:2:1: error[close-session"]);
    for (text, said) in [
        ("imports = []\n[[request]]\ncal = \"x\"\n", "ours.toml:3: unknown field `cal`, expected"),
        ("imports = [", "ours.toml:1: "),
        ("languages = [\"javscript\"]\n", "no language `javscript`; did you mean `javascript`?"),
        ("evidence = \"nothing\"\n", "ours.toml: there is no evidence `nothing`"),
    ] {
        fs::write(folder.join("ours.toml"), text).expect("written");
        let (code, printed) = run(&folder, &[]);
        assert!(code == 2 && printed.starts_with("error: sidestep.toml:1:14: ") && printed.contains(said), "{printed}");
    }
}

#[test]
fn in_folders_that_are_assumed_a_path_is_proof_enough() {
    let text = "await http.delete(\"/api/v1/sessions/\" + id);\n";
    let folder = project("assumed", "assume-okta = [\"src/auth/**\"]\n");
    fs::create_dir_all(folder.join("src/auth")).expect("a folder");
    fs::write(folder.join("src/auth/a.js"), text).expect("written");
    fs::write(folder.join("src/b.js"), text).expect("written");
    let (_, findings) = found(&folder, &[]);
    assert_eq!(findings[0], "src/auth/a.js:1:1: error[close-session");
    assert!(!findings.iter().any(|one| one.starts_with("src/b.js")), "{findings:?}");
    assert!(run(&folder, &["src/auth"]).1.contains("why okta: the configuration says so (assume-okta)"));
}

#[test]
fn an_override_holds_for_its_files_and_an_option_before_it() {
    let folder = project(
        "overrides",
        "[rules]\nget-session = \"warning\"\n[[overrides]]\nfiles = [\"src/*.js\"]\nrules = { get-session = \"off\" }\n",
    );
    assert_eq!(found(&folder, &[]).1, [WARNING]);
    assert_eq!(found(&folder, &["--severity", "get-session=error"]).1, [ERROR, WARNING]);
    assert_eq!(found(&folder, &["--only", "get-session"]).1, [ERROR]);
    assert_eq!(found(&folder, &["--ignore", "create-session,sid-cookie"]).1, [""; 0]);
    let (code, said) = run(&folder, &["--select", "get-sesion"]);
    assert!(code == 2 && said.contains("no rule `get-sesion`; did you mean `get-session`?"), "{said}");
}

#[test]
fn a_setting_may_be_written_on_the_command_line_and_named_in_the_environment() {
    let folder = project("inline", "fail-on = \"never\"\n");
    assert_eq!(found(&folder, &["--config", "fail-on = \"warning\""]).0, 1);
    assert_eq!(found(&folder, &["--config", "rules.get-session = \"off\""]).1, [WARNING]);
    let (code, said) = run(&folder, &["--config", "fail-on = \"warnin\""]);
    assert!(code == 2 && said.starts_with("error: --config:1:11: "), "{said}");
    fs::write(folder.join("other.toml"), "output = [\"jsonl\"]\nrules = { get-session = \"off\" }\n").expect("written");
    let with = |name: &str, value: &str, args: &[&str]| {
        let output = common::command(&folder, args).env(name, value).output().expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    assert!(with("SIDESTEP_CONFIG", "other.toml", &[]).1.starts_with("{\"type\":\"finding\""));
    assert!(with("SIDESTEP_CONFIG", "other.toml", &["-o", "concise"]).1.starts_with(WARNING));
    assert!(with("SIDESTEP_OUTPUT", "concise", &[]).1.starts_with(ERROR));
    assert!(
        with("SIDESTEP_OUTPUT", "concis", &[])
            .1
            .contains("SIDESTEP_OUTPUT: no format `concis`; did you mean `concise`?")
    );
}

#[test]
fn a_reason_is_asked_for_unless_the_configuration_says_otherwise() {
    let folder = project("reason", "require-reason = false\n");
    fs::write(folder.join("src/get.js"), format!("// sidestep: ignore[get-session]\n{GET}")).expect("written");
    assert_eq!(found(&folder, &[]).1, [WARNING]);
    let (_, said) = run(&folder, &["--isolated"]);
    assert!(said.contains("suppression without a reason") && said.contains("error[get-session]"), "{said}");
}

#[test]
fn init_writes_a_configuration_that_is_one_and_never_twice() {
    let folder = common::repository("settings", "init");
    fs::write(folder.join("a.js"), GET).expect("written");
    assert_eq!(run(&folder, &["init"]).0, 0);
    let text = fs::read_to_string(folder.join("sidestep.toml")).expect("written");
    assert_eq!(run(&folder, &[]).0, 1);
    let (code, said) = run(&folder, &["init"]);
    assert!(code == 2 && said == "error: sidestep.toml is there already, and was left as it is\n", "{said}");
    assert_eq!(fs::read_to_string(folder.join("sidestep.toml")).expect("there"), text);
}

#[test]
fn the_schema_takes_what_the_program_takes_and_no_more() {
    let folder = common::repository("settings", "schema");
    let (code, schema) = run(&folder, &["schema", "config"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let cases = [
        ("{}", true),
        (r#"{"exclude": ["a"], "fail-on": "never", "rules": {"get-session": "off"}, "output": ["text"]}"#, true),
        (r#"{"overrides": [{"files": ["a"], "rules": {"sid-cookie": "note"}}], "require-reason": false}"#, true),
        (r#"{"exlude": []}"#, false),
        (r#"{"fail-on": "warn"}"#, false),
        (r#"{"rules": {"no-such-rule": "off"}}"#, false),
        (r#"{"output": ["text", "json"]}"#, false),
        (r#"{"overrides": [{"files": ["a"]}]}"#, false),
        (r#"{"require-reason": "yes"}"#, false),
    ];
    for (text, is_right) in cases {
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(validator.is_valid(&value), is_right, "{text}");
        fs::write(folder.join("package.json"), format!("{{\"sidestep\": {text}}}")).expect("written");
        assert_eq!(run(&folder, &["--show-settings"]).0 == 0, is_right, "{text}");
    }
    assert_eq!(code, 0);
    for of in ["json", "baseline"] {
        let (_, schema) = run(&folder, &["schema", of]);
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        assert!(jsonschema::validator_for(&schema).is_ok(), "{of}");
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_no_file_or_too_large_is_told() {
    let folder = project("hostile", "");
    let file = folder.join("sidestep.toml");
    fs::write(&file, "#".repeat(8 << 20)).expect("written");
    assert!(run(&folder, &[]).1.contains("sidestep.toml: larger than 1 MiB"));
    fs::remove_file(&file).expect("removed");
    fs::create_dir(&file).expect("a folder");
    let (code, said) = run(&folder, &[]);
    assert!(code == 2 && said.starts_with("error: could not read sidestep.toml"), "{said}");
    fs::remove_dir(&file).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&file).status().expect("mkfifo runs");
    assert!(made.success());
    let (code, said) = run(&folder, &[]);
    assert!(code == 2 && said.contains("not a regular file"), "{said}");
}
