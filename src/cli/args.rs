//! What can be asked of a run.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use sidestep::judge::finding::{self, Confidence, Severity};
use sidestep::judge::guidance::Guidance;
use sidestep::judge::nearest::did_you_mean;
use sidestep::judge::rules::Rules;
use sidestep::settings::FailOn;
use sidestep::syntax::language;

use super::output::{Target, TargetParser};

/// The least confidence shown.
#[derive(Clone, Copy, ValueEnum)]
pub enum Least {
    Certain,
    Likely,
    Possible,
}

impl Least {
    pub fn confidence(self) -> Confidence {
        match self {
            Least::Certain => Confidence::Certain,
            Least::Likely => Confidence::Likely,
            Least::Possible => Confidence::Possible,
        }
    }
}

/// The least severity shown.
#[derive(Clone, Copy, ValueEnum)]
pub enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    pub fn severity(self) -> Severity {
        match self {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Note,
        }
    }
}

/// Whether to use something that not every terminal has.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

const FILES: &str = "Which files";
const FINDINGS: &str = "Which findings";
const CONFIGURATION: &str = "Configuration";
const OUTPUT: &str = "Output";
const EXIT: &str = "Exit code";
const LIMITS: &str = "Limits";

/// What is checked, and which findings count.
#[derive(Args)]
pub struct Scope {
    /// Files and folders to check; `-` is the standard input [default: .]
    pub paths: Vec<PathBuf>,

    /// Judge by Okta's guidance of this day or month, such as 2026-09 [default: the upgrade guide's list]
    #[arg(long, value_name = "DATE")]
    pub guidance: Option<Guidance>,
    /// Pass over what matches; may be repeated
    ///
    /// The spelling is that of .gitignore, relative to the current folder.
    #[arg(long, value_name = "GLOB", help_heading = FILES)]
    pub exclude: Vec<String>,
    /// Check only what matches; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = FILES, hide_short_help = true)]
    pub include: Vec<String>,
    /// Pass over what is excluded even if it is named by hand, as hooks do
    #[arg(long, help_heading = FILES, hide_short_help = true)]
    pub force_exclude: bool,
    /// Read files with this extension as this language; may be repeated
    #[arg(long, value_name = "EXT=LANG", help_heading = FILES, hide_short_help = true, value_parser = extension)]
    pub extension: Vec<(String, String)>,
    /// Take further paths from a file, or from the standard input (`-`)
    ///
    /// One a line.
    #[arg(long, value_name = "FILE", help_heading = FILES)]
    pub files_from: Option<PathBuf>,
    /// The paths of --files-from end with a NUL character
    #[arg(short = '0', long, requires = "files_from", help_heading = FILES, hide_short_help = true)]
    pub null: bool,
    /// The name that the standard input goes by: for its language, the configuration and what is excluded
    #[arg(long, value_name = "NAME", help_heading = FILES, hide_short_help = true)]
    pub stdin_filename: Option<PathBuf>,
    /// Do not honour .gitignore, .ignore and .sidestepignore
    #[arg(long, help_heading = FILES, hide_short_help = true)]
    pub no_ignore: bool,
    /// Read hidden files too (the default)
    #[arg(long, overrides_with = "no_hidden", help_heading = FILES, hide_short_help = true)]
    pub hidden: bool,
    /// Do not read hidden files and folders
    #[arg(long, overrides_with = "hidden", help_heading = FILES, hide_short_help = true)]
    pub no_hidden: bool,
    /// Read vendored and minified files too
    #[arg(long, help_heading = FILES, hide_short_help = true)]
    pub include_vendored: bool,
    /// Read the code in documentation too: Markdown, AsciiDoc, reStructuredText
    #[arg(long, help_heading = FILES, hide_short_help = true)]
    pub include_docs: bool,
    /// Show paths relative to this folder [default: the top of the repository]
    #[arg(long, value_name = "DIR", help_heading = FILES, hide_short_help = true)]
    pub path_root: Option<PathBuf>,

    /// Report findings of these rules only
    ///
    /// A comma between two. One that the configuration turns off is on. `--only` is the same.
    #[arg(long, alias = "only", value_name = "RULES", value_delimiter = ',', value_parser = rule, help_heading = FINDINGS)]
    pub select: Vec<String>,
    /// Report no findings of these rules
    ///
    /// A comma between two.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule, help_heading = FINDINGS)]
    pub ignore: Vec<String>,
    /// How bad findings of a rule are: off, note, warning or error; may be repeated
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = level, help_heading = FINDINGS, hide_short_help = true)]
    pub severity: Vec<(String, finding::Level)>,
    /// Least confidence that is shown [default: likely]
    ///
    /// It says how sure it is that a finding is about Okta.
    #[arg(long, value_name = "CONFIDENCE", help_heading = FINDINGS)]
    pub confidence: Option<Least>,
    /// Show what `sidestep: ignore[...]` comments hide
    #[arg(long, help_heading = FINDINGS, hide_short_help = true)]
    pub no_suppress: bool,
    /// File of known findings, which are not reported
    ///
    /// [default: .sidestep-baseline.json beside the configuration, else in the current folder]
    #[arg(long, value_name = "FILE", help_heading = FINDINGS)]
    pub baseline: Option<PathBuf>,

    /// Configuration, or one setting such as `fail-on = "warning"`
    ///
    /// May be repeated. [default: the nearest sidestep.toml upwards, else a section of pyproject.toml, package.json or
    /// Cargo.toml] [env: SIDESTEP_CONFIG]
    #[arg(long, value_name = "FILE|SETTING", help_heading = CONFIGURATION)]
    pub config: Vec<OsString>,
    /// Read no configuration
    #[arg(long, help_heading = CONFIGURATION, hide_short_help = true)]
    pub isolated: bool,

    /// Make it a success if there is no file to check
    #[arg(long, help_heading = EXIT, hide_short_help = true)]
    pub allow_empty: bool,
    /// Take plain-text checks of files that could not be parsed as good enough
    #[arg(long, help_heading = EXIT, hide_short_help = true)]
    pub allow_unparsed: bool,

    /// Longest time for one file, in seconds; what takes longer is checked as plain text
    #[arg(long, value_name = "SECONDS", default_value_t = 10, help_heading = LIMITS, hide_short_help = true)]
    pub timeout: u64,
    /// Largest file that is parsed, in MiB; larger ones are checked as plain text
    #[arg(long, value_name = "MIB", default_value_t = 8, help_heading = LIMITS, hide_short_help = true)]
    pub max_file_size: u64,
    /// Threads; the output is the same for any number [default: all cores]
    #[arg(short = 'j', long, visible_alias = "jobs", value_name = "N", help_heading = LIMITS, hide_short_help = true)]
    pub threads: Option<std::num::NonZeroUsize>,

    /// Nothing to turn off: sidestep never opens a connection. Other tools have these, so they are accepted.
    #[arg(long, hide = true, alias = "offline", alias = "no-update-check", action = ArgAction::Count)]
    pub no_telemetry: u8,
}

/// A check, and how it is reported.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    pub scope: Scope,

    /// Show only findings on lines that a unified diff adds
    ///
    /// `-` is the standard input: git diff -U0 main... | sidestep --diff -
    #[arg(long, value_name = "FILE", help_heading = FINDINGS)]
    pub diff: Option<PathBuf>,
    /// Lowest severity shown [default: note]
    #[arg(long, value_name = "SEVERITY", help_heading = FINDINGS, hide_short_help = true)]
    pub min_severity: Option<Level>,
    /// Report known findings too
    #[arg(long, conflicts_with = "baseline", help_heading = FINDINGS, hide_short_help = true)]
    pub no_baseline: bool,

    /// Output format, and the file to write if any [default: text]
    ///
    /// Without a file it goes to the standard output. May be repeated. [env: SIDESTEP_OUTPUT]
    #[arg(short = 'o', long, visible_alias = "format", value_name = "FORMAT[=PATH]", value_parser = TargetParser, help_heading = OUTPUT)]
    pub output: Vec<Target>,
    /// Print findings only; twice, nothing but the exit code
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "verbose", help_heading = OUTPUT)]
    pub quiet: u8,
    /// Say what was skipped; twice, what was done with each file
    ///
    /// It goes to the standard error stream, with how long it took. [env: SIDESTEP_LOG, info or debug]
    #[arg(short, long, action = ArgAction::Count, help_heading = OUTPUT)]
    pub verbose: u8,
    /// Print how often each rule was found, and no findings
    #[arg(long, help_heading = OUTPUT)]
    pub statistics: bool,
    /// Show all findings on a terminal, however many
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub all: bool,
    /// Print the evidence of every finding
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub explain_evidence: bool,
    /// Say what was recognised at a place and why it was not reported, and report nothing
    #[arg(long, value_name = "FILE:LINE")]
    pub why_not: Option<String>,
    /// List what keeps working after the upgrade
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub show_working: bool,
    /// List every file with its language, or why it is skipped
    #[arg(long, help_heading = OUTPUT)]
    pub show_files: bool,
    /// Print the settings that hold (for FILE), and what each was said by, and check nothing
    #[arg(long, value_name = "FILE", help_heading = OUTPUT, hide_short_help = true)]
    pub show_settings: Option<Option<PathBuf>>,
    /// Write a comment that hides it above each finding, with this reason
    #[arg(long, value_name = "REASON", conflicts_with_all = ["diff", "show_files"], help_heading = OUTPUT, hide_short_help = true)]
    pub add_ignore: Option<String>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = OUTPUT, hide_short_help = true)]
    pub color: When,
    /// When to link rules to their pages
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = OUTPUT, hide_short_help = true)]
    pub hyperlinks: When,
    /// Print ASCII characters only
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub ascii: bool,
    /// Show no progress
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub no_progress: bool,
    /// Category of a SARIF report, to tell several of one commit apart
    #[arg(long, value_name = "NAME", help_heading = OUTPUT, hide_short_help = true)]
    pub sarif_category: Option<String>,

    /// Lowest severity that makes the exit code 1 [default: error]
    #[arg(long, value_name = "SEVERITY", help_heading = EXIT)]
    pub fail_on: Option<FailOn>,
    /// Exit with 0 even if there are findings (2 stays 2)
    #[arg(long, help_heading = EXIT)]
    pub exit_zero: bool,
    /// Fail on notes and on URLs that could not be followed, and take any file that was not read whole as not checked
    #[arg(long, conflicts_with = "allow_unparsed", help_heading = EXIT, hide_short_help = true)]
    pub strict: bool,
}

/// What is done with the baseline.
#[derive(Args)]
pub struct Record {
    #[command(flatten)]
    pub scope: Scope,
    /// Only drop entries for findings that are no longer there
    #[arg(long, conflicts_with_all = ["check", "accept_new"])]
    pub prune: bool,
    /// Only add new findings
    #[arg(long, conflicts_with = "check")]
    pub accept_new: bool,
    /// Write nothing; exit with 1 if there is an entry for a finding that is no longer there
    #[arg(long)]
    pub check: bool,
}

/// The id of a rule.
fn rule(text: &str) -> Result<String, String> {
    let rules = Rules::built_in();
    let ids = rules.ids();
    match ids.contains(&text) {
        true => Ok(text.to_owned()),
        false => Err(format!("no rule `{text}`{}", did_you_mean(text, ids.iter().copied()))),
    }
}

/// `RULE=LEVEL`.
fn level(text: &str) -> Result<(String, finding::Level), String> {
    let (id, word) = text.split_once('=').ok_or("write it as RULE=LEVEL")?;
    let near = || did_you_mean(word, finding::Level::words());
    let level = finding::Level::of(word)
        .ok_or_else(|| format!("a level is off, note, warning or error, not `{word}`{}", near()))?;
    Ok((rule(id)?, level))
}

/// `EXT=LANG`.
fn extension(text: &str) -> Result<(String, String), String> {
    let (extension, name) = text.split_once('=').ok_or("write it as EXT=LANG")?;
    if language::of_name(name).is_none() {
        let names = language::names();
        return Err(format!(
            "no language `{name}`{} (there are {})",
            did_you_mean(name, names.iter().copied()),
            names.join(", ")
        ));
    }
    Ok((extension.trim_start_matches('.').to_ascii_lowercase(), name.to_owned()))
}
