//! Files that no one should have to read: never a crash, never silence, and the exit code that says whether the result is
//! complete. Everything is made here, in folders of the build's own.

mod common;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than any run may take, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A line of JavaScript with one finding.
const BAD: &str = "fetch(`https://acme.okta.com/api/v1/sessions/${id}`);\n";

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    common::repository("hostile", name)
}

/// A folder with one file in it.
fn with_file(name: &str, file: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join(file), bytes).expect("written");
    folder
}

/// What a run did.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn report(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// Rule and line of every finding.
    fn findings(&self) -> Vec<(String, u64)> {
        let report = self.report();
        let rows = report["findings"].as_array().into_iter().flatten();
        let place = |one: &Value| {
            (one["rule"].as_str().unwrap_or_default().to_owned(), one["line"].as_u64().unwrap_or_default())
        };
        rows.map(place).collect()
    }

    fn is_found(&self, rule: &str) -> bool {
        self.findings().iter().any(|(have, _)| have == rule)
    }
}

/// Runs the program in `folder`; it must end by itself, and not by a signal.
fn run(folder: &Path, args: &[&str]) -> Ran {
    let mut command = common::command(folder, args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut pipes = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let reader = std::thread::spawn(move || {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        pipes.0.read_to_end(&mut stdout).and_then(|_| pipes.1.read_to_end(&mut stderr)).expect("pipes can be read");
        [stdout, stderr].map(|bytes| String::from_utf8(bytes).expect("output is UTF-8"))
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().expect("the program can be waited for") {
            Some(status) => break status,
            None if begun.elapsed() > PATIENCE => {
                child.kill().expect("the program can be ended");
                panic!("{args:?} in {} did not end", folder.display());
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    let [stdout, stderr] = reader.join().expect("pipes can be read");
    let code = status.code().unwrap_or_else(|| panic!("{}: {status}\n{stderr}", folder.display()));
    assert!(!stderr.contains("panicked"), "{stderr}");
    Ran { code, stdout, stderr }
}

fn json(folder: &Path) -> Ran {
    run(folder, &["-o", "json"])
}

/// Either the file was read whole, and the finding in it is an ordinary one, or it was not, and the run says so.
#[track_caller]
fn assert_found_or_told(ran: &Ran, rule: &str) {
    assert!(ran.is_found(rule), "{rule} is missing: {}\n{}", ran.stdout, ran.stderr);
    match ran.code {
        1 => assert!(ran.stderr.is_empty(), "complete, but: {}", ran.stderr),
        2 => assert!(ran.stderr.starts_with("error: "), "incomplete, and not told: {}", ran.stderr),
        code => panic!("exit code {code}: {}", ran.stderr),
    }
}

#[test]
fn deep_nesting() {
    // One a line, or it would pass for a minified file and be skipped.
    let deep = |text: &str| format!("{text}\n").repeat(50_000);
    let (open, close) = (deep("("), deep(")"));
    let url = "https://acme.okta.com/api/v1/sessions/";
    for (file, text) in [
        ("deep.js", format!("{BAD}const x = {open}1{close};\n")),
        ("calls.js", format!("{BAD}const x = {}1{close};\n", deep("f("))),
        ("blocks.ts", format!("{BAD}{}{}\n", deep("{"), deep("}"))),
        ("jsx.tsx", format!("{BAD}const x = {}{};\n", deep("<a>"), deep("</a>"))),
        ("deep.py", format!("import requests\nrequests.get(f\"{url}{{id}}\")\nx = {open}1{close}\n")),
        ("deep.rs", format!("fn f() {{ reqwest::get(\"{url}102xyz\"); }}\nconst X: u8 = {open}1{close};\n")),
    ] {
        let ran = json(&with_file("deep", file, text));
        assert_found_or_told(&ran, "get-session");
    }
}

#[test]
fn long_sums() {
    let terms = 60_000;
    let sum = vec!["\"x\""; terms].join(" +\n");
    let url = "https://acme.okta.com/api/v1/sessions/";
    for (file, text) in [
        ("sum.js", format!("{BAD}const x = {sum};\n")),
        ("sum.py", format!("import requests\nrequests.get(f\"{url}{{id}}\")\nx = ({sum})\n")),
        ("sum.rs", format!("fn f() {{ reqwest::get(\"{url}102xyz\"); }}\nfn g() {{ let x = {sum}; }}\n")),
    ] {
        let ran = json(&with_file("sums", file, text));
        assert_found_or_told(&ran, "get-session");
    }
}

#[test]
fn a_path_at_the_end_of_a_long_sum_is_no_crash() {
    let sum = format!("{}`https://acme.okta.com/api/v1/sessions/${{id}}`", "\"\" +\n".repeat(60_000));
    let ran = json(&with_file("sum-path", "sum.js", format!("fetch({sum});\n")));
    assert!(ran.code == 1 || ran.code == 2, "{}", ran.stderr);
}

#[test]
fn bytes_that_are_not_utf_8_are_read_as_latin_1() {
    let mut bytes = b"// caf\xE9 \xFF\xC0\x80\n".to_vec();
    bytes.extend_from_slice(BAD.as_bytes());
    let ran = json(&with_file("latin-1", "a.js", bytes));
    assert_eq!((ran.code, ran.findings()), (1, vec![("get-session".to_owned(), 2)]), "{}", ran.stderr);
}

#[test]
fn utf_16_is_read() {
    let text = format!("// né\n{BAD}");
    for (name, bytes) in [
        ("utf-16-le", [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        ("utf-16-be", [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()),
    ] {
        let ran = json(&with_file(name, "a.js", bytes));
        assert_eq!((ran.code, ran.findings()), (1, vec![("get-session".to_owned(), 2)]), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let ran = json(&with_file("mark", "a.js", format!("\u{FEFF}{BAD}")));
    assert_eq!((ran.code, ran.findings()), (1, vec![("get-session".to_owned(), 1)]), "{}", ran.stderr);
}

#[test]
fn a_line_of_70_kb_is_checked_as_plain_text_and_told() {
    // After enough short lines: a file of long ones is minified, and skipped.
    let short = "// an ordinary line\n".repeat(5_000);
    let folder = with_file("long-line", "a.js", format!("{short}const x = \"{}\";\n{BAD}", "x".repeat(70_000)));
    let ran = json(&folder);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("a.js: a line is longer than 64 KiB; it was checked as plain text only"),
        "{}",
        ran.stderr
    );
    assert!(ran.is_found("get-session"));
    assert_eq!(run(&folder, &["--allow-unparsed"]).code, 1);
    assert_eq!(run(&folder, &["--allow-unparsed", "--exit-zero"]).code, 0);
    assert_eq!(run(&folder, &["--exit-zero"]).code, 2);
}

#[test]
fn a_large_file_is_checked_as_plain_text_and_told() {
    let filler = "// nothing to see on this line, or on any of the many like it\n".repeat(20_000);
    let folder = with_file("large", "a.js", format!("{filler}{BAD}"));
    assert_eq!(json(&folder).code, 1, "1.2 MB is an ordinary file");
    let ran = run(&folder, &["-o", "json", "--max-file-size", "1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("a.js: larger than 1 MiB; it was checked as plain text only"), "{}", ran.stderr);
    assert!(ran.is_found("get-session"));
}

#[test]
fn an_empty_file_is_a_clean_file() {
    let ran = json(&with_file("empty", "a.js", ""));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn an_empty_folder_is_nothing_to_check() {
    let folder = folder("nothing");
    let ran = json(&folder);
    assert_eq!((ran.code, ran.stderr.as_str()), (2, "error: nothing to check: no file under .\n"));
    assert_eq!(run(&folder, &["--allow-empty"]).code, 0);
}

#[test]
fn binary_bytes_are_no_crash() {
    // A fixed walk through the byte values: the same on every run.
    let noise: Vec<u8> = (0_u32..200_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for file in ["a.js", "a.ts", "a.py", "a.rs"] {
        let ran = json(&with_file("binary", file, &noise));
        assert!(ran.code == 0 || ran.code == 2, "{file}: {} {}", ran.code, ran.stderr);
        let with_word = [noise.as_slice(), b"\n\"https://acme.okta.com/api/v1/sessions/\"\n", &noise].concat();
        let ran = json(&with_file("binary", file, with_word));
        assert!((0..=2).contains(&ran.code), "{file}: {}", ran.stderr);
        assert!(ran.code == 2 || ran.is_found("get-session"), "{file}: neither found nor told: {}", ran.stderr);
    }
}

#[test]
fn a_syntax_error_counts_where_a_word_of_a_rule_stands_in_it() {
    let elsewhere = json(&with_file("error-elsewhere", "a.js", format!("{BAD}let let let = = 3 )) {{\n")));
    assert_eq!(elsewhere.code, 1, "{}", elsewhere.stderr);
    assert!(elsewhere.stderr.starts_with("warning: a.js:"), "{}", elsewhere.stderr);
    let there = json(&with_file("error-there", "a.js", format!("function end(id {{ return = {BAD}")));
    assert_eq!(there.code, 2, "{}", there.stderr);
    assert!(there.stderr.starts_with("error: a.js:1: "), "{}", there.stderr);
}

#[test]
fn many_definitions_of_one_name_are_no_explosion() {
    let lines: String = (0..2_000).map(|n| format!("u = u + v + \"/{n}\"; v = u + v;\n")).collect();
    let text =
        format!("let u = \"https://acme.okta.com\"; let v = \"\";\n{lines}fetch(u + \"/api/v1/sessions/\" + v);\n");
    let ran = json(&with_file("definitions", "a.js", text));
    // What the path became is not known: found or not, it is told that not all was followed.
    assert!(ran.stderr.contains("has more values than are followed"), "{}", ran.stderr);
}

#[test]
fn uses_of_a_variable_that_are_not_looked_at_are_told() {
    let uses = |count| -> String { (0..count).map(|n| format!("options.x{n} = {n};\n")).collect() };
    let text = |count| {
        let start = "import axios from 'axios';\nasync function end(id) {\nconst options = { url: `https://acme.okta.com/api/v1/sessions/${id}` };\noptions.method = 'DELETE';\n";
        format!("{start}{}await axios(options);\n}}\n", uses(count))
    };
    let few = json(&with_file("few-uses", "a.js", text(400)));
    assert!(few.stdout.contains("\"close-session\"") && few.stderr.is_empty(), "{}", few.stderr);
    let many = json(&with_file("many-uses", "a.js", text(600)));
    assert!(many.stderr.contains("has more values than are followed"), "{}", many.stderr);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn control_characters_in_a_name_do_not_reach_the_terminal() {
        let folder = with_file("control", "a\u{1b}[31m\nerror: b\r\u{202e}.js", BAD);
        for format in ["text", "concise", "json", "sarif"] {
            let ran = run(&folder, &["-o", format]);
            assert_eq!(ran.code, 1, "{format}: {}", ran.stderr);
            for (what, text) in [("standard output", &ran.stdout), ("standard error", &ran.stderr)] {
                assert!(!text.contains(['\u{1b}', '\r', '\u{202e}']), "{format}, {what}: {text:?}");
                assert!(!text.lines().any(|line| line.starts_with("error: b")), "{format}, {what}: {text:?}");
            }
        }
    }

    #[test]
    fn a_name_that_is_not_utf_8_is_read() {
        use std::os::unix::ffi::OsStrExt;
        let folder = folder("name");
        let name = std::ffi::OsStr::from_bytes(b"caf\xE9.js");
        // Not every file system takes such a name.
        if fs::write(folder.join(name), BAD).is_ok() {
            assert_eq!(json(&folder).code, 1);
        }
    }

    #[test]
    fn links_are_not_followed_round_or_out() {
        let folder = with_file("links", "a.js", BAD);
        let outside = with_file("outside", "b.js", BAD);
        fs::create_dir(folder.join("sub")).expect("a folder");
        symlink("..", folder.join("sub/up")).expect("a link");
        symlink("me", folder.join("me")).expect("a link");
        symlink("nowhere.js", folder.join("broken.js")).expect("a link");
        symlink(&outside, folder.join("out")).expect("a link");
        symlink(outside.join("b.js"), folder.join("b.js")).expect("a link");
        let ran = json(&folder);
        assert_eq!((ran.code, ran.findings()), (1, vec![("get-session".to_owned(), 1)]), "{}", ran.stderr);
    }

    #[test]
    fn a_link_given_by_hand_that_leads_round_is_an_error() {
        let folder = with_file("link-by-hand", "a.js", BAD);
        symlink("me", folder.join("me")).expect("a link");
        let ran = run(&folder, &["-o", "json", "me", "a.js"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: could not read me: ") && ran.is_found("get-session"), "{}", ran.stderr);
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = with_file("pipe", "a.js", BAD);
        let pipe = folder.join("b.js");
        if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
            return;
        }
        assert_eq!(json(&folder).code, 1);
        let ran = run(&folder, &["-o", "json", "b.js"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }

    #[test]
    fn an_unreadable_file_is_told() {
        let folder = with_file("unreadable", "a.js", BAD);
        let file = folder.join("b.js");
        fs::write(&file, BAD).expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("permissions");
        if fs::read(&file).is_ok() {
            // The superuser reads everything.
            return;
        }
        let ran = json(&folder);
        assert_eq!(ran.code, 2);
        assert_eq!(ran.stderr, "error: could not read b.js: permission denied\n");
        assert!(ran.is_found("get-session"), "the rest is checked");
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let folder = folder("reader");
        for n in 0..300 {
            fs::write(folder.join(format!("{n}.js")), BAD).expect("written");
        }
        let program = env!("CARGO_BIN_EXE_sidestep");
        let script = format!("\"{program}\" | head -n 1");
        let output = Command::new("sh").args(["-c", &script]).current_dir(&folder).output().expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

/// What a generator of clients writes for every operation: each response is put back together in the same words.
#[test]
fn a_generated_client_is_read_to_its_end() {
    let mut client = String::from("package acme\n\nimport (\n\t\"net/http\"\n)\n");
    for number in 0..60 {
        client.push_str(&format!(
            "\nfunc (a *SessionService) Get{number}(r Request) error {{\n\
             \tpath := a.base + \"/api/v1/sessions/{{sessionId}}\"\n\
             \treq, err := a.client.Prepare(r.ctx, path, http.MethodGet)\n\
             \tif err != nil {{\n\t\treturn err\n\t}}\n\
             \tres, err := a.client.Do(r.ctx, req)\n\
             \tif err != nil {{\n\t\treturn err\n\t}}\n\
             \tbody, err := ioutil.ReadAll(res.Body)\n\
             \tres.Body.Close()\n\
             \tres.Body = ioutil.NopCloser(bytes.NewBuffer(body))\n\
             \tif res.StatusCode == 403 {{\n\
             \t\terr = a.client.decode(body, res.Header.Get(\"Content-Type\"))\n\
             \t\treturn a.client.failed(res, body, err)\n\t}}\n\
             \terr = a.client.decode(body, res.Header.Get(\"Content-Type\"))\n\
             \treturn a.client.answered(res, body, err)\n}}\n"
        ));
    }
    client.push_str(
        "\nfunc (a *SessionService) Revoke(r Request) error {\n\
         \t// Of https://acme.okta.com.\n\
         \tpath := a.base + \"/api/v1/sessions/{sessionId}\"\n\
         \treq, err := a.client.Prepare(r.ctx, path, http.MethodDelete)\n\
         \treturn a.client.run(req, \"SSWS \"+a.token)\n}\n",
    );
    let ran = json(&with_file("generated", "api_session.go", client));
    assert!(ran.is_found("close-session"), "{}", ran.stdout);
    assert_eq!(ran.report()["errors"].as_array().map(Vec::len), Some(0), "{}", ran.stdout);
}

/// What generated clients are: thousands of classes with members of the same names, each of which is asked for by its class.
#[test]
fn every_class_of_thousands_has_its_own_members() {
    let mut client = String::from(
        "class BaseApi {\n  constructor(org) { this.org = org; }\n  url(id) { return this.org + this.path + id; }\n}\n",
    );
    for number in 0..2_000 {
        client.push_str(&format!(
            "// Operations of the group {number}.{}\n\
             class Api{number} extends BaseApi {{\n  \
             path = \"/api/v1/groups/{number}/\";\n  \
             constructor(org) {{ super(org + \"/{number}\"); this.name = \"{number}\"; }}\n  \
             url(id) {{ return super.url(id) + this.name; }}\n}}\n",
            " Generated.".repeat(40)
        ));
    }
    client.push_str(
        "class Sessions extends BaseApi {\n  \
         path = \"/api/v1/sessions/\";\n  \
         constructor() { super(\"https://acme.okta.com\"); }\n  \
         url(id) { return super.url(id); }\n  \
         end(id) { return fetch(this.url(id), { method: \"DELETE\" }); }\n}\n",
    );
    let line = client.lines().count() as u64 - 1;
    let ran = json(&with_file("classes", "client.js", client));
    assert_eq!((ran.code, ran.findings()), (1, vec![("close-session".to_owned(), line)]), "{}", ran.stderr);
}

/// Each call of a bound function is as long as what was bound to it: a table with hundreds of keys is not copied to all.
#[test]
fn calls_of_a_bound_function_do_not_copy_a_large_table() {
    let keys: String = (0..2_000).map(|n| format!("  key{n}: \"{n}\",\n")).collect();
    let calls: String = (0..2_000).map(|n| format!("end(\"/api/v1/sessions/{n}\");\n")).collect();
    let start = "const send = (options, method, path) => fetch(\"https://acme.okta.com\" + path, { method });\n";
    let text = format!("{start}const end = send.bind(null, {{\n{keys}}}, \"DELETE\");\n{calls}");
    let ran = json(&with_file("bound", "a.js", text));
    assert_eq!((ran.code, ran.findings().len()), (1, 2_000), "{}", ran.stderr);
    assert!(ran.findings().iter().all(|(rule, _)| rule == "close-session"), "{}", ran.stdout);
}

#[test]
fn findings_beyond_what_is_kept_of_a_file_are_told() {
    let folder = with_file("overfull", "many.js", BAD.repeat(10_003));
    let ran = run(&folder, &["-o", "json"]);
    assert_eq!((ran.code, ran.findings().len()), (2, 10_000), "{}", ran.stderr);
    let report = ran.report();
    let notice = &report["errors"][0];
    assert_eq!(notice["kind"], "overfull");
    assert!(
        notice["message"].as_str().is_some_and(|message| message.contains("; 3 after the first 10000")),
        "{notice}"
    );
}

#[test]
fn thousands_of_findings_in_one_place_cost_as_much_as_elsewhere() {
    // Each of these once took time by the square of its findings: names bound again and again, and all on one line.
    let request = "r = requests.get(\"https://acme.okta.com/api/v1/sessions/102abc\"); r.raise_for_status()\n";
    let python = format!("import requests\n{}", request.repeat(4_000));
    let entry =
        "{\"request\":{\"method\":\"DELETE\",\"url\":{\"raw\":\"https://acme.okta.com/api/v1/sessions/102abc\"}}}";
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    let items = vec![entry; 4_000].join(",");
    let collection = format!("{{\"info\":{{\"schema\":\"{schema}\"}},\"item\":[{items}]}}");
    for (name, file, text) in [("rebound", "a.py", python), ("one-line", "a.json", collection)] {
        let ran = run(&with_file(name, file, text), &["check", "-o", "json"]);
        assert_eq!(ran.findings().len(), 4_000, "{file}: {}", ran.stderr);
    }
}

#[test]
fn a_secret_in_a_configuration_that_does_not_parse_is_not_printed() {
    let folder = with_file("config-secret", "a.js", BAD);
    fs::write(folder.join("sidestep.toml"), "token = \"00aBcD3fGh1jKlMn0pQrStUvWxYz01234567890_Ab\n").expect("written");
    let ran = run(&folder, &["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("sidestep.toml:1:") && !ran.stderr.contains("00aBcD"), "{}", ran.stderr);
}

#[test]
#[cfg(unix)]
fn a_setting_that_makes_stacks_too_small_is_not_taken() {
    let folder = with_file("stack", "a.js", common::GET);
    let output = common::command(&folder, &["-o", "concise"]).env("RUST_MIN_STACK", "1").output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
