//! Runs sidestep over labelled repositories and prints, or writes into a page, how accurate it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::labels;
use crate::pages;
use crate::tally::{Found, Place, Score, Tally};

/// What is asked for.
pub struct Options {
    labels: PathBuf,
    checkouts: PathBuf,
    split: Option<String>,
    binary: PathBuf,
    write: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments.
    pub fn read(args: &[String]) -> Result<Self, String> {
        let (mut places, mut named) = (Vec::new(), BTreeMap::new());
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.strip_prefix("--") {
                Some(name @ ("split" | "binary" | "write")) => {
                    let value = args.next().ok_or_else(|| format!("--{name} takes a value"))?;
                    named.insert(name, value.clone());
                }
                Some(_) => return Err(format!("no option {arg}\n\n{}", crate::USAGE)),
                None => places.push(PathBuf::from(arg)),
            }
        }
        let [labels, checkouts] = <[PathBuf; 2]>::try_from(places).map_err(|_| crate::USAGE.to_owned())?;
        Ok(Self {
            labels,
            checkouts,
            split: named.remove("split"),
            binary: named.remove("binary").map_or_else(|| "target/release/sidestep".into(), PathBuf::from),
            write: named.remove("write").map(PathBuf::from),
        })
    }
}

/// Measures, and prints or writes the tables.
pub fn run(options: &Options) -> Result<(), String> {
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|error| format!("could not read {}: {error}", path.display()));
    let labels = labels::read(&read(&options.labels)?, options.split.as_deref())?;
    let binary = fs::canonicalize(&options.binary).map_err(|error| {
        format!("no program {} ({error}); `cargo build --release` makes it", options.binary.display())
    })?;
    let (mut tally, mut count, mut absent) = (Tally::default(), 0, Vec::new());
    for (name, repository) in &labels {
        let folder = options.checkouts.join(name.replace('/', "+"));
        if !folder.is_dir() {
            absent.push(name.as_str());
            continue;
        }
        tally.take(name, repository, &scan(&binary, &folder)?);
        count += 1;
    }
    if count == 0 {
        return Err(format!("no labelled repository lies in {}", options.checkouts.display()));
    }
    let tables = tables(&tally, count);
    tally.details.iter().for_each(|line| println!("{line}"));
    println!("{tables}");
    if !absent.is_empty() {
        println!("not checked out: {}", absent.join(", "));
    }
    let Some(page) = &options.write else { return Ok(()) };
    pages::put(page, "accuracy", &tables)
}

/// The findings of one repository, one for each rule and place.
fn scan(binary: &Path, folder: &Path) -> Result<Vec<Found>, String> {
    let wrong = |what: String| format!("{}: {what}", folder.display());
    let output = Command::new(binary).args(["-o", "sarif", "--exit-zero", "."]).current_dir(folder).output();
    let output = output.map_err(|error| wrong(error.to_string()))?;
    let sarif: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        wrong(format!("no SARIF ({error}): {}", said.trim()))
    })?;
    let results = sarif["runs"].as_array().into_iter().flatten().filter_map(|run| run["results"].as_array()).flatten();
    let mut found: Vec<Found> = Vec::new();
    for result in results.filter(|result| result["suppressions"].as_array().is_none_or(Vec::is_empty)) {
        let places = |key: &str| result[key].as_array().into_iter().flatten().filter_map(place).collect::<Vec<_>>();
        let (Some(rule), Some(own)) = (result["ruleId"].as_str(), places("locations").into_iter().next()) else {
            continue;
        };
        // The last of equals counts, as each may relate to other places.
        let finding = Found { rule: rule.to_owned(), place: own, related: places("relatedLocations") };
        match found.iter_mut().find(|have| have.rule == finding.rule && have.place == finding.place) {
            Some(have) => *have = finding,
            None => found.push(finding),
        }
    }
    Ok(found)
}

/// The place of a SARIF location.
fn place(location: &Value) -> Option<Place> {
    let physical = &location["physicalLocation"];
    let path = normal(&decoded(physical["artifactLocation"]["uri"].as_str()?));
    let line = |key: &str| physical["region"][key].as_u64().and_then(|line| u32::try_from(line).ok());
    let first = line("startLine").unwrap_or(1);
    Some(Place { path, first, last: line("endLine").unwrap_or(first) })
}

/// A path without `.` in it.
fn normal(path: &str) -> String {
    let parts = Path::new(path).components().filter(|part| !matches!(part, Component::CurDir));
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

/// Text with its percent escapes taken out.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped.filter(|_| *byte == b'%') {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The tables in Markdown: overall, by rule, by language.
fn tables(tally: &Tally, repositories: usize) -> String {
    let mut out = format!("{repositories} repositories.\n\n{}", head(""));
    row(&mut out, "all", &tally.all);
    let _ = write!(out, "\n{}", head("Rule"));
    tally.rules.iter().for_each(|(rule, score)| row(&mut out, &format!("`{rule}`"), score));
    let _ = write!(out, "\n{}", head("Language"));
    tally.languages.iter().for_each(|(language, score)| row(&mut out, language, score));
    out
}

fn head(of: &str) -> String {
    format!("| {of} | Found | False | Missed | Precision | Recall |\n|---|--:|--:|--:|--:|--:|\n")
}

fn row(out: &mut String, name: &str, score: &Score) {
    let ratio = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.3}"));
    let (precision, recall) = (ratio(score.precision()), ratio(score.recall()));
    let _ = writeln!(out, "| {name} | {} | {} | {} | {precision} | {recall} |", score.met, score.wrong, score.missed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_a_path() {
        assert_eq!(normal(&decoded("./a%20b/c%C3%A9.py")), "a b/cé.py");
        assert_eq!(decoded("100%"), "100%");
    }
}
