//! Values by their place: binds of more than one name and value (`a, b := f()`, `T a = x, b = y`), initialisers, and what is
//! chosen from (`a ? b : c`).

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, COMPARE, Expr, Node, Span};
use super::super::spelling::type_symbol;
use super::super::table::{Part, Role, many, named, nth};
use super::{Lowering, span};

impl Lowering<'_> {
    /// Values of which one is taken, and after two of them what decides. That is looked into like a comparison and is no value
    /// itself, unless it stands for the first one (`a ?: c`).
    pub(super) fn choice(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let (values, deciding) = parts.split_at(parts.len().min(2));
        let is_whole = nth(tree, parts, 0).is_some();
        let values = values.iter().flat_map(|part| many(tree, *part)).collect();
        let mut nodes = self.nodes(values);
        let deciding = deciding.first().and_then(|part| many(tree, *part).into_iter().next());
        match deciding.and_then(|tree| self.node(tree)) {
            Some(node) if is_whole => {
                let callee = Box::new(Node::new(node.span, Expr::Name(COMPARE.into())));
                nodes.push(Node::new(node.span, Expr::Call { callee, args: vec![Arg::of(node)] }));
            }
            node => nodes.splice(0..0, node).for_each(drop),
        }
        Some(Expr::Choice(nodes))
    }

    /// The values that stand side by side in a node; the node itself where it is one value.
    pub(super) fn values_of<'t>(&self, tree: Tree<'t>) -> Vec<Tree<'t>> {
        match self.table.is(tree, Role::Values) {
            true => named(tree),
            false => vec![tree],
        }
    }

    /// A bind of several targets: each takes the value at its place; where there is only one value, the first target takes
    /// it. `None` for a bind of one target to one value that a single bind can hold.
    pub(super) fn several(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let places = |part: Part| -> Vec<Tree> {
            many(tree, part).into_iter().filter(Tree::is_named).flat_map(|node| self.values_of(node)).collect()
        };
        let targets = places(*parts.first()?);
        let values = parts.get(1).map_or_else(Vec::new, |part| places(*part));
        let is_plain = |at| nth(tree, parts, at).is_none_or(|node| self.values_of(node).first() == Some(&node));
        if targets.len() < 2 && is_plain(0) && is_plain(1) {
            return None;
        }
        let of = nth(tree, parts, 2).and_then(|of| type_symbol(self.slice(of)));
        let (pairwise, mut binds) = (targets.len() == values.len() && targets.len() > 1, Vec::new());
        for (at, target) in targets.into_iter().enumerate() {
            let value = values.get(at).and_then(|value| self.boxed(*value));
            let Some(target) = self.boxed(target) else { continue };
            let end = value.as_ref().map_or(target.span.end, |value| value.span.end);
            let place = if pairwise { Span { start: target.span.start, end } } else { span(tree) };
            let value = value.unwrap_or_else(|| Box::new(Node::new(target.span, Expr::Unknown(Vec::new()))));
            binds.push(Node::new(place, Expr::Bind { target, value, of: of.clone() }));
        }
        match binds.len() {
            1 => binds.pop().map(|bind| bind.expr),
            _ => Some(Expr::Unknown(binds)),
        }
    }

    /// Binds that share a declared type.
    pub(super) fn declare(&mut self, tree: Tree, of: Tree) -> Option<Expr> {
        let symbol = type_symbol(self.slice(of));
        let rest: Vec<Tree> = named(tree).into_iter().filter(|child| *child != of).collect();
        let mut nodes = Vec::new();
        for child in rest {
            let node = self.made_of(child, of).or_else(|| self.node(child));
            nodes.extend(node);
        }
        for node in &mut nodes {
            match &mut node.expr {
                Expr::Bind { of, .. } => *of = symbol.clone(),
                // Declared and not bound: only its type is known.
                Expr::Name(_) => {
                    let value = Box::new(Node::new(node.span, Expr::Unknown(Vec::new())));
                    let target = Box::new(node.clone());
                    node.expr = Expr::Bind { target, value, of: symbol.clone() };
                }
                _ => {}
            }
        }
        match nodes.len() {
            1 => nodes.pop().map(|node| node.expr),
            _ => Some(Expr::Unknown(nodes)),
        }
    }

    /// A bind whose value calls the declared type without naming it: `T x = new(a)`.
    fn made_of(&mut self, tree: Tree, of: Tree) -> Option<Node> {
        let row = self.table.row(tree, Role::Bind)?;
        let made = nth(tree, &row.parts, 1).filter(|value| self.table.flags(*value).typed)?;
        let (target, callee) = (self.boxed(nth(tree, &row.parts, 0)?)?, self.boxed(of)?);
        let value = Node::new(span(made), self.call(callee, named(made))?);
        Some(Node::new(span(tree), Expr::bind(target, value)))
    }

    /// Key and value of an assignment in an initialiser: `new Request { Method = m }`, `new Map { ["a"] = b }`.
    pub(super) fn labelled(&mut self, around: Tree, tree: Tree) -> Option<(Node, Node)> {
        if !self.table.flags(around).labels {
            return None;
        }
        let row =
            self.table.rows(tree).iter().find(|row| matches!(row.role, Role::Append | Role::Bind | Role::Join))?;
        let part = |at| nth(tree, &row.parts, at);
        if row.role == Role::Join && self.between(part(0)?, part(1)?) != "=>" {
            return None;
        }
        let (key, value) = (self.node(part(0)?)?, self.node(part(1)?)?);
        let key = match &key.expr {
            Expr::Name(name) => Node::text(key.span, &**name),
            _ => key,
        };
        Some((key, value))
    }

    /// Names that are each bound to what stands after them, among other nodes.
    pub(super) fn lets(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let names = many(tree, *parts.first()?);
        let mut nodes = Vec::new();
        let mut children = named(tree).into_iter().peekable();
        while let Some(child) = children.next() {
            match names.contains(&child).then(|| children.next()).flatten() {
                Some(value) => {
                    let (target, value) = (self.node(child)?, self.node(value));
                    nodes.extend(value.map(|value| Node::new(span(child), Expr::bind(target, value))));
                }
                None => nodes.extend(self.node(child)),
            }
        }
        Some(Expr::Unknown(nodes))
    }
}
