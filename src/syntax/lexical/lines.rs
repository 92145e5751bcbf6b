//! Languages of lines: recipes and build files whose lines are commands, and tables whose lines are cells.

use std::ops::Range;

use super::super::expr::{Arg, Expr, Node, Span, Unit};
use super::super::spelling::{self, text_piece};
use super::lexis::{Lexis, Quote};
use super::parse::{parse, unknown};
use super::scan::{Part, parts};
use crate::syntax::expr::Piece;

/// The statements of a text whose lines are commands; `None` if `go_on` says no before its end.
pub fn commands(text: &str, lexis: &Lexis, unit: &mut Unit, go_on: &mut dyn FnMut() -> bool) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    each(text, lexis, unit, go_on, &mut |own, line, unit, go_on| {
        if let Some(bind) = setting(text, line.clone(), lexis) {
            nodes.push(bind);
        } else if let Some(head) = lexis.commands.iter().find_map(|head| command(own, head)) {
            let start =
                line.end - head.len() + (head.len() - head.trim_start_matches(|c| lexis.strip.contains(&c)).len());
            match text.get(start..line.end).is_some_and(|rest| rest.trim_start().starts_with('[')) {
                true => nodes.extend(parse(text, start..line.end, lexis, 0, unit, go_on)?),
                false => nodes.push(string(text, start..line.end, lexis)),
            }
        }
        Some(())
    })?;
    Some(nodes)
}

/// The statements of a text whose lines are cells: the first that is no variable is called with the others. `None` if
/// `go_on` says no before its end.
pub fn cells(text: &str, lexis: &Lexis, unit: &mut Unit, go_on: &mut dyn FnMut() -> bool) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    each(text, lexis, unit, go_on, &mut |own, line, unit, _| {
        row(text, own, line, lexis, unit, &mut nodes);
        Some(())
    })?;
    Some(nodes)
}

/// What is done with a line: its text, where it stands, the unit, and whether to go on.
type Take<'t> = dyn FnMut(&str, Range<usize>, &mut Unit, &mut dyn FnMut() -> bool) -> Option<()> + 't;

/// Hands every line that is no comment to `take`, and notes those that are one. `None` if `go_on` or `take` says no before
/// the end.
fn each(text: &str, lexis: &Lexis, unit: &mut Unit, go_on: &mut dyn FnMut() -> bool, take: &mut Take) -> Option<()> {
    for (count, line) in lines(text, lexis).into_iter().enumerate() {
        if count % 256 == 255 && !go_on() {
            return None;
        }
        let own = text.get(line.clone()).unwrap_or_default();
        match is_comment(own, lexis) {
            true => unit.comments.push(Span::new(line.start, line.end)),
            false => take(own, line, unit, go_on)?,
        }
    }
    Some(())
}

/// Adds the statement of a line of cells, or its arguments to those of the statement that it goes on with.
fn row(text: &str, own: &str, line: Range<usize>, lexis: &Lexis, unit: &mut Unit, nodes: &mut Vec<Node>) {
    let mut cells = gaps(own);
    if let Some(at) = cells.iter().position(|cell| is_comment(&own[cell.clone()], lexis)) {
        let start = line.start + cells[at].start;
        unit.comments.push(Span::new(start, line.end));
        cells.truncate(at);
    }
    let mut cells = cells.into_iter().map(|cell| line.start + cell.start..line.start + cell.end);
    if own.trim_start().starts_with("...") {
        cells.next();
        let args = cells.map(|cell| argument(text, cell, lexis));
        if let Some(Expr::Call { args: have, .. }) = nodes.last_mut().map(|last| match &mut last.expr {
            Expr::Bind { value, .. } => &mut value.expr,
            other => other,
        }) {
            have.extend(args);
        }
        return;
    }
    let (mut target, mut callee) = (None, None);
    for cell in cells.by_ref() {
        let spelled = text.get(cell.clone()).unwrap_or_default();
        let name = spelled.trim_end_matches(['=', ' ']).strip_prefix(['$', '&', '@']);
        match name.and_then(|name| name.strip_prefix('{')?.strip_suffix('}')) {
            Some(name) => target = Some((name, cell)),
            None => {
                callee = Some((spelled, cell));
                break;
            }
        }
    }
    let args: Vec<Arg> = cells.map(|cell| argument(text, cell, lexis)).collect();
    let span = Span::new(line.start, line.end);
    let value = match callee {
        Some((_, cell)) if target.is_some() && args.is_empty() => string(text, cell, lexis),
        Some((name, cell)) => {
            // A keyword may be written in any case and with spaces or underlines.
            let callee = named(&name.to_lowercase().replace(' ', "_"), cell);
            Node::new(span, Expr::Call { callee, args })
        }
        None => return,
    };
    nodes.push(match target {
        Some((name, cell)) => Node::new(span, Expr::bind(named(name, cell), value)),
        None => value,
    });
}

fn named(name: &str, cell: Range<usize>) -> Box<Node> {
    Box::new(Node::new(Span::new(cell.start, cell.end), Expr::Name(name.into())))
}

/// A cell as an argument: `name=value` is a labelled one.
fn argument(text: &str, cell: Range<usize>, lexis: &Lexis) -> Arg {
    let own = text.get(cell.clone()).unwrap_or_default();
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    match own.split_once('=').filter(|(name, _)| is_name(name)) {
        Some((name, _)) => {
            let value = string(text, cell.start + name.len() + 1..cell.end, lexis);
            Arg { label: Some(name.into()), spread: false, value }
        }
        None => Arg::of(string(text, cell, lexis)),
    }
}

/// The parts of a line between gaps of two spaces and more, or tabs.
fn gaps(line: &str) -> Vec<Range<usize>> {
    let (mut cells, mut start, mut spaces) = (Vec::new(), None, 0usize);
    for (at, c) in line.char_indices() {
        let is_gap = c == '\t' || c == ' ' && (spaces > 0 || line[at + 1..].starts_with([' ', '\t']));
        match (c.is_whitespace(), start) {
            (true, Some(from)) if is_gap => {
                cells.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
        spaces = if c == ' ' { spaces + 1 } else { 0 };
    }
    cells.extend(start.map(|from| from..line.trim_end().len()));
    cells
}

/// The lines of a text, each with those that it goes on in.
fn lines(text: &str, lexis: &Lexis) -> Vec<Range<usize>> {
    let (mut lines, mut open): (Vec<Range<usize>>, bool) = (Vec::new(), false);
    for (start, line) in spelling::lines(text) {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        match lines.last_mut().filter(|_| open) {
            Some(last) => last.end = end,
            None => lines.push(start..end),
        }
        open = lexis.continued.iter().any(|mark| line.trim_end().ends_with(mark.as_str()));
    }
    lines
}

fn is_comment(line: &str, lexis: &Lexis) -> bool {
    let line = line.trim_start();
    let is_open = |open: &str| line.get(..open.len()).is_some_and(|head| head.eq_ignore_ascii_case(open));
    lexis.comments.iter().any(|comment| is_open(&comment.open))
}

/// What stands after the head of a line of a command.
fn command<'l>(line: &'l str, head: &str) -> Option<&'l str> {
    let has_head = line.get(..head.len()).is_some_and(|have| have.eq_ignore_ascii_case(head));
    if has_head { line.get(head.len()..) } else { None }
}

/// The bind of a line that sets a name: `ORG := https://…`, `ENV ORG=https://…`.
fn setting(text: &str, line: Range<usize>, lexis: &Lexis) -> Option<Node> {
    let own = text.get(line.clone())?;
    let mut rest = own.trim_start();
    // A recipe is indented; what it sets is its shell's.
    if rest.len() < own.len() && lexis.settings.is_empty() {
        return None;
    }
    let mut named = false;
    while let Some((_, after)) =
        rest.split_once(' ').filter(|(word, _)| lexis.settings.iter().any(|have| have.eq_ignore_ascii_case(word)))
    {
        (rest, named) = (after.trim_start_matches([' ', '"']), true);
    }
    let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|length| *length > 0)?;
    let after = rest[length..].trim_start();
    let mark = lexis.assigns.iter().find(|mark| after.starts_with(mark.as_str()))?;
    if !named && lexis.commands.iter().any(String::is_empty) {
        return None;
    }
    let value = after[mark.len()..].trim_start().trim_start_matches(['"', '\'']);
    let start = line.end - value.len();
    let value = string(text, start..start + value.trim_end_matches([' ', '\r', '"', '\'']).len(), lexis);
    let at = line.end - rest.len();
    let span = Span::new(at, line.end);
    let target = Node::new(Span::new(at, at + length), Expr::Name(rest[..length].into()));
    Some(Node::new(span, Expr::bind(target, value)))
}

/// Bare text with the holes of the language in it.
fn string(text: &str, within: Range<usize>, lexis: &Lexis) -> Node {
    let bare = Quote { holes: true, lines: true, ..Quote::default() };
    let pieces = parts(text, within.clone(), &bare, lexis).into_iter().filter_map(|part| match part {
        Part::Text(own) => text_piece(goes_on(own, lexis)),
        Part::Hole(code) => {
            let span = Span::new(code.start, code.end);
            let name = text.get(code).unwrap_or_default();
            let is_name = name.chars().all(|c| c.is_alphanumeric() || "_ .-".contains(c));
            let node = match is_name {
                true => Node::new(span, Expr::Name(name.into())),
                false => unknown(span, Vec::new()),
            };
            Some(Piece::Hole(Box::new(node)))
        }
    });
    Node::new(Span::new(within.start, within.end), Expr::Str(pieces.collect()))
}

/// A text of several lines as one: what says that a line goes on is dropped.
fn goes_on(text: String, lexis: &Lexis) -> String {
    let mut text = text;
    for mark in &lexis.continued {
        text = text.replace(&format!("{mark}\r\n"), " ").replace(&format!("{mark}\n"), " ");
    }
    text
}
