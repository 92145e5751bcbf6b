//! `--add-ignore`: writes the comments that hide findings. A comment is written only if a second check, of the changed text,
//! finds what it hides no more and no further fault: one within a string or a continued line would change the code.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use sidestep::files::replace::replace;
use sidestep::files::{open, passed};
use sidestep::judge::finding::{Finding, Notice, Report};
use sidestep::report::visible;
use sidestep::scan::{Config, Text, scan};
use sidestep::syntax::language;

use super::{FOUND, INCOMPLETE, print_notices, refuse};

/// Most bytes of a file that is changed.
const LARGEST: u64 = 32 << 20;
/// Most lines of a file that are tried in parts, each with a check of its own.
const MOST: usize = 200;
/// Longest reason, in characters.
const LONGEST: usize = 500;
/// What would end a comment, or start another one.
const ENDS: &[&str] = &["*/", "-->", "--%>", "?>", "}}", "#>", "sidestep:"];

/// A file with the comments written into it.
struct Changed {
    file: PathBuf,
    text: Arc<Vec<u8>>,
    count: usize,
    /// How many findings the comments hide.
    hidden: usize,
}

/// Writes the comments for all findings of a report.
pub fn run(config: &Config, report: &Report, reason: &str) -> io::Result<ExitCode> {
    let is_told = reason.chars().any(char::is_alphanumeric) && reason.chars().count() <= LONGEST;
    if !is_told || reason.chars().any(char::is_control) || ENDS.iter().any(|end| reason.contains(end)) {
        return refuse("--add-ignore needs a reason: a sentence on one line, which says why this may stay");
    }
    print_notices(&report.notices)?;
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    report.findings.iter().for_each(|finding| by_file.entry(&finding.region.path).or_default().push(finding));
    let mut left: Vec<(&str, String)> = Vec::new();
    let mut changed: BTreeMap<&str, Changed> = BTreeMap::new();
    for (path, findings) in &by_file {
        match change(config, path, findings, reason) {
            Ok(one) => drop(changed.insert(path, one)),
            Err(why) => left.push((path, why)),
        }
    }
    for path in unsound(config, report, &changed) {
        let Some((path, _)) = changed.remove_entry(path.as_str()) else { continue };
        let findings = by_file.get(path).map_or(&[][..], Vec::as_slice);
        let part = part(config, report, path, findings, reason);
        let hidden = part.as_ref().map_or(0, |part| part.hidden);
        left.push((
            path,
            format!(
                "for {} of {} findings a comment would not hide it, or change the code: write them by hand",
                findings.len() - hidden,
                findings.len()
            ),
        ));
        changed.extend(part.map(|part| (path, part)));
    }
    let mut is_written = true;
    for (path, one) in &changed {
        let permissions = fs::metadata(&one.file).map(|metadata| metadata.permissions());
        if let Err(error) = permissions.and_then(|permissions| replace(&one.file, &one.text, Some(permissions))) {
            left.push((path, format!("could not be written: {error}")));
            is_written = false;
        }
    }
    left.iter().try_for_each(|(path, why)| writeln!(io::stderr(), "warning: {}: {}", visible(path), visible(why)))?;
    let comments: usize = changed.values().map(|one| one.count).sum();
    writeln!(io::stdout(), "Comments written: {comments}, in {} of {} files.", changed.len(), by_file.len())?;
    Ok(match () {
        () if !is_written || report.notices.iter().any(Notice::is_incomplete) => ExitCode::from(INCOMPLETE),
        () if !left.is_empty() => ExitCode::from(FOUND),
        () => ExitCode::SUCCESS,
    })
}

/// A file with a comment above each line of a finding, or why it has none.
fn change(config: &Config, path: &str, findings: &[&Finding], reason: &str) -> Result<Changed, String> {
    let file = config.paths.of_shown(path);
    let said = passed::said(&config.extensions, path).map(Cow::from);
    let name: Cow<str> = said.or_else(|| language::of_path(path).map(|language| language.name)).unwrap_or_default();
    let Some(remark) = language::remark(&name) else {
        return Err("has no comments that sidestep could write: use [[overrides]] or the baseline".into());
    };
    let bytes = open::read_whole(&file, false, LARGEST, path)?;
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8: write the comments by hand".to_owned())?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut rules: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings {
        rules.entry(first_line(&lines, finding.region.line as usize)).or_default().insert(&finding.rule);
    }
    let mut out = String::with_capacity(text.len());
    for (number, line) in (1..).zip(lines) {
        if let Some(rules) = rules.get(&number) {
            let rules = rules.iter().copied().collect::<Vec<_>>().join(", ");
            let indent = &line[..line.len() - line.trim_start().len()];
            let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            out += &format!("{indent}{}{end}", remark.replace("{}", &format!("sidestep: ignore[{rules}] {reason}")));
        }
        out += line;
    }
    Ok(Changed { file, text: Arc::new(out.into_bytes()), count: rules.len(), hidden: findings.len() })
}

/// The same for as many of the findings as can be hidden: for halves of the lines, and halves of those that fail.
fn part(config: &Config, report: &Report, path: &str, findings: &[&Finding], reason: &str) -> Option<Changed> {
    let lines: Vec<&[&Finding]> =
        findings.chunk_by(|one, other| one.region.line == other.region.line).take(MOST).collect();
    let (mut kept, mut best): (Vec<&Finding>, Option<Changed>) = (Vec::new(), None);
    // All of them together were tried before.
    let mut waiting = halves(&lines);
    while let Some(lines) = waiting.pop() {
        let tried = [&kept[..], &lines.concat()].concat();
        let changed = BTreeMap::from([(path, change(config, path, &tried, reason).ok()?)]);
        if unsound(config, report, &changed).is_empty() {
            (kept, best) = (tried, changed.into_values().next());
        } else {
            waiting.extend(halves(lines));
        }
    }
    best
}

/// The second half and the first; nothing where there is but one.
fn halves<T>(all: &[T]) -> Vec<&[T]> {
    match all.len() {
        0 | 1 => Vec::new(),
        count => vec![&all[count / 2..], &all[..count / 2]],
    }
}

/// The number of the line above which a comment for another one can stand: no comment parts lines that are continued.
fn first_line(lines: &[&str], number: usize) -> usize {
    let is_continued = |number: usize| {
        let before = number.checked_sub(2).and_then(|at| lines.get(at));
        before.is_some_and(|line| line.trim_end().ends_with(['\\', '`']))
    };
    (0..number).map(|up| number - up).find(|number| !is_continued(*number)).unwrap_or(number)
}

/// The files in which more would be found than their comments leave, or something be wrong that is not now.
fn unsound(config: &Config, report: &Report, changed: &BTreeMap<&str, Changed>) -> BTreeSet<String> {
    if changed.is_empty() {
        return BTreeSet::new();
    }
    let texts = changed.values().map(|one| Text { path: one.file.clone(), bytes: one.text.clone() }).collect();
    // Of a change only the lines are known, and they have moved.
    let again = scan(&Config { texts, diff: None, ..config.clone() });
    let notices = |report: &Report, path: &str| report.notices.iter().filter(|notice| notice.path == path).count();
    let findings = |report: &Report, path: &str| report.findings.iter().filter(|one| one.region.path == path).count();
    let is_unsound = |(path, one): &(&&str, &Changed)| {
        findings(&again, path) + one.hidden > findings(report, path) || notices(&again, path) > notices(report, path)
    };
    changed.iter().filter(is_unsound).map(|(path, _)| (*path).to_owned()).collect()
}
