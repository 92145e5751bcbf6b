//! Cookies named where code goes through a list of names, and by parameters that a framework fills:
//! `for (const name of ["sid", "idx"]) res.clearCookie(name)`, `SESSION.forEach((name) => jar.remove(name))`,
//! `def me(sid: str = Cookie(None))`.

use super::cookie::Cookies;
use super::index::Found;
use crate::syntax::expr::{Expr, Node, Param, Span};

/// Most names between a loop and its list.
const HOPS: usize = 4;

/// A parameter that stands for each element of what a method with a callback is called on.
pub struct Each<'u> {
    param: &'u Param,
    list: &'u Node,
}

/// The parameters that stand for elements in a call: the first one of each function among its arguments.
pub fn each(node: &Node) -> Vec<Each<'_>> {
    let Expr::Call { callee, args } = &node.expr else { return Vec::new() };
    let Some(list) = callee.receiver() else { return Vec::new() };
    let first = args.iter().filter_map(|arg| match &arg.value.expr {
        Expr::Fn { params, .. } => params.first(),
        _ => None,
    });
    first.map(|param| Each { param, list }).collect()
}

impl<'u> Cookies<'_, 'u> {
    /// The elements that a name stands for: a loop's, a callback's, or those of the list that it is.
    pub(super) fn elements(&self, name: &'u Node) -> Vec<&'u Node> {
        let Expr::Name(word) = &name.expr else { return Vec::new() };
        match self.resolver.namer.index.lookup(word, name.span) {
            Found::Param(_, param) => {
                let over = self.over.iter().rev().find(|each| each.param.span == param.span);
                over.and_then(|each| self.list(each.list, HOPS)).unwrap_or_default()
            }
            _ => self.list(name, HOPS).unwrap_or_default(),
        }
    }

    /// The names of interest in the list that a node is.
    pub(super) fn listed(&self, node: &'u Node) -> Vec<String> {
        let elements = self.list(node, HOPS).unwrap_or_default();
        let names = elements.into_iter().filter_map(Node::literal).filter(|name| self.is_of_interest(name));
        names.map(str::to_owned).collect()
    }

    /// What a parameter stands for the elements of.
    pub(super) fn list_over(&self, param: Span) -> Option<&'u Node> {
        self.over.iter().rev().find(|each| each.param.span == param).map(|each| each.list)
    }

    /// The elements of the list that a node is, by a name or by itself.
    fn list(&self, node: &'u Node, hops: usize) -> Option<Vec<&'u Node>> {
        match &node.expr {
            Expr::List(nodes) => Some(nodes.iter().collect()),
            Expr::Bind { value, .. } => self.list(value, hops),
            // `%w[sid idx].freeze`: a call without parentheses.
            Expr::Member(object, _) if matches!(object.expr, Expr::List(_)) => self.list(object, hops),
            // What makes a cookie, `new Cookie("sid", "")`, makes no list.
            Expr::Call { callee, .. } if self.is_cookie_call(callee) => None,
            Expr::Call { callee, args } => match args.as_slice() {
                // `NAMES.freeze`, `names.iter()`
                [] => self.list(callee.receiver()?, hops.checked_sub(1)?),
                // `Object.freeze([…])`, `new Set([…])`
                [one] => self.list(&one.value, hops.checked_sub(1)?),
                // `List.of("sid", "idx")`
                several => several.iter().map(|arg| arg.value.literal().map(|_| &arg.value)).collect(),
            },
            Expr::Name(word) => match self.resolver.namer.index.lookup(word, node.span) {
                Found::Binds(binds) => {
                    let values = binds.iter().filter(|bind| bind.key.is_none() && bind.value.span != node.span);
                    let mut lists = values.map(|bind| bind.value);
                    let hops = hops.checked_sub(1)?;
                    lists.find_map(|value| self.list(value, hops))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn is_cookie_call(&self, callee: &'u Node) -> bool {
        let namer = self.resolver.namer;
        namer.words.cookie_calls.first(&namer.name(callee).path, &namer.imported).is_some()
    }

    /// Parameters whose default is a call that a library declares as the cookie of that name.
    pub(super) fn params(&mut self, params: &'u [Param]) {
        for param in params {
            let Some(default @ Node { expr: Expr::Call { callee, .. }, .. }) = &param.default else { continue };
            let namer = self.resolver.namer;
            if !self.is_of_interest(&param.name) {
                continue;
            }
            let found = namer.words.cookie_calls.find(&namer.name(callee).path, &namer.imported);
            if let Some((of, _)) = found.into_iter().find(|(of, _)| of.entry.param) {
                self.add(&param.name, of.entry.verb, of.library.side, default, Vec::new());
            }
        }
    }
}
