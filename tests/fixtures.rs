//! Fixtures: small projects whose comments say what must be found on which line. See `fixtures/README.md`.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sidestep::data::{rules, spelled_calls};
use sidestep::files::path::Paths;
use sidestep::judge::finding::{Confidence, Report};
use sidestep::judge::rules::Rules;
use sidestep::meaning::words::words;
use sidestep::scan::{Config, Isolation, scan};

type Found = BTreeSet<(String, usize, String)>;

/// The markers of a file: `//~ rule` for its line, `^` for each line above, `v` for each below.
fn markers(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some((before, marker)) = line.rsplit_once('~') else { continue };
        if !["//", "#", "/*", "--", "<!--", "<%--", "{{!", "@*"].iter().any(|start| before.ends_with(start)) {
            continue;
        }
        let up = marker.chars().take_while(|c| *c == '^').count();
        let down = marker.chars().take_while(|c| *c == 'v').count();
        let down = if marker[down..].starts_with(' ') { down } else { 0 };
        // What ends the comment stands after the last rule, and in a notebook what ends the line.
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ' ' || c == ',';
        let rules = marker[up + down..].split(|c: char| !is_part(c)).next().unwrap_or_default();
        for rule in rules.split(',') {
            found.push((at + 1 + down - up, rule.trim().trim_end_matches("--").trim_end().to_owned()));
        }
    }
    found
}

/// What a marker says instead of a rule: the line only looks like a use of Okta's sessions.
const SILENT: &str = "silent";

/// What a marker says of a line whose value findings in two places at least are made of.
const CONSTANT: &str = "constant";

fn projects(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let walk = walkdir::WalkDir::new(&root).min_depth(1).max_depth(1).sort_by_file_name();
    walk.into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_dir())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn report(project: &Path, confidence: Confidence) -> Report {
    let config = Config { roots: vec![project.to_owned()], confidence, isolation: Isolation::Off, ..Config::default() };
    let report = scan(&config);
    assert!(report.notices.is_empty(), "{}: {:?}", project.display(), report.notices);
    report
}

fn found(project: &Path, confidence: Confidence) -> Found {
    let place = |finding: &sidestep::judge::finding::Finding| {
        (finding.region.path.clone(), finding.region.line as usize, finding.rule.clone())
    };
    report(project, confidence).findings.iter().map(place).collect()
}

fn expected(project: &Path) -> Found {
    let mut wanted = Found::new();
    for entry in
        walkdir::WalkDir::new(project).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file())
    {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        let path = Paths::here().shown(entry.path());
        let rules = markers(&text).into_iter().filter(|(_, rule)| rule != SILENT && rule != CONSTANT);
        wanted.extend(rules.map(|(line, rule)| (path.clone(), line, rule)));
    }
    wanted
}

/// The confidence at which a folder is looked at: what a recording holds nobody sends, so it is possible at most.
fn least(folder: &str) -> Confidence {
    if folder == "recordings" { Confidence::Possible } else { Confidence::Likely }
}

/// What is wrong with the projects of a folder: a marker without its finding, a finding without its marker.
fn wrong(language: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for project in projects(language) {
        let (have, want) = (found(&project, least(language)), expected(&project));
        wrong.extend(want.difference(&have).map(|(path, line, rule)| format!("missed      {path}:{line} {rule}")));
        wrong.extend(have.difference(&want).map(|(path, line, rule)| format!("unexpected  {path}:{line} {rule}")));
    }
    wrong
}

#[test]
fn every_project_has_the_findings_that_its_comments_name() {
    let folders: Vec<String> =
        projects("").iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into())).collect();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let languages = folders.iter().filter(|folder| *folder != "innocent");
        let threads: Vec<_> = languages.map(|language| scope.spawn(|| wrong(language))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a check does not panic")).collect()
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn innocent_code_is_silent_at_every_confidence() {
    let mut wrong = Vec::new();
    for project in projects("innocent") {
        let have = found(&project, Confidence::Possible);
        wrong.extend(have.into_iter().map(|(path, line, rule)| format!("unexpected  {path}:{line} {rule}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The name of the project in a folder that has look-alikes alone.
const LOOK_ALIKES: &str = "look-alikes";

/// How many lines of a folder look like a use and are none.
const LEAST_LOOK_ALIKES: usize = 4;

/// The words that make a line look like a use, each taken apart: cookies, the words by which paths are told, and calls of SDKs.
fn told_by() -> Vec<Vec<String>> {
    // Shorter ones are words of ordinary code.
    const SHORTEST_CALL: usize = 8;
    let interest = Rules::built_in().interest();
    let calls =
        spelled_calls().iter().flat_map(|call| call.rsplit('.').next().unwrap_or_default().split(['{', '|', '}']));
    let calls = calls.filter(|call| call.len() >= SHORTEST_CALL);
    interest.words().into_iter().chain(interest.cookies.iter().map(String::as_str)).chain(calls).map(words).collect()
}

/// The lines of a project that are said to look like a use, and whether each holds a word that uses are told by.
fn look_alikes(project: &Path, told_by: &[Vec<String>]) -> Vec<(String, bool)> {
    let mut lines = Vec::new();
    for entry in walkdir::WalkDir::new(project).into_iter().filter_map(Result::ok) {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        for (at, _) in markers(&text).into_iter().filter(|(_, rule)| rule == SILENT) {
            let line = text.lines().nth(at - 1).unwrap_or_default();
            let have = words(line.rsplit_once('~').map_or(line, |(code, _)| code));
            let has_word =
                told_by.iter().any(|word| have.windows(word.len().max(1)).any(|part| part == word.as_slice()));
            lines.push((format!("{}:{at}", Paths::here().shown(entry.path())), has_word));
        }
    }
    lines
}

#[test]
fn every_folder_has_look_alikes_that_are_silent_at_every_confidence() {
    let (mut wrong, told_by) = (Vec::new(), told_by());
    for folder in projects("") {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let projects = projects(&name);
        let lines: Vec<_> = projects.iter().flat_map(|project| look_alikes(project, &told_by)).collect();
        if name != "innocent" && lines.len() < LEAST_LOOK_ALIKES {
            wrong.push(format!("{name}: {} look-alikes", lines.len()));
        }
        wrong.extend(
            lines.into_iter().filter(|(_, has_word)| !has_word).map(|(at, _)| format!("looks like nothing  {at}")),
        );
        for project in projects.iter().filter(|project| project.ends_with(LOOK_ALIKES)) {
            let have = found(project, Confidence::Possible);
            wrong.extend(have.into_iter().map(|(path, line, rule)| format!("unexpected  {path}:{line} {rule}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// How often each rule stands in the folder of a language: once in each of two spellings.
const LEAST: usize = 2;

/// The rules that a folder is not asked for, and why; without rules it is asked for none.
const EXCEPTIONS: &[(&str, &[&str], &str)] = &[
    ("handlebars", &["session-cookie-outside-browser"], "its tags run no code, and what they are in runs in a browser"),
    ("html", &["session-cookie-outside-browser"], "it runs in a browser"),
    ("svelte", &["session-cookie-outside-browser"], "it runs in a browser"),
    ("vue", &["session-cookie-outside-browser"], "it runs in a browser"),
    (
        "openapi",
        &["sid-cookie", "session-cookie-outside-browser"],
        "a description names the cookies of an API and has no values",
    ),
    ("envoy", &["close-session"], "a proxy passes methods on and chooses none"),
    ("traefik", &["close-session"], "a proxy passes methods on and chooses none"),
    ("apache", &["close-session"], "a proxy passes methods on and chooses none"),
    ("caddy", &["close-session"], "a proxy passes methods on and chooses none"),
    ("nginx", &["close-session"], "a proxy passes methods on and chooses none"),
    (
        "okta-workflows",
        &["close-session"],
        "the method of a card is another one of its inputs, so a deletion is told as a call whose method was not seen",
    ),
    ("haproxy", &[], "its servers are hosts: what it asks of them is in the requests that it passes on"),
    ("vcl", &[], "its backends are hosts: what it asks of them is in the requests that it passes on"),
];

/// Folders of several languages or vendors, of which none has to have it all.
const GATHERED: &[&str] = &["innocent", "others"];

#[test]
fn every_folder_has_each_rule_in_two_spellings_and_a_call_that_keeps_working() {
    let mut missing = Vec::new();
    for folder in projects("") {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let exception = EXCEPTIONS.iter().find(|(folder, ..)| *folder == name);
        if GATHERED.contains(&&*name) || exception.is_some_and(|(_, rules, _)| rules.is_empty()) {
            continue;
        }
        let reports: Vec<Report> = projects(&name).iter().map(|project| report(project, least(&name))).collect();
        let count =
            |id: &str| reports.iter().flat_map(|report| &report.findings).filter(|found| found.rule == id).count();
        let rules = rules()
            .iter()
            .filter(|rule| !rule.off && !exception.is_some_and(|(_, rules, _)| rules.contains(&&*rule.id)));
        let few = rules.filter(|rule| count(&rule.id) < LEAST);
        missing.extend(few.map(|rule| format!("{name}: {} {}", count(&rule.id), rule.id)));
        // What is only possible is not counted as working.
        if least(&name) > Confidence::Possible && reports.iter().all(|report| report.working.is_empty()) {
            missing.push(format!("{name}: nothing that keeps working"));
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

/// Folders that are not asked for a constant, and why.
const WITHOUT_CONSTANTS: &[(&str, &str)] = &[
    ("compose", "what it fills in comes from the environment"),
    ("envoy", "its routes have no names for values"),
    ("haproxy", "its variables are set for a request while that is answered"),
    ("innocent", "it has no findings"),
    ("okta-workflows", "its cards go by ids that are made up"),
    ("recordings", "a recording holds what was sent"),
    ("text", "what a name stands for is not known in a language that is not"),
    ("toml", "it has no names for values"),
    ("traefik", "its services have no names for values"),
    ("vcl", "its variables are set for a request while that is answered"),
];

/// Folders whose languages take values from other files: one constant at least stands in another file than where it is used.
const OF_OTHER_FILES: &[&str] = &[
    "ansible",
    "bruno",
    "csharp",
    "dart",
    "elixir",
    "go",
    "groovy",
    "helm",
    "java",
    "javascript",
    "kotlin",
    "lua",
    "objc",
    "perl",
    "php",
    "postman",
    "powershell",
    "python",
    "ruby",
    "rust",
    "scala",
    "shell",
    "swift",
    "terraform",
    "typescript",
    "vb",
    "vue",
];

/// In how many places a constant is used, at least.
const LEAST_USES: usize = 2;

/// A place in a project: a path from there, and a line.
type Place = (String, usize);

/// Where a project has findings. What it is told of is not of interest: without a constant a comment may hide nothing.
fn places(root: &Path) -> BTreeSet<Place> {
    let start = format!("{}/", Paths::here().shown(root));
    let config = Config { roots: vec![root.to_owned()], isolation: Isolation::Off, ..Config::default() };
    let found = scan(&config).findings.into_iter();
    found.map(|found| (found.region.path.trim_start_matches(&start).to_owned(), found.region.line as usize)).collect()
}

/// Where a constant is used: of the places `before`, those that are gone where its line says another path and another host.
fn uses(copy: &Path, before: &BTreeSet<Place>, text: &str, constant: &Place) -> BTreeSet<Place> {
    let (file, line) = constant;
    let other = |line: &str| line.replace("session", "order").replace(".okta.com", ".example.com");
    let lines = text.split_inclusive('\n').enumerate();
    let changed: String = lines.map(|(at, own)| if at + 1 == *line { other(own) } else { own.to_owned() }).collect();
    std::fs::write(copy.join(file), changed).expect("written");
    let after = places(copy);
    std::fs::write(copy.join(file), text).expect("written");
    before.difference(&after).filter(|place| *place != constant).cloned().collect()
}

/// The constants of a folder: for each, what is wrong with it, or the files that it is used in besides its own.
fn constants(folder: &str) -> Vec<Result<usize, String>> {
    let mut constants = Vec::new();
    for project in projects(folder) {
        let name = project.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let files = walkdir::WalkDir::new(&project).into_iter().filter_map(Result::ok);
        let files: Vec<(String, String)> = files
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(&project).ok()?.to_string_lossy().into_owned();
                Some((path, std::fs::read_to_string(entry.path()).ok()?))
            })
            .collect();
        let marked =
            files.iter().flat_map(|(path, text)| markers(text).into_iter().map(move |found| (path, text, found)));
        let mut marked = marked.filter(|(_, _, (_, rule))| rule == CONSTANT).peekable();
        if marked.peek().is_none() {
            continue;
        }
        let copy = common::project("constants", &format!("{folder}-{name}"), &files);
        let before = places(&copy);
        for (path, text, (line, _)) in marked {
            let uses = uses(&copy, &before, text, &(path.clone(), line));
            constants.push(match uses.len() < LEAST_USES {
                true => Err(format!("{folder}/{name}/{path}:{line}: {} uses", uses.len())),
                false => Ok(uses.iter().filter(|(other, _)| other != path).count()),
            });
        }
    }
    constants
}

#[test]
fn every_folder_has_a_constant_that_is_used_in_two_places() {
    let folders: Vec<String> =
        projects("").iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into())).collect();
    let folders = folders.iter().filter(|folder| !WITHOUT_CONSTANTS.iter().any(|(without, _)| without == folder));
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = folders.map(|folder| (folder, scope.spawn(|| constants(folder)))).collect();
        let mut wrong = Vec::new();
        for (folder, thread) in threads {
            let constants = thread.join().expect("a check does not panic");
            if constants.is_empty() {
                wrong.push(format!("{folder}: no constant"));
            }
            let is_abroad = constants.iter().any(|found| matches!(found, Ok(others) if *others > 0));
            if OF_OTHER_FILES.contains(&folder.as_str()) && !is_abroad {
                wrong.push(format!("{folder}: no constant of another file"));
            }
            wrong.extend(constants.into_iter().filter_map(Result::err));
        }
        wrong
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
