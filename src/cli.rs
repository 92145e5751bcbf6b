//! The command line: what can be asked for, and how the answer is printed.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use sidestep::judge::finding::{Notice, NoticeKind, Report, Severity};
use sidestep::judge::nearest::did_you_mean;
use sidestep::judge::rules::Rules;
use sidestep::report::{self, Format, Style};
use sidestep::scan::{Config, list, scan_with};
use sidestep::settings::{FailOn, Settings};

use args::{Check, Colour, Record, Scope};

mod args;
mod explain;
mod languages;
mod output;
mod record;

use output::Targets;

/// Findings at or above the threshold.
const FOUND: u8 = 1;
/// The run could not do its work, or not all of it.
const INCOMPLETE: u8 = 2;
/// Columns where there is no terminal.
const WIDTH: usize = 100;

/// Finds code that breaks, or quietly changes, when an Okta org moves from Classic Engine to Identity Engine.
#[derive(Parser)]
#[command(name = "sidestep", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: Check,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  checked, nothing at or above --fail-on
  1  findings at or above --fail-on
  2  could not do the work, or not all of it: a missing path, no file to check, a file that could not be read or,
     where a rule's word stands in it, parsed; 2 wins over 1, and the findings are still printed

Examples:
  sidestep                          check the current folder
  sidestep -o sarif=out.sarif src   write SARIF for code scanning, and text to standard output
  sidestep explain sid-cookie       what breaks, why, and what to write instead";

#[derive(Subcommand)]
enum Command {
    /// Check files and folders (the default)
    Check(Check),
    /// Record the findings that there are, so that only new ones are reported
    Baseline(Record),
    /// Explain a rule: what breaks, why, and what to write instead
    Explain {
        /// The rule's id, as `sidestep rules` lists it
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to print them
        #[arg(short = 'o', long, visible_alias = "format", default_value = "text")]
        output: ListFormat,
    },
    /// List the languages and formats that are read
    Languages {
        /// How to print them
        #[arg(short = 'o', long, visible_alias = "format", default_value = "text")]
        output: ListFormat,
    },
}

/// How lists are printed.
#[derive(Clone, Copy, ValueEnum)]
enum ListFormat {
    Text,
    Json,
    Markdown,
}

/// Runs the command line.
///
/// # Errors
/// Gives back what went wrong with writing the output, a closed pipe included.
pub fn run() -> io::Result<ExitCode> {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            error.print()?;
            return Ok(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(INCOMPLETE)));
        }
    };
    match cli.command {
        None => check(&cli.check),
        Some(Command::Check(args)) => check(&args),
        Some(Command::Baseline(args)) => record::run(&args),
        Some(Command::Explain { rule }) => explain(&rule),
        Some(Command::Rules { output }) => {
            explain::rules(&Rules::built_in(), output, &mut io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Languages { output }) => {
            languages::print(output, &mut io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn explain(id: &str) -> io::Result<ExitCode> {
    let rules = Rules::built_in();
    if let Some(rule) = rules.get(id) {
        explain::rule(rule, &mut io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    }
    let ids = rules.ids();
    let near = did_you_mean(id, ids.iter().copied());
    let message = format!("no rule `{id}`{near}\n\nThe rules are: {}\n", ids.join(", "));
    Cli::command().error(clap::error::ErrorKind::InvalidValue, message).print()?;
    Ok(ExitCode::from(INCOMPLETE))
}

fn check(args: &Check) -> io::Result<ExitCode> {
    let targets = match Targets::of::<Cli>(&args.output) {
        Ok(targets) => targets,
        Err(error) => {
            error.print()?;
            return Ok(ExitCode::from(INCOMPLETE));
        }
    };
    let settings = match args.scope.settings() {
        Ok(settings) => settings,
        Err(message) => return refuse(&message),
    };
    let config = args.scope.run(&settings);
    if args.show_files {
        return show_files(&config);
    }
    let known = if args.no_baseline { Ok(None) } else { args.scope.known() };
    let known = match known {
        Ok(known) => known,
        Err(message) => return refuse(&message),
    };
    let (mut report, _) = scan_with(&config, known.as_ref());
    allow(&args.scope, &mut report);
    let is_written = write_files(args, &targets, &report)?;
    // Text has them in its summary, and commands of a runner are no use twice.
    if !matches!(targets.stdout, Format::Text | Format::Github) || (targets.stdout == Format::Text && args.quiet) {
        print_notices(&report.notices)?;
    }
    let stdout = io::stdout();
    let style = style(args, stdout.is_terminal());
    let mut out = io::BufWriter::new(stdout.lock());
    report::write(targets.stdout, &report, Rules::built_in().rules, &style, &mut out)?;
    out.flush()?;
    Ok(ExitCode::from(if is_written { exit_code(args, &settings, &report) } else { INCOMPLETE }))
}

/// Writes the reports that go to files; what cannot be written is told, and the others are written all the same.
fn write_files(args: &Check, targets: &Targets, report: &Report) -> io::Result<bool> {
    let style = Style { colour: false, ..style(args, false) };
    let mut is_written = true;
    for (format, path) in &targets.files {
        let mut bytes = Vec::new();
        report::write(*format, report, Rules::built_in().rules, &style, &mut bytes)?;
        let written =
            if is_source(path) { Err(io::Error::other("it is source code")) } else { output::write_file(path, &bytes) };
        if let Err(error) = written {
            let path = report::visible(&path.to_string_lossy());
            writeln!(io::stderr(), "error: could not write {path}: {error}")?;
            is_written = false;
        }
    }
    Ok(is_written)
}

/// Whether a file is one to read. Data may be an earlier report.
fn is_source(path: &std::path::Path) -> bool {
    let is_file = std::fs::symlink_metadata(path).is_ok_and(|there| there.is_file());
    let config = Config {
        roots: vec![path.to_owned()],
        ignore_files: false,
        include_vendored: true,
        threads: 1,
        ..Config::default()
    };
    is_file && list(&config).0.iter().any(|file| !file.what.starts_with("skipped") && !file.what.starts_with("json"))
}

/// Says why nothing was done.
fn refuse(message: &str) -> io::Result<ExitCode> {
    writeln!(io::stderr(), "error: {}", report::visible(message))?;
    Ok(ExitCode::from(INCOMPLETE))
}

fn print_notices(notices: &[Notice]) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    notices.iter().try_for_each(|notice| writeln!(stderr, "{}", report::notice_line(notice)))
}

fn show_files(config: &Config) -> io::Result<ExitCode> {
    let (files, notices) = list(config);
    print_notices(&notices)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    files.iter().try_for_each(|file| writeln!(out, "{}: {}", report::visible(&file.path), file.what))?;
    out.flush()?;
    Ok(if notices.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

/// What the user allows makes no run incomplete: an empty one is not mentioned, a plain-text check is.
fn allow(args: &Scope, report: &mut Report) {
    report.notices.retain(|notice| !(args.allow_empty && notice.kind == NoticeKind::NothingToCheck));
    for notice in report.notices.iter_mut().filter(|notice| args.allow_unparsed && notice.kind == NoticeKind::Unparsed)
    {
        notice.kind = NoticeKind::SyntaxError;
    }
}

fn exit_code(args: &Check, settings: &Settings, report: &Report) -> u8 {
    let least = match args.fail_on.or(settings.fail_on).unwrap_or(FailOn::Error) {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    };
    let found = least.is_some_and(|least| report.findings.iter().any(|finding| finding.severity >= least));
    match () {
        () if report.notices.iter().any(Notice::is_incomplete) => INCOMPLETE,
        () if found && !args.exit_zero => FOUND,
        () => 0,
    }
}

/// How the output looks. Colour: the option, then `NO_COLOR`, then `FORCE_COLOR` and `CLICOLOR_FORCE`, then whether it goes
/// to a terminal that can show it.
fn style(args: &Check, is_terminal: bool) -> Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = |name: &str| set(name) && std::env::var_os(name).is_some_and(|value| value != "0");
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let colour = match args.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if set("NO_COLOR") => false,
        Colour::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
        Colour::Auto => is_terminal && !is_dumb,
    };
    Style {
        colour,
        width: WIDTH,
        ascii: false,
        show_working: args.show_working,
        explain_evidence: args.explain_evidence,
        quiet: args.quiet,
        web: web(),
    }
}

/// Where a job of GitHub Actions has its files from. Nothing but an address is taken.
fn web() -> Option<String> {
    let part = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (server, repository) = (part("GITHUB_SERVER_URL")?, part("GITHUB_REPOSITORY")?);
    let web = format!("{server}/{repository}/blob/{}", part("GITHUB_SHA")?);
    let is_address = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    (web.starts_with("https://") && web.chars().all(is_address)).then_some(web)
}
