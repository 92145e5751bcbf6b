//! Projects whose files are entangled so that following their values could run for ever: it ends, it is told, and what is
//! plain is still found.

mod common;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use sidestep::judge::finding::{Notice, NoticeKind, Report};
use sidestep::scan::{Config, Isolation, scan};

/// Longer than any of these runs may take, on the slowest machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(120);

/// Scans a project of these files.
fn scanned(name: &str, files: &[(String, String)]) -> Report {
    let folder = common::project("entangled", name, files);
    let begun = Instant::now();
    let report = scan(&Config { roots: vec![folder], isolation: Isolation::Off, ..Config::default() });
    assert!(begun.elapsed() < PATIENCE, "{name} took {:?}", begun.elapsed());
    report
}

fn file(path: impl Into<String>, text: impl Into<String>) -> (String, String) {
    (path.into(), text.into())
}

fn rules(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn constants_that_grow_by_each_other_are_followed_so_far_and_told() {
    let of = |other: &str| {
        format!(
            "import {{ PATH as OTHER }} from './{other}';\nexport const PATH = OTHER + '/x' + '/api/v1/sessions';\n\
             fetch('https://acme.okta.com' + '/api/v1/sessions/' + id);\n"
        )
    };
    let report = scanned("cycle", &[file("a.ts", of("b")), file("b.ts", of("a"))]);
    assert_eq!(rules(&report), ["get-session", "get-session"]);
    let told = report.notices.iter().filter(|notice| notice.kind == NoticeKind::Unresolved);
    assert_eq!(told.count(), 2, "{:?}", report.notices);
}

#[test]
fn constants_beyond_what_a_file_has_for_others_are_told() {
    let constants: String = (0..401).map(|at| format!("export const P{at:03} = '/api/v1/sessions/x{at}';\n")).collect();
    let user = "import { P000, P400 } from './paths';\nconst org = 'https://acme.okta.com';\nfetch(org + P000);\nfetch(org + P400);\n";
    let report = scanned("crowded", &[file("paths.ts", constants), file("user.ts", user)]);
    let found = report.findings.iter().filter(|finding| finding.region.path.ends_with("user.ts")).count();
    assert_eq!(found, 1, "{:?}", rules(&report));
    let is_told = |notice: &&Notice| notice.kind == NoticeKind::Unresolved && notice.path.ends_with("paths.ts");
    assert_eq!(report.notices.iter().filter(is_told).count(), 1, "{:?}", report.notices);
}

#[test]
fn wrappers_that_call_each_other_are_wrappers_of_nothing() {
    let a = "import { b } from './b';\nexport const a = (method, path) => b(method, path);\n\
             export function okta(path) { return okta(path); }\nokta('https://acme.okta.com/api/v1/sessions/' + id);\n";
    let b = "import { a } from './a';\nexport const b = (method, path) => a(method, path);\n\
             a('DELETE', 'https://acme.okta.com/api/v1/sessions/' + id);\n";
    let report = scanned("recursion", &[file("a.js", a), file("b.js", b)]);
    assert_eq!(rules(&report), ["get-session", "close-session"]);
}

#[test]
fn files_that_only_hand_each_other_on_end() {
    let on = |other: &str| format!("export * from './{other}';\nexport {{ api }} from './{other}';\n");
    let user = "import { api } from './a';\napi.delete('https://acme.okta.com/api/v1/sessions/' + id);\n";
    let report = scanned("barrels", &[file("a.ts", on("b")), file("b.ts", on("a")), file("user.ts", user)]);
    assert_eq!(rules(&report), ["close-session"]);
}

#[test]
fn thousands_of_files_that_import_each_other_are_read_once_or_twice() {
    let count = 5_000;
    let of = |at: usize| {
        let (next, far) = ((at + 1) % count, (at * 7 + 3) % count);
        let mut text =
            format!("import {{ send as next }} from './m{next}';\nimport {{ send as far }} from './m{far}';\n");
        let _ = writeln!(text, "export const send = (path) => next('/x' + path) || far(path);");
        if at.is_multiple_of(1_000) {
            let _ = writeln!(text, "next('https://acme.okta.com/api/v1/sessions/' + id);");
        }
        file(format!("m{at}.js"), text)
    };
    let files: Vec<_> = (0..count).map(of).collect();
    let report = scanned("thousands", &files);
    assert_eq!(report.findings.len(), 5, "{:?}", rules(&report));
    assert_eq!(report.stats.checked, count);
}

#[test]
fn what_is_imported_beyond_what_is_followed_is_told() {
    let (users, each) = (70, 30);
    let mut files = Vec::new();
    for user in 0..users {
        let mut text = String::new();
        for at in 0..each {
            let _ = writeln!(text, "import {{ base as b{at} }} from './m{user}x{at}';");
            let _ = writeln!(text, "fetch(b{at} + '/api/v1/sessions/' + id);");
            files
                .push(file(format!("m{user}x{at}.js"), format!("export const base = 'https://login{at}.acme.com';\n")));
        }
        files.push(file(format!("user{user}.js"), text + "// okta\n"));
    }
    let report = scanned("imported", &files);
    let told = report.notices.iter().filter(|notice| notice.message.contains("(99 more like it)"));
    assert_eq!(told.count(), 1, "{:?}", report.notices);
    assert_eq!(report.stats.checked, users * (each + 1));
}

#[test]
fn thousands_of_alternatives_are_cut_to_a_few() {
    let mut text = String::from("const org = 'https://acme.okta.com';\nlet path = '/a';\n");
    for at in 0..5_000 {
        let _ = writeln!(text, "if (x{at}) path = path + '/{at}';");
    }
    text.push_str("export const PATH = path;\nexport const at = (a, b) => [a, b, path].join(PATH);\n");
    let user =
        "import { PATH, at } from './paths';\nfetch('https://acme.okta.com/api/v1/sessions/' + at(PATH, PATH));\n";
    let report = scanned("alternatives", &[file("paths.js", text), file("user.js", user)]);
    assert!(rules(&report).iter().all(|rule| *rule == "get-session"), "{:?}", rules(&report));
}

#[test]
fn a_command_at_the_end_of_a_long_script_is_found() {
    let curl = "curl https://acme.okta.com/api/v1/sessions/$ID -H \"Authorization: SSWS $TOKEN\"";
    let many = |line: &str| line.repeat(5_000);
    let step = format!("jobs:\n  a:\n    steps:\n      - run: |\n{}          {curl}\n", many("          echo step\n"));
    let image = format!("FROM alpine\nRUN true \\\n{} && {curl}\n", many(" && echo step \\\n"));
    let report = scanned("script", &[file(".github/workflows/a.yml", step), file("Dockerfile", image)]);
    assert_eq!(rules(&report), ["get-session", "get-session"]);
}
