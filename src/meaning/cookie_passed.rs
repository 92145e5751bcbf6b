//! Cookies whose name a function of the file takes from its callers: `addCookie("sid", id)`.

use super::cookie::Cookies;
use super::draft::Drafter;
use super::fact::{Side, Verb};
use super::library::Where;
use crate::syntax::expr::{Arg, Expr, Node, Span};

impl<'u> Cookies<'_, 'u> {
    /// A call of a function of this file that touches the cookie which an argument names.
    pub(super) fn passed(&mut self, node: &'u Node, last: &str, args: &'u [Arg]) {
        let index = self.resolver.namer.index;
        let [own] = index.functions_named(last) else { return };
        let Some(function) = index.functions.get(*own) else { return };
        for (param, arg) in function.params.iter().zip(args).filter(|(_, arg)| arg.label.is_none()) {
            let name = self.resolver.literal(&arg.value).filter(|name| self.is_of_interest(name));
            let touched = name.as_ref().and_then(|_| self.touched(function.span, &param.name));
            if let (Some(name), Some((verb, side, at))) = (name, touched) {
                self.add(&name, verb, side, node, vec![arg.value.span, at]);
            }
        }
    }

    /// What a function does with the cookie that its parameter names, and where.
    fn touched(&self, function: Span, param: &str) -> Option<(Verb, Side, Span)> {
        let mut found = None;
        let mut left: Vec<&'u Node> = self.resolver.namer.index.unit.root.iter().collect();
        while let Some(node) = left.pop() {
            let meets = node.span.start < function.end && function.start < node.span.end;
            if !meets || found.is_some() {
                continue;
            }
            if let Expr::Call { callee, args } = &node.expr
                && function.contains(node.span)
            {
                found = self.named_by(callee, args, param).map(|(verb, side)| (verb, side, node.span));
            }
            node.children(&mut |child| left.push(child));
        }
        found
    }

    /// What a call does with the cookie that a name in it names.
    fn named_by(&self, callee: &'u Node, args: &'u [Arg], param: &str) -> Option<(Verb, Side)> {
        let namer = self.resolver.namer;
        let drafter = Drafter { resolver: self.resolver };
        let named = namer.name(callee);
        let entries = namer.words.cookie_calls.find(&named.path, &namer.imported);
        let is_param = |node: &Node| matches!(&node.expr, Expr::Name(name) if **name == *param);
        let takes = |places: &[Where]| places.iter().filter_map(|at| drafter.argument(args, at)).any(is_param);
        let fitting = entries.iter().find(|(of, _)| match &of.entry.name {
            Some(Where::First(places)) => takes(places),
            Some(one) => takes(std::slice::from_ref(one)),
            None => false,
        });
        fitting.map(|(of, _)| (of.entry.verb, of.library.side))
    }
}
