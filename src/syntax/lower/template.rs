//! Templates of data: a grammar does not know the directives in them, so it is given the text with each made harmless, at the
//! same length. What is lowered is the text as it is written.

use std::borrow::Cow;

use super::super::expr::{Expr, Node, Piece, Span};
use super::super::plain::Holes;

/// Longest directive, in bytes: a mark whose other half is further off is none.
const LONGEST: usize = 4 << 10;

/// The text with its directives masked: white space for one that stands by itself on its lines, letters for one in a value.
pub fn masked<'t>(text: &'t str, marks: &[(String, String)]) -> Cow<'t, str> {
    if marks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes: Option<Vec<u8>> = None;
    for (start, end) in directives(text, marks) {
        let fill = if is_alone(text, start, end) { b' ' } else { b'x' };
        let masked = bytes.get_or_insert_with(|| text.as_bytes().to_vec());
        let inside = masked.get_mut(start..end).unwrap_or_default();
        inside.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = fill);
    }
    match bytes.map(String::from_utf8) {
        Some(Ok(masked)) => Cow::Owned(masked),
        _ => Cow::Borrowed(text),
    }
}

/// A string with the directives in its text as holes of it.
pub fn opened(expr: Expr, holes: &Holes, span: Span) -> Expr {
    let holds = |piece: &Piece| match piece {
        Piece::Text(text) => holes.pairs.iter().any(|(open, _)| text.contains(open.as_str())),
        Piece::Hole(_) => false,
    };
    match expr {
        Expr::Str(pieces) if pieces.iter().any(holds) => {
            let opened = pieces.into_iter().flat_map(|piece| match piece {
                Piece::Text(text) => {
                    let Node { span, expr } = holes.node(&text, span.start as usize);
                    match expr {
                        Expr::Str(pieces) => pieces,
                        expr => vec![Piece::Hole(Box::new(Node::new(span, expr)))],
                    }
                }
                hole => vec![hole],
            });
            Expr::Str(opened.collect())
        }
        expr => expr,
    }
}

/// Where the directives of a text begin and end, in order.
pub fn directives<'t>(text: &'t str, marks: &'t [(String, String)]) -> impl Iterator<Item = (usize, usize)> + 't {
    let first: Vec<char> = marks.iter().filter_map(|(open, _)| open.chars().next()).collect();
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, end) = next(text, at, marks, &first)?;
        at = end;
        Some((start, end))
    })
}

/// The next directive at or after `at`; the `marks` that open one begin with the characters `first`.
fn next(text: &str, at: usize, marks: &[(String, String)], first: &[char]) -> Option<(usize, usize)> {
    let mut from = at;
    loop {
        let start = from + text.get(from..)?.find(first)?;
        let rest = text.get(start..)?;
        from = start + rest.chars().next().map_or(1, char::len_utf8);
        let Some((open, close)) = marks.iter().find(|(open, _)| rest.starts_with(open.as_str())) else { continue };
        let inside = rest.get(open.len()..)?;
        let near = inside.get(..inside.floor_char_boundary(LONGEST)).unwrap_or_default();
        if let Some(end) = near.find(close.as_str()) {
            return Some((start, start + open.len() + end + close.len()));
        }
    }
}

/// Whether nothing but white space stands beside a directive on its lines.
fn is_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    before.trim().is_empty() && after.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_directive_in_a_value_is_letters_and_one_alone_is_white_space() {
        let marks = [("{{".to_owned(), "}}".to_owned())];
        assert_eq!(masked("a: {{ x }}/b\n{{- if y }}\nc: 1\n", &marks), "a: xxxxxxx/b\n           \nc: 1\n");
        assert_eq!(masked("a: {{ x", &marks), "a: {{ x");
    }
}
