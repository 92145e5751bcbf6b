//! Puts what was lowered from extracted code back to where it stands in the file, and makes holes of what templates fill in.

use super::expr::{Expr, Node, Param, Parsed, Piece, Span, Symbol, Unit};
use super::extract::{Extract, MARK};

/// The unit with the places of the file that its code was taken out of.
pub fn placed(mut unit: Unit, code: &Extract) -> Unit {
    let placer = Placer { code, has_holes: code.text.contains(MARK) };
    unit.root.iter_mut().for_each(|node| placer.node(node));
    for import in &mut unit.imports {
        import.span = code.place(import.span);
    }
    for spans in [&mut unit.comments, &mut unit.branches] {
        placer.spans(spans);
    }
    for class in unit.classes.iter_mut().chain(&mut unit.methods) {
        class.span = code.place(class.span);
        class.params.iter_mut().for_each(|param| placer.param(param));
    }
    if let Parsed::WithErrors(spans) = &mut unit.parsed {
        placer.spans(spans);
    }
    unit
}

struct Placer<'e> {
    code: &'e Extract,
    has_holes: bool,
}

impl Placer<'_> {
    fn spans(&self, spans: &mut [Span]) {
        spans.iter_mut().for_each(|span| *span = self.code.place(*span));
    }

    fn symbol(&self, symbol: &mut Symbol) {
        if self.has_holes && symbol.contains(MARK) {
            *symbol = symbol.replace(MARK, "").into();
        }
    }

    fn param(&self, param: &mut Param) {
        self.symbol(&mut param.name);
        param.of.iter_mut().for_each(|of| self.symbol(of));
        param.default.iter_mut().for_each(|node| self.node(node));
        param.span = self.code.place(param.span);
    }

    fn node(&self, node: &mut Node) {
        node.span = self.code.place(node.span);
        let at = node.span;
        match &mut node.expr {
            Expr::Str(pieces) => {
                for piece in pieces.iter_mut() {
                    if let Piece::Hole(node) = piece {
                        self.node(node);
                    }
                }
                if self.has_holes {
                    *pieces = std::mem::take(pieces).into_iter().flat_map(|piece| with_holes(piece, at)).collect();
                }
            }
            Expr::Name(name) => self.symbol(name),
            Expr::Member(object, member) => {
                self.node(object);
                self.symbol(member);
            }
            Expr::Index(one, other) => {
                self.node(one);
                self.node(other);
            }
            Expr::Call { callee, args } => {
                self.node(callee);
                for arg in args {
                    arg.label.iter_mut().for_each(|label| self.symbol(label));
                    self.node(&mut arg.value);
                }
            }
            Expr::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                self.node(key);
                self.node(value);
            }),
            Expr::List(nodes) | Expr::Choice(nodes) | Expr::Unknown(nodes) => {
                nodes.iter_mut().for_each(|node| self.node(node));
            }
            Expr::Bind { target, value, of } => {
                self.node(target);
                self.node(value);
                of.iter_mut().for_each(|of| self.symbol(of));
            }
            Expr::Fn { name, params, body } => {
                name.iter_mut().for_each(|name| self.symbol(name));
                params.iter_mut().for_each(|param| self.param(param));
                body.iter_mut().for_each(|node| self.node(node));
            }
        }
    }
}

/// A piece of a string with the holes in it: text between two marks is the name of one.
fn with_holes(piece: Piece, at: Span) -> Vec<Piece> {
    let Piece::Text(text) = piece else { return vec![piece] };
    let mut pieces = Vec::new();
    for (n, part) in text.split(MARK).enumerate() {
        match n % 2 {
            0 if part.is_empty() => {}
            0 => pieces.push(Piece::Text(part.to_owned())),
            _ => pieces.push(Piece::Hole(Box::new(Node::new(at, Expr::Name(part.into()))))),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::with_holes;
    use crate::syntax::expr::{Expr, Piece, Span};

    #[test]
    fn text_between_marks_is_a_hole() {
        let pieces = with_holes(Piece::Text("a/\u{A66E}sid\u{A66E}\u{A66E}x\u{A66E}".into()), Span::default());
        let shown: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Hole(node) => match &node.expr {
                    Expr::Name(name) => format!("{{{name}}}"),
                    _ => String::new(),
                },
            })
            .collect();
        assert_eq!(shown, ["a/", "{sid}", "{x}"]);
    }
}
