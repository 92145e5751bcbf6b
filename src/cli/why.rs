//! `--why-not FILE:LINE` and `sidestep explain FINGERPRINT`: why something was not reported, and why something was.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use sidestep::judge::asked::Answer;
use sidestep::judge::finding::{Confidence, Finding, Report};
use sidestep::report::{reasons, visible};
use sidestep::scan::{Config, scan, scan_with};
use sidestep::settings::Settings;

use super::args::{Check, Scope};
use super::{INCOMPLETE, print_notices, refuse};

/// Fewest characters of a fingerprint that are taken for one.
const SHORTEST: usize = 6;

/// Says what was recognised at a line and what became of it, or why nothing was.
pub fn not(place: &str, args: &Check, settings: &Settings, mut config: Config) -> io::Result<ExitCode> {
    let Some((file, line)) = place.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<u32>().ok()?)))
    else {
        return refuse(&format!("`{place}` is no place: write it like `src/auth.js:41`"));
    };
    let known = match args.known(settings) {
        Ok(known) => known,
        Err(message) => return refuse(&message),
    };
    if !Path::new(file).is_file() {
        return refuse(&format!("no such file: {file}"));
    }
    let shown = config.paths.shown(Path::new(file));
    config.asked = Some(shown.clone());
    config.list = true;
    let (report, _) = scan_with(&config, known.as_ref());
    let mut out = io::stdout().lock();
    if report.unread {
        writeln!(out, "{} holds no word for which a run would parse it. Parsed all the same:", visible(&shown))?;
    }
    let mut at: Vec<&Answer> =
        report.answers.iter().filter(|answer| (answer.region.line..=answer.region.end_line).contains(&line)).collect();
    at.sort_by(|one, other| (&one.region, &one.became).cmp(&(&other.region, &other.became)));
    at.iter().try_for_each(|answer| reasons::answer(answer, &mut out))?;
    if at.is_empty() {
        writeln!(out, "nothing was recognised at {}:{line}: {}", visible(&shown), nothing(&shown, &report))?;
    }
    let of_file: Vec<_> = report.notices.into_iter().filter(|notice| notice.path == shown).collect();
    print_notices(&of_file)?;
    Ok(ExitCode::SUCCESS)
}

/// Why nothing was recognised in a file, as a clause.
fn nothing(shown: &str, report: &Report) -> String {
    match report.listed.iter().find(|file| file.path == *shown).map(|file| file.what.as_str()) {
        None => "the file is not below the paths that are checked, or an ignore file leaves it out".to_owned(),
        Some(what) if !what.ends_with("checked") => format!("the file is {what}"),
        Some(_) => "no request and no cookie that a rule speaks of stands there".to_owned(),
    }
}

/// Whether text is a fingerprint, or the start of one.
pub fn is_fingerprint(text: &str) -> bool {
    text.len() >= SHORTEST && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Explains the findings whose fingerprint starts so, however unsure, known or suppressed they are.
pub fn finding(start: &str, scope: &Scope) -> io::Result<ExitCode> {
    let config = match scope.ready() {
        Ok((_, config)) => Config { confidence: Confidence::Possible, suppress: false, ..config },
        Err(message) => return refuse(&message),
    };
    let report = scan(&config);
    print_notices(&report.notices)?;
    let found: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.fingerprint.starts_with(start)).collect();
    if found.is_empty() {
        let roots: Vec<String> = config.roots.iter().map(|root| visible(&root.to_string_lossy())).collect();
        return refuse(&format!("no finding under {} has the fingerprint {start}", roots.join(", ")));
    }
    let mut out = io::stdout().lock();
    for (number, finding) in found.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        reasons::finding(finding, &mut out)?;
    }
    let is_whole = !report.notices.iter().any(|notice| notice.is_incomplete());
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}
