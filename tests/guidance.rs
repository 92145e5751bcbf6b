//! `--guidance`: how bad findings are and what is said of them, by what Okta had said until a date.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::run;

/// One use of every kind.
const USES: &str = "\
const org = \"https://acme.okta.com\";
const init = { credentials: \"include\" };
await fetch(`${org}/api/v1/sessions/${id}`, init);
await fetch(`${org}/api/v1/sessions/${id}/lifecycle/refresh`, { method: \"POST\", ...init });
await fetch(`${org}/api/v1/sessions/${id}`, { method: \"DELETE\", ...init });
await fetch(`${org}/api/v1/users/me/lifecycle/delete_sessions`, { method: \"POST\", credentials: \"include\" });
await fetch(`${org}/api/v1/sessions?additionalFields=cookieToken`, { method: \"POST\", body });
await fetch(`${org}/api/v1/sessions`, { method: \"POST\", body });
await fetch(`${org}/api/v1/sessions/me`, { credentials: \"include\" });
";

fn project(name: &str) -> PathBuf {
    let folder = common::repository("guidance", name);
    fs::write(folder.join("uses.js"), USES).expect("written");
    folder
}

/// Line, severity and rule of each finding.
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let (_, said) = run(folder, &[&["-o", "concise"][..], args].concat());
    let line = |line: &str| {
        let (place, rest) = line.split_once(": ")?;
        let number = place.split(':').nth(1)?;
        Some(format!("{number} {}", rest.split_once(']')?.0.replace('[', " ")))
    };
    said.lines().filter_map(line).collect()
}

const DEFAULT: [&str; 6] = [
    "3 error get-session",
    "4 error refresh-session",
    "5 error close-session",
    "6 error delete-sessions",
    "7 error cookie-token",
    "8 warning create-session",
];

#[test]
fn a_date_changes_how_bad_each_rule_is_from_its_rows_on() {
    let folder = project("dates");
    assert_eq!(found(&folder, &[]), DEFAULT);
    assert_eq!(found(&folder, &["--guidance", "2024-03"]), DEFAULT);
    // The day of a row is covered, the day before is not; a month is covered whole.
    assert_eq!(found(&folder, &["--guidance", "2025-09-07"]), DEFAULT);
    for date in ["2025-09-08", "2025-09"] {
        let found = found(&folder, &["--guidance", date]);
        assert_eq!(found[..2], DEFAULT[..2], "{date}");
        assert_eq!(found[2..4], ["5 warning close-session", "6 warning delete-sessions"], "{date}");
    }
    let newest = [
        "3 warning get-session",
        "4 warning refresh-session",
        "5 warning close-session",
        "6 warning delete-sessions",
        "7 error cookie-token",
        "8 warning create-session",
        "9 note current-session",
    ];
    for date in ["2026-09", "2026-08-22", "2031-01-01"] {
        assert_eq!(found(&folder, &["--guidance", date]), newest, "{date}");
    }
}

#[test]
fn what_is_said_is_true_on_its_date() {
    let folder = project("said");
    let said = |args: &[&str]| run(&folder, args).1;
    let newest = said(&["--guidance", "2026-09"]);
    assert!(newest.contains("judged by Okta's guidance of 2026-09"), "{newest}");
    // Nobody is sent to what that guidance deprecates.
    let json: serde_json::Value = serde_json::from_str(&said(&["-o", "json", "--guidance", "2026-09"])).expect("JSON");
    for finding in json["findings"].as_array().expect("findings") {
        for text in [&finding["advice"], &finding["message"]].map(|text| text.as_str().expect("text")) {
            assert!(!text.contains("sessions/me") || text.contains("deprecated"), "{text}");
        }
    }
    let default = said(&["-o", "json"]);
    assert!(default.contains("in a browser call GET /api/v1/sessions/me with its cookie"), "{default}");
    let default = said(&[]);
    assert!(default.contains("1 use keeps working") && !default.contains("judged by"), "{default}");
    assert!(!newest.contains("keeps working after"), "{newest}");
}

#[test]
fn the_configuration_has_a_date_and_the_option_goes_before_it() {
    let folder = project("settings");
    fs::write(folder.join("sidestep.toml"), "guidance = \"2026-09\"\n").expect("written");
    assert_eq!(found(&folder, &[]).len(), 7);
    assert_eq!(found(&folder, &["--guidance", "2024-01"]), DEFAULT);
    // What the configuration says of a rule goes before its page at any date; a rule that is off is turned on.
    fs::write(
        folder.join("sidestep.toml"),
        "guidance = \"2026-09\"\n[rules]\nget-session = \"error\"\ncurrent-session = \"off\"\n",
    )
    .expect("written");
    let now = found(&folder, &[]);
    assert!(now.contains(&DEFAULT[0].to_owned()) && now.len() == 6, "{now:?}");
    fs::write(folder.join("sidestep.toml"), "[rules]\ncurrent-session = \"warning\"\n").expect("written");
    assert!(found(&folder, &[]).contains(&"9 warning current-session".to_owned()));
}

#[test]
fn a_date_that_is_none_is_refused_with_its_place_and_what_is_accepted() {
    let folder = project("wrong");
    for (date, why) in [
        ("soon", "`soon` is no date; write a month like `2026-09` or a day like `2026-09-30`"),
        ("2026-13", "is no date"),
        ("2026-02-30", "is no date"),
        ("2020-01", "is before the first guidance that is known, of 2021-10-29"),
    ] {
        for args in [&["--guidance", date][..], &["explain", "get-session", "--guidance", date]] {
            let (code, said) = run(&folder, args);
            assert!(code == 2 && said.contains("--guidance") && said.contains(why), "{date}: {said}");
        }
        fs::write(folder.join("sidestep.toml"), format!("fail-on = \"error\"\nguidance = \"{date}\"\n"))
            .expect("written");
        let (code, said) = run(&folder, &[]);
        assert!(
            code == 2 && said.starts_with("error: sidestep.toml:2:12: `guidance`: ") && said.contains(why),
            "{said}"
        );
        fs::remove_file(folder.join("sidestep.toml")).expect("removed");
    }
}

#[test]
fn the_documents_carry_the_date_and_what_okta_said_when() {
    let folder = project("documents");
    let document = |args: &[&str]| -> serde_json::Value { serde_json::from_str(&run(&folder, args).1).expect("JSON") };
    let json = document(&["-o", "json", "--guidance", "2026-09"]);
    assert_eq!(json["summary"]["guidance"], "2026-09");
    let rules = json["rules"].as_array().expect("rules");
    let get = rules.iter().find(|rule| rule["id"] == "get-session").expect("the rule");
    assert_eq!(get["severity"], "warning");
    let fixed =
        get["status"].as_array().expect("rows").iter().find(|row| row["release"] == "2025.10.1").expect("a row");
    assert_eq!((&fixed["date"], &fixed["severity"]), (&"2025-10-17".into(), &"warning".into()));
    assert_eq!(document(&["-o", "json"])["summary"]["guidance"], serde_json::Value::Null);
    let sarif = document(&["-o", "sarif", "--guidance", "2026-09"]);
    let described = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let get = described.iter().find(|rule| rule["id"] == "get-session").expect("the rule");
    assert_eq!(get["defaultConfiguration"]["level"], "warning");
    let help = get["help"]["markdown"].as_str().expect("Markdown");
    assert!(help.contains("2025-10-17 (2025.10.1)") && help.contains("from then on: warning"), "{help}");
    let off = document(&["-o", "sarif"]);
    let current = off["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").iter();
    let current = current.filter(|rule| rule["id"] == "current-session").collect::<Vec<_>>();
    assert_eq!(current[0]["defaultConfiguration"]["enabled"], false);
}
