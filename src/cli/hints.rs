//! What is told beside the report: what was probably meant, how often each rule was found, what was done with each file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use clap::CommandFactory;

use sidestep::files::path::Paths;
use sidestep::judge::finding::{Notice, NoticeKind, Report};
use sidestep::judge::nearest::nearest;
use sidestep::judge::rules::Rules;
use sidestep::report::visible;
use sidestep::scan::Config;

use super::Cli;

/// Most neighbours of a missing path that are looked at.
const NEIGHBOURS: usize = 1000;

/// Adds to a report what its notices can be told with, and that an empty change was checked.
pub fn add(report: &mut Report, config: &Config) {
    for root in &config.roots {
        let shown = config.paths.shown(root);
        let missing = report.notices.iter_mut().filter(|notice| notice.kind == NoticeKind::MissingPath);
        for notice in missing.filter(|notice| notice.path == shown && notice.message.is_empty()) {
            notice.message =
                meant(root, &config.paths).map_or_else(String::new, |meant| format!("did you mean {meant} ?"));
        }
    }
    if config.diff.as_ref().is_some_and(|diff| diff.is_empty()) {
        let message = "changes no file, so there is nothing to show".to_owned();
        report.notices.push(Notice { kind: NoticeKind::Configuration, path: "the diff".into(), line: None, message });
    }
}

/// What a path that is not there was probably meant to be: a command, or a neighbour.
fn meant(root: &Path, paths: &Paths) -> Option<String> {
    let name = root.file_name()?.to_str()?;
    let command = Cli::command();
    let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    if root.components().count() == 1
        && let Some(command) = nearest(name, commands)
    {
        return Some(format!("sidestep {command}"));
    }
    let folder = paths.whole(root).parent()?.to_owned();
    let entries = fs::read_dir(folder).ok()?.take(NEIGHBOURS).filter_map(Result::ok);
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let near = root.with_file_name(nearest(name, names.iter().map(String::as_str))?);
    Some(format!("{}{}", near.to_string_lossy(), if near.is_dir() { "/" } else { "" }))
}

/// Makes every file that was not read whole one that was not checked.
pub fn be_strict(report: &mut Report) {
    let partly = report.notices.iter_mut().filter(|notice| notice.kind == NoticeKind::SyntaxError);
    partly.for_each(|notice| notice.kind = NoticeKind::Unparsed);
}

/// How often each rule was found, the most frequent first.
pub fn statistics(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    report.findings.iter().for_each(|finding| *counts.entry(&finding.rule).or_default() += 1);
    let mut rows: Vec<(&str, usize)> = counts.into_iter().collect();
    rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    let rules = Rules::built_in();
    let width = rows.iter().map(|(rule, _)| rule.len()).max().unwrap_or_default();
    rows.iter().try_for_each(|(rule, count)| {
        let summary = rules.get(rule).map_or("", |rule| rule.summary.as_str());
        writeln!(out, "{count:6}  {rule:width$}  {summary}")
    })
}

/// Tells on the standard error stream what was skipped, or of each file what was done, and how long the run took.
pub fn tell(report: &Report, of_all: bool, took: Duration, threads: usize) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    for file in report.listed.iter().filter(|file| of_all || file.what.starts_with("skipped")) {
        writeln!(stderr, "{}: {}", visible(&file.path), file.what)?;
    }
    writeln!(stderr, "took {:.1} s on {} threads", took.as_secs_f64(), threads)
}
