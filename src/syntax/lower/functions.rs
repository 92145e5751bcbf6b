//! Functions: parameters, bodies, and what they give back.

use tree_sitter::Node as Tree;

use super::super::expr::{Expr, Node, Param, Symbol};
use super::super::spelling::{bind_return, type_symbol, unquoted};
use super::super::table::{Part, many, named, one};
use super::{Lowering, span};

impl<'a> Lowering<'a> {
    /// A function with its parameters and body.
    pub(super) fn function(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let part = |at: usize| parts.get(at).and_then(|part| one(tree, *part));
        let name = part(0).map(|name| Symbol::from(unquoted(self.slice(name))));
        let params = match (part(1), parts.get(1)) {
            (_, Some(Part::Absent)) => Vec::new(),
            (_, Some(Part::All)) => self.params(named(tree)),
            (Some(list), _) if self.table.param(list).is_some() => self.params(vec![list]),
            (Some(list), _) => self.params(named(list)),
            (None, _) => return None,
        };
        let mut body = part(2)?;
        // A block that holds nothing but another is that one.
        while let (true, 1, Some(inner)) = (self.table.flags(body).block, body.named_child_count(), body.named_child(0))
            && self.table.flags(inner).block
        {
            body = inner;
        }
        let outer = self.receiver;
        self.receiver = part(3).and_then(|receiver| self.receiver_name(receiver)).or(outer);
        let body = match self.table.flags(body).block {
            true => {
                let mut nodes = self.nodes(named(body));
                let is_value = |last: &Node| self.table.flags(body).value && !matches!(last.expr, Expr::Bind { .. });
                if let Some(last) = nodes.pop_if(|last| is_value(last)) {
                    nodes.push(Node::new(last.span, bind_return(Box::new(last))));
                }
                nodes
            }
            false => {
                let value = self.boxed(body);
                value.map(|value| Node::new(span(body), bind_return(value))).into_iter().collect()
            }
        };
        self.receiver = outer;
        Some(Expr::Fn { name, params, body })
    }

    fn params(&mut self, mut trees: Vec<Tree>) -> Vec<Param> {
        let table = self.table;
        while let [list] = trees.as_slice()
            && table.param(*list).is_none()
            && list.named_child_count() > 0
        {
            trees = named(*list);
        }
        let mut params = Vec::new();
        for tree in trees {
            let Some(parts) = table.param(tree) else { continue };
            let part = |at: usize| parts.get(at).and_then(|part| one(tree, *part));
            let names = parts.first().map_or_else(Vec::new, |part| many(tree, *part));
            for name in if names.is_empty() { vec![tree] } else { names } {
                params.push(Param {
                    name: self.symbol(name),
                    of: part(1).and_then(|of| type_symbol(self.slice(of))),
                    default: part(2).and_then(|default| self.node(default)),
                    span: span(tree),
                });
            }
        }
        params
    }

    /// What a function gives back: the first of several values; the others are only looked at.
    pub(super) fn give_back(&mut self, tree: Tree) -> Option<Expr> {
        let values = self.values_of(tree);
        let mut nodes = self.nodes(values);
        // What is given back may be spelled as the arguments of a call.
        if self.is_args(tree)
            && let [Node { expr: Expr::List(given), .. }] = nodes.as_mut_slice()
            && given.len() == 1
        {
            nodes = std::mem::take(given);
        }
        if nodes.is_empty() {
            return None;
        }
        let rest = nodes.split_off(1);
        let first = bind_return(Box::new(nodes.pop()?));
        match rest.is_empty() {
            true => Some(first),
            false => {
                let mut all = vec![Node::new(span(tree), first)];
                all.extend(rest);
                Some(Expr::Unknown(all))
            }
        }
    }

    /// The name of the only parameter of a receiver.
    fn receiver_name(&self, tree: Tree) -> Option<&'a str> {
        let mut params = named(tree).into_iter().filter_map(|child| Some((child, *self.table.param(child)?.first()?)));
        let (child, name) = params.next()?;
        one(child, name).map(|name| self.slice(name))
    }

    /// A name as it is understood: whatever a method calls its own object, it is the same word.
    pub(super) fn own_name(&self, tree: Tree) -> Symbol {
        let name = self.slice(tree);
        match self.table.this.first().filter(|_| self.receiver == Some(name)) {
            Some(this) => this.as_str().into(),
            None => name.into(),
        }
    }
}
