//! Functions, branches and imports, as far as keywords, braces and indentation tell where they are.

use super::super::expr::{Arg, Expr, Import, Node, Param, Span, Symbol};
use super::lexis::{Juxtaposed, Op, Word};
use super::parse::{DEPTH, Element, Parser};
use super::scan::{Kind, plain};

impl Parser<'_> {
    /// A name that is given a value without an operator, as `#define PATH "/x"`, `-define(PATH, "/x")` and `(def path "/x")` do;
    /// the word that says so is next.
    pub(super) fn definition(&mut self) -> Option<Node> {
        self.at += 1;
        let (name, value) = if matches!(self.kind(0), Some(Kind::Open('('))) {
            let (elements, _) = self.inside('(');
            let mut nodes = elements.into_iter().flat_map(Element::nodes);
            (nodes.next()?, nodes.next()?)
        } else {
            // What says more of the name stands before it: `^:const`.
            while matches!(self.kind(0), Some(Kind::Name | Kind::Other)) && matches!(self.kind(1), Some(Kind::Name)) {
                self.at += 1;
            }
            (self.value()?, self.operand(false)?)
        };
        let span = Span { start: name.span.start, end: value.span.end };
        Some(Node::new(span, Expr::bind(Box::new(name), value)))
    }

    /// The function that a call before a brace defines, where the language spells functions so.
    pub(super) fn defined(&mut self, callee: &Node, args: &[Arg], end: u32) -> Option<Node> {
        let name = match &callee.expr {
            Expr::Name(name) | Expr::Member(_, name) if self.lexis.brace_defines => name.clone(),
            _ => return None,
        };
        let ahead = (0..4).find(|ahead| !matches!(self.kind(*ahead), Some(Kind::Line | Kind::Word(Word::Skip))))?;
        if !matches!(self.kind(ahead), Some(Kind::Open('{'))) {
            return None;
        }
        self.at += ahead;
        let params = args.iter().filter_map(|arg| param(&arg.value)).collect();
        let (body, end) = self.block(end);
        let span = Span { start: callee.span.start, end };
        Some(Node::new(span, Expr::Fn { name: Some(name), params, body }))
    }

    /// The statements of a block in braces, which is next.
    pub(super) fn block(&mut self, end: u32) -> (Vec<Node>, u32) {
        if !matches!(self.kind(0), Some(Kind::Open('{'))) {
            return (Vec::new(), end);
        }
        let (elements, end) = self.inside('{');
        (elements.into_iter().flat_map(Element::nodes).collect(), end)
    }

    /// A function; its keyword is next.
    pub(super) fn function(&mut self, keyword: Span) -> Node {
        self.at += 1;
        let mut name = None;
        let mut params = Vec::new();
        let mut has_params = false;
        let column = self.column(keyword);
        let mut end = keyword.end;
        while let Some(token) = self.peek().cloned() {
            match token.kind {
                Kind::Name if !has_params && params.is_empty() && name.is_none() => {
                    name = Some(self.symbol(token.span))
                }
                Kind::Name if self.lexis.juxtaposed == Juxtaposed::Each => {
                    params.push(Param { name: self.symbol(token.span), of: None, default: None, span: token.span });
                }
                Kind::Op(Op::Member) => name = None,
                Kind::Open('(') => {
                    let (elements, after) = self.inside('(');
                    end = after;
                    let named =
                        elements.iter().filter_map(|element| param(element.key.as_ref().unwrap_or(&element.value)));
                    params.extend(named);
                    has_params = true;
                    continue;
                }
                Kind::Open('{') => {
                    let (body, end) = self.block(end);
                    return self.with_params(name, params, body, Span { start: keyword.start, end });
                }
                Kind::End | Kind::Close => break,
                // A body without braces: `function(id) lookup(id)`.
                Kind::Name | Kind::Text(_) if has_params && !matches!(self.kind(1), Some(Kind::Open('{'))) => break,
                // What comes after it on its line, and lines that are indented deeper, is its body.
                Kind::Op(Op::Bind) | Kind::Line => break,
                _ => {}
            }
            end = token.span.end;
            self.at += 1;
        }
        if matches!(self.kind(0), Some(Kind::Op(_))) {
            self.at += 1;
        }
        let mut body = Vec::new();
        if self.depth < DEPTH && matches!(self.kind(0), Some(kind) if !matches!(kind, Kind::End | Kind::Close)) {
            self.depth += 1;
            let elements = self.elements_beyond(None, Some(column));
            self.depth -= 1;
            body.extend(elements.into_iter().flat_map(Element::nodes));
        }
        let end = body.last().map_or(end, |last| last.span.end.max(end));
        self.with_params(name, params, body, Span { start: keyword.start, end })
    }

    /// A function whose parameters may be taken from the list of its arguments in its body.
    fn with_params(&self, name: Option<Symbol>, mut params: Vec<Param>, body: Vec<Node>, span: Span) -> Node {
        if let (true, Some(Expr::Bind { target, value, .. })) =
            (params.is_empty(), body.first().map(|first| &first.expr))
            && matches!(&value.expr, Expr::Name(list) if self.lexis.params.iter().any(|have| **have == **list))
        {
            match &target.expr {
                Expr::List(names) => params.extend(names.iter().filter_map(param)),
                _ => params.extend(param(target)),
            }
            if params.first().is_some_and(|first| self.lexis.this.iter().any(|this| **this == *first.name)) {
                params.remove(0);
            }
        }
        Node::new(span, Expr::Fn { name, params, body })
    }

    /// What runs under a condition; its keyword is next.
    pub(super) fn branch(&mut self) -> Vec<Node> {
        self.at += 1;
        let mut nodes = Vec::new();
        // `foreach my $id (…)`
        let ahead = (0..4).find(|ahead| !matches!(self.kind(*ahead), Some(Kind::Name | Kind::Word(Word::Skip))));
        if let Some(ahead) = ahead.filter(|ahead| matches!(self.kind(*ahead), Some(Kind::Open('(')))) {
            let named = self.tokens.get(self.at + ahead.saturating_sub(1)).map_or(0, |token| token.span.end);
            let is_call = ahead > 0 && self.tokens.get(self.at + ahead).is_some_and(|token| token.span.start == named);
            self.at += if is_call { 0 } else { ahead };
        }
        if let Some(Kind::Open('(')) = self.kind(0) {
            nodes.extend(self.value());
        }
        if let Some(Kind::Open('{')) = self.kind(0) {
            let start = self.peek().map_or(0, |token| token.span.start);
            let (body, end) = self.block(start);
            self.unit.branches.push(Span { start, end });
            nodes.extend(body);
        }
        nodes
    }

    /// The modules that a statement imports; its keyword is next.
    pub(super) fn import(&mut self) {
        let Some(start) = self.peek().map(|token| token.span) else { return };
        self.at += 1;
        let mut module = String::new();
        while let Some(token) = self.peek() {
            match &token.kind {
                Kind::Name | Kind::Word(_) if module.is_empty() || module.ends_with('.') => {
                    module += self.slice(token.span)
                }
                Kind::Op(Op::Member) => module.push('.'),
                Kind::Text(parts) if module.is_empty() => {
                    module = plain(parts);
                }
                Kind::Open(_) | Kind::Other | Kind::Op(_) if module.is_empty() => {}
                _ => break,
            }
            self.at += 1;
        }
        if !module.is_empty() {
            self.unit.imports.push(Import { module, name: None, local: None, span: start });
        }
    }
}

/// The parameter that a node names: of several names in a row the last, of a name and a type the first.
pub fn param(node: &Node) -> Option<Param> {
    let named = |name: &Symbol, default| Some(Param { name: name.clone(), of: None, default, span: node.span });
    match &node.expr {
        Expr::Name(name) => named(name, None),
        Expr::Unknown(nodes) => nodes.iter().rev().find_map(param),
        Expr::Bind { target, value, .. } => {
            param(target).map(|param| Param { default: Some((**value).clone()), ..param })
        }
        _ => None,
    }
}
