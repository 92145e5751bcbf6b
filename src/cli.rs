//! The command line: what can be asked for, and how the answer is printed.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand, ValueEnum};

use sidestep::judge::finding::{Notice, NoticeKind, Report, Severity};
use sidestep::judge::guidance::Guidance;
use sidestep::judge::rules::Rules;
use sidestep::report::{self, Format, Style};
use sidestep::scan::{Config, list, scan_with};
use sidestep::settings::{FailOn, Settings};
use sidestep::syntax::language::{self, Language};

use args::{Check, Record, Scope};
use output::Targets;
use style::style;

mod add_ignore;
mod args;
mod explain;
mod hints;
mod languages;
mod output;
mod pages;
mod parse;
mod progress;
mod record;
mod scope;
mod style;
mod why;

/// Findings at or above the threshold.
const FOUND: u8 = 1;
/// The run could not do its work, or not all of it.
const INCOMPLETE: u8 = 2;

/// Finds code that breaks, or quietly changes, when an Okta org moves from Classic Engine to Identity Engine.
#[derive(Parser)]
#[command(
    name = "sidestep",
    version,
    disable_version_flag = true,
    args_conflicts_with_subcommands = true,
    before_long_help = EXAMPLES,
    after_help = "Exit code 0: nothing at or above --fail-on; 1: findings; 2: not everything was checked.",
    after_long_help = EXIT_CODES,
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: Check,
    /// Print version; with --verbose, what it was built from
    #[arg(short = 'V', long)]
    version: bool,
}

const EXAMPLES: &str = "\
Examples:
  sidestep                                   check the current folder
  sidestep -o sarif=out.sarif src            write SARIF for code scanning, and print text
  git diff -U0 main... | sidestep --diff -   show only what a change adds
  sidestep baseline                          keep CI green for what there is, fail on what is new
  sidestep explain sid-cookie                what breaks, why, and what to write instead";

const EXIT_CODES: &str = "\
Exit codes:
  0  checked, nothing at or above --fail-on
  1  findings at or above --fail-on
  2  could not do the work, or not all of it: a missing path, no file to check, a file that could
     not be read or, where a rule's word stands in it, parsed; 2 wins over 1, and the findings are
     still printed

No connection is ever opened, and no program is ever run but this one.";

#[derive(Subcommand)]
enum Command {
    /// Check files and folders (the default)
    Check(Box<Check>),
    /// Record the findings that there are, so that only new ones are reported
    Baseline(Box<Record>),
    /// Explain a rule: what breaks, why, and what to write instead; or why a finding is one
    Explain {
        /// A rule's id, as `sidestep rules` lists it, or a finding's fingerprint or the start of it, as JSON and SARIF have it
        #[arg(value_name = "RULE|FINGERPRINT")]
        rule: String,
        #[command(flatten)]
        scope: Box<Scope>,
        /// How to print it
        #[arg(short = 'o', long, visible_alias = "output", default_value = "text")]
        format: explain::PageFormat,
    },
    /// List the rules
    Rules {
        /// How to print them
        #[arg(short = 'o', long, visible_alias = "format", default_value = "text")]
        output: ListFormat,
        /// List them by Okta's guidance of this day or month
        #[arg(long, value_name = "DATE")]
        guidance: Option<Guidance>,
    },
    /// Write a sidestep.toml in which every key is explained
    Init,
    /// Print the JSON schema of the configuration, the report or the baseline
    Schema {
        /// What it describes
        #[arg(default_value = "config")]
        of: pages::Described,
    },
    /// Print the script that completes commands in a shell
    Completions {
        /// The shell
        shell: pages::Shell,
    },
    /// Print the manual page
    Man,
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
    let cli = match parse::parse() {
        Ok(cli) => cli,
        Err(error) => {
            error.print()?;
            return Ok(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(INCOMPLETE)));
        }
    };
    match cli.command {
        None if cli.version => pages::version(cli.check.verbose > 0),
        None => check(&cli.check),
        Some(Command::Check(args)) => check(&args),
        Some(Command::Baseline(args)) => record::run(&args),
        Some(Command::Explain { rule, scope, format }) => match why::is_fingerprint(&rule) {
            true => why::finding(&rule, &scope),
            false => explain::run::<Cli>(&rule, format, scope.guidance.as_ref()),
        },
        Some(Command::Rules { output, guidance }) => {
            explain::rules(&Rules::of(guidance.as_ref(), &|_| false), output, &mut io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Languages { output }) => {
            languages::print(output, &mut io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Init) => pages::init(),
        Some(Command::Schema { of }) => pages::schema(of),
        Some(Command::Completions { shell }) => pages::completions(shell),
        Some(Command::Man) => pages::man(),
    }
}

/// A check that is ready to run.
struct Ready {
    settings: Settings,
    config: Config,
}

impl Ready {
    fn of(args: &Check) -> Result<Self, String> {
        let roots = args.scope.roots()?;
        let settings = args.settings(&roots)?;
        let change = args.change()?;
        let mut config = args.scope.run(&settings, roots)?;
        config.least = args.min_severity.map_or(config.least, args::Level::severity);
        config.diff = change;
        config.list = args.verbose > 0;
        Ok(Self { settings, config })
    }
}

fn check(args: &Check) -> io::Result<ExitCode> {
    let from_environment = output::from_environment::<Cli>(&args.output);
    let targets = match from_environment.as_ref().map_err(String::clone).map(|targets| Targets::of::<Cli>(targets)) {
        Ok(Ok(targets)) => targets,
        Ok(Err(error)) => {
            error.print()?;
            return Ok(ExitCode::from(INCOMPLETE));
        }
        Err(message) => return refuse(&message),
    };
    if let Some(file) = &args.show_settings {
        return show_settings(args, file.as_deref());
    }
    let Ready { settings, config } = match Ready::of(args) {
        Ok(ready) => ready,
        Err(message) => return refuse(&message),
    };
    if args.show_files {
        return show_files(&config);
    }
    if let Some(place) = &args.why_not {
        return why::not(place, args, &settings, config);
    }
    let known = match args.known(&settings) {
        Ok(known) => known,
        Err(message) => return refuse(&message),
    };
    let start = Instant::now();
    let line = progress::Line::start(args, config.progress.clone());
    let (mut report, _) = scan_with(&config, known.as_ref());
    drop(line);
    report.notices.extend(settings.notices.iter().cloned());
    hints::add(&mut report, &config);
    allow(&args.scope, &mut report);
    if args.strict {
        hints::be_strict(&mut report);
    }
    if let Some(reason) = &args.add_ignore {
        return add_ignore::run(&config, &report, reason);
    }
    let rules = config.rules();
    let is_written = write_files(args, &targets, &report, &rules)?;
    print_report(args, targets.stdout.or(settings.output).unwrap_or(Format::Text), &report, &rules)?;
    if args.verbose > 0 {
        hints::tell(&report, args.verbose > 1, start.elapsed(), config.threads)?;
    }
    Ok(ExitCode::from(if is_written { exit_code(args, &settings, &report) } else { INCOMPLETE }))
}

/// Prints the report, and to the standard error stream what it has no place for.
fn print_report(args: &Check, format: Format, report: &Report, rules: &Rules) -> io::Result<()> {
    let is_plain = matches!(format, Format::Text | Format::Concise);
    let has_notices = match format {
        Format::Text => args.quiet == 0 && !args.statistics,
        // Commands of a runner are no use twice.
        Format::Github => true,
        _ => false,
    };
    if !has_notices && args.quiet < 2 {
        print_notices(&report.notices)?;
    }
    let stdout = io::stdout();
    let style = style(args, stdout.is_terminal());
    let mut out = io::BufWriter::new(stdout.lock());
    match () {
        () if args.quiet > 1 => {}
        () if args.statistics && is_plain => hints::statistics(report, &mut out)?,
        () => report::write(format, report, &rules.rules, &style, &mut out)?,
    }
    out.flush()
}

/// Writes the reports that go to files; what cannot be written is told, and the others are written all the same.
fn write_files(args: &Check, targets: &Targets, report: &Report, rules: &Rules) -> io::Result<bool> {
    let style = Style { colour: false, links: false, most: None, ascii: args.ascii, ..style(args, false) };
    let mut is_written = true;
    for (format, path) in &targets.files {
        let mut bytes = Vec::new();
        report::write(*format, report, &rules.rules, &style, &mut bytes)?;
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

/// The formats of reports that are also read.
const REPORTED: &[&str] = &["json", "xml"];

/// Whether a file is one to read, and no earlier report.
fn is_source(path: &Path) -> bool {
    let is_file = std::fs::symlink_metadata(path).is_ok_and(|there| there.is_file());
    let language = language::of_path(&path.to_string_lossy());
    let is_report = |language: &Language| language.documentation || REPORTED.contains(&&*language.name);
    is_file && language.is_some_and(|language| !is_report(&language))
}

/// Says why nothing was done. Further lines are shown as they are.
fn refuse(message: &str) -> io::Result<ExitCode> {
    let lines: Vec<String> = message.lines().map(report::visible).collect();
    writeln!(io::stderr(), "error: {}", lines.join("\n"))?;
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

/// The settings that hold for a file, or for what would be checked.
fn show_settings(args: &Check, file: Option<&Path>) -> io::Result<ExitCode> {
    let file: Option<PathBuf> = file.map(Path::to_owned);
    let settings = file.map_or_else(|| args.scope.roots(), |file| Ok(vec![file]));
    let settings = match settings.and_then(|roots| args.settings(&roots)) {
        Ok(settings) => settings,
        Err(message) => return refuse(&message),
    };
    print_notices(&settings.notices)?;
    let mut out = io::stdout().lock();
    settings.shown().lines().try_for_each(|line| writeln!(out, "{}", report::visible(line)))?;
    Ok(ExitCode::SUCCESS)
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
    let usual = if args.strict { FailOn::Note } else { FailOn::Error };
    let least = match settings.fail_on.filter(|_| !args.strict || args.fail_on.is_some()).unwrap_or(usual) {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    };
    let is_followed = report.notices.iter().all(|notice| notice.kind != NoticeKind::Unresolved);
    let found = least.is_some_and(|least| report.findings.iter().any(|finding| finding.severity >= least));
    match () {
        () if report.notices.iter().any(Notice::is_incomplete) => INCOMPLETE,
        () if (found || args.strict && !is_followed) && !args.exit_zero => FOUND,
        () => 0,
    }
}
