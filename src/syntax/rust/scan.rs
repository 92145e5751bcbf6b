//! One linear pass over Rust text before it is parsed: where the comments are, which syn drops, and whether the nesting
//! is too deep for a parser that recurses.

use crate::syntax::expr::Span;

/// Delimiters and operators that may be open at one place. A program is far shallower.
const NESTING: usize = 500;

/// Operators in one expression, nested or in a row: syn drops even a plain sum by recursion.
const SPINE: usize = 2_000;

/// Words after which an operand follows, so that a `*` or `|` there is a prefix.
const PREFIX_WORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move", "mut",
    "ref", "return", "static", "unsafe", "where", "while", "yield",
];

/// Words that open an expression, and so may nest without a delimiter.
const NESTING_WORDS: &[&str] = &["break", "else", "for", "if", "let", "match", "return", "while", "yield"];

/// What is open between two delimiters.
#[derive(Default)]
struct Frame {
    /// Operators that the rest of the expression stands below.
    open: usize,
    /// All operators since the last separator.
    spine: usize,
    /// `open` at each `<` that waits for its `>`.
    angles: Vec<usize>,
    /// Between the `|` and `|` of a closure.
    params: bool,
}

/// Spans of the comments in `text` from `start` on, in order.
///
/// # Errors
/// Says where the text is nested too deeply to be parsed safely.
pub fn comments(text: &str, start: usize) -> Result<Vec<Span>, String> {
    let mut comments = Vec::new();
    let mut depth = Depth { frames: vec![Frame::default()], ..Depth::default() };
    let mut at = start;
    while let Some(&byte) = text.as_bytes().get(at) {
        let rest = &text.as_bytes()[at..];
        let length = match byte {
            b'/' if rest.starts_with(b"//") => {
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or(rest);
                comments.push(Span::new(at, at + line.strip_suffix(b"\r").unwrap_or(line).len()));
                line.len()
            }
            b'/' if rest.starts_with(b"/*") => {
                let length = block_comment(rest);
                comments.push(Span::new(at, at + length));
                length
            }
            b'"' => depth.operand(quoted(rest)),
            b'\'' => match character(text, at) {
                Some(length) => depth.operand(length),
                None => depth.lifetime(1 + word(&rest[1..])),
            },
            _ if byte.is_ascii_whitespace() => 1,
            _ if word(rest) > 0 => match prefixed(text, at, word(rest)) {
                Some(length) => depth.operand(length),
                None => depth.word(&text[at..at + word(rest)]),
            },
            _ => depth.punctuation(rest),
        };
        at += length.max(1);
        if depth.is_too_deep() {
            let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            return Err(format!("line {line}: nested too deeply"));
        }
    }
    Ok(comments)
}

/// The length of the word at the start of `rest`; any character beyond ASCII counts as a letter.
fn word(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || !byte.is_ascii()).count()
}

/// The length of a comment that may hold others.
fn block_comment(rest: &[u8]) -> usize {
    let (mut at, mut open) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (at, open) = (at + 2, open + 1),
            [b'*', b'/', ..] => (at, open) = (at + 2, open - 1),
            _ => at += 1,
        }
        if open == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of a string with escapes, or of a character, whose quote is the first byte.
fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if Some(byte) == rest.first() => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of the character literal at `at`; `None` for a lifetime.
fn character(text: &str, at: usize) -> Option<usize> {
    let inner = text[at + 1..].chars().next()?;
    match inner {
        '\\' => Some(quoted(&text.as_bytes()[at..])),
        _ => text[at + 1 + inner.len_utf8()..].starts_with('\'').then(|| inner.len_utf8() + 2),
    }
}

/// The length of a literal with letters before its quote, if the word at `at` is such letters.
fn prefixed(text: &str, at: usize, word: usize) -> Option<usize> {
    let (letters, rest) = text[at..].split_at(word);
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    match letters {
        "r" | "br" | "cr" if rest[hashes..].starts_with('"') => {
            let end = format!("\"{}", &rest[..hashes]);
            let body = rest[hashes + 1..].find(&end).map_or(rest.len(), |found| hashes + 1 + found + end.len());
            Some(word + body)
        }
        "b" | "c" if rest.starts_with('"') || (letters == "b" && rest.starts_with('\'')) => {
            Some(word + quoted(rest.as_bytes()))
        }
        _ => None,
    }
}

#[derive(Default)]
struct Depth {
    frames: Vec<Frame>,
    /// Frames and what is open in them; all operators in them.
    nesting: usize,
    spine: usize,
    /// Whether the token before was an operand, so that an operator here is binary.
    operand: bool,
    /// Whether the token before was a `}`.
    block: bool,
}

impl Depth {
    fn is_too_deep(&self) -> bool {
        self.nesting > NESTING || self.spine > SPINE
    }

    fn frame(&mut self, change: impl FnOnce(&mut Frame)) {
        if let Some(frame) = self.frames.last_mut() {
            let (open, spine) = (frame.open, frame.spine);
            change(frame);
            self.nesting = self.nesting + frame.open - open;
            self.spine = self.spine + frame.spine - spine;
        }
    }

    fn count(&mut self, open: usize) {
        self.frame(|frame| (frame.open, frame.spine) = (frame.open + open, frame.spine + 1));
        self.operand = false;
    }

    fn separate(&mut self) {
        self.frame(|frame| *frame = Frame::default());
        self.operand = false;
    }

    /// After a block, anything but an operator begins anew.
    fn begin(&mut self) {
        if std::mem::take(&mut self.block) {
            self.separate();
        }
    }

    fn operand(&mut self, length: usize) -> usize {
        self.begin();
        self.operand = true;
        length
    }

    fn lifetime(&mut self, length: usize) -> usize {
        self.begin();
        self.operand = false;
        length
    }

    fn word(&mut self, word: &str) -> usize {
        match word {
            "else" | "as" | "in" => self.block = false,
            _ => self.begin(),
        }
        match word {
            _ if NESTING_WORDS.contains(&word) => self.count(1),
            "as" => self.count(0),
            _ => self.operand = !PREFIX_WORDS.contains(&word),
        }
        word.len()
    }

    fn punctuation(&mut self, rest: &[u8]) -> usize {
        let next = rest.get(1).copied().unwrap_or(b' ');
        if rest[0] == b'#' {
            self.begin();
        }
        self.block = false;
        match (rest[0], next) {
            (b'(' | b'[' | b'{', _) => {
                self.frames.push(Frame::default());
                self.nesting += 1;
                self.operand = false;
            }
            (b')' | b']' | b'}', _) => {
                self.frame(|frame| (frame.open, frame.spine) = (0, 0));
                if self.frames.len() > 1 {
                    self.frames.pop();
                    self.nesting -= 1;
                }
                (self.operand, self.block) = (true, rest[0] == b'}');
            }
            (b';', _) => self.separate(),
            (b'=', b'>') => {
                self.separate();
                return 2;
            }
            (b',', _) => {
                self.frame(|frame| match frame.angles.is_empty() && !frame.params {
                    true => *frame = Frame::default(),
                    false => frame.spine += 1,
                });
                self.operand = false;
            }
            (b'-', b'>') | (b'.', b'.') => {
                self.count(1);
                return 2;
            }
            (b'<', b'=') | (b'=' | b'!', b'=') if self.operand => {
                self.count(0);
                return 2;
            }
            // A comparison looks like a list of types that is never closed: until the next `;` no comma separates.
            (b'<', _) => {
                self.frame(|frame| frame.angles.push(frame.open));
                self.count(1);
                return if rest.starts_with(b"<< ") { 2 } else { 1 };
            }
            (b'>', _) => {
                let mut closed = false;
                self.frame(|frame| match frame.angles.pop() {
                    Some(open) => (frame.open, closed) = (open.min(frame.open), true),
                    None => frame.spine += 1,
                });
                self.operand = closed;
            }
            (b'|', _) if self.frames.last().is_some_and(|frame| frame.params) => {
                self.frame(|frame| frame.params = false);
                self.operand = false;
            }
            (b'|', _) if !self.operand => {
                self.count(1);
                self.frame(|frame| frame.params = next != b'|');
                return if next == b'|' { 2 } else { 1 };
            }
            (b'=' | b'@', _) => self.count(1),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'!' | b'&' | b'|', b'=') if self.operand => {
                self.count(1);
                return 2;
            }
            (b'.', _) => self.count(0),
            (b':', b':') => {
                self.count(0);
                return 2;
            }
            (b'?', _) => self.frame(|frame| frame.spine += 1),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'!' | b'&' | b'|', _) => self.count(usize::from(!self.operand)),
            _ => self.operand = false,
        }
        1
    }
}

#[cfg(test)]
mod tests {
    use super::comments;

    fn found(text: &str) -> Vec<&str> {
        let spans = comments(text, 0).unwrap_or_default();
        spans.iter().map(|span| &text[span.start as usize..span.end as usize]).collect()
    }

    #[test]
    fn comments_are_found_outside_literals_only() {
        let text =
            "// ä\r\nlet a = \"// no\"; /* b /* c */ d */ let c = '\"'; let r = r#\"\" // no\"#; fn f<'a>() {} // e";
        assert_eq!(found(text), ["// ä", "/* b /* c */ d */", "// e"]);
        assert_eq!(found(r#"let q = ('\'', b'"', '/', b"\"//", cr"\"); //x"#), ["//x"]);
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        for unit in [
            "(",
            "{",
            "[",
            "!",
            "&",
            "&mut ",
            "*const ",
            "|a, b| ",
            "|| ",
            "A<B, ",
            "A < B, ",
            "A<<",
            "x = ",
            "return ",
            "if a {} else ",
            "for P {} in ",
            "fn() -> ",
            "a < |x| a > b && ",
            "m!(",
            "1 + ",
            "x.y()",
            "a::",
            "a as ",
            "..",
            "match ",
            "x @ ",
            "'a: &'a ",
            "a[0]=",
            "-",
            "f(|x, y| a = ",
        ] {
            assert!(comments(&unit.repeat(2_100), 0).is_err(), "{unit} is not refused");
        }
    }

    #[test]
    fn what_only_goes_on_is_not_refused() {
        for unit in [
            "#[test] fn f<'a, T: A<B>>(a: &'a T, b: *const u8) -> Vec<B<C>> { a.b(|x, y| -x) }\n",
            "let x = a < b && *c; ",
            "if a {} else if b { c }\n",
            "A | B => -1, &C | &D => {} \"e\" => {}",
            "a.b(c < d, -1, *e)?, ",
            "const A: u8 = 1 << 2;",
            "impl<'a> A<'a> for B {}\n",
            "pub struct A<T>(T);",
        ] {
            assert!(comments(&unit.repeat(2_100), 0).is_ok(), "{unit} is refused");
        }
    }
}
