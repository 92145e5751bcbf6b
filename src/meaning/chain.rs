//! Chains of members and calls: their links, and the names along them.

use crate::syntax::expr::{Arg, Expr, Node, Symbol};

/// A call of a chain `root.a(x).b(y)`, innermost first.
pub struct Link<'u> {
    /// The whole call.
    pub call: &'u Node,
    /// What is called.
    pub callee: &'u Node,
    /// What it is given.
    pub args: &'u [Arg],
}

/// The calls of a chain, innermost first.
pub fn chain(node: &Node) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Call { callee, args } => {
                links.push(Link { call: at, callee, args });
                at = callee;
            }
            Expr::Member(object, _) | Expr::Index(object, _) if !links.is_empty() => at = object,
            _ => break,
        }
    }
    links.reverse();
    links
}

/// The names along a chain of members and calls.
pub fn root_words(node: &Node) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Member(object, member) => {
                names.push(&**member);
                at = object;
            }
            Expr::Index(object, _) => at = object,
            Expr::Call { callee, .. } => at = callee,
            Expr::Name(name) => {
                names.push(name);
                return names;
            }
            _ => return names,
        }
    }
}

/// The name at the root of a chain of members, indexes and calls.
pub fn root_name(node: &Node) -> Option<&str> {
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Name(name) => return Some(name),
            Expr::Member(object, _) | Expr::Index(object, _) => at = object,
            Expr::Call { callee, .. } => at = callee,
            _ => return None,
        }
    }
}

/// A name, or the last member of a chain of members.
pub fn last_name(node: &Node) -> Option<&Symbol> {
    match &node.expr {
        Expr::Name(name) | Expr::Member(_, name) => Some(name),
        _ => None,
    }
}
