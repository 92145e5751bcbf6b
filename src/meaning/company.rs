//! Which cookies are touched beside each other: in one function, or one statement outside of functions. Knows no cookie.

use super::fact::CookieUse;
use super::index::Index;
use crate::syntax::expr::Span;

/// Most names noted beside a cookie.
const MOST: usize = 8;

/// Notes beside each cookie the other names that are touched in its place, with the same verb.
pub fn note(uses: &mut [CookieUse], index: &Index) {
    let places: Vec<Place> = uses.iter().map(|touch| place(touch.span, index)).collect();
    for at in 0..uses.len() {
        let others = uses.iter().zip(&places).filter(|(other, place)| {
            other.name != uses[at].name && other.verb == uses[at].verb && **place == places[at]
        });
        let mut names: Vec<String> = others.filter_map(|(other, _)| other.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(MOST);
        uses[at].beside = names;
    }
}

/// Where code stands: in a function, or in a statement of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Function(usize),
    Statement(Option<Span>),
}

fn place(at: Span, index: &Index) -> Place {
    match index.scope_at(at) {
        Some(function) => Place::Function(function),
        None => Place::Statement(index.unit.root.iter().map(|node| node.span).find(|span| span.contains(at))),
    }
}
