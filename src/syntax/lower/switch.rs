//! `switch (x) { case "a": … }`: each value of a case as a comparison of it with what is switched on.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, COMPARE, Expr, Node};
use super::super::table::{Part, many, named};
use super::{Lowering, span};

/// Longest name that is repeated for each case, in bytes: hundreds of cases would repeat a long expression as often.
const LONGEST: usize = 200;

impl Lowering<'_> {
    /// A switch on `subject`, whose cases are lowered with it.
    pub(super) fn switch(&mut self, tree: Tree, subject: Tree) -> Option<Expr> {
        let rest = named(tree).into_iter().filter(|child| *child != subject).collect();
        let (node, rest) = self.cases(subject, rest)?;
        let mut nodes = vec![node];
        nodes.extend(rest);
        Some(Expr::Unknown(nodes))
    }

    /// A switch that is a value: a choice of what its cases give, and after those the comparisons that choose.
    pub(super) fn matched(&mut self, tree: Tree, subject: Tree, block: Option<Part>) -> Option<Expr> {
        let arms = match block {
            Some(block) => many(tree, block).into_iter().flat_map(named).collect(),
            None => named(tree).into_iter().filter(|child| *child != subject).collect(),
        };
        let (node, arms) = self.cases(subject, arms)?;
        let callee = Box::new(Node::new(node.span, Expr::Name(COMPARE.into())));
        let mut compared = vec![Node::new(node.span, Expr::Call { callee, args: vec![Arg::of(node)] })];
        let values = arms.into_iter().map(|arm| value_of(arm, &mut compared)).collect::<Vec<_>>();
        Some(Expr::Choice(values.into_iter().chain(compared).collect()))
    }

    /// What is switched on, and the cases, lowered.
    fn cases(&mut self, subject: Tree, rest: Vec<Tree>) -> Option<(Node, Vec<Node>)> {
        let node = self.node(subject)?;
        let is_named = match &node.expr {
            Expr::Name(_) | Expr::Member(..) => true,
            // `switch (cookie.getName())`
            Expr::Call { args, .. } => args.is_empty(),
            _ => false,
        };
        let is_told = is_named && subject.byte_range().len() <= LONGEST;
        let unknown = || Node::new(node.span, Expr::Unknown(Vec::new()));
        self.subjects.push(if is_told { node.clone() } else { unknown() });
        let rest = self.nodes(rest);
        self.subjects.pop();
        Some((node, rest))
    }

    /// A case of the switch around; its values are compared and the rest follows.
    pub(super) fn case(&mut self, tree: Tree, values: Part) -> Option<Expr> {
        let subject = self.subjects.last().cloned()?;
        let values = many(tree, values);
        let rest = named(tree).into_iter().filter(|child| !values.contains(child)).collect();
        let values = self.nodes(values).into_iter().flat_map(|value| match value.expr {
            Expr::List(values) | Expr::Unknown(values) => values,
            _ => vec![value],
        });
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

/// The value that an arm gives, which stands last in it; what it is compared with goes into `compared`.
fn value_of(arm: Node, compared: &mut Vec<Node>) -> Node {
    let is_comparison = |node: &Node| match &node.expr {
        Expr::Call { callee, .. } => callee.word() == Some(COMPARE),
        _ => false,
    };
    match arm.expr {
        Expr::Unknown(mut nodes) if nodes.len() > 1 => {
            let value = nodes.pop();
            for node in nodes {
                match node.expr {
                    Expr::Unknown(inner) => compared.extend(inner.into_iter().filter(is_comparison)),
                    _ if is_comparison(&node) => compared.push(node),
                    _ => {}
                }
            }
            value.unwrap_or_else(|| Node::new(arm.span, Expr::Unknown(Vec::new())))
        }
        expr => Node::new(arm.span, expr),
    }
}
