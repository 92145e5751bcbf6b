//! The method that stands beside a path in a table of requests: `{ method: "DELETE", path }`, `["DELETE", path]`,
//! `{ DELETE: path }`; and whether the table is one of what a server answers.

use super::library::Role;
use super::resolve::Resolver;
use super::words::method;
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

/// The method that a word in capitals is.
pub fn key_method(node: &Node) -> Option<String> {
    let word = node.last_word()?;
    method(word).filter(|method| method == word || node.literal().is_some())
}

/// The paths that an object serves, if it does: `{ method: "GET", path: "/x", handler(request, response) { … } }`. What answers a
/// request takes it and what to answer with; what a client calls back takes one result, or comes with a host.
pub fn served(pairs: &[(Node, Node)]) -> impl Iterator<Item = Span> {
    let answers = |value: &Node| matches!(&value.expr, Expr::Fn { params, .. } if params.len() >= 2);
    let told = pairs.iter().any(|(_, value)| key_method(value).is_some());
    let serves = told && pairs.iter().any(|(_, value)| answers(value));
    let is_path = |value: &&Node| match &value.expr {
        Expr::Str(pieces) => matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with('/')),
        _ => false,
    };
    pairs.iter().map(|(_, value)| value).filter(move |_| serves).filter(is_path).map(|value| value.span)
}
