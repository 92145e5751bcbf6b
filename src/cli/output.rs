//! Where reports go: `--output FORMAT` to the standard output, `--output FORMAT=PATH` to a file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, CommandFactory, Error};

use sidestep::files::replace::replace;
use sidestep::judge::nearest::did_you_mean;
use sidestep::report::Format;

/// A report that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How it is written.
    pub format: Format,
    /// The file it goes to; none is the standard output.
    pub path: Option<PathBuf>,
}

/// Reads `FORMAT` and `FORMAT=PATH`.
#[derive(Clone)]
pub struct TargetParser;

impl TypedValueParser for TargetParser {
    type Value = Target;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Target, Error> {
        let (name, path) = split(value);
        let format = EnumValueParser::<Format>::new().parse_ref(command, arg, name)?;
        if path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            let message = format!("no file is named after `{}`", value.to_string_lossy());
            return Err(Error::raw(ErrorKind::InvalidValue, message + "\n").with_cmd(command));
        }
        Ok(Target { format, path })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        // What clap's own parser says, which borrows from itself.
        let values: Vec<PossibleValue> = EnumValueParser::<Format>::new().possible_values()?.collect();
        Some(Box::new(values.into_iter()))
    }
}

/// At the first `=`. A path need not be UTF-8.
#[cfg(unix)]
fn split(value: &OsStr) -> (&OsStr, Option<PathBuf>) {
    use std::os::unix::ffi::OsStrExt;
    let bytes = value.as_bytes();
    match bytes.iter().position(|byte| *byte == b'=') {
        Some(at) => (OsStr::from_bytes(&bytes[..at]), Some(OsStr::from_bytes(&bytes[at + 1..]).into())),
        None => (value, None),
    }
}

/// At the first `=`. A path that is not Unicode is none of a format, and so an error.
#[cfg(not(unix))]
fn split(value: &OsStr) -> (&OsStr, Option<PathBuf>) {
    match value.to_str().and_then(|text| text.split_once('=')) {
        Some((name, path)) => (OsStr::new(name), Some(path.into())),
        None => (value, None),
    }
}

/// The reports that are asked for; where none is, what the environment says.
///
/// # Errors
/// A sentence that says what is wrong there.
pub fn from_environment<C: CommandFactory>(targets: &[Target]) -> Result<Vec<Target>, String> {
    const NAME: &str = "SIDESTEP_OUTPUT";
    let value = std::env::var_os(NAME).filter(|value| targets.is_empty() && !value.is_empty());
    let Some(value) = value else { return Ok(targets.to_vec()) };
    let target = TargetParser.parse_ref(&C::command(), None, &value);
    let near = || did_you_mean(&value.to_string_lossy(), Format::names().iter().map(String::as_str));
    target.map(|target| vec![target]).map_err(|_| format!("{NAME}: no format `{}`{}", value.to_string_lossy(), near()))
}

/// The format for the standard output, and the files in the order they were asked for.
pub struct Targets<'a> {
    /// The one that is named, if one is.
    pub stdout: Option<Format>,
    /// Format and path of each file.
    pub files: Vec<(Format, &'a Path)>,
}

impl<'a> Targets<'a> {
    /// # Errors
    /// Two reports cannot go to one place.
    pub fn of<C: CommandFactory>(targets: &'a [Target]) -> Result<Targets<'a>, Error> {
        let mut stdout = None;
        let mut files: Vec<(Format, &Path)> = Vec::new();
        for Target { format, path } in targets {
            let is_taken = match path {
                None => stdout.replace(*format).is_some(),
                Some(path) => {
                    let is_taken = files.iter().any(|(_, other)| other == path);
                    files.push((*format, path));
                    is_taken
                }
            };
            if is_taken {
                let place = path.as_ref().map_or("the standard output".into(), |path| path.to_string_lossy());
                let message = format!("two reports cannot go to {place}: write one with --output FORMAT=PATH");
                return Err(C::command().error(ErrorKind::ArgumentConflict, message));
            }
        }
        Ok(Targets { stdout, files })
    }
}

/// Writes a file that is either whole or not there: under a temporary name beside it, which is then changed. What is no
/// regular file, and the job summary of GitHub Actions, is added to.
///
/// # Errors
/// A symbolic link is refused: in a tree that somebody else wrote it could lead anywhere.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let is_summary = std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| summary == path.as_os_str());
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_symlink() => Err(io::Error::other("it is a symbolic link")),
        Ok(there) if there.is_dir() => Err(io::Error::other("it is a folder")),
        Ok(there) if is_summary || !there.is_file() => append(path, bytes),
        Ok(there) => replace(path, bytes, Some(there.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => replace(path, bytes, None),
        Err(error) => Err(error),
    }
}

/// Neither through a link that was put there since, nor waiting for a reader of a pipe that has none.
#[cfg(unix)]
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl};
    let flags =
        OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| match error {
        rustix::io::Errno::NXIO => io::Error::other("nothing reads from it"),
        error => error.into(),
    })?;
    fcntl_setfl(&file, fcntl_getfl(&file)?.difference(OFlags::NONBLOCK))?;
    File::from(file).write_all(bytes)
}

#[cfg(not(unix))]
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::options().append(true).open(path)?.write_all(bytes)
}
