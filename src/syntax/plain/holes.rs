//! Text with holes, as configuration spells them: `${name}`, `%(name)s`, `$name`. Which marks open and close a hole, and
//! which names mean a member of something, is data.

use std::cmp::Reverse;

use super::super::expr::{Arg, Expr, Node, Piece, Span};
use super::super::spelling::{self, text_piece};

/// Holes in holes (`${A:-${B}}`) are read to this depth; configuration that people write has two.
const DEPTH: usize = 8;

/// Longest hole, in characters: a mark whose other half is further off is text.
pub const LONGEST: usize = 2 << 10;

/// The holes of a format.
#[derive(Clone, Debug, Default)]
pub struct Holes {
    /// What opens and what closes one.
    pub pairs: Vec<(String, String)>,
    /// Signs that make a hole of the name after them.
    pub sigils: Vec<char>,
    /// Starts of names, and the object that such a name is a member of: `cookie_` of `cookies`.
    pub variables: Vec<(String, String)>,
    /// What stands between a name and what it is by default.
    pub defaults: Vec<String>,
}

/// A hole's place in a text: from `start` to `end`, with its inner text.
struct Hole {
    start: usize,
    end: usize,
    inner: (usize, usize),
}

impl Holes {
    /// The node of a text that starts at `offset` of the file: its one hole, else a string.
    pub fn node(&self, text: &str, offset: usize) -> Node {
        self.read(text, offset, 0)
    }

    fn read(&self, text: &str, offset: usize, depth: usize) -> Node {
        let span = Span::new(offset, offset + text.len());
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = 0;
        let holes = if depth < DEPTH { self.find(text) } else { Vec::new() };
        for hole in holes {
            pieces.extend(text_piece(text.get(at..hole.start).unwrap_or_default()));
            let (from, to) = hole.inner;
            let node = self.inner(text.get(from..to).unwrap_or_default(), offset + from, depth);
            if hole.start == 0 && hole.end == text.len() {
                return Node { span, ..node };
            }
            pieces.push(Piece::Hole(Box::new(node)));
            at = hole.end;
        }
        pieces.extend(text_piece(text.get(at..).unwrap_or_default()));
        Node::new(span, Expr::Str(pieces))
    }

    /// The holes of a text, outermost, in order.
    fn find(&self, text: &str) -> Vec<Hole> {
        let mut holes: Vec<Hole> = Vec::new();
        // A mark without its end has none further on either.
        let mut unclosed = vec![false; self.pairs.len()];
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let mut next = at + c.len_utf8();
            let rest = text.get(at..).unwrap_or_default();
            let pair = self.pairs.iter().enumerate().find(|(_, (open, _))| rest.starts_with(open.as_str()));
            if let Some((own, (open, close))) = pair {
                let from = at + open.len();
                let end = Some(()).filter(|()| !unclosed[own]).and_then(|()| closing(text, from, open, close));
                match end {
                    Some(to) => {
                        next = to + close.len();
                        holes.push(Hole { start: at, end: next, inner: (from, to) });
                    }
                    None => unclosed[own] = true,
                }
            } else if self.sigils.contains(&c) {
                let is_part = |c: char| c.is_alphanumeric() || c == '_';
                let name = text.get(next..).unwrap_or_default();
                let length = name.find(|c: char| !is_part(c)).unwrap_or(name.len());
                if length > 0 {
                    holes.push(Hole { start: at, end: next + length, inner: (next, next + length) });
                    next += length;
                }
            }
            at = next;
        }
        holes
    }

    /// What stands in a hole: a call, a name, or a name and what it is by default.
    fn inner(&self, text: &str, offset: usize, depth: usize) -> Node {
        let span = Span::new(offset, offset + text.len());
        if let Some(call) = self.call(text, offset) {
            return call;
        }
        let default =
            self.defaults.iter().filter_map(|mark| Some((text.find(mark.as_str())?, Reverse(mark.len())))).min();
        if let Some((at, Reverse(length))) = default {
            let value = self.read(text.get(at + length..).unwrap_or_default(), offset + at + length, depth + 1);
            let name = self.name(text.get(..at).unwrap_or_default(), offset);
            return Node::new(span, Expr::Choice(vec![name, value]));
        }
        self.name(text, offset)
    }

    /// A name, or the member that it means.
    pub fn name(&self, text: &str, offset: usize) -> Node {
        let trimmed = text.trim();
        let span = Span::new(offset, offset + text.len());
        let member = self.variables.iter().find_map(|(start, object)| {
            let head = trimmed.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start))?;
            let rest = trimmed.get(head.len()..).filter(|rest| !rest.is_empty())?;
            Some((object.as_str(), rest))
        });
        match member {
            Some((object, member)) => {
                let object = Node::new(span, Expr::Name(object.into()));
                Node::new(span, Expr::Member(Box::new(object), member.into()))
            }
            None => Node::new(span, Expr::Name(trimmed.into())),
        }
    }

    /// A word of the form `a.b(c, d)` as a call. What stands after the parentheses is passed over.
    pub fn call(&self, text: &str, offset: usize) -> Option<Node> {
        let (callee, rest) = text.split_once('(')?;
        let is_name = !callee.is_empty() && callee.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
        let close = rest.rfind(')').filter(|_| is_name)?;
        let start = offset + callee.len() + 1;
        let args = self.arguments(rest.get(..close)?, start);
        let callee = Box::new(members(callee, offset));
        Some(Node::new(Span::new(offset, offset + text.len()), Expr::Call { callee, args }))
    }

    fn arguments(&self, text: &str, offset: usize) -> Vec<Arg> {
        let mut args = Vec::new();
        let (mut quote, mut start) = (None, 0);
        let ends = text.char_indices().filter_map(|(at, c)| {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                (None, ',') => return Some(at),
                _ => {}
            }
            None
        });
        for end in ends.chain([text.len()]) {
            let part = text.get(start..end).unwrap_or_default();
            let own = part.trim();
            let at = offset + start + (part.len() - part.trim_start().len());
            let value = match dotted(own) {
                true => members(own, at),
                false => self.node(unquote(own), at),
            };
            args.push(Arg::of(value));
            start = end + 1;
        }
        args
    }
}

/// Where a hole that was opened before `from` ends: marks like its own in it are counted.
fn closing(text: &str, from: usize, open: &str, close: &str) -> Option<usize> {
    let rest = text.get(from..)?;
    let Some(bracket) = open.chars().last().filter(|c| matches!(c, '{' | '(' | '[')) else {
        let line = rest.get(..rest.floor_char_boundary(LONGEST))?.lines().next()?;
        return Some(from + line.find(close)?);
    };
    let end = close.chars().next()?;
    let mut depth = 0usize;
    for (at, c) in rest.char_indices().take(LONGEST) {
        match c {
            '\n' => return None,
            c if c == bracket => depth += 1,
            c if c == end && depth > 0 => depth -= 1,
            c if c == end => return rest.get(at..)?.starts_with(close).then_some(from + at),
            _ => {}
        }
    }
    None
}

/// Whether a word is names joined by dots.
fn dotted(word: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    word.contains('.') && word.split('.').all(is_name)
}

/// Names joined by dots as members of the first.
pub fn members(path: &str, offset: usize) -> Node {
    let span = Span::new(offset, offset + path.len());
    let mut words = path.split('.');
    Node::new(span, spelling::members(words.next().unwrap_or_default(), words, span))
}

/// A word without the quotes around it.
pub fn unquote(word: &str) -> &str {
    let inner = |quote| word.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::{Expr, Holes, Piece};

    fn holes() -> Holes {
        Holes {
            pairs: vec![("${".into(), "}".into())],
            sigils: vec!['$'],
            variables: vec![("cookie_".into(), "cookies".into())],
            defaults: vec![":-".into(), ":".into()],
        }
    }

    #[test]
    fn text_comes_apart_at_its_holes() {
        let node = holes().node("https://${ORG:-a.b}/x/$id", 0);
        let Expr::Str(pieces) = node.expr else { panic!("a string") };
        let shown: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Hole(node) => match &node.expr {
                    Expr::Name(name) => format!("<{name}>"),
                    Expr::Choice(nodes) => {
                        format!("<{}|{}>", nodes[0].word().unwrap_or_default(), nodes[1].word().unwrap_or_default())
                    }
                    _ => "?".into(),
                },
            })
            .collect();
        assert_eq!(shown, ["https://", "<ORG|a.b>", "/x/", "<id>"]);
    }

    #[test]
    fn a_variable_can_be_a_member_and_an_unclosed_hole_is_text() {
        assert!(matches!(&holes().node("$cookie_sid", 0).expr, Expr::Member(_, member) if &**member == "sid"));
        assert_eq!(holes().node("a${b", 0).literal(), Some("a${b"));
    }

    #[test]
    fn the_mark_of_a_hole_need_not_end_with_a_bracket() {
        let holes = Holes { pairs: vec![("{%".into(), "%}".into())], ..Holes::default() };
        let Expr::Str(pieces) = holes.node("a{% if b %}c{% end", 0).expr else { panic!("a string") };
        assert!(matches!(&pieces[..], [Piece::Text(a), Piece::Hole(_), Piece::Text(c)] if a == "a" && c == "c{% end"));
    }
}
