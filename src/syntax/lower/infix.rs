//! Infix operators of languages in which any method can be one, and arguments that a grammar left outside of their call.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, Expr, Node, Span, Symbol};
use super::super::table::{Part, Role, Row, nth, one};
use super::Lowering;
use super::text::is_joined;

impl<'a> Lowering<'a> {
    /// Law 8.
    pub(super) fn infix(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let [left, operator, right] = *parts else { return None };
        let word = self.slice(one(tree, operator)?);
        if self.table.arrow.iter().any(|arrow| arrow == word) {
            let pair = [one(tree, left)?, one(tree, right)?];
            return Some(Expr::List(self.nodes(pair.to_vec())));
        }
        if word == "+=" {
            return self.append(tree, &[left, right]);
        }
        if is_joined(word) {
            return self.join(tree, &[left, right]);
        }
        let receiver = self.boxed(one(tree, left)?)?;
        let at = Span::new(tree.start_byte(), one(tree, operator)?.end_byte());
        let callee = Box::new(Node::new(at, Expr::Member(receiver, word.into())));
        let args = self.given(vec![one(tree, right)?]);
        Some(self.comparison(callee, args))
    }

    /// Key and value, if a row says that the node is a pair of them.
    pub(super) fn pair<'t>(&self, tree: Tree<'t>, row: &Row) -> Option<(Option<Tree<'t>>, Option<Tree<'t>>)> {
        let part = |at| nth(tree, &row.parts, at);
        match row.role {
            Role::Pair => Some((part(0), part(1))),
            Role::Infix => {
                let operator = self.slice(part(1)?);
                self.table.arrow.iter().any(|arrow| arrow == operator).then(|| (part(0), part(2)))
            }
            _ => None,
        }
    }

    /// What a statement leaves over on its line, or after a comma: the label, if it has one, and the value.
    pub(super) fn left_over<'t>(&self, tree: Tree<'t>, before: Option<&Node>) -> Option<(Option<Symbol>, Tree<'t>)> {
        let rows = self.table.rows(tree).iter().filter(|row| row.role == Role::Rest);
        let parts = rows.filter_map(|row| {
            let label = nth(tree, &row.parts, 0).map(|label| self.slice(label).into());
            Some((label, nth(tree, &row.parts, 1)?))
        });
        let found = parts.into_iter().next()?;
        let before = before.filter(|node| is_open(node))?;
        let between = self.text.get(before.span.end as usize..tree.start_byte())?.trim_matches([' ', '\t']);
        (between.is_empty() || found.0.is_some() && between.starts_with(',')).then_some(found)
    }
}

/// Whether a statement ends with a name or a call that something may be given to.
fn is_open(node: &Node) -> bool {
    match &node.expr {
        Expr::Bind { value, .. } => is_open(value),
        Expr::Call { .. } | Expr::Name(_) | Expr::Member(..) => true,
        _ => false,
    }
}

/// Gives the call that a node is, or that is bound in it, one more argument; a name alone becomes a call.
pub(super) fn give(node: &mut Node, arg: Arg) {
    node.span.end = arg.value.span.end;
    match &mut node.expr {
        Expr::Bind { value, .. } => give(value, arg),
        Expr::Call { args, .. } => args.push(arg),
        Expr::Name(_) | Expr::Member(..) => {
            let callee = Box::new(Node::clone(node));
            node.expr = Expr::Call { callee, args: vec![arg] };
        }
        _ => {
            let before = Node::clone(node);
            node.expr = Expr::Unknown(vec![before, arg.value]);
        }
    }
}
