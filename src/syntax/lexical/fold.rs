//! Operands and operators to one expression: binds before pipes, pipes before choices, comparisons and sums.

use super::super::expr::{Arg, COMPARE, Expr, Node, Piece, Span, Symbol};
use super::super::spelling::{bind_return, concatenated};
use super::lexis::{Lexis, Op};
use super::parse::{Element, unknown};

/// An operand or an operator.
pub enum Item {
    Operand(Node),
    Op(Op),
}

/// Most values that are given from one call to the next: what is built of them nests that deep.
const PIPED: usize = 64;

/// What the callee of a search is called, after the method of most languages.
const SEARCH: &str = "match";

/// The expression of `items`; `None` where there is no operand.
pub fn fold(items: Vec<Item>, lexis: &Lexis) -> Option<Node> {
    let binds = |item: &Item| matches!(item, Item::Op(Op::Bind | Op::Append));
    let mut parts: Vec<(Vec<Item>, Op)> = Vec::new();
    let mut own = Vec::new();
    for item in items {
        match item {
            Item::Op(op) if binds(&item) => parts.push((std::mem::take(&mut own), op)),
            other => own.push(other),
        }
    }
    if parts.iter().skip(1).any(|(left, _)| is_attribute(left)) {
        return attributes(parts, own);
    }
    let mut value = valued(own);
    // `a = b = c` binds both to the last.
    for (left, op) in parts.into_iter().rev() {
        let Some(target) = target(left) else { continue };
        value = Some(match value {
            Some(value) => bound(target, value, op, lexis),
            None => target,
        });
    }
    value
}

/// Whether what stands between two binds is the value of the first and the name of the second: `url="…" method="…"`.
fn is_attribute(items: &[Item]) -> bool {
    matches!(items, [.., Item::Operand(_), Item::Operand(Node { expr: Expr::Name(_), .. })])
}

/// Names and values in a row, as what the word before them is called with: `<cfhttp url="…" method="delete">`.
fn attributes(parts: Vec<(Vec<Item>, Op)>, last: Vec<Item>) -> Option<Node> {
    let mut segments: Vec<Vec<Item>> = parts.into_iter().map(|(left, _)| left).chain([last]).collect();
    let mut name = operand(segments.first_mut()?.pop())?;
    let callee = operand(segments.first_mut()?.pop());
    let (mut args, mut loose) = (Vec::new(), Vec::new());
    let count = segments.len() - 1;
    for (at, mut segment) in segments.into_iter().skip(1).enumerate() {
        let next = if at + 1 < count { operand(segment.pop()) } else { None };
        if let Some(value) = valued(segment) {
            match name.word().map(|word| word.to_lowercase()) {
                Some(word) => args.push(Arg { label: Some(word.into()), spread: false, value }),
                None => loose.push(value),
            }
        }
        let Some(next) = next else { break };
        name = next;
    }
    let values = || args.iter().map(|arg| arg.value.span).chain(loose.iter().map(|node| node.span));
    let start = callee.as_ref().map_or(name.span.start, |callee| callee.span.start);
    let span = values().fold(Span { start, end: start }, |all, one| Span {
        start: all.start.min(one.start),
        end: all.end.max(one.end),
    });
    let callee = callee.unwrap_or_else(|| unknown(name.span, Vec::new()));
    let call = Node::new(span, Expr::Call { callee: Box::new(callee), args });
    match loose.is_empty() {
        true => Some(call),
        false => Some(unknown(span, std::iter::once(call).chain(loose).collect())),
    }
}

fn operand(item: Option<Item>) -> Option<Node> {
    match item? {
        Item::Operand(node) => Some(node),
        Item::Op(_) => None,
    }
}

fn bound(target: Node, value: Node, op: Op, lexis: &Lexis) -> Node {
    let span = Span { start: target.span.start.min(value.span.start), end: target.span.end.max(value.span.end) };
    let expr = match (target.expr, op) {
        // `let url org id = …` defines a function.
        (Expr::Call { callee, args }, _) if lexis.bind_defines => {
            let name = callee.word().map(Into::into);
            let params = args.iter().filter_map(|arg| super::define::param(&arg.value)).collect();
            let body = vec![Node::new(value.span, bind_return(Box::new(value)))];
            Expr::Fn { name, params, body }
        }
        (expr @ Expr::Name(_), Op::Append) => {
            let target = Node::new(target.span, expr);
            let sum = Expr::Str(concatenated(vec![target.clone(), value]));
            Expr::bind(target, Node::new(span, sum))
        }
        (expr, _) => {
            // What is bound to a value that is bound itself is bound to that value.
            let value = match value.expr {
                Expr::Bind { value, .. } => value,
                expr => Box::new(Node::new(value.span, expr)),
            };
            Expr::bind(Node::new(target.span, expr), value)
        }
    };
    Node::new(span, expr)
}

/// What is bound: before a type that `:` sets apart, after one that stands before the name.
fn target(items: Vec<Item>) -> Option<Node> {
    let typed = items.iter().position(|item| matches!(item, Item::Op(Op::Pair | Op::Else)));
    let mut operands = items.into_iter().take(typed.unwrap_or(usize::MAX)).filter_map(|item| match item {
        Item::Operand(node) => Some(node),
        Item::Op(_) => None,
    });
    if typed.is_some() { operands.next_back() } else { operands.last() }
}

/// Parts of `items` around an operator.
fn split(items: Vec<Item>, at: Op) -> Vec<Vec<Item>> {
    let mut parts = vec![Vec::new()];
    for item in items {
        match item {
            Item::Op(op) if op == at => parts.push(Vec::new()),
            other => {
                if let Some(last) = parts.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    parts
}

fn around(nodes: &[Node]) -> Span {
    let start = nodes.iter().map(|node| node.span.start).min().unwrap_or_default();
    let end = nodes.iter().map(|node| node.span.end).max().unwrap_or_default();
    Span { start, end }
}

fn call(callee: Node, args: Vec<Node>, span: Span) -> Node {
    let args = args.into_iter().map(Arg::of).collect();
    Node::new(span, Expr::Call { callee: Box::new(callee), args })
}

/// A value: what is given on, alternatives, comparisons, sums.
fn valued(items: Vec<Item>) -> Option<Node> {
    let piped = split(items, Op::Pipe);
    let mut value: Option<Node> = None;
    for (count, part) in piped.into_iter().enumerate() {
        let part = applied(part);
        value = match (value, part) {
            (Some(given), Some(to)) if count < PIPED => Some(given_to(to, given)),
            (Some(given), Some(to)) => Some(unknown(around(&[given.clone(), to.clone()]), vec![to])),
            (given, to) => given.or(to),
        };
    }
    value
}

/// A call with a further argument after its own.
fn given_to(to: Node, given: Node) -> Node {
    let span = Span { start: given.span.start.min(to.span.start), end: to.span.end.max(given.span.end) };
    Node::new(span, to.called_with(Arg::of(given), false))
}

/// `f $ g x`: the right one is the last argument of the left one.
fn applied(items: Vec<Item>) -> Option<Node> {
    let mut value: Option<Node> = None;
    for part in split(items, Op::Apply).into_iter().rev().take(PIPED) {
        value = match (chosen(part), value) {
            (Some(to), Some(given)) => Some(given_to(to, given)),
            (to, given) => to.or(given),
        };
    }
    value
}

fn chosen(items: Vec<Item>) -> Option<Node> {
    if let Some(at) = items.iter().position(|item| matches!(item, Item::Op(Op::Ternary))) {
        let mut items = items;
        let rest = items.split_off(at);
        let rest = rest.into_iter().skip(1).map(|item| match item {
            Item::Op(Op::Pair) => Item::Op(Op::Else),
            Item::Op(Op::Ternary) => Item::Op(Op::Else),
            other => other,
        });
        let nodes: Vec<Node> = split(rest.collect(), Op::Else).into_iter().filter_map(compared).collect();
        return Some(Node::new(around(&nodes), Expr::Choice(nodes)));
    }
    let mut nodes: Vec<Node> = split(items, Op::Choice).into_iter().filter_map(compared).collect();
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ => Some(Node::new(around(&nodes), Expr::Choice(nodes))),
    }
}

fn compared(items: Vec<Item>) -> Option<Node> {
    let mut nodes: Vec<Node> = split(items, Op::Compare).into_iter().filter_map(searched).collect();
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ => {
            let span = around(&nodes);
            Some(call(Node::new(span, Expr::Name(COMPARE.into())), nodes, span))
        }
    }
}

fn searched(items: Vec<Item>) -> Option<Node> {
    let mut nodes: Vec<Node> = split(items, Op::Search).into_iter().filter_map(joined).collect();
    if nodes.len() != 2 {
        let span = around(&nodes);
        return if nodes.len() == 1 { nodes.pop() } else { Some(unknown(span, nodes)).filter(|_| span.end > 0) };
    }
    let (span, pattern) = (around(&nodes), nodes.pop()?);
    let text = match nodes.pop()? {
        // `($header // "") =~ /…/`
        Node { expr: Expr::Choice(nodes), .. } => nodes.into_iter().next()?,
        node => node,
    };
    let callee = Node::new(text.span, Expr::Member(Box::new(text), SEARCH.into()));
    Some(call(callee, vec![pattern], span))
}

/// A sum; texts that stand side by side are one as well.
fn joined(items: Vec<Item>) -> Option<Node> {
    let (mut joins, mut others) = (false, false);
    let mut nodes = Vec::new();
    let mut open = false;
    for item in items {
        match item {
            Item::Op(Op::Join) => (joins, open) = (true, true),
            Item::Op(Op::Below) => {
                let end = around(&nodes).end;
                nodes.push(Node::new(Span { start: end, end }, Expr::Str(vec![Piece::Text("/".into())])));
                (joins, open) = (true, true);
            }
            Item::Op(_) => (others, open) = (true, true),
            Item::Operand(node) => {
                others |= !nodes.is_empty() && !open && !matches!(node.expr, Expr::Str(_));
                (open, joins) = (false, joins || !nodes.is_empty() && !others);
                nodes.push(node);
            }
        }
    }
    let span = around(&nodes);
    match (nodes.len(), joins && !others) {
        (0 | 1, _) => nodes.pop(),
        (_, true) => Some(Node::new(span, Expr::Str(concatenated(nodes)))),
        (_, false) => Some(unknown(span, nodes)),
    }
}

/// An element as arguments. A key that begins with a capital is a value and no label: `new(DELETE => $url)`,
/// `header(Cookie => $text)`.
pub fn arguments(Element { key, value }: Element) -> Vec<Arg> {
    match key {
        Some(key) => {
            match key.word().filter(|word| word.starts_with(|c: char| c.is_lowercase() || c == '-' || c == '_')) {
                Some(word) => vec![Arg { label: Some(word.into()), spread: false, value }],
                None => {
                    let key = match &key.expr {
                        Expr::Name(name) => Node::text(key.span, &**name),
                        _ => key,
                    };
                    vec![Arg::of(key), Arg::of(value)]
                }
            }
        }
        None => match value.expr {
            Expr::Bind { target, value, .. } if matches!(target.expr, Expr::Name(_)) => {
                let label = target.word().map(Symbol::from);
                vec![Arg { label, spread: false, value: *value }]
            }
            expr => vec![Arg::of(Node::new(value.span, expr))],
        },
    }
}
