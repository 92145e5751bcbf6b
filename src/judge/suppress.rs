//! Comments that hide findings: `sidestep: ignore[rule] reason`, `ignore-file`, and `ignore-start` to `ignore-end`. Only
//! comments count, so the words inside a string do nothing. A comment that does not do what it says is told.

use std::collections::{BTreeSet, HashMap};

use super::finding::{Finding, Notice, NoticeKind};
use super::nearest::did_you_mean;
use super::statement;
use crate::files::source::Source;
use crate::syntax::expr::Span;

/// What every such comment starts with.
const MARK: &str = "sidestep:";
/// What makes a file worth reading for its suppressions alone, so that one that hides nothing is told.
pub const WORD: &str = "sidestep: ignore";
/// How far down `ignore-file` may stand, in lines.
const HEAD: u32 = 20;
/// Most rules that the suppressions of one file name together: a file may be anyone's, and each costs time.
const MOST: usize = 1000;
/// The longest id of a rule.
const LONGEST: usize = 64;
const ENDS_LINE: [char; 2] = ['\n', '\r'];
/// What may stand before the mark on its line: how comments start, and how lines within them do.
const STARTS: &[&str] = &[
    "//", "//!", "#", "--", "/*", "*", "/*!", "<!--", ";", "!", "'", "%", "(*", "{-", "{{!", "{{!--", "{#", "<%#",
    "<%--", "@*",
];
/// How comments end.
const ENDS: &[&str] = &["*/", "--%>", "-->", "#>", "?>", "%>", "*)", "-}", "--}}", "}}", "#}", "*@"];
/// What may stand around a comment that is alone on its line: the braces of JSX, the quotes of a notebook's JSON.
const FRAMES: &[(&str, &str)] = &[("{", "}"), ("\"", "\\n\","), ("\"", "\\n\""), ("\"", "\"")];
const FORMS: &[(&str, Form)] =
    &[("ignore", Form::Line), ("ignore-file", Form::File), ("ignore-start", Form::Start), ("ignore-end", Form::End)];

/// The findings of a file, parted, and what is wrong with its suppressions.
#[derive(Default)]
pub struct Parted {
    /// What no comment hides.
    pub kept: Vec<Finding>,
    /// What one does.
    pub hidden: Vec<Finding>,
    /// Suppressions that do not do what they say, by line.
    pub notices: Vec<Notice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Line,
    File,
    Start,
    End,
}

/// A suppression as it is written.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    form: Form,
    rules: Vec<String>,
    has_reason: bool,
}

/// A suppression of one rule.
struct Cover {
    rule: String,
    /// Where it is written.
    line: u32,
    /// The first and the last line that it covers.
    covers: (u32, u32),
    /// Whether it names a rule that there is, and has a reason where one is needed.
    valid: bool,
    used: bool,
}

/// Parts the findings of a file by the suppressions in its comments. `rules` are the ids of all rules; if
/// `require_reason`, a suppression without a reason hides nothing.
pub fn part(
    findings: Vec<Finding>,
    comments: &[Span],
    source: &Source,
    rules: &[&str],
    require_reason: bool,
) -> Parted {
    let mut reader =
        Reader { source, rules, require_reason, covers: Vec::new(), open: Vec::new(), wrong: Vec::new(), count: 0 };
    reader.read(comments);
    let (mut covers, mut wrong) = (reader.covers, reader.wrong);
    let mut parted = Parted::default();
    for finding in findings {
        let line = finding.region.line;
        let mut is_hidden = false;
        for cover in covers.iter_mut().filter(|cover| cover.valid && cover.rule == finding.rule) {
            if (cover.covers.0..=cover.covers.1).contains(&line) {
                cover.used = true;
                is_hidden = true;
            }
        }
        if is_hidden { &mut parted.hidden } else { &mut parted.kept }.push(finding);
    }
    let unused = covers.iter().filter(|cover| cover.valid && !cover.used);
    wrong.extend(unused.map(|cover| {
        let message = format!("unused suppression: there is no `{}` here to hide; delete the comment", cover.rule);
        (cover.line, message)
    }));
    wrong.sort();
    let notice = |(line, message)| Notice {
        kind: NoticeKind::Suppression,
        path: source.path.clone(),
        line: Some(line),
        message,
    };
    parted.notices = wrong.into_iter().map(notice).collect();
    parted
}

struct Reader<'a> {
    source: &'a Source,
    rules: &'a [&'a str],
    /// Whether a suppression without a reason hides nothing.
    require_reason: bool,
    covers: Vec<Cover>,
    /// `ignore-start`s that have not ended.
    open: Vec<Cover>,
    wrong: Vec<(u32, String)>,
    /// How many rules were named.
    count: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self, comments: &[Span]) {
        let speaks = |span: &&Span| self.text(**span).contains(MARK);
        let speaking: Vec<Span> = comments.iter().filter(speaks).copied().collect();
        if speaking.is_empty() {
            return;
        }
        let alone = comments.iter().filter(|span| self.is_alone(**span));
        let alone: BTreeSet<u32> = alone.flat_map(|span| self.lines(*span)).collect();
        // The first line after each that is no comment.
        let mut next: HashMap<u32, u32> = HashMap::new();
        for line in alone.into_iter().rev() {
            let after = next.get(&(line + 1)).copied().unwrap_or(line + 1);
            next.insert(line, after);
        }
        for span in speaking {
            let text = self.text(span);
            if is_documentation(text) {
                continue;
            }
            let first = self.source.line_of(span.start as usize);
            for (line, text) in (first..).zip(text.lines()) {
                match written(text) {
                    None => {}
                    Some(Err(message)) => self.wrong.push((line, format!("malformed suppression: {message}"))),
                    Some(Ok(written)) => self.take(&written, line, span, &next),
                }
            }
        }
        let never = |cover: Cover| {
            let message = format!("`ignore-start[{0}]` without `ignore-end[{0}]`, so it hides nothing", cover.rule);
            (cover.line, format!("malformed suppression: {message}"))
        };
        self.wrong.extend(self.open.drain(..).map(never));
    }

    fn take(&mut self, written: &Written, line: u32, span: Span, next: &HashMap<u32, u32>) {
        let was_full = self.count > MOST;
        self.count += written.rules.len();
        if self.count > MOST {
            if !was_full {
                let message =
                    format!("malformed suppression: a file has at most {MOST}; from here on they hide nothing");
                self.wrong.push((line, message));
            }
            return;
        }
        let covers = match written.form {
            Form::File if line > HEAD => {
                let message = format!("malformed suppression: `ignore-file` must stand in the first {HEAD} lines");
                return self.wrong.push((line, message));
            }
            Form::File => (1, u32::MAX),
            Form::Start | Form::End => (line, line),
            Form::Line if self.is_alone(span) => {
                let last = self.lines(span).last().unwrap_or(line);
                let next = next.get(&last).copied().unwrap_or(last + 1);
                (next, statement::last_line(self.source, next))
            }
            Form::Line => {
                let mut lines = self.lines(span);
                (lines.next().unwrap_or(line), lines.last().unwrap_or(line))
            }
        };
        let has_reason = written.has_reason || !self.require_reason;
        for rule in &written.rules {
            if written.form == Form::End {
                self.end(rule, line);
                continue;
            }
            let is_known = self.rules.contains(&rule.as_str());
            if !is_known {
                let near = did_you_mean(rule, self.rules.iter().copied());
                self.wrong.push((line, format!("unknown rule in a suppression: `{rule}`{near}")));
            } else if !has_reason {
                let message =
                    format!("suppression without a reason: `{rule}` is not hidden until one stands after the `]`");
                self.wrong.push((line, message));
            }
            let cover = Cover { rule: rule.clone(), line, covers, valid: is_known && has_reason, used: false };
            if written.form == Form::Start { &mut self.open } else { &mut self.covers }.push(cover);
        }
    }

    fn end(&mut self, rule: &str, line: u32) {
        match self.open.iter().rposition(|open| open.rule == rule) {
            Some(at) => {
                let mut cover = self.open.remove(at);
                cover.covers.1 = line;
                self.covers.push(cover);
            }
            None => {
                let message = format!("malformed suppression: `ignore-end[{rule}]` without `ignore-start[{rule}]`");
                self.wrong.push((line, message));
            }
        }
    }

    /// The lines that a comment lies on. Some grammars count the end of its line as a part of it.
    fn lines(&self, span: Span) -> std::ops::RangeInclusive<u32> {
        let text = self.text(span).trim_end();
        let start = span.start as usize;
        self.source.line_of(start)..=self.source.line_of(start + text.len().saturating_sub(1))
    }

    /// Whether nothing but a comment stands on its lines, and what may stand around it.
    fn is_alone(&self, span: Span) -> bool {
        let is_space = |c: char| c.is_whitespace() && !ENDS_LINE.contains(&c);
        let (start, end) = (span.start as usize, span.end as usize);
        let before = self.source.text.get(..start).unwrap_or_default().trim_end_matches(is_space);
        let after = self.source.text.get(end..).unwrap_or_default().trim_start_matches(is_space);
        let begins = |text: &str| text.is_empty() || text.ends_with(ENDS_LINE);
        let ends = |text: &str| text.is_empty() || text.starts_with(ENDS_LINE);
        let is_framed = |(open, close): &(&str, &str)| {
            before.strip_suffix(open).is_some_and(|text| begins(text.trim_end_matches(is_space)))
                && after.strip_prefix(close).is_some_and(|text| ends(text.trim_start_matches(is_space)))
        };
        begins(before) && (ends(after) || self.text(span).ends_with(ENDS_LINE)) || FRAMES.iter().any(is_framed)
    }

    fn text(&self, span: Span) -> &'a str {
        let source: &'a Source = self.source;
        source.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// Whether a "comment" is a string that documents: such count as comments elsewhere.
fn is_documentation(text: &str) -> bool {
    // What only begins with a single quote is a comment of Basic.
    text.starts_with(|c: char| c.is_alphanumeric() || "\"`".contains(c))
        || text.starts_with('\'') && text.trim_end().ends_with('\'')
        || text.starts_with("#[")
        || text.starts_with("#![")
}

/// The suppression on a line of a comment, or what is wrong with it. `None` where the line only mentions sidestep.
fn written(line: &str) -> Option<Result<Written, String>> {
    let starts = |(at, _): &(usize, &str)| {
        let before = line[..*at].trim_end();
        before.is_empty() || STARTS.iter().any(|start| before.ends_with(start))
    };
    let (at, _) = line.match_indices(MARK).find(starts)?;
    let mut text = line[at + MARK.len()..].trim();
    while let Some(shorter) = ENDS.iter().find_map(|end| text.strip_suffix(end)) {
        text = shorter.trim_end();
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let form = FORMS.iter().find(|(name, _)| *name == word).map(|(_, form)| *form);
    let Some(rest) = rest.strip_prefix('[') else {
        // Prose that mentions the tool is no suppression.
        return form.map(|_| Err(format!("write `{MARK} {word}[rule-id] reason`")));
    };
    let Some(form) = form else {
        let near = did_you_mean(word, FORMS.iter().map(|(name, _)| *name));
        return Some(Err(format!("there is no `{word}`{near}")));
    };
    let Some((rules, reason)) = rest.split_once(']') else {
        return Some(Err("the `]` after the rules is missing".to_owned()));
    };
    let mut ids: Vec<String> = Vec::new();
    for id in rules.split(',').map(str::trim) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > LONGEST || !id.chars().all(is_part) || ids.len() > MOST {
            return Some(Err(format!("write `{MARK} {word}[rule-id] reason`")));
        }
        ids.push(id.to_owned());
    }
    ids.sort_unstable();
    ids.dedup();
    let has_reason = reason.chars().any(char::is_alphanumeric);
    Some(Ok(Written { form, rules: ids, has_reason }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ids(line: &str) -> (Form, Vec<String>, bool) {
        let written = written(line).unwrap().unwrap();
        (written.form, written.rules, written.has_reason)
    }

    #[test]
    fn every_kind_of_comment_is_read() {
        for line in [
            "// sidestep: ignore[a, b] why",
            "# noqa: E501  # sidestep: ignore[a,b] why",
            "-- sidestep:ignore[a,b] why",
            "/* sidestep: ignore[a,b] why */",
            "<!-- sidestep: ignore[ a , b ] why -->",
            " * sidestep: ignore[a, b, a] why",
            "{# sidestep: ignore[a, b] why #}",
            "<%-- sidestep: ignore[a, b] why --%>",
            "<%# sidestep: ignore[a, b] why -%>",
            "{{!-- sidestep: ignore[a, b] why --}}",
            "{{! sidestep: ignore[a, b] why }}",
            "@* sidestep: ignore[a, b] why *@",
        ] {
            assert_eq!(ids(line), (Form::Line, vec!["a".into(), "b".into()], true), "{line}");
        }
        assert_eq!(ids("/* sidestep: ignore-file[a] */"), (Form::File, vec!["a".into()], false));
        assert_eq!(ids("# sidestep: ignore-end[a]").0, Form::End);
    }

    #[test]
    fn what_is_malformed_is_told_and_prose_is_not() {
        let wrong = |line: &str| written(line).unwrap().unwrap_err();
        assert_eq!(wrong("// sidestep: ignore this"), "write `sidestep: ignore[rule-id] reason`");
        assert_eq!(wrong("// sidestep: ignore[] why"), "write `sidestep: ignore[rule-id] reason`");
        assert_eq!(wrong("// sidestep: ingore[a] why"), "there is no `ingore`; did you mean `ignore`?");
        assert_eq!(wrong("// sidestep: ignore[a why"), "the `]` after the rules is missing");
        assert_eq!(written("// sidestep: our linter"), None);
        assert_eq!(written("// write `sidestep: ignore[a] why`"), None);
    }

    #[test]
    fn a_comment_is_alone_on_its_lines() {
        let source = |text: &str| Source::new("a".into(), text.as_bytes().to_vec());
        let alone = |text: &str| {
            let (source, start) = (source(text), text.find("/*").unwrap());
            let end = text.rfind("*/").map_or(text.len(), |at| at + 2);
            let reader = Reader {
                source: &source,
                rules: &[],
                require_reason: true,
                covers: vec![],
                open: vec![],
                wrong: vec![],
                count: 0,
            };
            reader.is_alone(Span::new(start, end))
        };
        assert!(["/* */", "x\n  /* */ \ny", "x\r\n{ /* \n */ }\r\n"].into_iter().all(alone));
        assert!(!["x /* */", "/* */ x", "{ /* */", "/* */ }", "x { /* */ }"].into_iter().any(alone));
    }

    #[test]
    fn a_file_has_no_end_of_suppressions() {
        let line = "// sidestep: ignore[a] why\n";
        let text = line.repeat(MOST + 5);
        let source = Source::new("a".into(), text.into_bytes());
        let comments: Vec<Span> =
            (0..MOST + 5).map(|at| Span::new(at * line.len(), (at + 1) * line.len() - 1)).collect();
        let parted = part(Vec::new(), &comments, &source, &["a"], true);
        assert_eq!(parted.notices.len(), MOST + 1);
        assert!(parted.notices.last().unwrap().message.starts_with("malformed suppression: a file has at most"));
    }

    #[test]
    fn documentation_is_no_comment() {
        assert!(is_documentation("\"\"\"sidestep: ignore[a] why\"\"\"") && is_documentation("#[doc = \"\"]"));
        assert!(!is_documentation("# x") && !is_documentation("/// x"));
    }
}
