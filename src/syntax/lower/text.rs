//! Strings and joins: everything that becomes text with holes.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, COMPARE, Expr, Node, PERCENT, Piece, Span};
use super::super::holes;
use super::super::spelling::{concatenated, is_concatenation, quotes_of, text_piece, unescaped, unquoted};
use super::super::table::{Part, Role, named, one};
use super::{Lowering, span};

impl<'a> Lowering<'a> {
    /// Law 2. What another program fills in is a hole as well.
    pub(super) fn string(&mut self, tree: Tree) -> Expr {
        match (self.written(tree), self.table.marks.as_slice()) {
            (expr, []) => expr,
            (Expr::Str(pieces), marks) => {
                let start = tree.start_byte();
                let all = pieces.into_iter().flat_map(|piece| match piece {
                    Piece::Text(text) => holes::pieces(&text, marks, start),
                    hole => vec![hole],
                });
                Expr::Str(all.collect())
            }
            (expr, _) => expr,
        }
    }

    fn written(&mut self, tree: Tree) -> Expr {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut cursor = tree.walk();
        let children: Vec<Tree> = tree.children(&mut cursor).collect();
        if children.is_empty() {
            return Expr::Str(text_piece(unquoted(self.slice(tree))).into_iter().collect());
        }
        let mut text = String::new();
        // Quotes that are no children of their own.
        let quotes = children.first().is_none_or(|first| first.start_byte() > tree.start_byte());
        let (open, close) = if quotes { quotes_of(self.slice(tree)) } else { ("", "") };
        let mut at = tree.start_byte() + open.len();
        let end = tree.end_byte() - close.len();
        for (place, child) in children.iter().copied().enumerate() {
            text.push_str(self.text.get(at..child.start_byte()).unwrap_or_default());
            if at > child.start_byte() {
                // A name was taken from its start.
                text.push_str(self.text.get(at..child.end_byte()).unwrap_or_default());
                at = child.end_byte();
                continue;
            }
            at = child.end_byte();
            if let Some(name) = children.get(place + 1).and_then(|next| self.inline_name(child, *next)) {
                pieces.extend(text_piece(std::mem::take(&mut text)));
                let end = child.end_byte() + name.len();
                let node = Node::new(Span::new(child.end_byte(), end), Expr::Name(name.into()));
                pieces.push(Piece::Hole(Box::new(node)));
                at = end;
            } else if self.table.flags(child).hole {
                pieces.extend(text_piece(std::mem::take(&mut text)));
                let inside = self.table.inside(child).first().and_then(|part| one(child, *part));
                let hole = match inside {
                    Some(inside) => self.node(inside),
                    None => self.node(child),
                };
                pieces.extend(hole.map(|node| Piece::Hole(Box::new(node))));
            } else if child.is_named() && !self.is_skipped(child) {
                self.string_text(child, &mut text);
            }
        }
        text.push_str(self.text.get(at..end).unwrap_or_default());
        pieces.extend(text_piece(text));
        Expr::Str(pieces)
    }

    /// The name that a sigil by itself makes a hole of, at the start of the text after it.
    fn inline_name(&self, sigil: Tree, next: Tree) -> Option<&'a str> {
        let is_text = |tree: Tree| self.table.flags(tree).inline;
        if !is_text(sigil) || !is_text(next) || self.slice(sigil) != "$" {
            return None;
        }
        let text = self.slice(next);
        let name = &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())];
        name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
    }

    fn is_skipped(&self, tree: Tree) -> bool {
        self.table.rows(tree).iter().any(|row| row.role == Role::Skip)
    }

    /// The text of a named part of a string, its escape sequences read.
    fn string_text(&self, tree: Tree, text: &mut String) {
        let mut at = tree.start_byte();
        if self.table.flags(tree).escape {
            return text.push_str(&unescaped(self.slice(tree)));
        }
        for child in named(tree) {
            text.push_str(self.text.get(at..child.start_byte()).unwrap_or_default());
            at = child.end_byte();
            match self.table.flags(child).escape {
                true => text.push_str(&unescaped(self.slice(child))),
                false => text.push_str(self.slice(child)),
            }
        }
        text.push_str(self.text.get(at..tree.end_byte()).unwrap_or_default());
    }

    /// Law 3. Left spines are walked in a loop: sums of thousands of terms are ordinary in generated code.
    pub(super) fn join<'t>(&mut self, tree: Tree<'t>, parts: &[Part]) -> Option<Expr> {
        if parts == [Part::All] {
            let operands = self.nodes(named(tree));
            return Some(Expr::Str(concatenated(operands)));
        }
        let operands = |tree: Tree<'t>| Some((one(tree, *parts.first()?)?, one(tree, *parts.get(1)?)?));
        let (mut left, right) = operands(tree)?;
        let operator = self.between(left, right);
        let mut rights = vec![right];
        if is_concatenation(operator) {
            while left.kind_id() == tree.kind_id() {
                let Some((further, right)) = operands(left) else { break };
                if !is_concatenation(self.between(further, right)) {
                    break;
                }
                rights.push(right);
                left = further;
            }
        }
        rights.push(left);
        rights.reverse();
        let nodes = self.nodes(rights);
        Some(match operator {
            _ if is_concatenation(operator) => Expr::Str(concatenated(nodes)),
            "||" | "??" | "or" | "?:" => Expr::Choice(nodes),
            "==" | "===" | "!=" | "!==" | "in" | "not in" | "%" | "-eq" | "-ne" | "-ieq" | "-ceq" | "-f" => {
                let name = match operator {
                    "%" => PERCENT,
                    "-f" => operator,
                    "in" | "not in" => "in",
                    _ => COMPARE,
                };
                let callee = Box::new(Node::new(span(tree), Expr::Name(name.into())));
                let args = nodes.into_iter().map(|value| Arg { label: None, spread: false, value }).collect();
                Expr::Call { callee, args }
            }
            _ => Expr::Unknown(nodes),
        })
    }

    fn between(&self, left: Tree, right: Tree) -> &'a str {
        self.text.get(left.end_byte()..right.start_byte()).unwrap_or_default().trim()
    }

    /// `x += y` binds `x` to what it was with `y` after it.
    pub(super) fn append(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let (target, added) = (one(tree, *parts.first()?)?, one(tree, *parts.get(1)?)?);
        let operator = self.between(target, added);
        if let (false, Some(several)) = (operator.len() > 1, self.several(tree, parts)) {
            return Some(several);
        }
        let target = self.boxed(target)?;
        let value = self.node(added)?;
        let at = Span { start: target.span.start, end: value.span.end };
        let value = match operator {
            // What a longer target was is not repeated: targets inside targets would double at each level.
            "+=" | ".=" if is_plain(&target) => {
                Node::new(at, Expr::Str(concatenated(vec![Node::clone(&target), value])))
            }
            _ => value,
        };
        Some(Expr::Bind { target, value: Box::new(value), of: None })
    }
}

/// Whether a target is a name, or members of one.
fn is_plain(target: &Node) -> bool {
    match &target.expr {
        Expr::Name(_) => true,
        Expr::Member(object, _) => is_plain(object),
        Expr::Index(object, index) => is_plain(object) && index.literal().is_some(),
        _ => false,
    }
}
