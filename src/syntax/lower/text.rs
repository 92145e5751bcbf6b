//! Strings and joins: everything that becomes text with holes.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, COMPARE, Expr, Node, PERCENT, Piece, Span};
use super::super::holes;
use super::super::spelling::{concatenated, is_concatenation, quotes_of, text_piece, unescaped_text, unquoted};
use super::super::table::{Part, Role, named, nth};
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
            let text = unquoted(self.slice(tree));
            let text = if self.table.flags(tree).escape { unescaped_text(text) } else { text.to_owned() };
            return Expr::Str(text_piece(text).into_iter().collect());
        }
        let mut text = String::new();
        // Quotes that are no children of their own.
        let quotes = children.first().is_none_or(|first| first.start_byte() > tree.start_byte());
        let (open, close) = if quotes { quotes_of(self.slice(tree)) } else { ("", "") };
        let mut at = tree.start_byte() + open.len();
        let end = tree.end_byte() - close.len().max(self.closing_quote(tree, &children));
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
                let inside = nth(child, self.table.inside(child), 0);
                let hole = match inside {
                    Some(inside) => self.node(inside),
                    None => self.node(child),
                };
                pieces.extend(hole.map(|node| Piece::Hole(Box::new(node))));
            } else if child.is_named() && !self.table.is(child, Role::Skip) {
                self.string_text(child, &mut text);
            }
        }
        let rest = self.text.get(at..end).unwrap_or_default();
        // The quote that opens may be a child where the one that closes is none.
        let opening = children.first().map_or("", |first| self.slice(*first));
        text.push_str(match is_quote(opening) {
            true => rest.strip_suffix(opening).unwrap_or(rest),
            false => rest,
        });
        // The lines of a folded block are one.
        if self.slice(tree).split_once('\n').is_some_and(|(head, _)| head.starts_with('>') && head.len() <= 3) {
            text = text.replace('\n', " ");
        }
        pieces.extend(text_piece(text));
        Expr::Str(pieces)
    }

    /// How long the closing quote is, where the grammar has a node for the opening one only.
    fn closing_quote(&self, tree: Tree, children: &[Tree]) -> usize {
        let ends = |last: &Tree| last.end_byte() == tree.end_byte();
        let opening = children.first().filter(|first| !first.is_named() && first.start_byte() == tree.start_byte());
        let quote = opening.filter(|_| !children.last().is_some_and(ends)).map_or("", |first| self.slice(*first));
        let is_closed = quote.starts_with(['"', '\'']) && self.slice(tree).len() >= 2 * quote.len();
        if is_closed && self.slice(tree).ends_with(quote) { quote.len() } else { 0 }
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

    /// The text of a named part of a string, its escape sequences read.
    fn string_text(&self, tree: Tree, text: &mut String) {
        let mut at = tree.start_byte();
        if self.table.flags(tree).escape {
            return text.push_str(&unescaped_text(self.slice(tree)));
        }
        for child in named(tree) {
            text.push_str(self.text.get(at..child.start_byte()).unwrap_or_default());
            at = child.end_byte();
            match self.table.flags(child).escape {
                true => text.push_str(&unescaped_text(self.slice(child))),
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
        let operands = |tree: Tree<'t>| Some((nth(tree, parts, 0)?, nth(tree, parts, 1)?));
        let (mut left, right) = operands(tree)?;
        let operator = self.between(left, right);
        if operator == "=" && self.assigns(tree) {
            return self.append(tree, parts);
        }
        let mut rights = vec![right];
        if self.concatenates(operator) {
            while left.kind_id() == tree.kind_id() {
                let Some((further, right)) = operands(left) else { break };
                if !self.concatenates(self.between(further, right)) {
                    break;
                }
                rights.push(right);
                left = further;
            }
        }
        rights.push(left);
        rights.reverse();
        if operator == "<-" || operator == "=" && self.table.statement.is_empty() {
            let (target, value) = (self.boxed(left)?, self.boxed(right)?);
            return Some(Expr::bind(target, value));
        }
        if operator == "|>" {
            return self.piped(left, right);
        }
        let nodes = self.nodes(rights);
        Some(match operator {
            _ if self.concatenates(operator) => Expr::Str(concatenated(nodes)),
            _ if is_choice(operator) => Expr::Choice(nodes),
            _ if is_called(operator) || operator == "=" && !self.table.statement.is_empty() => {
                let name = match operator {
                    "%" => PERCENT,
                    "-f" => operator,
                    "in" | "not in" => "in",
                    _ => COMPARE,
                };
                let callee = Box::new(Node::new(span(tree), Expr::Name(name.into())));
                let args = nodes.into_iter().map(Arg::of).collect();
                Expr::Call { callee, args }
            }
            _ => Expr::Unknown(nodes),
        })
    }

    fn concatenates(&self, operator: &str) -> bool {
        // An underscore may go on with the line.
        let word = operator.split_whitespace().next();
        is_concatenation(operator) || self.table.concat.iter().any(|have| word == Some(have))
    }

    /// Whether a node is all of a statement, so that a `=` in it assigns.
    fn assigns(&self, tree: Tree) -> bool {
        let mut at = tree;
        while let Some(around) = at.parent().filter(|_| !self.table.statement.is_empty()) {
            if self.table.statement.contains(&around.kind_id()) {
                return true;
            }
            if around.named_child_count() > 1 {
                return false;
            }
            at = around;
        }
        false
    }

    pub(super) fn between(&self, left: Tree, right: Tree) -> &'a str {
        self.text.get(left.end_byte()..right.start_byte()).unwrap_or_default().trim()
    }

    /// `x += y` binds `x` to what it was with `y` after it.
    pub(super) fn append(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let (target, added) = (nth(tree, parts, 0)?, nth(tree, parts, 1)?);
        let operator = self.between(target, added);
        if let (false, Some(several)) = (operator.len() > 1, self.several(tree, parts)) {
            return Some(several);
        }
        let target = Box::new(place(self.node(target)?));
        let value = self.node(added)?;
        let at = Span { start: target.span.start, end: value.span.end };
        let value = match operator {
            // What a longer target was is not repeated: targets inside targets would double at each level.
            "+=" | ".=" | "&=" if is_plain(&target) => {
                Node::new(at, Expr::Str(concatenated(vec![Node::clone(&target), value])))
            }
            _ => value,
        };
        Some(Expr::bind(target, value))
    }
}

/// Whether a text is nothing but a quote.
fn is_quote(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '"' | '\'' | '`'))
}

/// Whether an operator stands between alternatives.
fn is_choice(operator: &str) -> bool {
    matches!(operator, "||" | "??" | "or" | "?:")
}

/// Whether an operator is lowered to a call of itself.
fn is_called(operator: &str) -> bool {
    matches!(operator, "==" | "===" | "!=" | "!==" | "in" | "not in" | "%" | "-eq" | "-ne" | "-ieq" | "-ceq" | "-f")
}

/// Whether a join gives an operator a meaning.
pub(super) fn is_joined(operator: &str) -> bool {
    is_concatenation(operator) || is_choice(operator) || is_called(operator)
}

/// What is assigned to: a call of one argument is an index where its language spells both alike (`headers("Cookie") = x`).
fn place(target: Node) -> Node {
    match target.expr {
        Expr::Call { callee, mut args } if args.len() == 1 => {
            let index = args.remove(0).value;
            Node::new(target.span, Expr::Index(callee, Box::new(index)))
        }
        expr => Node::new(target.span, expr),
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
