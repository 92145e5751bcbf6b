//! From what is asked for to a run: the configuration, the options that go before it, and what is read from elsewhere.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;

use sidestep::baseline::{Baseline, FILE};
use sidestep::files::diff::{self, Diff};
use sidestep::files::open;
use sidestep::files::path::Paths;
use sidestep::judge::finding::Level;
use sidestep::scan::{Config, Isolation, Text};
use sidestep::settings::Settings;

use super::args::{Check, Scope};

/// Most threads, whatever is asked for: more only wait for each other.
const MOST_THREADS: usize = 64;
/// Most bytes of the standard input where it is a file to check, and where it is a list of files.
const LARGEST_TEXT: u64 = 32 << 20;
const LARGEST_LIST: u64 = 64 << 20;
/// The path that stands for the standard input.
const STDIN: &str = "-";

impl Scope {
    /// The configuration with the options that go before it. It is the one that is named, or that of the folder around
    /// all of `paths`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn settings(&self, paths: &[PathBuf]) -> Result<Settings, String> {
        let (files, inline): (Vec<_>, Vec<_>) = self.config.iter().partition(|text| is_file(text.as_ref()));
        let from_environment = from_environment();
        let mut settings = match files.last().map(PathBuf::from) {
            Some(_) if self.isolated => return Err("--isolated reads no configuration, so --config names none".into()),
            Some(file) => Settings::read(&file)?,
            None if self.isolated => Settings::default(),
            None => match from_environment {
                Some(file) => Settings::read(Path::new(&file))?,
                None => Settings::nearest(&common(paths))?,
            },
        };
        for text in inline {
            settings.add(&text.to_string_lossy())?;
        }
        self.over(&mut settings)?;
        Ok(settings)
    }

    /// Puts the options over what a configuration says.
    fn over(&self, settings: &mut Settings) -> Result<(), String> {
        let here = Paths::here().whole(Path::new("."));
        for (key, patterns) in [("exclude", &self.exclude), ("include", &self.include)] {
            let wrong = |(at, error): (usize, String)| {
                format!("--{key}: `{}` is no pattern: {error}", patterns.get(at).map_or("", String::as_str))
            };
            if !patterns.is_empty() {
                settings.globs(key).add(&here, patterns.iter().map(String::as_str)).map_err(wrong)?;
            }
            patterns.iter().for_each(|pattern| settings.note_more(key, format!("{pattern:?}"), &format!("--{key}")));
        }
        if let Some(least) = self.confidence {
            settings.confidence = Some(least.confidence());
            settings.note("confidence", quoted(least), "--confidence");
        }
        if let Some(file) = &self.baseline {
            settings.baseline = Some(file.clone());
            settings.note("baseline", format!("{:?}", file.to_string_lossy()), "--baseline");
        }
        if let Some(guidance) = &self.guidance {
            settings.guidance = Some(guidance.clone());
            settings.note("guidance", format!("{:?}", guidance.to_string()), "--guidance");
        }
        settings.levels.only.extend(self.select.iter().cloned());
        for (rule, level) in &self.severity {
            settings.levels.forced.insert(rule.clone(), *level);
            settings.note(&format!("rules.{rule}"), format!("{:?}", level.as_str()), "--severity");
        }
        for rule in &self.ignore {
            settings.levels.forced.insert(rule.clone(), Level::Off);
            settings.note(&format!("rules.{rule}"), "\"off\"", "--ignore");
        }
        Ok(())
    }

    /// What is to be checked, that of `--files-from` included.
    ///
    /// # Errors
    /// A sentence that says why the list could not be read.
    pub fn roots(&self) -> Result<Vec<PathBuf>, String> {
        let mut roots = self.paths.clone();
        match &self.files_from {
            Some(file) => roots.extend(paths_of(&input(file, LARGEST_LIST)?, self.null)),
            None if roots.is_empty() => roots.push(PathBuf::from(".")),
            None => {}
        }
        let name = self.stdin_filename.as_ref();
        for root in roots.iter_mut().filter(|root| root.as_os_str() == STDIN) {
            let name =
                name.ok_or("`-` needs --stdin-filename NAME, which tells its language; a file of that name is ./-")?;
            root.clone_from(name);
        }
        if name.is_some() && !self.reads_stdin() {
            return Err("--stdin-filename names the standard input, and no path is `-`".into());
        }
        Ok(roots)
    }

    /// Whether the standard input is a file to check.
    fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == STDIN)
    }

    /// The run that is asked for.
    ///
    /// # Errors
    /// A sentence that says what could not be read.
    pub fn run(&self, settings: &Settings, roots: Vec<PathBuf>) -> Result<Config, String> {
        let defaults = Config::default();
        let mut texts = Vec::new();
        if self.reads_stdin() {
            let (path, bytes) =
                (self.stdin_filename.clone().unwrap_or_default(), input(Path::new(STDIN), LARGEST_TEXT)?);
            texts.push(Text { path, bytes: Arc::new(bytes) });
        }
        let paths = match &self.path_root {
            Some(base) if !base.is_dir() => return Err(format!("--path-root: {} is no folder", base.display())),
            Some(base) => Paths::here().shown_from(base),
            None => Paths::here(),
        };
        Ok(Config {
            roots,
            texts,
            paths,
            confidence: settings.confidence.unwrap_or(defaults.confidence),
            include: settings.include.clone(),
            exclude: settings.exclude.clone(),
            force_exclude: self.force_exclude,
            hidden: !self.no_hidden,
            extensions: self.extension.clone(),
            okta_domains: settings.okta_domains.clone(),
            assume_okta: settings.assume_okta.clone(),
            libraries: Arc::new(settings.libraries.clone()),
            levels: settings.levels.clone(),
            guidance: settings.guidance.clone(),
            ignore_files: !self.no_ignore,
            suppress: !self.no_suppress,
            require_reason: settings.require_reason.unwrap_or(defaults.require_reason),
            include_vendored: self.include_vendored,
            include_docs: self.include_docs,
            threads: self.threads.map_or(defaults.threads, usize::from).min(MOST_THREADS),
            max_file_size: self.max_file_size.saturating_mul(1 << 20),
            timeout: Duration::from_secs(self.timeout),
            isolation: Isolation::Workers,
            ..defaults
        })
    }

    /// The settings and the run that are asked for.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn ready(&self) -> Result<(Settings, Config), String> {
        let roots = self.roots()?;
        let settings = self.settings(&roots)?;
        let config = self.run(&settings, roots)?;
        Ok((settings, config))
    }

    /// Where the baseline lies: where it is said to, else beside the configuration that was found, else here.
    pub fn baseline_file(&self, settings: &Settings) -> PathBuf {
        let is_named = self.config.iter().any(|text| is_file(text.as_ref())) || from_environment().is_some();
        let beside = settings.file.as_deref().filter(|_| !is_named).and_then(Path::parent);
        let beside = beside.map_or_else(|| PathBuf::from(FILE), |folder| folder.join(FILE));
        settings.baseline.clone().unwrap_or(beside)
    }

    /// The baseline that is named, which there must be, or the usual one, if there is one.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn known(&self, settings: &Settings) -> Result<Option<Baseline>, String> {
        let file = self.baseline_file(settings);
        match file.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && settings.baseline.is_none() => Ok(None),
            _ => Baseline::read(&file, self.baseline.is_some()).map(Some),
        }
    }
}

impl Check {
    /// The configuration with the options of a check over it.
    ///
    /// # Errors
    /// Like [`Scope::settings`].
    pub fn settings(&self, paths: &[PathBuf]) -> Result<Settings, String> {
        let mut settings = self.scope.settings(paths)?;
        if let Some(fail_on) = self.fail_on {
            settings.fail_on = Some(fail_on);
            settings.note("fail-on", quoted(fail_on), "--fail-on");
        }
        Ok(settings)
    }

    /// The baseline, unless known findings are to be reported too.
    ///
    /// # Errors
    /// Like [`Scope::known`].
    pub fn known(&self, settings: &Settings) -> Result<Option<Baseline>, String> {
        if self.no_baseline { Ok(None) } else { self.scope.known(settings) }
    }

    /// The change that alone is of interest, if one is given.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn change(&self) -> Result<Option<Diff>, String> {
        let Some(file) = &self.diff else { return Ok(None) };
        let others = [self.scope.files_from.as_deref(), self.scope.reads_stdin().then_some(Path::new(STDIN))];
        if file.as_os_str() == STDIN && others.contains(&Some(Path::new(STDIN))) {
            return Err("the standard input can be one thing only: the diff, a list of files or a file".into());
        }
        let bytes = input(file, diff::LARGEST)?;
        let shown = if file.as_os_str() == STDIN { "the diff".into() } else { file.to_string_lossy() };
        Diff::parse(&bytes).map(Some).map_err(|(line, message)| format!("{shown}:{line}: {message}"))
    }
}

/// A value of an option as TOML has it.
fn quoted(value: impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| format!("{:?}", value.get_name()))
}

/// The configuration that the environment names.
fn from_environment() -> Option<OsString> {
    std::env::var_os("SIDESTEP_CONFIG").filter(|value| !value.is_empty())
}

/// Whether what is given to `--config` is a file rather than a setting.
fn is_file(text: &Path) -> bool {
    text.exists() || !text.to_string_lossy().contains('=')
}

/// The folder around all paths, or the path itself if there is one only.
fn common(roots: &[PathBuf]) -> PathBuf {
    let paths = Paths::here();
    let mut wholes = roots.iter().map(|root| paths.whole(root));
    let Some(mut common) = wholes.next() else { return PathBuf::from(".") };
    for whole in wholes {
        while !whole.starts_with(&common) && common.pop() {}
    }
    common
}

/// The bytes of a file, or of the standard input.
fn input(file: &Path, most: u64) -> Result<Vec<u8>, String> {
    let is_stdin = file.as_os_str() == STDIN;
    let shown = if is_stdin { "the standard input".into() } else { file.to_string_lossy().into_owned() };
    // A pipe of the shell (`<(git diff)`) is no regular file, and is meant to be read.
    if !is_stdin && file.is_file() {
        return open::read_whole(file, true, most, &shown);
    }
    let mut bytes = Vec::new();
    let read = |input: &mut dyn Read, bytes: &mut Vec<u8>| input.take(most.saturating_add(1)).read_to_end(bytes);
    let done = match is_stdin {
        true => read(&mut io::stdin().lock(), &mut bytes),
        false => std::fs::File::open(file).and_then(|mut file| read(&mut file, &mut bytes)),
    };
    match done {
        Err(error) => Err(format!("could not read {shown}: {error}")),
        Ok(_) if bytes.len() as u64 > most => Err(format!("{shown}: larger than {} MiB", most >> 20)),
        Ok(_) => Ok(bytes),
    }
}

/// The paths of a list, one a line, or with a NUL after each.
fn paths_of(list: &[u8], null: bool) -> Vec<PathBuf> {
    let end = if null { 0 } else { b'\n' };
    let parts = list.split(|byte| *byte == end);
    let parts = parts.map(|part| if null { part } else { part.strip_suffix(b"\r").unwrap_or(part) });
    parts.filter(|part| !part.is_empty()).map(path_of).collect()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
