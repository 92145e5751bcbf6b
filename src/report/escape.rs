//! The one place that makes untrusted text safe: paths, source lines, and names taken from source.
//!
//! A value goes through [`clean`] (or [`visible`], for a path) when it enters a document, and the finished document
//! through [`log_safe`] or [`json_safe`] when it leaves: continuous-integration runners read commands out of any log.
//! See "Workflow commands" in GitHub's documentation, "Logging commands" in Azure's, "Service messages" in TeamCity's.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::redact::redact;

/// Keeps a runner from seeing a command where it stands, and readers from seeing anything.
const BREAK: &str = "\u{200b}";

/// What opens a command anywhere in a line.
static OPENER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)##(vso|teamcity)?\[").expect("the pattern is constant"));

/// Text from a scanned file, without its secrets, on one line, with nothing that a terminal obeys.
pub fn clean(text: &str) -> String {
    visible(&redact(text))
}

/// The same with what looks like a secret left in: for paths, which must still lead to the file.
pub fn visible(text: &str) -> String {
    if !text.contains(is_unsafe) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_visible(&mut out, c));
    out
}

/// Adds a character as it is, or as `\u{1b}` if a terminal would obey it or it would reorder the text around it.
pub fn push_visible(out: &mut String, c: char) {
    if is_unsafe(c) { push_escape(out, c) } else { out.push(c) }
}

/// Adds a character as `\u{1b}`.
pub fn push_escape(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

/// Control characters (C0, DEL, C1), controls of writing direction, and the line ends that only some programs know.
pub fn is_unsafe(c: char) -> bool {
    let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_bidi || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A finished document of lines in which no runner finds a command: what opens one is broken up, and no line begins
/// with `::`.
pub fn log_safe(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    for line in document.split_inclusive('\n') {
        let text = line.trim_start();
        if text.starts_with("::") {
            out += &line[..line.len() - text.len()];
            out += BREAK;
            out += text;
        } else {
            out += line;
        }
    }
    OPENER.replace_all(&out, format!("##{BREAK}${{1}}[")).into_owned()
}

/// A finished JSON document of the same values in which no runner finds a command and a terminal nothing to obey.
/// All that is replaced can stand in strings only, where it has another spelling.
pub fn json_safe(document: &str) -> String {
    let document = OPENER.replace_all(document, "##${1}\\u005b");
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        if is_unsafe(c) && c != '\n' {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The path percent-encoded segment by segment. One outside of the repository is shown whole, but has to be relative here.
/// A colon is encoded too: in the first segment it would end a scheme.
pub fn uri(path: &str) -> String {
    let path = path.trim_start_matches('/');
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A finished document in ASCII only, for a terminal that has no more.
pub fn ascii(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        match c {
            '…' => out += "...",
            '·' => out.push('-'),
            _ if c.is_ascii() => out.push(c),
            _ => push_escape(&mut out, c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(visible("a\x1b[2J\x07\n\t\u{7f}\u{9b}é"), "a\\u{1b}[2J\\u{7}\\u{a}\\u{9}\\u{7f}\\u{9b}é");
        assert_eq!(visible("\u{202e}\u{2066}\u{2028}\u{200f}"), "\\u{202e}\\u{2066}\\u{2028}\\u{200f}");
    }

    #[test]
    fn no_runner_finds_a_command() {
        let log = log_safe("::error::x\n  ::add-mask::y\na ::b\n##[group]z\n##vso[task]\n##TeamCity[m]\n");
        assert_eq!(
            log,
            "\u{200b}::error::x\n  \u{200b}::add-mask::y\na ::b\n##\u{200b}[group]z\n##\u{200b}vso[task]\n##\u{200b}TeamCity[m]\n"
        );
    }

    #[test]
    fn json_keeps_its_values() {
        let value = "##[add-mask]a ##vso[x] \u{9b}\u{202e}\u{7f}\u{1b}";
        let safe = json_safe(&serde_json::to_string(value).expect("serializes"));
        assert!(!safe.contains("##[") && !safe.contains("##vso[") && !safe.chars().any(is_unsafe), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).expect("parses"), value);
    }

    #[test]
    fn ascii_is_ascii() {
        assert_eq!(ascii("a…b · é"), "a...b - \\u{e9}");
    }
}
