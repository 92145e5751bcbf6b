//! Functions: parameters, bodies, and what decorates them.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, Expr, Node, Param, Span, Symbol};
use super::super::spelling::{bind_return, type_symbol, unquoted};
use super::super::table::{Part, named, one};
use super::{Lowering, span};

impl Lowering<'_> {
    /// What decorates a function or class is called with it; a function without a body stands for it.
    pub(super) fn decorations(&mut self, decoration: Tree) -> Vec<Node> {
        let mut calls = self.nodes(named(decoration));
        calls.retain_mut(|call| {
            let at = Span { start: call.span.end, ..call.span };
            let Expr::Call { args, .. } = &mut call.expr else { return false };
            let value = Node::new(at, Expr::Fn { name: None, params: Vec::new(), body: Vec::new() });
            args.push(Arg { label: None, spread: false, value });
            true
        });
        calls
    }

    /// A function with its parameters and body.
    pub(super) fn function(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let part = |at: usize| parts.get(at).and_then(|part| one(tree, *part));
        let name = part(0).map(|name| Symbol::from(unquoted(self.slice(name))));
        let params = match (part(1), parts.get(1)) {
            (_, Some(Part::Absent)) => Vec::new(),
            (Some(list), _) if self.table.param(list).is_some() => self.params(vec![list]),
            (Some(list), _) => self.params(named(list)),
            (None, _) => return None,
        };
        if parts.get(2) == Some(&Part::All) {
            let rest = named(tree).into_iter().filter(|child| Some(*child) != part(0) && Some(*child) != part(1));
            let mut body = self.nodes(rest.collect());
            if let Some(last) = body.pop() {
                body.push(Node::new(last.span, bind_return(Box::new(last))));
            }
            return Some(Expr::Fn { name, params, body });
        }
        let body = part(2)?;
        let body = match self.table.flags(body).block {
            true => self.nodes(named(body)),
            false => {
                let value = self.boxed(body)?;
                vec![Node::new(span(body), bind_return(value))]
            }
        };
        Some(Expr::Fn { name, params, body })
    }

    /// The default value of a parameter, or what is written instead of one.
    fn default(&mut self, tree: Tree) -> Option<Node> {
        self.node(tree).filter(|node| !matches!(&node.expr, Expr::Unknown(nodes) if nodes.is_empty()))
    }

    fn params(&mut self, trees: Vec<Tree>) -> Vec<Param> {
        let table = self.table;
        let mut params = Vec::new();
        for tree in trees {
            let Some(parts) = table.param(tree) else { continue };
            let part = |at: usize| parts.get(at).and_then(|part| one(tree, *part));
            let name = part(0).unwrap_or(tree);
            params.push(Param {
                name: self.slice(name).into(),
                of: part(1).and_then(|of| type_symbol(self.slice(of))),
                default: parts.iter().skip(2).find_map(|part| self.default(one(tree, *part)?)),
                span: span(tree),
            });
        }
        params
    }
}
