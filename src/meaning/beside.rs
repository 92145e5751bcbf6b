//! The method that stands beside a path in a table of requests: `{ method: "DELETE", path }`, `["DELETE", path]`,
//! `{ DELETE: path }`.

use super::library::Role;
use super::resolve::Resolver;
use super::words::method;
use crate::syntax::expr::{Expr, Node};

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
    let word = node.word().or(match &node.expr {
        Expr::Member(_, member) => Some(member),
        _ => None,
    })?;
    method(word).filter(|method| method == word || node.literal().is_some())
}
