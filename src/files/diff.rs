//! A unified diff, as git, Mercurial, Subversion and `diff -u` write it: which lines of which files it adds.

use std::borrow::Cow;
use std::collections::HashMap;

use super::path::Paths;

/// Most bytes of a diff: it is held in memory.
pub const LARGEST: u64 = 256 << 20;

/// Lines that a change adds, by the names that the diff gives to the new files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    files: Vec<File>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct File {
    old: String,
    new: String,
    /// First and last line of each run of added lines.
    added: Vec<(u32, u32)>,
}

/// Added lines by path, as it is shown: runs in order, none of which touches another.
pub type Changed = HashMap<String, Vec<(u32, u32)>>;

impl Diff {
    /// Reads a diff. Colours and what stands between the files (messages, modes) are passed over.
    ///
    /// # Errors
    /// The number of the line that no unified diff has there, and what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, (usize, String)> {
        let mut parser = Parser::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            parser.number += 1;
            parser.line(&plain(line)).map_err(|message| (parser.number, message))?;
        }
        parser.finish(bytes)
    }

    /// Whether it changes no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The added lines by path. A name may have a prefix (`b/`) or none, and be relative to the top of the repository or to
    /// the current folder: each reading counts, as a line too many shows a finding, and one too few hides it.
    pub fn resolve(&self, paths: &Paths) -> Changed {
        let mut changed = Changed::new();
        for file in self.files.iter().filter(|file| !file.added.is_empty()) {
            let mut shown: Vec<String> = names(file)
                .iter()
                .flat_map(|name| [paths.shown(&paths.of_shown(name)), paths.shown(name.as_ref())])
                .collect();
            shown.sort_unstable();
            shown.dedup();
            for path in shown {
                changed.entry(path).or_default().extend_from_slice(&file.added);
            }
        }
        for added in changed.values_mut() {
            added.sort_unstable();
            added.dedup_by(|next, before| {
                let is_one = next.0 <= before.1;
                before.1 = if is_one { before.1.max(next.1) } else { before.1 };
                is_one
            });
        }
        changed
    }
}

/// The names that a file may have: as it is written, and without its first part if that is a prefix.
fn names(file: &File) -> Vec<&str> {
    let mut names = vec![file.new.as_str()];
    if let Some((prefix, rest)) = file.new.split_once('/') {
        let is_parallel = file.old.split_once('/').is_some_and(|(old, have)| have == rest && old != prefix);
        // git's prefixes are single letters, and whatever `--dst-prefix` says.
        if prefix.len() == 1 || is_parallel {
            names.push(rest);
        }
    }
    names
}

#[derive(Default)]
struct Parser {
    files: Vec<File>,
    number: usize,
    /// The name after `---`, until `+++` comes.
    old: Option<String>,
    hunk: Option<Hunk>,
    /// Whether anything of a diff was seen.
    is_diff: bool,
}

/// What is left of a hunk.
struct Hunk {
    /// Lines left of each old file; a merge has several.
    old: Vec<u32>,
    new: u32,
    /// The number of the next new line.
    at: u32,
}

impl Parser {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if let Some(hunk) = self.hunk.take_if(|hunk| hunk.is_open()) {
            let (hunk, added) = hunk.next(line)?;
            self.hunk = Some(hunk);
            if let (Some(at), Some(file)) = (added, self.files.last_mut()) {
                match file.added.last_mut() {
                    Some((_, last)) if at.checked_sub(1) == Some(*last) => *last = at,
                    _ => file.added.push((at, at)),
                }
            }
            return Ok(());
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(name) = line.strip_prefix(b"+++ ") {
            self.is_diff = true;
            let old = self.old.take().unwrap_or_default();
            self.files.push(File { old, new: name_of(name), added: Vec::new() });
            return Ok(());
        }
        if self.old.is_some() {
            return Err("a line `+++ FILE` should follow `--- FILE`".into());
        }
        match line {
            [b'-', b'-', b'-', b' ', name @ ..] => self.old = Some(name_of(name)),
            [b'@', b'@', ..] => {
                self.is_diff = true;
                if self.files.is_empty() {
                    return Err("no line `+++ FILE` stands before this hunk".into());
                }
                self.hunk = Some(Hunk::new(line).ok_or("this is no header of a hunk")?);
            }
            _ => self.is_diff |= line.starts_with(b"diff ") || line.starts_with(b"Index: "),
        }
        Ok(())
    }

    fn finish(self, bytes: &[u8]) -> Result<Diff, (usize, String)> {
        if self.hunk.is_some_and(|hunk| hunk.is_open()) || self.old.is_some() {
            return Err((self.number, "the diff ends in the middle of a file".into()));
        }
        if !self.is_diff && !bytes.iter().all(u8::is_ascii_whitespace) {
            return Err((1, "this is no unified diff; `git diff -U0` writes one".into()));
        }
        Ok(Diff { files: self.files })
    }
}

impl Hunk {
    /// Reads `@@ -1,2 +3,4 @@ context`; a merge has a further `@` and a further range for each parent.
    fn new(line: &[u8]) -> Option<Self> {
        let marks = line.iter().take_while(|byte| **byte == b'@').count();
        let line = std::str::from_utf8(line.get(marks..)?.split(|byte| *byte == b'@').next()?).ok()?;
        let ranges: Vec<&str> = line.split_whitespace().collect();
        let (new, old) = ranges.split_last()?;
        if old.len() + 1 != marks {
            return None;
        }
        let range = |text: &str, sign: char| -> Option<(u32, u32)> {
            let text = text.strip_prefix(sign)?;
            let (start, count) = text.split_once(',').unwrap_or((text, "1"));
            Some((start.parse().ok()?, count.parse().ok()?))
        };
        let (at, new) = range(new, '+')?;
        let old = old.iter().map(|text| Some(range(text, '-')?.1)).collect::<Option<Vec<u32>>>()?;
        Some(Self { old, new, at })
    }

    /// Whether lines are left.
    fn is_open(&self) -> bool {
        self.new > 0 || self.old.iter().any(|left| *left > 0)
    }

    /// The hunk after a line of it, and the number of that line if it is added.
    fn next(mut self, line: &[u8]) -> Result<(Self, Option<u32>), String> {
        if line.first() == Some(&b'\\') {
            return Ok((self, None));
        }
        // Mail programs cut the space of an empty line off.
        let is_empty = line.is_empty() || line == b"\r";
        let marks = if is_empty { &b"        "[..] } else { line };
        let marks: Vec<u8> =
            self.old.iter().zip(marks.iter().chain(std::iter::repeat(&b' '))).map(|(_, mark)| *mark).collect();
        if let Some(wrong) = marks.iter().find(|mark| !b" +-".contains(mark)) {
            return Err(format!("a line of a hunk starts with ` `, `+` or `-`, not `{}`", wrong.escape_ascii()));
        }
        let is_removed = marks.contains(&b'-');
        let is_added = !is_removed && marks.contains(&b'+');
        for (left, mark) in self.old.iter_mut().zip(&marks) {
            let counts = if is_removed { *mark == b'-' } else { *mark == b' ' };
            *left = left.checked_sub(u32::from(counts)).ok_or("this hunk has more lines than its header says")?;
        }
        let at = self.at;
        if !is_removed {
            self.new = self.new.checked_sub(1).ok_or("this hunk has more lines than its header says")?;
            self.at = self.at.saturating_add(1);
        }
        Ok((self, is_added.then_some(at)))
    }
}

/// A line without the codes that colour it.
fn plain(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x1b, line).is_none() {
        return Cow::Borrowed(line);
    }
    let (mut out, mut rest) = (Vec::with_capacity(line.len()), line);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match after.strip_prefix(b"[").filter(|_| *byte == 0x1b) {
            Some(code) => {
                let end = code.iter().position(|byte| (0x40..=0x7e).contains(byte)).map_or(code.len(), |at| at + 1);
                rest = &code[end..];
            }
            None => out.push(*byte),
        }
    }
    Cow::Owned(out)
}

/// The name in a header: quoted, or up to a tab, after which dates and revisions stand.
fn name_of(header: &[u8]) -> String {
    let bytes = match header.strip_prefix(b"\"") {
        Some(quoted) => unquoted(quoted),
        None => header.split(|byte| *byte == b'\t').next().unwrap_or_default().to_vec(),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What stands before the closing quote, with C's escapes resolved.
fn unquoted(quoted: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), quoted);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => break,
            b'\\' => {
                let digits: Vec<u8> =
                    rest.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).copied().collect();
                if digits.is_empty() {
                    let Some((escaped, after)) = rest.split_first() else { break };
                    rest = after;
                    out.push(match escaped {
                        b'a' => 7,
                        b'b' => 8,
                        b't' => b'\t',
                        b'n' => b'\n',
                        b'v' => 11,
                        b'f' => 12,
                        b'r' => b'\r',
                        other => *other,
                    });
                } else {
                    let value = digits.iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                    out.push(u8::try_from(value & 0xff).unwrap_or_default());
                    rest = &rest[digits.len()..];
                }
            }
            other => out.push(*other),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn added(text: &str) -> Vec<(String, Vec<(u32, u32)>)> {
        let diff = Diff::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error:?} in {text}"));
        diff.files.iter().map(|file| (names(file).last().unwrap().to_string(), file.added.clone())).collect()
    }

    fn wrong(text: &str) -> (usize, String) {
        Diff::parse(text.as_bytes()).unwrap_err()
    }

    const HUNK: &str = "@@ -1,3 +1,4 @@ fn\n a\n-b\n+c\n+d\n e\n";

    #[test]
    fn added_lines_are_those_of_the_new_file() {
        for header in [
            "diff --git a/src/y.js b/src/y.js\nindex 1..2 100644\n--- a/src/y.js\n+++ b/src/y.js\n",
            "--- src/y.js\t(revision 3)\n+++ src/y.js\t(working copy)\n",
            "diff -r 1 -r 2 src/y.js\n--- a/src/y.js\tThu Jan 01\n+++ b/src/y.js\tThu Jan 01\n",
            "--- i/src/y.js\r\n+++ w/src/y.js\r\n",
            "--- old/src/y.js\n+++ new/src/y.js\n",
            "From: somebody\nSubject: [PATCH]\n\n---\n 1 file\n\n--- /dev/null\n+++ b/src/y.js\n",
        ] {
            assert_eq!(added(&format!("{header}{HUNK}")), [("src/y.js".to_owned(), vec![(2, 3)])], "{header}");
        }
        let two = format!(
            "--- a/x.js\n+++ b/x.js\n{HUNK}@@ -9,0 +11 @@\n+z\n\\ No newline at end of file\n--- a/y\n+++ /dev/null\n@@ -1 +0,0 @@\n--- x\n"
        );
        assert_eq!(added(&two), [("x.js".to_owned(), vec![(2, 3), (11, 11)]), ("/dev/null".to_owned(), vec![])]);
    }

    #[test]
    fn colours_quotes_ends_of_lines_and_merges_are_read() {
        let coloured = "\x1b[1m--- a/x\x1b[m\n\x1b[1m+++ b/x\x1b[m\n\x1b[36m@@ -1 +1,2 @@\x1b[m\n a\r\n\x1b[32m+\x1b[m\x1b[32mb\x1b[m\r\n";
        assert_eq!(added(coloured), [("x".to_owned(), vec![(2, 2)])]);
        let quoted = "--- \"a/\\303\\244 \\\"b\\\".js\"\n+++ \"b/\\303\\244 \\\"b\\\".js\"\n@@ -0,0 +1 @@\n+x\n";
        assert_eq!(added(quoted)[0].0, "ä \"b\".js");
        let merge = "diff --cc x\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n++b\n+ c\n- d\n";
        assert_eq!(added(merge), [("x".to_owned(), vec![(2, 3)])]);
        // The space of an empty line is cut off.
        assert_eq!(added("--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n\n+b\n\r\n")[0].1, [(2, 2)]);
        assert!(added("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n").is_empty());
        assert!(added("").is_empty() && added("\n").is_empty());
    }

    #[test]
    fn what_is_no_diff_is_told_with_its_line() {
        assert!(wrong(" x.js | 2 +-\n 1 file changed\n").1.starts_with("this is no unified diff"));
        assert_eq!(
            wrong("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n").1,
            "the diff ends in the middle of a file".to_owned()
        );
        assert_eq!(wrong("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\nb\n").0, 5);
        assert_eq!(wrong("--- a/x\n+++ b/x\n@@ -1,0 +1 @@\n-a\n").0, 4);
        assert_eq!(wrong("@@ -1 +1 @@\n").0, 1);
        assert_eq!(wrong("--- a/x\n+++ b/x\n@@ nonsense @@\n").0, 3);
        assert_eq!(wrong("--- a/x\n+++ b/x\n@@ -1 +99999999999 @@\n").0, 3);
        assert_eq!(wrong("*** a\n--- b\n***************\n").0, 3);
    }
}
