//! Annotations of an interface and of its methods: what is written on a type holds for the requests that its methods declare.

use std::collections::HashMap;

use super::draft::{Draft, Drafter};
use super::resolve::product;
use super::text_calls::slashed;
use super::url::Text;
use crate::syntax::expr::{Arg, Expr, Node, Span};

/// Most annotations of one thing that are looked at. Real ones have four.
const MOST: usize = 16;

/// Calls that stand on something, by where that stands, and calls beside one another.
#[derive(Default)]
pub struct Annotated<'u> {
    on: HashMap<Span, Vec<&'u Node>>,
    beside: HashMap<Span, Vec<&'u Node>>,
}

impl<'u> Annotated<'u> {
    /// Takes over a node of `nodes`: what stands on the thing as large as itself, and calls beside each other.
    pub fn add(&mut self, span: Span, nodes: &'u [Node]) {
        let calls = nodes.iter().filter(|node| matches!(node.expr, Expr::Call { .. }));
        let calls: Vec<&Node> = calls.take(MOST).collect();
        if calls.iter().any(|call| is_decoration(call)) {
            self.on.insert(span, calls);
        } else if calls.len() > 1 && calls.len() == nodes.len() {
            for call in &calls {
                let others = calls.iter().filter(|other| other.span != call.span).copied();
                self.beside.insert(call.span, others.collect());
            }
        }
    }
}

/// Whether a call is given what it stands on.
fn is_decoration(node: &Node) -> bool {
    matches!(&node.expr, Expr::Call { args, .. } if args.iter().any(Arg::is_decorated))
}

impl<'u> Drafter<'_, 'u> {
    /// Puts what annotations around a call say before its URL: those on the type that declares it, then those beside it.
    pub fn annotated(&self, draft: &mut Draft, call: &'u Node) {
        let index = self.resolver.namer.index;
        let Some(class) = index.class_at(call.span) else { return };
        // What stands in a function is no annotation of a method of the class.
        let is_in_class = |own: usize| index.functions.get(own).is_none_or(|function| function.span.contains(class));
        if !index.scope_at(call.span).is_none_or(is_in_class) {
            return;
        }
        let on = index.annotated.on.get(&class).into_iter().flatten();
        let beside = index.annotated.beside.get(&call.span).into_iter().flatten();
        let mut before: Vec<Text> = Vec::new();
        for annotation in on.chain(beside) {
            for part in self.parts_of_url(annotation) {
                before = if before.is_empty() { part } else { slashed(&before, &part) };
            }
        }
        if before.is_empty() {
            return;
        }
        match draft.urls.is_empty() {
            true => draft.urls = before,
            false if draft.bases.is_empty() => draft.bases = before,
            false => draft.bases = product(&before, &draft.bases),
        }
    }

    /// The parts of a URL that an annotation holds.
    fn parts_of_url(&self, annotation: &'u Node) -> Vec<Vec<Text>> {
        let Expr::Call { callee, args } = &annotation.expr else { return Vec::new() };
        let namer = self.resolver.namer;
        let Some((of, _)) = namer.words.arounds.first(&namer.name(callee).path, &namer.imported) else {
            return Vec::new();
        };
        let written =
            args.split_last().filter(|(last, _)| last.is_decorated()).map_or(args.as_slice(), |(_, rest)| rest);
        let given = of.entry.urls.iter().filter_map(|at| self.argument(written, at));
        given.map(|node| self.resolver.texts(node)).collect()
    }
}
