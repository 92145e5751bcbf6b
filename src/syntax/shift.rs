//! Moves what was read from a part of a file to where that part stands in it.

use super::expr::{Expr, Node, Parsed, Piece, Span, Unit};

/// Moves every span of `unit` back by `cut` bytes and then on by `by`.
pub fn shift(unit: &mut Unit, cut: usize, by: usize) {
    let place = |offset: u32| (offset as usize).saturating_sub(cut) + by;
    each(unit, &|span| Span::new(place(span.start), place(span.end)));
}

/// Puts every span of `unit` where `place` says.
pub fn each(unit: &mut Unit, place: &dyn Fn(Span) -> Span) {
    let moved = |span: &mut Span| *span = place(*span);
    unit.root.iter_mut().for_each(|node| each_span(node, &moved));
    unit.imports.iter_mut().for_each(|import| moved(&mut import.span));
    unit.comments.iter_mut().chain(&mut unit.branches).for_each(moved);
    unit.classes.iter_mut().chain(&mut unit.methods).for_each(|class| moved(&mut class.span));
    if let Parsed::WithErrors(spans) = &mut unit.parsed {
        spans.iter_mut().for_each(moved);
    }
}

/// Calls `change` with the span of a node and of all below it.
fn each_span(node: &mut Node, change: &dyn Fn(&mut Span)) {
    change(&mut node.span);
    let all = |nodes: &mut Vec<Node>| nodes.iter_mut().for_each(|node| each_span(node, change));
    match &mut node.expr {
        Expr::Str(pieces) => pieces.iter_mut().for_each(|piece| {
            if let Piece::Hole(node) = piece {
                each_span(node, change);
            }
        }),
        Expr::Name(_) => {}
        Expr::Member(object, _) => each_span(object, change),
        Expr::Index(object, index) => {
            each_span(object, change);
            each_span(index, change);
        }
        Expr::Call { callee, args } => {
            each_span(callee, change);
            args.iter_mut().for_each(|arg| each_span(&mut arg.value, change));
        }
        Expr::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            each_span(key, change);
            each_span(value, change);
        }),
        Expr::List(nodes) | Expr::Choice(nodes) | Expr::Unknown(nodes) => all(nodes),
        Expr::Bind { target, value, .. } => {
            each_span(target, change);
            each_span(value, change);
        }
        Expr::Fn { params, body, .. } => {
            for param in params {
                change(&mut param.span);
                param.default.iter_mut().for_each(|default| each_span(default, change));
            }
            all(body);
        }
    }
}
