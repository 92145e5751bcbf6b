//! Writes files that are either whole or not there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts a file with these bytes in the place of what stands at `path`, if anything does: under a temporary name beside it,
/// which is then changed. It gets `permissions`, or those of any new file.
///
/// # Errors
/// Whatever creating, writing and renaming yield. What stood there is then as it was.
pub fn replace(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
    let (temporary, mut file) = create_beside(path, name)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions)))
        .and_then(|()| file.sync_all());
    drop(file);
    let done = written.and_then(|()| fs::rename(&temporary, path));
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    done
}

/// A new file of a name that nothing else has. What an interrupted run left is not touched.
fn create_beside(path: &Path, name: &OsStr) -> io::Result<(PathBuf, File)> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 0..100 {
        let mut temporary = OsString::from(".sidestep-");
        temporary.push(format!("{}-{number}", std::process::id()));
        // The end of the name is kept short enough for any file system.
        let temporary = path.with_file_name(if name.len() < 200 {
            [&temporary, OsStr::new("-"), name].into_iter().collect()
        } else {
            temporary
        });
        match File::options().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}
