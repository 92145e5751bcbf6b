//! Holes that a file's text has whatever its format is, because another program fills them in: `{{host}}`.

use super::expr::{Expr, Node, Piece, Span};
use super::spelling::{members, text_piece};

/// Longest text between the marks of a hole, in bytes: what is longer is no name.
const LONGEST: usize = 120;

/// The pieces of `text`, which stands at `start`: a name between two of the `marks`, which come in pairs, is a hole.
pub fn pieces(text: &str, marks: &[String], start: usize) -> Vec<Piece> {
    let (mut pieces, mut from, mut at) = (Vec::new(), 0, 0);
    let next = |at: usize| {
        let found = marks.chunks_exact(2).filter_map(|pair| Some((text[at..].find(pair.first()?.as_str())?, pair)));
        found.min_by_key(|(found, _)| *found)
    };
    while let Some((found, [open, close])) = next(at) {
        let (hole, inner) = (at + found, at + found + open.len());
        let Some(length) = text[inner..].find(close.as_str()) else { break };
        at = inner + length + close.len();
        let inside = &text[inner..inner + length];
        // After a `$` anything but a name is code of a shell.
        let is_code = open.starts_with('$') && !inside.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        if let Some(expr) = value(inside).filter(|_| length <= LONGEST && !is_code) {
            pieces.extend(text_piece(&text[from..hole]));
            pieces.push(Piece::Hole(Box::new(Node::new(Span::new(start + hole, start + at), expr))));
            from = at;
        } else {
            at = inner;
        }
    }
    pieces.extend(text_piece(&text[from..]));
    pieces
}

/// What stands in a hole: the last word before a filter (`$processEnv OKTA_URL`, `_.host | trim`), members and all.
fn value(inside: &str) -> Option<Expr> {
    let word = inside.split('|').next()?.split_whitespace().last()?;
    // `parameters('host')`: what is asked for by name.
    let quoted = word.split_once('\'').and_then(|(_, rest)| rest.split_once('\''));
    let word = quoted.filter(|(_, after)| *after == ")").map_or(word, |(name, _)| name);
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let mut names = word.split('.').filter(|name| !name.is_empty());
    Some(members(names.next()?, names, Span::default()))
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use crate::syntax::expr::{Expr, Piece};

    #[test]
    fn a_name_between_the_marks_is_a_hole() {
        let marks = ["{{".to_owned(), "}}".to_owned()];
        let shown: Vec<String> = pieces("{{ host }}/a/{{$env X}}/{{}}{{y", &marks, 0)
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Hole(node) => match &node.expr {
                    Expr::Name(name) => format!("<{name}>"),
                    _ => "<?>".into(),
                },
            })
            .collect();
        assert_eq!(shown, ["<host>", "/a/", "<X>", "/{{}}{{y"]);
    }
}
