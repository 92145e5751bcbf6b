//! Blocks of configuration that are named by words (`data "http" "session" { … }`), and chains whose parts stand side by side.

use tree_sitter::Node as Tree;

use super::super::expr::{Expr, Node};
use super::super::spelling::unquoted;
use super::super::table::{Part, Role, Row, named, one};
use super::{Lowering, span};

impl Lowering<'_> {
    /// A block as a key and a value: its words are keys, each inside the one before.
    pub(super) fn nested(&mut self, tree: Tree, row: &Row) -> Option<(Node, Node)> {
        if row.parts == [Part::All] {
            return self.headed(tree);
        }
        let body_at = one(tree, *row.parts.first()?);
        let end = body_at.map_or(tree.end_byte(), |body| body.start_byte());
        let words = named(tree).into_iter().filter(|word| word.end_byte() <= end && !self.table.is(*word, Role::Skip));
        let words: Vec<Tree> = words.collect();
        let body = body_at.and_then(|body| self.node(body));
        let mut value = body.unwrap_or_else(|| Node::new(span(tree), Expr::List(Vec::new())));
        let kind = self.slice(*words.first()?);
        if let Some(binds) = self.bound_by(kind, &words, &value) {
            value = Node::new(value.span, Expr::Unknown(binds.into_iter().chain([value]).collect()));
        }
        let mut keys = words.into_iter().rev().map(|word| Node::text(span(word), unquoted(self.slice(word))));
        let mut key = keys.next()?;
        for outer in keys {
            value = Node::new(span(tree), Expr::Object(vec![(key, value)]));
            key = outer;
        }
        Some((key, value))
    }

    /// A block whose name stands before its pairs, without anything around them.
    fn headed(&mut self, tree: Tree) -> Option<(Node, Node)> {
        let head = named(tree).into_iter().next()?;
        let key = Node::text(span(head), unquoted(self.slice(head)));
        let mut body = self.list(tree);
        if let Expr::Object(pairs) = &mut body {
            pairs.retain(|(_, value)| value.span != key.span);
        }
        Some((key, Node::new(span(tree), body)))
    }

    /// What a block gives names to: its one value, or all of its pairs.
    fn bound_by(&self, kind: &str, words: &[Tree], body: &Node) -> Option<Vec<Node>> {
        let (_, object, attribute) = self.table.bound.iter().find(|(block, ..)| block == kind)?;
        let Expr::Object(pairs) = &body.expr else { return None };
        let bind = |word: &str, value: &Node| {
            let object = Node::new(value.span, Expr::Name(object.as_str().into()));
            let target = Node::new(value.span, Expr::Member(Box::new(object), word.into()));
            Node::new(value.span, Expr::bind(target, value.clone()))
        };
        let pairs = pairs.iter().filter_map(|(key, value)| Some((key.word()?, value)));
        match attribute {
            None => Some(pairs.map(|(key, value)| bind(key, value)).collect()),
            Some(attribute) => {
                let name = unquoted(self.slice(*words.last()?));
                let mut wanted = pairs.filter(|(key, _)| key == attribute);
                wanted.next().map(|(_, value)| vec![bind(name, value)])
            }
        }
    }

    /// A value with what is taken of it beside it: `var` `.name` `[0]`.
    pub(super) fn chained(&mut self, tree: Tree) -> Option<Expr> {
        let mut parts = named(tree).into_iter();
        let mut node = self.node(parts.next()?)?;
        let mut is_chain = false;
        for part in parts {
            is_chain = true;
            let at = super::Span { start: node.span.start, end: span(part).end };
            let text = self.slice(part);
            let expr = match text.strip_prefix('.') {
                Some(member) => Expr::Member(Box::new(node), member.trim().into()),
                None => {
                    let index = self.node(part)?;
                    Expr::Index(Box::new(node), Box::new(index))
                }
            };
            node = Node::new(at, expr);
        }
        is_chain.then_some(node.expr)
    }
}
