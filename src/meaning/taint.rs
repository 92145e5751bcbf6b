//! Where a path of interest can be: strings that hold a word of one, and names that such a string was bound to. Calls
//! that hold no such place need no resolving.

use std::collections::HashSet;

use super::index::{Index, last_name};
use super::interest::Interest;
use crate::syntax::expr::{Expr, Node, Piece, Span};

/// How often names are followed to further names.
const ROUNDS: usize = 4;

/// The places, sorted.
pub fn places(index: &Index, interest: &Interest) -> Vec<Span> {
    let words = interest.words();
    let mut names: HashSet<&str> = HashSet::new();
    for _ in 0..ROUNDS {
        let before = names.len();
        let mut found = HashSet::new();
        for node in &index.unit.root {
            bound(node, None, &words, &names, &mut found);
        }
        names.extend(found);
        if names.len() == before {
            break;
        }
    }
    let mut places = Vec::new();
    index.unit.root.iter().for_each(|node| collect(node, &words, &names, &mut places));
    places.sort_unstable();
    places
}

fn is_place(node: &Node, words: &[&str], names: &HashSet<&str>) -> bool {
    match &node.expr {
        Expr::Str(pieces) => pieces.iter().any(|piece| match piece {
            Piece::Text(text) => words.iter().any(|word| text.contains(word)),
            Piece::Hole(_) => false,
        }),
        Expr::Name(name) | Expr::Member(_, name) => names.contains(&**name),
        _ => false,
    }
}

/// Collects names whose value, or what they give back, holds a place; whether `node` holds one.
fn bound<'u>(
    node: &'u Node,
    within: Option<&'u str>,
    words: &[&str],
    names: &HashSet<&str>,
    found: &mut HashSet<&'u str>,
) -> bool {
    let mut holds = is_place(node, words, names);
    let function = match &node.expr {
        Expr::Fn { name, .. } => name.as_deref().or(within),
        _ => None,
    };
    let target = match &node.expr {
        Expr::Bind { target, .. } => match &target.expr {
            Expr::Index(object, _) => last_name(object).map(|name| &**name),
            _ => last_name(target).map(|name| &**name),
        },
        _ => None,
    };
    node.children(&mut |child| holds |= bound(child, target, words, names, found));
    if holds {
        found.extend(function.into_iter().chain(target));
        if let Expr::Bind { target, .. } = &node.expr
            && let Expr::Member(object, _) = &target.expr
        {
            found.extend(last_name(object).map(|name| &**name));
        }
    }
    holds
}

fn collect(node: &Node, words: &[&str], names: &HashSet<&str>, places: &mut Vec<Span>) {
    if is_place(node, words, names) {
        places.push(node.span);
    }
    node.children(&mut |child| collect(child, words, names, places));
}
