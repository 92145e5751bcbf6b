//! The rule pages: what a user reads is what runs. Every `bad` example has findings of its rule and of no other, every
//! `good` one has none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sidestep::judge::finding::{Level, Report};
use sidestep::judge::levels::Levels;
use sidestep::judge::rules::{Example, Rule, Rules};
use sidestep::scan::{Config, Isolation, scan};

/// Languages whose examples are on every page.
const LANGUAGES: [&str; 3] = ["js", "py", "rs"];

/// Scans an example as the only file of a folder, at the default confidence.
fn scanned(rule: &Rule, number: usize, example: &Example) -> Report {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules").join(format!("{}-{number}", rule.id));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the example");
    let file = folder.join(format!("example.{}", example.language));
    fs::write(&file, &example.code).expect("the example is written");
    // A rule that is off is turned on for its own page.
    let level = Level::of(rule.severity.as_str()).expect("a level");
    let all = rule.off.then(|| (rule.id.clone(), level)).into_iter().collect();
    let levels = Levels { all, ..Levels::default() };
    scan(&Config { roots: vec![folder], levels, isolation: Isolation::Off, ..Config::default() })
}

#[test]
fn every_example_does_what_its_page_says() {
    let mut wrong = Vec::new();
    for rule in &*Rules::built_in().rules {
        for (number, example) in rule.page().examples.iter().enumerate() {
            let report = scanned(rule, number, example);
            let kind = if example.bad { "bad" } else { "good" };
            let mut say = |what: String| {
                wrong.push(format!(
                    "rules/{}.md, example {} ({} {kind}): {what}",
                    rule.id,
                    number + 1,
                    example.language
                ));
            };
            if !report.notices.is_empty() {
                say(format!("was not read: {:?}", report.notices));
            }
            if example.bad && report.findings.is_empty() {
                say("has no finding".to_owned());
            }
            for finding in &report.findings {
                if !example.bad || finding.rule != rule.id {
                    say(format!("has {} on line {}", finding.rule, finding.region.line));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is wrong with a page of which this does not hold.
type Law = (&'static str, fn(&Rule) -> bool);

/// Says which of `laws` do not hold of which rule.
fn check(laws: &[Law]) {
    let rules = &*Rules::built_in().rules;
    assert!(!rules.is_empty());
    let wrong: Vec<String> = rules
        .iter()
        .flat_map(|rule| laws.iter().filter(|(_, holds)| !holds(rule)).map(|(what, _)| format!("{}: {what}", rule.id)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn texts(rule: &Rule) -> [&str; 5] {
    [&rule.message, &rule.advice, &rule.instead.browser, &rule.instead.server, &rule.instead.cli]
}

fn has_example(rule: &Rule, bad: bool, language: &str) -> bool {
    rule.page().examples.iter().any(|example| example.bad == bad && example.language == language)
}

#[test]
fn every_page_is_whole() {
    check(&[
        ("the id is not kebab-case", |rule| {
            let words = rule.id.split('-');
            words.clone().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        }),
        ("the summary is no sentence", |rule| rule.summary.ends_with('.') && rule.summary.len() < 120),
        ("a message or an advice is empty or ends with a full stop", |rule| {
            texts(rule).iter().all(|text| !text.is_empty() && !text.ends_with('.') && text.trim() == *text)
        }),
        ("the precision is none of the four", |rule| {
            ["very-high", "high", "medium", "low"].contains(&rule.precision.as_str())
        }),
        ("it matches nothing", |rule| !rule.when.request.is_empty() || !rule.when.cookie.is_empty()),
        ("the sections are not Why, Instead and Not flagged", |rule| {
            let sections = rule.page().sections;
            let headings: Vec<&str> = sections.iter().map(|section| section.heading.as_str()).collect();
            headings == ["Why", "Instead", "Not flagged"] && sections.iter().all(|section| !section.text.is_empty())
        }),
        ("a language has no bad example", |rule| LANGUAGES.iter().all(|language| has_example(rule, true, language))),
        ("no example is good", |rule| rule.page().examples.iter().any(|example| !example.bad)),
    ]);
}

#[test]
fn what_okta_said_is_dated_and_sourced() {
    check(&[
        ("there is no status", |rule| !rule.status.is_empty()),
        ("a date is not year-month-day", |rule| {
            rule.status.iter().all(|status| {
                let digits: Vec<usize> = status.date.split('-').map(str::len).collect();
                digits == [4, 2, 2] && status.date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            })
        }),
        ("the dates are not in order", |rule| rule.status.is_sorted_by_key(|status| &status.date)),
        ("a status says nothing, ends with a full stop or has no source", |rule| {
            rule.status
                .iter()
                .all(|status| !status.what.is_empty() && !status.what.ends_with('.') && !status.source.is_empty())
        }),
    ]);
}

#[test]
fn every_page_is_built_in() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules");
    let pages: BTreeSet<String> = fs::read_dir(folder)
        .expect("rules/")
        .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".md")?.to_owned()))
        .collect();
    let built_in: BTreeSet<String> = Rules::built_in().rules.iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(pages, built_in);
}
