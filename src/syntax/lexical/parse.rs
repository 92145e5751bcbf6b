//! Tokens to expressions, without a grammar: calls, members, strings, sums, binds and functions, as far as operators and
//! brackets tell. What they do not tell is unknown with its parts, so that nothing is lost.

use std::iter::once;
use std::ops::Range;

use super::super::expr::{Arg, Expr, Node, Piece, Span, Symbol, Unit};
use super::super::spelling::{bind_return, text_piece};
use super::fold::{Item, arguments, fold};
use super::lexis::{Juxtaposed, Lexis, Op, Word};
use super::scan::{Kind, Part, Scanned, Token, plain, scan};

/// Deeper nesting is read as the strings in it. A real program is far shallower; a recursion of this depth fits any stack.
pub const DEPTH: usize = 40;

/// Most bytes of a line that are looked at for its indentation.
const WIDEST: usize = 1 << 10;

/// Most members, indexes and calls on one value: what is built of them nests that deep.
const CHAIN: usize = 24;

/// An element of brackets.
pub struct Element {
    pub key: Option<Node>,
    pub value: Node,
}

impl Element {
    /// Its key, if it has one, and its value.
    pub fn nodes(self) -> impl Iterator<Item = Node> {
        self.key.into_iter().chain(once(self.value))
    }
}

/// Reads the tokens of one text.
pub struct Parser<'a> {
    pub text: &'a str,
    pub lexis: &'a Lexis,
    pub tokens: Vec<Token>,
    pub at: usize,
    pub depth: usize,
    pub unit: Unit,
    go_on: &'a mut dyn FnMut() -> bool,
    /// How many values were read.
    count: u32,
    /// Whether it was called off.
    over: bool,
}

/// The statements of a part of `text`, into `unit` what is no expression. `None` if `go_on` says no before its end.
pub fn parse(
    text: &str,
    within: Range<usize>,
    lexis: &Lexis,
    depth: usize,
    unit: &mut Unit,
    go_on: &mut dyn FnMut() -> bool,
) -> Option<Vec<Node>> {
    let Scanned { tokens, comments } = scan(text, within, lexis, go_on)?;
    let unit_so_far = std::mem::take(unit);
    let mut parser = Parser { text, lexis, tokens, at: 0, depth, unit: unit_so_far, go_on, count: 0, over: false };
    parser.unit.comments.extend(comments);
    let mut nodes = Vec::new();
    while parser.at < parser.tokens.len() {
        nodes.extend(parser.elements(None).into_iter().flat_map(Element::nodes));
        // A closing bracket that nothing opened.
        parser.at += 1;
    }
    let over = parser.over;
    *unit = parser.unit;
    (!over).then_some(nodes)
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn kind(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    pub(super) fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(super) fn symbol(&self, span: Span) -> Symbol {
        self.slice(span).into()
    }

    /// Everything up to a closing bracket, which is left.
    fn elements(&mut self, open: Option<char>) -> Vec<Element> {
        self.elements_beyond(open, None)
    }

    /// The same, and no further than lines that are indented deeper than `column`.
    pub(super) fn elements_beyond(&mut self, open: Option<char>, column: Option<usize>) -> Vec<Element> {
        let lines = self.lexis.newline && open.is_none_or(|open| open == '{');
        let mut elements = Vec::new();
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::Close => break,
                Kind::Line if column.is_some_and(|column| self.next_column().is_none_or(|next| next <= column)) => {
                    break;
                }
                Kind::Comma | Kind::End | Kind::Line | Kind::Other => self.at += 1,
                _ => {
                    let before = self.at;
                    let items = self.items(lines || column.is_some());
                    elements.extend(match open {
                        None => self.statement(items),
                        Some(_) => self.element(items),
                    });
                    self.at += usize::from(self.at == before);
                }
            }
        }
        elements
    }

    /// The column of the first token after the end of a line; `None` where there is none.
    fn next_column(&self) -> Option<usize> {
        self.beyond_lines().map(|token| self.column(token.span))
    }

    /// The next token that is no end of a line.
    fn beyond_lines(&self) -> Option<&Token> {
        self.tokens.get(self.at..)?.iter().find(|token| !matches!(token.kind, Kind::Line))
    }

    pub(super) fn column(&self, span: Span) -> usize {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        // No further back than code is indented: a line may be the whole file, with thousands of functions on it.
        let before = &before[before.ceil_char_boundary(before.len().saturating_sub(WIDEST))..];
        let line = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        let line = &before[before.len() - line..];
        line.len() - line.trim_start().len() + usize::from(!line.trim().is_empty())
    }

    /// A pair that is a statement binds: `use constant PATH => "…"`, `Readonly my $path => "…"`, `path: "…"`.
    fn statement(&mut self, mut items: Vec<Item>) -> Option<Element> {
        let is_pair = |item: &Item| matches!(item, Item::Op(Op::Pair));
        let binds = |item: &Item| matches!(item, Item::Op(Op::Bind | Op::Append | Op::Ternary));
        if let Some(pair) = items.iter_mut().find(|item| is_pair(item) || binds(item)).filter(|item| is_pair(item)) {
            *pair = Item::Op(Op::Bind);
        }
        Some(Element { key: None, value: fold(items, self.lexis)? })
    }

    fn element(&mut self, items: Vec<Item>) -> Option<Element> {
        let is_pair = |item: &Item| matches!(item, Item::Op(Op::Pair));
        let is_plain =
            |items: &[Item]| matches!(items, [Item::Operand(Node { expr: Expr::Str(_) | Expr::Name(_), .. })]);
        match items.iter().position(is_pair) {
            Some(at) if is_plain(&items[..at]) => {
                let mut items = items.into_iter();
                let Some(Item::Operand(key)) = items.next() else { return None };
                let value = fold(items.skip(1).collect(), self.lexis).unwrap_or_else(|| unknown(key.span, Vec::new()));
                Some(Element { key: Some(key), value })
            }
            _ => Some(Element { key: None, value: fold(items, self.lexis)? }),
        }
    }

    /// The operands and operators of one expression.
    fn items(&mut self, lines: bool) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        while let Some(token) = self.peek() {
            let (span, op) = (
                token.span,
                match token.kind {
                    Kind::Op(op) | Kind::Word(Word::Op(op)) => Some(op),
                    _ => None,
                },
            );
            match &token.kind {
                Kind::Comma | Kind::End | Kind::Close => break,
                Kind::Line if lines && !self.goes_on(items.last()) => break,
                Kind::Line | Kind::Other | Kind::Word(Word::Skip) => self.at += 1,
                Kind::Word(Word::Return) => {
                    self.at += 1;
                    let rest = self.items(lines);
                    if let Some(value) = fold(rest, self.lexis) {
                        items.push(Item::Operand(Node::new(value.span, bind_return(Box::new(value)))));
                    }
                }
                Kind::Word(Word::Function) => {
                    let function = self.function(span);
                    items.push(Item::Operand(function));
                    break;
                }
                Kind::Word(Word::Import) => self.import(),
                Kind::Word(Word::Define) => {
                    items.extend(self.definition().map(Item::Operand));
                    break;
                }
                // A condition after a statement.
                Kind::Word(Word::Branch) if !items.is_empty() => break,
                Kind::Word(Word::Branch) => {
                    let branch = self.branch();
                    items.extend(branch.into_iter().map(Item::Operand));
                    if self.ended() {
                        break;
                    }
                }
                _ => match op {
                    Some(op) => {
                        items.push(Item::Op(op));
                        self.at += 1;
                        // `-name => "sid"`: a key that begins with a dash.
                        if op == Op::Other
                            && self.slice(span) == "-"
                            && matches!(self.kind(0), Some(Kind::Name))
                            && matches!(self.kind(1), Some(Kind::Op(Op::Pair)))
                            && let Some(name) = self.peek().map(|token| token.span)
                        {
                            items.pop();
                            let at = Span { start: span.start, end: name.end };
                            items.push(Item::Operand(Node::text(at, self.slice(at))));
                            self.at += 1;
                        }
                    }
                    None => {
                        let alone = matches!(items.last(), None | Some(Item::Op(_)));
                        let is_block =
                            matches!(token.kind, Kind::Open('{')) && !matches!(items.last(), Some(Item::Op(_)));
                        let Some(operand) = self.operand(alone) else { break };
                        // A block after what it belongs to ends the statement.
                        let ends = is_block || matches!(operand.expr, Expr::Fn { .. }) && self.ended();
                        items.push(Item::Operand(operand));
                        if ends {
                            break;
                        }
                    }
                },
            }
        }
        items
    }

    /// Whether a block has just ended.
    fn ended(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.is_some_and(|last| self.slice(last.span) == "}")
    }

    /// Whether an expression goes on after the end of a line.
    fn goes_on(&self, last: Option<&Item>) -> bool {
        let next = self.beyond_lines().map(|token| &token.kind);
        matches!(last, Some(Item::Op(op)) if *op != Op::Other)
            || matches!(next, Some(Kind::Op(Op::Member | Op::Join | Op::Below | Op::Pipe | Op::Choice | Op::Apply)))
    }

    /// A value with the members, indexes and calls after it, and with what it is called with without parentheses.
    pub(super) fn operand(&mut self, alone: bool) -> Option<Node> {
        let node = self.value()?;
        let node = self.chain(node);
        let is_callee = match node.expr {
            Expr::Name(_) => !self.after_sigil(node.span),
            Expr::Member(..) => true,
            _ => false,
        };
        if !is_callee {
            return Some(node);
        }
        let starts = |kind: &Kind| matches!(kind, Kind::Text(_) | Kind::Name | Kind::Open(_));
        let follows = |token: &Token| match self.lexis.juxtaposed {
            Juxtaposed::Nothing => false,
            Juxtaposed::Text => matches!(token.kind, Kind::Text(_)),
            Juxtaposed::List => alone && starts(&token.kind),
            Juxtaposed::Each => starts(&token.kind),
        };
        if !self.peek().is_some_and(|token| token.spaced && follows(token)) || self.depth >= DEPTH {
            return Some(node);
        }
        self.depth += 1;
        let mut args = Vec::new();
        while self.peek().is_some_and(|token| follows(token) || !args.is_empty() && starts(&token.kind)) {
            if self.lexis.juxtaposed == Juxtaposed::Each {
                let Some(value) = self.value() else { break };
                args.push(Arg::of(self.chain(value)));
                continue;
            }
            let items = self.items(true);
            args.extend(self.element(items).into_iter().flat_map(arguments));
            if !matches!(self.kind(0), Some(Kind::Comma)) {
                break;
            }
            self.at += 1;
        }
        self.depth -= 1;
        let end = args.last().map_or(node.span.end, |arg| arg.value.span.end.max(node.span.end));
        let span = Span { start: node.span.start, end };
        Some(Node::new(span, Expr::Call { callee: Box::new(node), args }))
    }

    /// A value without what follows it.
    pub(super) fn value(&mut self) -> Option<Node> {
        self.count = self.count.wrapping_add(1);
        if self.count.is_multiple_of(256) && !(self.go_on)() {
            // With nothing left to read, everything that is open ends.
            (self.over, self.at) = (true, self.tokens.len());
        }
        let token = self.peek()?.clone();
        match token.kind {
            Kind::Text(parts) => {
                self.at += 1;
                let pieces = self.pieces(parts);
                Some(Node::new(token.span, Expr::Str(pieces)))
            }
            Kind::Name => {
                self.at += 1;
                let is_callee = matches!(self.kind(0), Some(Kind::Open('(') | Kind::Op(Op::Member)));
                if self.lexis.atoms && !is_callee && self.slice(token.span).starts_with(char::is_lowercase) {
                    return Some(Node::text(token.span, self.slice(token.span)));
                }
                Some(Node::new(token.span, Expr::Name(self.symbol(token.span))))
            }
            Kind::Open(open) => Some(self.brackets(open, token.span)),
            _ => None,
        }
    }

    /// The pieces of a string; the code in its holes is read.
    fn pieces(&mut self, parts: Vec<Part>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => pieces.extend(text_piece(text)),
                Part::Hole(code) => {
                    let span = Span::new(code.start, code.end);
                    let mut nodes = match self.depth < DEPTH {
                        true => {
                            let unit = &mut Unit::default();
                            parse(self.text, code, self.lexis, self.depth + 1, unit, self.go_on).unwrap_or_default()
                        }
                        false => Vec::new(),
                    };
                    let node = if nodes.len() == 1 { nodes.pop() } else { None };
                    pieces.push(Piece::Hole(Box::new(node.unwrap_or_else(|| unknown(span, nodes)))));
                }
            }
        }
        pieces
    }

    /// What brackets hold, as a value: an object, a list, the one thing in parentheses, statements in braces.
    fn brackets(&mut self, open: char, start: Span) -> Node {
        let (elements, end) = self.inside(open);
        let span = Span { start: start.start, end };
        let has_pairs = elements.iter().any(|element| element.key.is_some());
        if has_pairs {
            let pair = |Element { key, value }| match key {
                Some(Node { expr: Expr::Name(name), span }) => (Node::text(span, &*name), value),
                Some(key) => (key, value),
                None => (Node::text(value.span, "..."), value),
            };
            return Node::new(span, Expr::Object(elements.into_iter().map(pair).collect()));
        }
        let mut nodes: Vec<Node> = elements.into_iter().map(|element| element.value).collect();
        match open {
            '(' if nodes.len() == 1 => nodes.pop().unwrap_or_else(|| unknown(span, Vec::new())),
            '{' if !self.lexis.tuples => unknown(span, nodes),
            _ => Node::new(span, Expr::List(nodes)),
        }
    }

    /// What stands between brackets, the opening one being next, and where the closing one ends.
    pub(super) fn inside(&mut self, open: char) -> (Vec<Element>, u32) {
        self.at += 1;
        if self.depth >= DEPTH {
            return self.strings_inside();
        }
        self.depth += 1;
        let elements = match open == '{' && self.lexis.turns {
            true => self.turns(),
            false => self.elements(Some(open)),
        };
        self.depth -= 1;
        let end = self.peek().or(self.tokens.last()).map_or(0, |token| token.span.end);
        self.at += 1;
        (elements, end)
    }

    /// Keys and values by turns, up to a closing bracket: `{:headers {"Cookie" text}}`.
    fn turns(&mut self) -> Vec<Element> {
        let mut values = Vec::new();
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::Close => break,
                Kind::Text(_) | Kind::Name | Kind::Open(_) => {
                    let Some(value) = self.value() else { break };
                    values.push(self.chain(value));
                }
                _ => self.at += 1,
            }
        }
        let mut values = values.into_iter();
        let mut elements = Vec::new();
        while let (Some(key), Some(value)) = (values.next(), values.next()) {
            let key = match key.word() {
                Some(word) => Node::text(key.span, word.trim_start_matches(':')),
                None => key,
            };
            elements.push(Element { key: Some(key), value });
        }
        elements
    }

    /// The strings between brackets that are nested too deeply.
    fn strings_inside(&mut self) -> (Vec<Element>, u32) {
        let (mut elements, mut depth, mut end) = (Vec::new(), 1usize, 0);
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            end = token.span.end;
            match &token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close => depth -= 1,
                Kind::Text(parts) => {
                    elements.push(Element { key: None, value: Node::text(token.span, plain(parts)) });
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        (elements, end)
    }

    /// The members, indexes and calls on a value.
    fn chain(&mut self, mut node: Node) -> Node {
        for _ in 0..CHAIN {
            let Some(token) = self.peek() else { break };
            let (kind, spaced, start) = (token.kind.clone(), token.spaced, node.span.start);
            let is_text = matches!(node.expr, Expr::Str(_));
            let to = |end: u32| Span { start, end };
            match kind {
                Kind::Op(Op::Member) => match (self.kind(1), self.tokens.get(self.at + 1).map(|token| token.span)) {
                    (Some(Kind::Name | Kind::Word(_)), Some(name)) => {
                        self.at += 2;
                        node = Node::new(to(name.end), Expr::Member(Box::new(node), self.symbol(name)));
                    }
                    (Some(Kind::Open(_)), _) => self.at += 1,
                    _ => break,
                },
                Kind::Line if self.leads_to_member() => self.at += 1,
                Kind::Open('(') if !spaced && !is_text => {
                    let (elements, end) = self.inside('(');
                    let args: Vec<Arg> = elements.into_iter().flat_map(arguments).collect();
                    if let Some(function) = self.defined(&node, &args, end) {
                        return function;
                    }
                    node = Node::new(to(end), Expr::Call { callee: Box::new(node), args });
                }
                Kind::Open(open @ ('[' | '{')) if !spaced && !is_text && (open == '[' || self.lexis.brace_index) => {
                    let (elements, end) = self.inside(open);
                    let Some(Element { value, .. }) = elements.into_iter().next() else { break };
                    let key = match value.expr {
                        Expr::Name(name) if open == '{' && !self.after_sigil(value.span) => {
                            Node::text(value.span, &*name)
                        }
                        expr => Node::new(value.span, expr),
                    };
                    node = Node::new(to(end), Expr::Index(Box::new(node), Box::new(key)));
                }
                _ => break,
            }
        }
        node
    }

    fn after_sigil(&self, span: Span) -> bool {
        self.lexis.is_after_sigil(self.text.get(..span.start as usize).unwrap_or_default())
    }

    /// Whether the next line begins with a member.
    fn leads_to_member(&self) -> bool {
        self.beyond_lines().is_some_and(|token| matches!(token.kind, Kind::Op(Op::Member)))
    }
}

/// A node of unknown meaning.
pub fn unknown(span: Span, nodes: Vec<Node>) -> Node {
    Node::new(span, Expr::Unknown(nodes))
}
