//! What can be asked of a run.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use sidestep::baseline::Baseline;
use sidestep::judge::finding::Confidence;
use sidestep::scan::{Config, Isolation};
use sidestep::settings::{FailOn, Settings};

use super::output::{Target, TargetParser};

/// Most threads, whatever is asked for: more only wait for each other.
const MOST_THREADS: usize = 64;

/// The least confidence shown.
#[derive(Clone, Copy, ValueEnum)]
pub enum Least {
    Certain,
    Likely,
    Possible,
}

/// Whether to use colour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// What is checked, and which findings count.
#[derive(Args)]
pub struct Scope {
    /// Files and folders to check
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Least confidence that a finding is about Okta for it to be shown [default: likely]
    #[arg(long, value_name = "CONFIDENCE")]
    pub confidence: Option<Least>,
    /// Configuration [default: the nearest sidestep.toml or .sidestep.toml upwards to the top of the repository]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    pub isolated: bool,
    /// File of known findings, which are not reported [default: .sidestep-baseline.json, if there is one]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Show what `sidestep: ignore[...]` comments hide
    #[arg(long)]
    pub no_suppress: bool,
    /// Do not honour .gitignore, .ignore and .sidestepignore
    #[arg(long)]
    pub no_ignore: bool,
    /// Read vendored and minified files too
    #[arg(long)]
    pub include_vendored: bool,
    /// Read the code in documentation too (Markdown, AsciiDoc, reStructuredText)
    #[arg(long)]
    pub include_docs: bool,
    /// Make it a success if there is no file to check
    #[arg(long)]
    pub allow_empty: bool,
    /// Take plain-text checks of files that could not be parsed as good enough
    #[arg(long)]
    pub allow_unparsed: bool,
    /// Longest time for one file, in seconds; what takes longer is checked as plain text
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub timeout: u64,
    /// Largest file that is parsed, in MiB; larger ones are checked as plain text
    #[arg(long, value_name = "MIB", default_value_t = 8)]
    pub max_file_size: u64,
    /// Threads; the output is the same for any number [default: all cores]
    #[arg(short = 'j', long, visible_alias = "jobs", value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
}

impl Scope {
    /// The configuration that is named, or the one that holds here.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn settings(&self) -> Result<Settings, String> {
        match &self.config {
            Some(file) => Settings::read(file, true),
            None if self.isolated => Ok(Settings::default()),
            None => Settings::here(),
        }
    }

    /// The run that is asked for. What is said here goes before what the configuration says.
    pub fn run(&self, settings: &Settings) -> Config {
        let defaults = Config::default();
        Config {
            roots: self.paths.clone(),
            confidence: match self.confidence {
                Some(Least::Certain) => Confidence::Certain,
                Some(Least::Likely) => Confidence::Likely,
                Some(Least::Possible) => Confidence::Possible,
                None => settings.confidence.unwrap_or(defaults.confidence),
            },
            exclude: settings.exclude.clone(),
            okta_domains: settings.okta_domains.clone(),
            severities: settings.severities.clone(),
            ignore_files: !self.no_ignore,
            suppress: !self.no_suppress,
            include_vendored: self.include_vendored,
            include_docs: self.include_docs,
            threads: self.threads.map_or(defaults.threads, usize::from).min(MOST_THREADS),
            max_file_size: self.max_file_size.saturating_mul(1 << 20),
            timeout: Duration::from_secs(self.timeout),
            isolation: Isolation::Workers,
        }
    }

    /// The baseline that is named, which there must be, or that of the current folder, if there is one.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn known(&self) -> Result<Option<Baseline>, String> {
        match &self.baseline {
            Some(file) => Baseline::read(file, true).map(Some),
            None => Baseline::here(),
        }
    }
}

/// A check, and how it is reported.
#[derive(Args)]
pub struct Check {
    /// Output format, and the file to write if not to standard output; may be repeated [default: text]
    #[arg(short = 'o', long, visible_alias = "format", value_name = "FORMAT[=PATH]", value_parser = TargetParser)]
    pub output: Vec<Target>,
    /// Lowest severity that makes the exit code 1 [default: error]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Exit with 0 even if there are findings (2 stays 2)
    #[arg(long)]
    pub exit_zero: bool,
    #[command(flatten)]
    pub scope: Scope,
    /// Report known findings too
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Print the evidence of every finding
    #[arg(long)]
    pub explain_evidence: bool,
    /// List what keeps working after the upgrade
    #[arg(long)]
    pub show_working: bool,
    /// List every file with its language, or why it is skipped, and check nothing
    #[arg(long)]
    pub show_files: bool,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Print findings only, no summary
    #[arg(short, long)]
    pub quiet: bool,
}

/// What is done with the baseline.
#[derive(Args)]
pub struct Record {
    #[command(flatten)]
    pub scope: Scope,
    /// Only drop entries for findings that are no longer there
    #[arg(long, conflicts_with = "check")]
    pub prune: bool,
    /// Write nothing; exit with 1 if there is an entry for a finding that is no longer there
    #[arg(long)]
    pub check: bool,
}
