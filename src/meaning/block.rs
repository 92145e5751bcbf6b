//! Blocks that a call takes: what stands in them is about what the call makes.

use super::callee::Namer;
use super::chain::root_name;
use super::index::{BindAt, Found};
use crate::syntax::expr::{Arg, Expr, Node};

/// What a block that a call takes does to what the call makes.
pub enum Step<'u> {
    /// A call on it, or one without a receiver.
    Call(&'u Node),
    /// An assignment to a member or index of it, or to a name.
    Bind(BindAt<'u>),
}

/// What a block calls the thing that it is about: its first parameter.
pub fn subject(arg: &Arg) -> &str {
    match &arg.value.expr {
        Expr::Fn { params, .. } => params.first().map_or("it", |param| &param.name),
        _ => "",
    }
}

/// The steps in a block, on its parameter (`do |request| … end`). In a block without parameters (`request.apply { method =
/// "DELETE" }`) a name that means nothing else is a member of what the block is about.
pub fn steps<'u>(namer: &Namer<'_, 'u>, arg: &'u Arg) -> Vec<Step<'u>> {
    let Expr::Fn { params, body, .. } = &arg.value.expr else { return Vec::new() };
    let subject = subject(arg);
    let is_bare = params.is_empty();
    let is_own = |node: &Node, is_bare: bool| {
        root_name(node).is_some_and(|name| {
            name == subject
                || is_bare
                    && (namer.implied.this.iter().any(|this| this == name)
                        || matches!(namer.index.lookup(name, node.span), Found::Nothing)
                            && namer.index.import(name).is_none())
        })
    };
    let own = |node: &Node| is_own(node, is_bare);
    let mut steps = Vec::new();
    let mut open: Vec<&'u Node> = body.iter().rev().collect();
    while let Some(node) = open.pop() {
        let mut below = Vec::new();
        match &node.expr {
            Expr::Call { callee, args } => {
                let is_step = match &callee.expr {
                    Expr::Member(object, _) => own(object),
                    Expr::Name(_) => is_bare || args.first().is_some_and(|arg| own(&arg.value)),
                    _ => false,
                };
                if is_step {
                    // The other calls of its chain are steps with it.
                    steps.push(Step::Call(node));
                    super::chain::chain(node)
                        .iter()
                        .for_each(|link| below.extend(link.args.iter().map(|arg| &arg.value)));
                    open.extend(below.into_iter().rev());
                    continue;
                }
            }
            Expr::Bind { target, value, of } => {
                let is_step = match &target.expr {
                    Expr::Name(_) => is_bare && of.is_none(),
                    // A member of a name that means nothing else, whether or not the block has parameters.
                    Expr::Member(object, _) | Expr::Index(object, _) => is_own(object, true),
                    _ => false,
                };
                let bind = BindAt { span: node.span, value, key: None, of: None, scope: None, member: Some(target) };
                steps.extend(is_step.then_some(Step::Bind(bind)));
            }
            _ => {}
        }
        node.children(&mut |child| below.push(child));
        open.extend(below.into_iter().rev());
    }
    steps
}
