//! SARIF of real scans against the schema of the standard. What GitHub asks for beyond it is tested beside the writer.

use std::path::Path;

use serde_json::Value;
use sidestep::judge::finding::{Confidence, Report};
use sidestep::judge::rules::Rules;
use sidestep::report::{Format, Style, write};
use sidestep::scan::{Config, Isolation, scan};

const SCHEMA: &str = include_str!("data/sarif-2.1.0.schema.json");

fn scanned(folder: &str) -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let confidence = Confidence::Possible;
    scan(&Config { roots: vec![root], confidence, isolation: Isolation::Off, ..Config::default() })
}

fn log(report: &Report) -> Value {
    let style = Style { width: 100, ..Style::default() };
    let mut out = Vec::new();
    write(Format::Sarif, report, &Rules::built_in().rules, &style, &mut out).expect("a Vec takes everything");
    serde_json::from_slice(&out).expect("JSON")
}

fn assert_valid(report: &Report, what: &str) {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let log = log(report);
    let wrong: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

#[test]
fn scans_of_the_fixtures_and_the_demo_fit_the_schema() {
    for folder in ["fixtures", "examples"] {
        let report = scanned(folder);
        assert!(!report.findings.is_empty(), "{folder} has findings");
        assert_valid(&report, folder);
    }
}

#[test]
fn the_way_of_a_value_through_files_is_a_code_flow() {
    let report = scanned("fixtures/typescript/wrapped-clients");
    assert_valid(&report, "a flow");
    let log = log(&report);
    let results = log["runs"][0]["results"].as_array().expect("results");
    let uri = |location: &Value| location["physicalLocation"]["artifactLocation"]["uri"].as_str().map(str::to_owned);
    let flow = results.iter().find_map(|result| {
        let place = uri(&result["locations"][0])?;
        let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array()?;
        place
            .ends_with("src/sessions.service.ts")
            .then(|| steps.iter().filter_map(|step| uri(&step["location"])).collect())
    });
    let flow: Vec<String> = flow.expect("a result with a flow");
    for file in ["src/config.ts", "src/okta/org-client.ts", "src/sessions.service.ts"] {
        assert!(flow.iter().any(|step| step.ends_with(file)), "{file} is on the way: {flow:?}");
    }
    assert!(flow.last().is_some_and(|last| last.ends_with("src/sessions.service.ts")), "{flow:?}");
}

#[test]
fn a_scan_that_found_nothing_to_do_fits_the_schema() {
    let report = scanned("no/such/folder");
    assert!(!report.notices.is_empty());
    assert_valid(&report, "a missing path");
}

#[test]
fn every_result_names_a_rule_of_the_log_and_has_a_fingerprint() {
    let log = log(&scanned("fixtures"));
    let run = &log["runs"][0];
    let rules: Vec<&str> = ids(&run["tool"]["driver"]["rules"], "id");
    let results = run["results"].as_array().expect("results");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        assert_eq!(Some(&result["ruleId"].as_str().expect("an id")), rules.get(usize::try_from(index).expect("small")));
        assert!(result["partialFingerprints"].as_object().is_some_and(|have| !have.is_empty()), "{result}");
    }
}

fn ids<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str()).collect()
}
