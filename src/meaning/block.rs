//! Blocks that a call takes: what stands in them is about what the call makes.

use super::index::BindAt;
use crate::syntax::expr::{Expr, Node};

/// What a block that a call takes does to what the call makes.
pub enum Step<'u> {
    /// A call on it, or one without a receiver.
    Call(&'u Node),
    /// An assignment to a member of it, or to a name.
    Bind(&'u str, BindAt<'u>),
}

/// The steps in a block (`request.apply { method = "DELETE" }`): what is unqualified, or on a name that `own` says is its own.
pub fn steps<'u>(body: &'u [Node], own: &dyn Fn(&Node) -> bool) -> Vec<Step<'u>> {
    let mut steps = Vec::new();
    let mut open: Vec<&'u Node> = body.iter().rev().collect();
    while let Some(node) = open.pop() {
        match &node.expr {
            Expr::Call { callee, .. } => match &callee.expr {
                Expr::Member(object, _) if !own(object) => {}
                Expr::Name(_) | Expr::Member(..) => steps.push(Step::Call(node)),
                _ => {}
            },
            Expr::Bind { target, value, of } => {
                let name = match &target.expr {
                    Expr::Name(name) if of.is_none() => Some(name),
                    Expr::Member(object, name) if own(object) => Some(name),
                    _ => None,
                };
                let bind = BindAt { span: node.span, value, key: None, of: None, scope: None, member: Some(target) };
                steps.extend(name.map(|name| Step::Bind(name, bind)));
            }
            _ => {}
        }
        let mut below = Vec::new();
        node.children(&mut |child| below.push(child));
        open.extend(below.into_iter().rev());
    }
    steps
}
