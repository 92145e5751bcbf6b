//! Opens files of a tree that may be anyone's: regular files only, through no link, and never more of one than asked for.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Reads at most `most` bytes of the regular file at `path` into `buffer`, which is emptied first. A link is followed only
/// if `by_hand`: the path was given by the user. Gives whether that was the whole file.
///
/// # Errors
/// Whatever opening and reading yield, and `InvalidInput` for what is no regular file: a pipe or a device would block, and
/// a link put in place of a file since it was listed would lead out of the tree.
pub fn read(path: &Path, by_hand: bool, most: u64, buffer: &mut Vec<u8>) -> io::Result<bool> {
    buffer.clear();
    let file = open(path, by_hand)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    file.take(most.saturating_add(1)).read_to_end(buffer)?;
    let is_whole = buffer.len() as u64 <= most;
    buffer.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(is_whole)
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

/// Whether something stands at `path` that cannot be read as a file: a pipe, a device, a socket.
pub fn is_special(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| {
        let kind = found.file_type();
        let leads_to_file = || kind.is_symlink() && path.metadata().is_ok_and(|target| target.is_file());
        !(kind.is_file() || kind.is_dir() || leads_to_file())
    })
}
