//! `switch (x) { case "a": … }`: each value of a case as a comparison of it with what is switched on.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, COMPARE, Expr, Node};
use super::super::table::named;
use super::{Lowering, span};

/// Longest name that is repeated for each case, in bytes: hundreds of cases would repeat a long expression as often.
const LONGEST: usize = 200;

impl Lowering<'_> {
    /// A switch on `subject`, whose cases are lowered with it.
    pub(super) fn switch(&mut self, tree: Tree, subject: Tree) -> Option<Expr> {
        let node = self.node(subject)?;
        let is_named = matches!(node.expr, Expr::Name(_) | Expr::Member(..)) && subject.byte_range().len() <= LONGEST;
        self.subjects.push(is_named.then(|| node.clone()));
        let rest = named(tree).into_iter().filter(|child| *child != subject).collect();
        let mut nodes = vec![node];
        nodes.extend(self.nodes(rest));
        self.subjects.pop();
        Some(Expr::Unknown(nodes))
    }

    /// A case of the switch around; its values are compared and the rest follows.
    pub(super) fn case(&mut self, tree: Tree, value: Tree) -> Option<Expr> {
        let subject = self.subjects.last().cloned().flatten()?;
        let rest = named(tree).into_iter().filter(|child| *child != value).collect();
        let values = self.node(value)?;
        let values = match values.expr {
            Expr::List(values) | Expr::Unknown(values) => values,
            _ => vec![values],
        };
        let mut nodes: Vec<Node> = Vec::new();
        for value in values {
            let callee = Box::new(Node::new(span(tree), Expr::Name(COMPARE.into())));
            let at = value.span;
            nodes.push(Node::new(at, Expr::Call { callee, args: vec![Arg::of(subject.clone()), Arg::of(value)] }));
        }
        nodes.extend(self.nodes(rest));
        Some(Expr::Unknown(nodes))
    }
}
