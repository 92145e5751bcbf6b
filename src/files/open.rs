//! Opens files of a tree that may be anyone's: regular files only, through no link, and never more of one than asked for.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use super::source;

/// How much of a file tells whether it is text, in bytes.
const HEAD: u64 = 4096;

/// What was read of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// All of it.
    Whole,
    /// As much as was asked for.
    Part,
    /// Its head only: it is no text.
    Binary,
}

/// Reads at most `most` bytes of the regular file at `path` into `buffer`, which is emptied first. A link is followed only
/// if `by_hand`: the path was given by the user. With `sniff` no more is read than the head of what is no text.
///
/// # Errors
/// Whatever opening and reading yield, and `InvalidInput` for what is no regular file: a pipe or a device would block, and
/// a link put in place of a file since it was listed would lead out of the tree.
pub fn read(path: &Path, by_hand: bool, most: u64, sniff: bool, buffer: &mut Vec<u8>) -> io::Result<Read> {
    buffer.clear();
    let file = open(path, by_hand)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut file = file.take(most.saturating_add(1));
    if sniff {
        (&mut file).take(HEAD).read_to_end(buffer)?;
        if is_binary(buffer) {
            return Ok(Read::Binary);
        }
    }
    file.read_to_end(buffer)?;
    let is_whole = buffer.len() as u64 <= most;
    buffer.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(if is_whole { Read::Whole } else { Read::Part })
}

/// Whether a file that begins like this is no text. Text holds no zero byte, but UTF-16, whose mark tells it, does.
fn is_binary(head: &[u8]) -> bool {
    !source::is_utf16(head) && memchr::memchr(0, head).is_some()
}

/// All bytes of a regular file of at most `most` bytes, which people know as `shown`. A link is followed only if `by_hand`.
///
/// # Errors
/// What is wrong, as a sentence for people.
pub fn read_whole(path: &Path, by_hand: bool, most: u64, shown: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    match read(path, by_hand, most, false, &mut bytes) {
        Ok(Read::Whole) => Ok(bytes),
        Ok(_) => Err(format!("{shown}: larger than {} MiB", most >> 20)),
        Err(error) => Err(format!("could not read {shown}: {error}")),
    }
}

#[cfg(unix)]
fn open(path: &Path, by_hand: bool) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;

    let link = if by_hand { OFlags::empty() } else { OFlags::NOFOLLOW };
    let flags = (OFlags::NONBLOCK | OFlags::CLOEXEC | link).bits();
    OpenOptions::new().read(true).custom_flags(i32::try_from(flags).unwrap_or_default()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path, _by_hand: bool) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Whether something stands at `path` that is not to be read as a file: a pipe, a device, a link to somewhere else.
pub fn is_special(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| !(found.is_file() || found.is_dir()))
}
