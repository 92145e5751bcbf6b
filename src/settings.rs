//! The configuration: what is checked here and how bad it is, and which file or option each part was said by. It names no
//! file to write and no program to run, so that of a repository that may be anyone's can be read.

mod keys;
mod library;
mod locate;
mod read;
mod schema;
mod show;
mod told;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files::globs::Globs;
use crate::files::path::Paths;
use crate::judge::finding::{Confidence, Notice};
use crate::judge::guidance::Guidance;
use crate::judge::levels::Levels;
use crate::meaning::library::Library;
use crate::report::Format;

pub use schema::schema;
pub use show::template;

/// What fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Every finding.
    Note,
    /// No finding.
    Never,
}

/// What a configuration says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The file that was found or named, if there is one.
    pub file: Option<PathBuf>,
    /// Where given, only what matches is checked.
    pub include: Globs,
    /// What is passed over.
    pub exclude: Globs,
    /// Files whose ruled paths are Okta's without further evidence.
    pub assume_okta: Globs,
    /// Hosts that are Okta's.
    pub okta_domains: Vec<String>,
    /// HTTP clients of the repository's own.
    pub libraries: Vec<Library>,
    /// What fails a run.
    pub fail_on: Option<FailOn>,
    /// The least confidence shown.
    pub confidence: Option<Confidence>,
    /// Whether a suppression without a reason hides nothing.
    pub require_reason: Option<bool>,
    /// The format of the standard output.
    pub output: Option<Format>,
    /// The file of known findings.
    pub baseline: Option<PathBuf>,
    /// The date of the guidance to judge by.
    pub guidance: Option<Guidance>,
    /// How bad findings of a rule are.
    pub levels: Levels,
    /// What does not make the configuration wrong, but should be told.
    pub notices: Vec<Notice>,
    /// What is said of each key and by what, for people.
    said: BTreeMap<String, Vec<Said>>,
}

/// One thing that was said of a key.
#[derive(Clone, Debug)]
struct Said {
    /// The value, in TOML.
    value: String,
    /// `sidestep.toml:3`, or an option.
    by: String,
}

impl Settings {
    /// Reads the configuration that the user names.
    ///
    /// # Errors
    /// What is wrong, with the file and the line, for people; several lines.
    pub fn read(file: &Path) -> Result<Self, String> {
        let mut settings = Self { file: Some(file.to_owned()), ..Self::default() };
        read::file(&mut settings, &Paths::here(), file, true)?;
        Ok(settings)
    }

    /// Reads the nearest configuration upwards from `start` (a file or a folder that is checked) to the top of its
    /// repository, if there is one.
    ///
    /// # Errors
    /// Like [`Settings::read`].
    pub fn nearest(start: &Path) -> Result<Self, String> {
        let paths = Paths::here();
        let mut settings = Self::default();
        let located = locate::nearest(&paths, start)?;
        settings.notices.extend(located.notice);
        if let Some(file) = located.file {
            read::file(&mut settings, &paths, &file, false)?;
            settings.file = Some(file);
        }
        Ok(settings)
    }

    /// Adds settings that are written on the command line, as `key = value`. They go before those of files.
    ///
    /// # Errors
    /// Like [`Settings::read`].
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        read::text(self, &Paths::here(), text)
    }

    /// The patterns of a key: `include`, `exclude`, else `assume-okta`.
    pub fn globs(&mut self, key: &str) -> &mut Globs {
        match key {
            "include" => &mut self.include,
            "exclude" => &mut self.exclude,
            _ => &mut self.assume_okta,
        }
    }

    /// Notes that an option says `value` of a key; the value is in TOML.
    pub fn note(&mut self, key: &str, value: impl Into<String>, by: &str) {
        self.say(key, value.into(), by.to_owned(), false);
    }

    /// Notes that an option adds `value` to what is said of a key.
    pub fn note_more(&mut self, key: &str, value: impl Into<String>, by: &str) {
        self.say(key, value.into(), by.to_owned(), true);
    }

    fn say(&mut self, key: &str, value: String, by: String, adds: bool) {
        let said = self.said.entry(key.to_owned()).or_default();
        if !adds {
            said.clear();
        }
        said.push(Said { value, by });
    }
}
