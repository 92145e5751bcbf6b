//! Which names of other files a file's requests depend on: only the files that have those are read for it.

use std::collections::BTreeSet;

use super::callee::Namer;
use super::chain::last_name;
use super::owner::{HOPS, NAMESPACES};
use super::taint::Places;
use super::words::dotted;
use crate::syntax::expr::{Expr, Node, Param, Piece};

/// Most names of one list. Programs in one file have some hundred; a table of thousands of handlers is cut.
const MOST: usize = 512;

/// Collects names that a file does not define.
pub struct Wanted<'a, 'u> {
    namer: &'a Namer<'a, 'u>,
    tainted: &'a Places,
    /// What expressions with a ruled text are made of.
    own: BTreeSet<String>,
    /// What the file's wrappers and clients are made of, which matters where others use them.
    handed: BTreeSet<String>,
    /// What its classes take members from.
    bases: BTreeSet<String>,
}

/// Names of others that a file depends on, sorted.
pub struct Names {
    /// What its requests are made of.
    pub own: Vec<String>,
    /// What it has for others is made of.
    pub handed: Vec<String>,
    /// Types that its classes take members from.
    pub bases: Vec<String>,
    /// Names beyond those that are kept.
    pub beyond: BTreeSet<String>,
}

/// Why names are collected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Not,
    Own,
    Handed,
}

impl<'a, 'u> Wanted<'a, 'u> {
    /// The names that matter for the file itself, those that matter for what it has for others, and the types that its
    /// classes take members from.
    pub fn of(namer: &'a Namer<'a, 'u>, tainted: &'a Places) -> Names {
        let mut wanted = Self { namer, tainted, own: BTreeSet::new(), handed: BTreeSet::new(), bases: BTreeSet::new() };
        for node in &namer.index.unit.root {
            wanted.visit(node, Why::Not, &mut Vec::new());
        }
        wanted.bases();
        let mut beyond = BTreeSet::new();
        let mut list = |names: BTreeSet<String>| {
            let mut names = names.into_iter();
            let kept = names.by_ref().take(MOST).collect();
            beyond.extend(names);
            kept
        };
        let (own, handed, bases) = (list(wanted.own), list(wanted.handed), list(wanted.bases));
        Names { own, handed, bases, beyond }
    }

    fn visit(&mut self, node: &'u Node, why: Why, params: &mut Vec<&'u Param>) {
        let why = match &node.expr {
            Expr::Fn { .. } => Why::Not,
            Expr::Call { .. } | Expr::Str(_) | Expr::Bind { .. } if self.tainted.any_in(node.span) => Why::Own,
            Expr::Call { callee, .. }
                if last_name(callee).is_some_and(|name| self.namer.words.requests.spell(name)) =>
            {
                Why::Own
            }
            Expr::Call { callee, args } if why == Why::Not => {
                let words = self.namer.words;
                let is_spelled = |name: &str| words.requests.ends_in(name) || words.clients.ends_in(name);
                let is_spelled = last_name(callee).is_some_and(|name| is_spelled(name));
                match is_spelled || args.iter().any(|arg| passes_on(&arg.value, params)) {
                    true => Why::Handed,
                    false => Why::Not,
                }
            }
            _ => why,
        };
        if why != Why::Not && matches!(node.expr, Expr::Name(_) | Expr::Member(..)) {
            self.name(node, why);
        }
        match &node.expr {
            Expr::Fn { params: own, .. } => {
                let before = params.len();
                params.extend(own);
                node.children(&mut |child| self.visit(child, why, params));
                params.truncate(before);
            }
            _ => node.children(&mut |child| self.visit(child, why, params)),
        }
    }

    /// Notes what the classes of the file take members from: a path that stands in one of them may go through those.
    fn bases(&mut self) {
        let index = self.namer.index;
        for class in &index.unit.classes {
            let bases = index.elsewhere(class).filter(|base| base.starts_with(char::is_uppercase)).map(str::to_owned);
            let bases: Vec<String> = bases.collect();
            let into = if self.tainted.any_in(class.span) { &mut self.own } else { &mut self.handed };
            into.extend(bases.iter().cloned());
            self.bases.extend(bases);
        }
    }

    /// Notes what a name or member belongs to; for a class of this file, what that takes members from.
    fn name(&mut self, node: &'u Node, why: Why) {
        let Some(owner) = self.namer.owner(node, HOPS) else { return };
        let root = dotted(&owner).next().unwrap_or_default();
        let into = if why == Why::Own { &mut self.own } else { &mut self.handed };
        match self.namer.index.class_named(root) {
            Some(class) => into.extend(class.bases.iter().map(|base| base.to_string())),
            // A name may have the names of modules or namespaces before it.
            None => into.extend(dotted(&owner).take(NAMESPACES).map(str::to_owned)),
        }
    }
}

/// Whether a value is a parameter, or a text with one in it.
fn passes_on(node: &Node, params: &[&Param]) -> bool {
    match &node.expr {
        Expr::Name(name) => params.iter().any(|param| param.name == *name),
        Expr::Str(pieces) => pieces.iter().any(|piece| match piece {
            Piece::Hole(hole) => passes_on(hole, params),
            Piece::Text(_) => false,
        }),
        _ => false,
    }
}
