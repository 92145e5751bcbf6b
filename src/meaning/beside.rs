//! The method that stands beside a path in a table of requests: `{ method: "DELETE", path }`, `["DELETE", path]`,
//! `{ DELETE: path }`; and whether the table is one of what a server answers.

use std::collections::HashSet;

use super::library::Role;
use super::method_text::split_method;
use super::resolve::Resolver;
use super::words::{method, words};
use crate::syntax::expr::{Expr, Node, Piece, Span};

/// The methods that an object's own key for them names: one, or a list.
pub fn methods(resolver: &Resolver, pairs: &[(Node, Node)]) -> Vec<String> {
    let config = &resolver.namer.words.config;
    let told = pairs.iter().find(|(key, _)| {
        let word = key.word().map(|word| word.strip_suffix('s').unwrap_or(word));
        word.is_some_and(|word| config.get(word) == Some(&Role::Method))
    });
    let values = match told.map(|(_, value)| &value.expr) {
        Some(Expr::List(nodes)) => nodes.iter().collect(),
        _ => told.map(|(_, value)| value).into_iter().collect::<Vec<_>>(),
    };
    values.into_iter().filter_map(key_method).collect()
}

/// The method that a word in capitals is, or a constant of a type that speaks of methods: `http.MethodDelete`,
/// `HttpMethod.Delete`.
pub fn key_method(node: &Node) -> Option<String> {
    let word = node.last_word()?;
    let plain = method(word).filter(|method| method == word || node.literal().is_some());
    plain.or_else(|| {
        let Expr::Member(of, member) = &node.expr else { return None };
        let of = super::chain::last_name(of).map_or_else(Vec::new, |of| words(of));
        let parts = words(member);
        let speaks = of.iter().chain(&parts).any(|word| word == "method");
        method(parts.last()?).filter(|_| speaks)
    })
}

/// The method for the element at a place of a list: the nearest before it, else the first after it.
pub fn nearest(methods: &[Option<String>], at: usize) -> Option<String> {
    let (before, after) = methods.split_at(at.min(methods.len()));
    before.iter().rev().chain(after).find_map(Option::clone)
}

/// Whether an object is an exchange: it has an answer beside what it says of the request.
pub fn is_exchange(keys: &HashSet<&str>, pairs: &[(Node, Node)]) -> bool {
    pairs.iter().any(|(key, value)| {
        key.word().is_some_and(|key| keys.contains(key)) && matches!(value.expr, Expr::Object(_) | Expr::Fn { .. })
    })
}

/// Whether a value answers a request that its key spells: an object with a status, a list that begins with one, or a
/// function that makes an answer.
pub fn answers(keys: &HashSet<&str>, value: &Node) -> bool {
    match &value.expr {
        Expr::Object(pairs) => pairs.iter().any(|(key, _)| key.word().is_some_and(|key| keys.contains(key))),
        Expr::Fn { .. } => true,
        // A number is nothing that a request is made of.
        Expr::List(nodes) => {
            nodes.len() > 1
                && matches!(nodes.first().map(|first| &first.expr), Some(Expr::Unknown(inner)) if inner.is_empty())
        }
        _ => false,
    }
}

/// The paths that an object serves: `{ method: "GET", path: "/x", handler(request, response) { … } }`. What answers a
/// request takes it and what to answer with; what a client calls back takes one result, or comes with a host.
pub fn served(pairs: &[(Node, Node)]) -> impl Iterator<Item = Span> {
    let answers = |value: &Node| matches!(&value.expr, Expr::Fn { params, .. } if params.len() >= 2);
    let told = pairs.iter().any(|(_, value)| key_method(value).is_some());
    let serves = told && pairs.iter().any(|(_, value)| answers(value));
    let is_path = |node: &Node| match &node.expr {
        Expr::Str(pieces) => matches!(pieces.first(), Some(Piece::Text(text)) if split_method(text).1.starts_with('/')),
        _ => false,
    };
    pairs.iter().filter_map(move |(key, value)| match serves && is_path(value) {
        true => Some(value.span),
        // `{ "GET /x": (request, response) => … }`
        false => Some(key.span).filter(|_| answers(value) && is_path(key)),
    })
}
