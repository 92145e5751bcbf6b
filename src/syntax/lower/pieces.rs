//! Long data in pieces, for a grammar that loses count after so many lines. A piece begins at a key on a line of its own and is
//! parsed below the lines of the keys that hold it.

use super::super::expr::{Expr, Node, Parsed, Unit};
use super::super::extract::Extract;
use super::super::place::placed;
use super::super::spelling::lines;

/// How deep a key may stand that a piece begins at.
const DEPTH: usize = 6;

/// A part of a text to be parsed by itself, with the lines that it is below.
struct Piece {
    above: Vec<(usize, usize)>,
    start: usize,
    end: usize,
}

/// Lowers `text` in pieces of at least `most` lines by `one`, and puts them together.
pub fn lower(text: &str, most: usize, one: &mut dyn FnMut(&str) -> Result<Unit, String>) -> Result<Unit, String> {
    let mut whole = Unit::default();
    let mut errors = Vec::new();
    for piece in pieces(text, most) {
        let mut code = Extract::default();
        for (start, end) in piece.above.iter().copied().chain([(piece.start, piece.end)]) {
            code.same(text.get(start..end).unwrap_or_default(), start);
        }
        let unit = placed(one(&code.text)?, &code);
        whole.comments.extend(unit.comments);
        if let Parsed::WithErrors(spans) = unit.parsed {
            errors.extend(spans);
        }
        for node in unit.root {
            let rest = match whole.root.last_mut() {
                Some(last) => merged(last, node),
                None => Some(node),
            };
            whole.root.extend(rest);
        }
    }
    whole.parsed = Parsed::with(errors);
    Ok(whole)
}

fn pieces(text: &str, most: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut piece = Piece { above: Vec::new(), start: 0, end: 0 };
    // The keys that hold the line, with how deep they stand; `None` for an element of a list.
    let mut keys: Vec<(usize, Option<(usize, usize)>)> = Vec::new();
    // How deep the key of the block of text around the line stands.
    let mut block: Option<usize> = None;
    let mut count = 0;
    for (start, line) in lines(text) {
        let (content, end) = (line.trim_end(), start + line.len());
        let own = content.trim_start();
        let indent = content.len() - own.len();
        count += 1;
        if own.is_empty() || own.starts_with('#') || block.is_some_and(|block| indent > block) {
            continue;
        }
        block = own.rsplit(' ').next().filter(|last| last.starts_with(['|', '>']) && last.len() <= 3).map(|_| indent);
        while keys.last().is_some_and(|(have, _)| *have >= indent) {
            keys.pop();
        }
        let is_key = own.ends_with(':') && !own.starts_with('-');
        let above: Option<Vec<(usize, usize)>> = keys.iter().map(|(_, line)| *line).collect();
        if let Some(above) = above.filter(|above| is_key && count > most && above.len() <= DEPTH) {
            pieces.push(Piece { end: start, ..std::mem::replace(&mut piece, Piece { above, start, end: start }) });
            count = 1;
        }
        if is_key || own.starts_with('-') {
            keys.push((indent, is_key.then_some((start, end))));
        }
    }
    pieces.push(Piece { end: text.len(), ..piece });
    pieces
}

/// Puts the pairs of one object after those of another, below a key that both have; gives back what is no object.
fn merged(into: &mut Node, from: Node) -> Option<Node> {
    match (&mut into.expr, from.expr) {
        (Expr::Object(have), Expr::Object(more)) => {
            into.span.end = into.span.end.max(from.span.end);
            for (key, value) in more {
                match have.last_mut().filter(|(last, _)| last.literal().is_some() && last.literal() == key.literal()) {
                    Some((_, last)) => {
                        merged(last, value);
                    }
                    None => have.push((key, value)),
                }
            }
            None
        }
        (_, expr) => Some(Node { expr, ..from }),
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn a_piece_begins_at_a_key_and_knows_the_key_above_it() {
        let text = "a: 1\nb:\n  c:\n    d: 1\n  e: |\n    f:\n    x\n  g:\n    - h:\n        i:\n    - j\nk:\n";
        let line = |(start, end): &(usize, usize)| text[*start..*end].to_owned();
        let shown = |piece: &super::Piece| {
            piece.above.iter().map(line).collect::<String>() + "..." + &text[piece.start..piece.end]
        };
        let cut: Vec<String> = pieces(text, 2).iter().map(shown).collect();
        assert_eq!(
            cut,
            [
                "...a: 1\nb:\n",
                "b:\n...  c:\n    d: 1\n  e: |\n    f:\n    x\n",
                "b:\n...  g:\n    - h:\n        i:\n    - j\n",
                "...k:\n"
            ]
        );
    }
}
