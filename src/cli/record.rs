//! `sidestep baseline`: records the findings that there are, or drops from the record what is no longer there.

use std::io::{self, Write};
use std::process::ExitCode;

use sidestep::baseline::{Baseline, Changes, Entry, FILE};
use sidestep::judge::finding::{Notice, NoticeKind};
use sidestep::report::visible;
use sidestep::scan::scan_with;

use super::args::Record;
use super::{FOUND, allow, print_notices, refuse};

/// Runs the command.
pub fn run(args: &Record) -> io::Result<ExitCode> {
    let (settings, config) = match args.scope.ready() {
        Ok(ready) => ready,
        Err(message) => return refuse(&message),
    };
    let file = args.scope.baseline_file(&settings);
    let is_new = file.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    let known = match args.scope.known(&settings) {
        _ if is_new && !args.prune && !args.check => Baseline { file, ..Baseline::default() },
        Ok(Some(known)) => known,
        Ok(None) => return refuse(&format!("there is no {FILE} here; `sidestep baseline` writes one")),
        Err(message) => return refuse(&message),
    };
    let (mut report, Changes { stale, moved }) = scan_with(&config, Some(&known));
    allow(&args.scope, &mut report);
    report.notices.retain(|notice| notice.kind != NoticeKind::Baseline);
    print_notices(&report.notices)?;
    let shown = visible(&config.paths.shown(&known.file));
    if report.notices.iter().any(Notice::is_incomplete) {
        return refuse(&format!("{shown} was left as it is, because not everything could be checked"));
    }
    let mut out = io::stdout().lock();
    let mut entries = known.entries.clone();
    entries.retain(|entry| args.accept_new || !stale.contains(entry));
    for (old, new) in moved {
        entries.remove(&old);
        entries.insert(new);
    }
    let dropped = entry_count(if args.accept_new { 0 } else { stale.len() }, "stale entry", "stale entries");
    if args.check {
        for Entry { path, rule, .. } in &stale {
            writeln!(out, "{}: stale entry: {} is no longer there", visible(path), visible(rule))?;
        }
        writeln!(out, "{shown} has {dropped} of {}.", known.entries.len())?;
        return Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) });
    }
    let added = if args.prune { &[][..] } else { &report.findings[..] };
    entries.extend(added.iter().map(Entry::of));
    let count = entries.len();
    let written = Baseline { file: known.file.clone(), entries };
    if (is_new || written != known)
        && let Err(error) = written.write()
    {
        return refuse(&format!("could not write {shown}: {error}"));
    }
    let added = entry_count(added.len(), "new finding", "new findings");
    writeln!(out, "{shown} lists {}: {added}, {dropped} dropped.", entry_count(count, "finding", "findings"))?;
    Ok(ExitCode::from(0))
}

fn entry_count(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
