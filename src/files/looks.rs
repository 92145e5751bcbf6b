//! What the bytes of a file say of who wrote it and how it can be read.

use crate::syntax::language::Language;

/// What stands near the start of a report that is written as JSON.
const REPORT_MARKS: &[&str] =
    &["sarif-2.1.0", "sarif-schema", "\"sidestep\"", "\"check_name\"", "<checkstyle", "<testsuite"];
/// How far from the start, in bytes.
const REPORT_HEAD: usize = 512;
/// Longest line that a parser is given, in bytes.
const LONGEST_LINE: usize = 64 << 10;
/// How much of a file tells whether it is minified, in bytes, and the average line that says so.
const SAMPLE: usize = 64 << 10;
const MINIFIED_LINE: usize = 300;

/// Whether data is another tool's or our own report.
pub fn is_report(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(REPORT_HEAD)];
    REPORT_MARKS.iter().any(|mark| memchr::memmem::find(head, mark.as_bytes()).is_some())
}

pub fn is_minified(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let lines = memchr::memchr_iter(b'\n', sample).count() + 1;
    sample.len() > 4096 && sample.len() / lines > MINIFIED_LINE
}

/// Why a file is read lexically. In data a long line is as good as any, and pictures in a notebook are not read.
pub fn too_big(bytes: &[u8], language: &Language, max: u64) -> Option<String> {
    if bytes.len() as u64 > max && !language.has_pictures {
        return Some(format!("larger than {} MiB", max >> 20));
    }
    let long = !language.has_long_lines() && bytes.split(|byte| *byte == b'\n').any(|line| line.len() > LONGEST_LINE);
    long.then(|| format!("a line is longer than {} KiB", LONGEST_LINE >> 10))
}
