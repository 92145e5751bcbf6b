//! Where a text of interest can be: strings that hold a word of one, and names that such a string was bound to. What holds
//! no such place needs no resolving.

use std::collections::HashSet;

use super::chain::last_name;
use super::index::Index;
use super::interest::Interest;
use super::outline::Constants;
use super::taint_handed::Handed;
use crate::syntax::expr::{Expr, Implied, Node, Piece, Span};

/// How often names are followed to further names.
const ROUNDS: usize = 4;

/// Places in a file, sorted.
pub struct Places(Vec<Span>);

impl Places {
    /// Whether one of them begins inside a span.
    pub fn any_in(&self, span: Span) -> bool {
        let from = self.0.partition_point(|place| place.start < span.start);
        self.0.get(from).is_some_and(|place| place.start < span.end)
    }
}

/// Where a path of interest can be.
pub fn of_paths(index: &Index, interest: &Interest, constants: &Constants, implied: &Implied) -> Places {
    places(index, &interest.words(), constants, implied)
}

/// Where the name of a cookie of interest can be, with one of `prefixes` before it or none.
pub fn of_cookies(
    index: &Index,
    interest: &Interest,
    prefixes: &[&str],
    constants: &Constants,
    implied: &Implied,
) -> Places {
    let prefixed =
        prefixes.iter().flat_map(|prefix| interest.cookies.iter().map(move |name| format!("{prefix}{name}")));
    let prefixed: Vec<String> = prefixed.collect();
    let words: Vec<&str> = interest.cookies.iter().chain(&prefixed).map(String::as_str).collect();
    places(index, &words, constants, implied)
}

fn places(index: &Index, words: &[&str], constants: &Constants, implied: &Implied) -> Places {
    let held = constants.iter().filter(|(_, constant)| constant.item.holds(words));
    let mut names: HashSet<&str> = held.filter_map(|(name, _)| name.rsplit('.').next()).collect();
    let handed = Handed::new(index, constants, implied);
    for _ in 0..ROUNDS {
        let before = names.len();
        let mut found = HashSet::new();
        for node in &index.unit.root {
            bound(node, None, words, &names, &mut found);
        }
        handed.on(&|node| holds(node, words, &names), &names, &mut found);
        found.extend(index.keys().filter(|(_, value)| holds(value, words, &names)).map(|(name, _)| name));
        names.extend(found);
        if names.len() == before {
            break;
        }
    }
    let mut places = Vec::new();
    index.unit.root.iter().for_each(|node| collect(node, words, &names, &mut places));
    places.sort_unstable();
    Places(places)
}

fn is_place(node: &Node, words: &[&str], names: &HashSet<&str>) -> bool {
    match &node.expr {
        Expr::Str(pieces) => pieces.iter().any(|piece| match piece {
            Piece::Text(text) => words.iter().any(|word| text.contains(word)),
            Piece::Hole(_) => false,
        }),
        Expr::Name(name) | Expr::Member(_, name) => names.contains(&**name) || words.contains(&&**name),
        _ => false,
    }
}

/// Whether a node is, or names, a list with a place in it: a callback's parameter stands for its elements.
fn is_list(node: &Node, words: &[&str], names: &HashSet<&str>) -> bool {
    match &node.expr {
        Expr::List(nodes) => nodes.iter().any(|node| is_place(node, words, names)),
        _ => is_place(node, words, names),
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
    if let Expr::Call { callee, args } = &node.expr
        && callee.receiver().is_some_and(|list| is_list(list, words, names))
    {
        found.extend(args.iter().filter_map(|arg| match &arg.value.expr {
            Expr::Fn { params, .. } => params.first().map(|param| &*param.name),
            _ => None,
        }));
    }
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

/// Whether a place stands in a node.
fn holds(node: &Node, words: &[&str], names: &HashSet<&str>) -> bool {
    let mut found = is_place(node, words, names);
    node.children(&mut |child| found |= holds(child, words, names));
    found
}

fn collect(node: &Node, words: &[&str], names: &HashSet<&str>, places: &mut Vec<Span>) {
    if is_place(node, words, names) {
        places.push(node.span);
    }
    node.children(&mut |child| collect(child, words, names, places));
}
