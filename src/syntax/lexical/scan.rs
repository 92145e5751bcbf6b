//! Text to tokens, by a lexis: comments, strings with their holes, names, operators and brackets. Linear in the text,
//! whatever it is.

use std::ops::Range;

use super::super::expr::Span;
use super::super::spelling::{lines, unescaped};
use super::lexis::{Lexis, Op, Quote, Word};

/// A string longer than this, in bytes, is none: a quote that was meant otherwise.
const LONGEST: usize = 64 << 10;

/// A part of a string.
#[derive(Clone, Debug)]
pub enum Part {
    Text(String),
    /// Where code stands that gives a value.
    Hole(Range<usize>),
}

/// The text of a string without its holes.
pub fn plain(parts: &[Part]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Hole(_) => None,
    });
    texts.collect()
}

/// What a token is.
#[derive(Clone, Debug)]
pub enum Kind {
    Text(Vec<Part>),
    Name,
    Word(Word),
    Op(Op),
    Open(char),
    Close,
    Comma,
    /// The end of a statement.
    End,
    /// The end of a line.
    Line,
    /// A number, or a character of no meaning here.
    Other,
}

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
    /// Whether space stands before it.
    pub spaced: bool,
}

/// What a scan gives.
#[derive(Default)]
pub struct Scanned {
    pub tokens: Vec<Token>,
    pub comments: Vec<Span>,
}

/// A text whose lines are still to come.
struct Heredoc {
    token: usize,
    end: String,
    holes: bool,
}

struct Scanner<'a> {
    text: &'a str,
    lexis: &'a Lexis,
    at: usize,
    end: usize,
    spaced: bool,
    /// Whether nothing but space stands before on the line.
    leads: bool,
    /// Up to where the closing of each kind of string was looked for in vain.
    vain: Vec<usize>,
    heredocs: Vec<Heredoc>,
    /// Whether the end of one was looked for in vain.
    no_heredocs: bool,
    out: Scanned,
}

/// The tokens of a part of `text`; `None` if `go_on` says no before its end.
pub fn scan(text: &str, within: Range<usize>, lexis: &Lexis, go_on: &mut dyn FnMut() -> bool) -> Option<Scanned> {
    let end = within.end.min(text.len());
    let mut scanner = Scanner {
        text,
        lexis,
        at: within.start,
        end,
        spaced: false,
        leads: true,
        vain: vec![0; lexis.strings.len()],
        heredocs: Vec::new(),
        no_heredocs: false,
        out: Scanned::default(),
    };
    let mut count = 0u32;
    while scanner.at < end {
        scanner.token();
        count = count.wrapping_add(1);
        if count.is_multiple_of(1024) && !go_on() {
            return None;
        }
    }
    Some(scanner.out)
}

/// The parts of a text: its holes apart, its escape sequences read.
pub fn parts(text: &str, within: Range<usize>, quote: &Quote, lexis: &Lexis) -> Vec<Part> {
    let (mut parts, mut own, mut at) = (Vec::new(), String::new(), within.start);
    let rest = |at: usize| text.get(at..within.end).unwrap_or_default();
    while let Some(c) = rest(at).chars().next() {
        let next = at + c.len_utf8();
        if Some(c) == quote.escape {
            let Some(escaped) = rest(next).chars().next() else { break };
            let end = next + escaped.len_utf8();
            let plain = unescaped(&text[at..end]);
            match plain == text[at..end] && !escaped.is_alphanumeric() {
                true => own.push(escaped),
                false => own.push_str(&plain),
            }
            at = end;
        } else if quote.doubled && !quote.close.is_empty() && rest(at).starts_with(&quote.close.repeat(2)) {
            own.push_str(&quote.close);
            at += 2 * quote.close.len();
        } else if let Some((hole, end)) = quote.holes.then(|| hole(text, at, within.end, lexis)).flatten() {
            if !own.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut own)));
            }
            parts.push(Part::Hole(hole));
            at = end;
        } else {
            own.push(c);
            at = next;
        }
    }
    if !own.is_empty() {
        parts.push(Part::Text(own));
    }
    parts
}

/// Longest code in a hole, in bytes. Beyond it the opening is text.
const LONGEST_HOLE: usize = 400;

/// The code of a hole that opens at `at`, and where the hole ends.
fn hole(text: &str, at: usize, end: usize, lexis: &Lexis) -> Option<(Range<usize>, usize)> {
    let rest = text.get(at..end)?;
    for hole in &lexis.holes {
        let Some(inner) = rest.strip_prefix(hole.open.as_str()) else { continue };
        let start = at + hole.open.len();
        let length = match &hole.close {
            Some(close) => {
                let Some(length) = closing(inner, &hole.open, close) else { continue };
                let code = inner.get(..length)?;
                // What holds no name is text: `{}`, `%20%`.
                if !code.contains(char::is_alphabetic) {
                    continue;
                }
                return Some((start..start + length, start + length + close.len()));
            }
            None => name_length(inner, lexis),
        };
        if length > 0 {
            return Some((start..start + length, start + length));
        }
    }
    None
}

/// How far it is to the closing of a hole, holes inside it passed over.
fn closing(inner: &str, open: &str, close: &str) -> Option<usize> {
    let Some(bracket) = open.chars().next_back().filter(|c| "{([".contains(*c)) else {
        let length = inner.find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c)))?;
        return inner[length..].starts_with(close).then_some(length);
    };
    let mut depth = 0usize;
    for (at, c) in inner.char_indices().take(LONGEST_HOLE) {
        if depth == 0 && inner[at..].starts_with(close) {
            return Some(at);
        }
        if c == bracket {
            depth += 1;
        } else if close.starts_with(c) {
            depth = depth.saturating_sub(1);
        } else if c == '\n' {
            return None;
        }
    }
    None
}

/// How long the name after a sigil is, with the indexes and members after it.
fn name_length(inner: &str, lexis: &Lexis) -> usize {
    let name = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    if !inner.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return 0;
    }
    let mut length = name(inner);
    while let Some(more) = inner.get(length..) {
        let arrow = if more.starts_with("->") { 2 } else { 0 };
        let closes = match more[arrow..].chars().next() {
            Some('[') => ']',
            Some('{') if lexis.brace_index => '}',
            _ => break,
        };
        let near = more.get(..more.floor_char_boundary(LONGEST_HOLE)).unwrap_or_default();
        let Some(end) = near.find(closes) else { break };
        length += end + 1;
    }
    length
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let span = Span::new(self.at, self.at + length);
        self.out.tokens.push(Token { kind, span, spaced: self.spaced });
        self.at += length;
        (self.spaced, self.leads) = (false, false);
    }

    fn token(&mut self) {
        let Some(c) = self.rest().chars().next() else {
            self.at = self.end;
            return;
        };
        if c == '\n' {
            return self.line();
        }
        if c.is_whitespace() {
            (self.at, self.spaced) = (self.at + c.len_utf8(), true);
            return;
        }
        if self.continues() || self.comment() || self.string() || self.heredoc() || self.pattern() {
            return;
        }
        if self.lexis.sigils.contains(&c) && self.is_sigil(c) {
            self.at += c.len_utf8();
            return;
        }
        if c.is_alphabetic() || c == '_' || self.lexis.letters.contains(&c) && self.is_name() {
            return self.name();
        }
        if c.is_ascii_digit() {
            let length = self.rest().find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
            return self.push(Kind::Other, length.unwrap_or(self.end - self.at));
        }
        let operator = self.lexis.operators.iter().find(|(spelled, _)| self.rest().starts_with(spelled.as_str()));
        if let Some((spelled, op)) = operator {
            return self.push(Kind::Op(*op), spelled.len());
        }
        let kind = match c {
            '(' | '[' | '{' => Kind::Open(c),
            ')' | ']' | '}' => Kind::Close,
            ',' => Kind::Comma,
            ';' => Kind::End,
            _ => Kind::Other,
        };
        self.push(kind, c.len_utf8());
    }

    /// Whether a letter beside those of every language begins a name here.
    fn is_name(&self) -> bool {
        let mut chars = self.rest().chars().skip(1);
        let is_operator = self.lexis.operators.iter().any(|(spelled, _)| self.rest().starts_with(spelled.as_str()));
        !is_operator && chars.next().is_some_and(|next| next.is_alphabetic())
    }

    /// Whether a character is the sigil of what follows and no operator before it.
    fn is_sigil(&self, c: char) -> bool {
        let next = self.rest()[c.len_utf8()..].chars().next();
        let is_operand = !self.spaced
            && matches!(self.out.tokens.last().map(|last| &last.kind), Some(Kind::Name | Kind::Close | Kind::Other));
        !is_operand
            && next
                .is_some_and(|next| next.is_alphabetic() || "_{:@".contains(next) || self.lexis.sigils.contains(&next))
    }

    fn line(&mut self) {
        // Empty lines and those of comments say nothing more, and what looks at the next line need not look past them.
        match self.out.tokens.last().map(|last| &last.kind) {
            Some(Kind::Line) => self.at += 1,
            _ => self.push(Kind::Line, 1),
        }
        (self.spaced, self.leads) = (true, true);
        for heredoc in std::mem::take(&mut self.heredocs) {
            self.heredoc_lines(&heredoc);
        }
    }

    /// Passes over what says that a line goes on, and the end of the line.
    fn continues(&mut self) -> bool {
        for mark in &self.lexis.continued {
            if let Some(rest) = self.rest().strip_prefix(mark.as_str())
                && self.spaced
            {
                let after = rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
                if after.starts_with('\n') {
                    self.at += mark.len() + (rest.len() - after.len()) + 1;
                    return true;
                }
            }
        }
        false
    }

    fn comment(&mut self) -> bool {
        let opens = |open: &str| match open.ends_with(char::is_alphabetic) {
            // A word of its own: `REM`.
            true => {
                let head = self.rest().get(..open.len()).is_some_and(|head| head.eq_ignore_ascii_case(open));
                head && !self.rest()[open.len()..].starts_with(|c: char| c.is_alphanumeric())
            }
            false => self.rest().starts_with(open),
        };
        let found = self.lexis.comments.iter().find(|comment| (self.leads || !comment.leads) && opens(&comment.open));
        let Some(comment) = found else { return false };
        let rest = self.rest();
        let length = match &comment.close {
            Some(close) => {
                rest[comment.open.len()..].find(close.as_str()).map(|at| at + comment.open.len() + close.len())
            }
            None => rest.find('\n'),
        };
        let length = length.unwrap_or(rest.len());
        self.out.comments.push(Span::new(self.at, self.at + length));
        (self.at, self.spaced) = (self.at + length, true);
        true
    }

    fn string(&mut self) -> bool {
        let found = self.lexis.strings.iter().enumerate().find(|(_, quote)| self.rest().starts_with(&quote.open));
        let Some((kind, quote)) = found else { return false };
        if self.at < self.vain.get(kind).copied().unwrap_or_default() {
            return false;
        }
        let start = self.at + quote.open.len();
        match self.closed(start, quote) {
            Ok(close) => {
                let parts = parts(self.text, start..close, quote, self.lexis);
                self.push(Kind::Text(parts), close + quote.close.len() - self.at);
                true
            }
            Err(until) => {
                if let Some(vain) = self.vain.get_mut(kind) {
                    *vain = until;
                }
                false
            }
        }
    }

    /// Where a string that opened before `start` closes; else up to where that was looked for.
    fn closed(&self, start: usize, quote: &Quote) -> Result<usize, usize> {
        let most = self.end.min(start + LONGEST);
        let mut at = start;
        while at < most {
            let rest = self.text.get(at..self.end).unwrap_or_default();
            let Some(c) = rest.chars().next() else { break };
            if rest.starts_with(&quote.close) {
                match quote.doubled && rest[quote.close.len()..].starts_with(&quote.close) {
                    true => at += 2 * quote.close.len(),
                    false => return Ok(at),
                }
            } else if Some(c) == quote.escape {
                at += c.len_utf8() + rest[c.len_utf8()..].chars().next().map_or(0, char::len_utf8);
            } else if c == '\n' && !quote.lines {
                return Err(at);
            } else {
                at += c.len_utf8();
            }
        }
        Err(at)
    }

    fn name(&mut self) {
        let length = self.rest().find(|c: char| !self.lexis.is_letter(c)).unwrap_or(self.rest().len());
        let word = &self.rest()[..length];
        let is_member = matches!(self.out.tokens.last().map(|last| &last.kind), Some(Kind::Op(Op::Member)));
        let before = self.text.get(..self.at).unwrap_or_default();
        let is_own = !is_member && !self.lexis.is_after_sigil(before);
        if let Some(quote) = self.lexis.quotes.get(word).filter(|_| is_own)
            && self.quoted(length, quote)
        {
            return;
        }
        // `#define`: a word that has its sigil.
        let sigil = before.chars().next_back().filter(|_| !is_own && !is_member);
        let spelled = sigil.map(|sigil| format!("{sigil}{word}"));
        let word = self.lexis.word(spelled.as_deref().unwrap_or(word)).filter(|_| !is_member);
        self.push(word.map_or(Kind::Name, Kind::Word), length);
    }

    /// A pattern between slashes, which only what searches makes one.
    fn pattern(&mut self) -> bool {
        let searches = matches!(self.out.tokens.last().map(|last| &last.kind), Some(Kind::Op(Op::Search)));
        if !searches || !self.rest().starts_with('/') {
            return false;
        }
        let Some(close) = self.delimited(self.at + 1, ('/', '/')) else { return false };
        let text = self.text.get(self.at + 1..close).unwrap_or_default().to_owned();
        self.push(Kind::Text(vec![Part::Text(text)]), close + 1 - self.at);
        true
    }

    /// A string whose delimiter follows the word of `length` at this place.
    fn quoted(&mut self, length: usize, quote: &Quote) -> bool {
        let after = &self.rest()[length..];
        let space = after.len() - after.trim_start_matches([' ', '\t']).len();
        let Some(open) = after[space..].chars().next() else { return false };
        let pairs = [('{', '}'), ('(', ')'), ('[', ']'), ('<', '>')];
        let pair = pairs.iter().find(|(left, _)| *left == open);
        if pair.is_none() && (space > 0 || open.is_alphanumeric() || "=,;)}]->_ \n\r".contains(open)) {
            return false;
        }
        let start = self.at + length + space + open.len_utf8();
        let Some(close) = self.delimited(start, pair.map_or((open, open), |pair| *pair)) else { return false };
        let mut end = close + 1;
        if quote.twice {
            let second = if pair.is_some() { end + 1 } else { end };
            end = self.delimited(second, pair.map_or((open, open), |pair| *pair)).map_or(end, |close| close + 1);
        }
        let parts = parts(self.text, start..close, quote, self.lexis);
        self.push(Kind::Text(parts), end.min(self.end) - self.at);
        true
    }

    /// Where the part that begins at `start` closes. Delimiters that close otherwise than they open may nest.
    fn delimited(&self, start: usize, (open, close): (char, char)) -> Option<usize> {
        let rest = self.text.get(start..self.end.min(start.saturating_add(LONGEST_QUOTED)))?;
        let (mut depth, mut escaped) = (0usize, false);
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == close && depth == 0 => return Some(start + at),
                _ if c == close => depth -= 1,
                _ if c == open => depth += 1,
                _ => {}
            }
        }
        None
    }

    fn heredoc(&mut self) -> bool {
        let Some(open) = self
            .lexis
            .heredocs
            .iter()
            .find(|open| self.rest().starts_with(open.as_str()))
            .filter(|_| !self.no_heredocs)
        else {
            return false;
        };
        let after = &self.rest()[open.len()..];
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let word = quote.map_or(after, |quote| &after[quote.len_utf8()..]);
        let length = word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len());
        let closes = quote.is_none_or(|quote| word[length..].starts_with(quote));
        if length == 0 || !closes || word.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let end = word[..length].to_owned();
        let whole = open.len() + length + quote.map_or(0, |quote| 2 * quote.len_utf8());
        self.heredocs.push(Heredoc { token: self.out.tokens.len(), end, holes: quote != Some('\'') });
        self.push(Kind::Text(Vec::new()), whole);
        true
    }

    /// The lines of a text up to the one that ends it.
    fn heredoc_lines(&mut self, heredoc: &Heredoc) {
        for (length, line) in lines(self.rest()) {
            if line.trim() == heredoc.end || length > LONGEST {
                let start = self.at;
                let escape = heredoc.holes.then_some('\\');
                let quote = Quote { escape, holes: heredoc.holes, lines: true, ..Quote::default() };
                let parts = parts(self.text, start..start + length, &quote, self.lexis);
                if let Some(token) = self.out.tokens.get_mut(heredoc.token) {
                    token.kind = Kind::Text(parts);
                }
                self.at += length + line.trim_end_matches('\n').len();
                return;
            }
        }
        self.no_heredocs = true;
    }
}

/// Longest text after a quoting word, in bytes: each such word looks for its closing anew.
const LONGEST_QUOTED: usize = 2 << 10;
