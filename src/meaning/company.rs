//! Which cookies are touched beside each other: in one function, or one statement outside of functions. Knows no cookie.

use std::collections::{BTreeSet, HashMap};

use super::fact::{CookieUse, Verb};
use super::index::Index;
use super::nested::Nested;
use crate::syntax::expr::Span;

/// Most names noted beside a cookie.
const MOST: usize = 8;

/// Notes beside each cookie the other names that are touched in its place, with the same verb.
pub fn note(uses: &mut [CookieUse], index: &Index) {
    let statements = Nested::new(index.unit.root.iter().map(|node| node.span));
    let place = |touch: &CookieUse| (place(touch.span, index, &statements), touch.verb);
    let mut together: HashMap<(Place, Verb), BTreeSet<String>> = HashMap::new();
    for touch in &*uses {
        together.entry(place(touch)).or_default().extend(touch.name.clone());
    }
    for touch in uses {
        let names = together.get(&place(touch)).into_iter().flatten();
        touch.beside = names.filter(|name| touch.name.as_ref() != Some(name)).take(MOST).cloned().collect();
    }
}

/// Where code stands: in a function, or in a statement of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Function(usize),
    Statement(Option<Span>),
}

fn place(at: Span, index: &Index, statements: &Nested) -> Place {
    match index.scope_at(at) {
        Some(function) => Place::Function(function),
        None => Place::Statement(statements.around(at).last()),
    }
}
