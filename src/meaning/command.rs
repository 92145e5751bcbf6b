//! Commands: the words of a command line as the arguments of a call, wherever one is written: in a shell, as a list of
//! words handed to a process, as one string. Which commands there are and which of their flags take a value say the libraries.

use std::borrow::Cow;

use super::vocabulary::{Command, Vocabulary};
use crate::syntax::expr::{Arg, Expr, Node, Piece, Span, Unit};

/// The root of the path that a command goes by in patterns: `command.curl`.
const ROOT: &str = "command";

/// Words of a shell, and of an image's description, that stand before a command.
const BEFORE: &[&str] = &["then", "do", "else", "!", "{", "(", "$", "&", "CMD"];

/// The unit with every command of a library as a call of it; the unit itself where it has none.
pub fn rewritten<'u>(unit: &'u Unit, words: &Vocabulary) -> Cow<'u, Unit> {
    if words.commands.is_empty() || !unit.root.iter().any(|node| is_in(node, words)) {
        return Cow::Borrowed(unit);
    }
    let mut own = unit.clone();
    own.root.iter_mut().for_each(|node| rewrite(node, None, words.scripts.is_empty(), words));
    Cow::Owned(own)
}

/// Whether a command is named anywhere in a node.
fn is_in(node: &Node, words: &Vocabulary) -> bool {
    let found = match &node.expr {
        Expr::Name(name) => words.command(name).or_else(|| held(name, words)).is_some(),
        Expr::Str(pieces) => pieces.iter().any(|piece| match piece {
            Piece::Text(text) => {
                text.split(|c: char| c.is_whitespace() || c == '(').any(|word| words.command(word).is_some())
            }
            Piece::Hole(_) => false,
        }),
        _ => false,
    };
    let mut found = found;
    node.children(&mut |child| found = found || is_in(child, words));
    found
}

/// `call` is the call around a node that is one of its arguments: where a command is handed to another program. `script` says
/// that text and lists may be command lines; in data they are only under some keys.
fn rewrite(node: &mut Node, call: Option<Span>, script: bool, words: &Vocabulary) {
    let at = call.unwrap_or(node.span);
    match &mut node.expr {
        Expr::Call { callee, args } => {
            let span = node.span;
            rewrite(callee, None, script, words);
            args.iter_mut().for_each(|arg| rewrite(&mut arg.value, Some(span), script, words));
            let Expr::Name(name) = &callee.expr else { return };
            if let Some(command) = words.command(name).or_else(|| held(name, words)) {
                **callee = callee_of(&command, callee.span);
                *args = command.arguments(std::mem::take(args));
            } else if words.is_runner(name)
                && let Some((command, from)) = ran(args, words)
            {
                **callee = callee_of(&command, callee.span);
                *args = command.arguments(args.split_off(from));
            }
        }
        Expr::List(nodes) => {
            if script
                && let Some((command, before)) = first(nodes, words)
                && nodes.len() > before + 1
            {
                let given = flagged(nodes.drain(..).skip(before + 1).collect());
                *node = called(&command, given, at);
                return;
            }
            nodes.iter_mut().for_each(|node| rewrite(node, None, script, words));
        }
        Expr::Str(pieces) if script => {
            let mut calls: Vec<Node> =
                lines(pieces, node.span).into_iter().filter_map(|line| run(line, at, words)).collect();
            match calls.len() {
                0 => {}
                1 => node.expr = calls.remove(0).expr,
                _ => node.expr = Expr::Unknown(calls),
            }
            if !matches!(node.expr, Expr::Str(_)) {
                node.span = at;
            }
        }
        Expr::Member(object, _) => rewrite(object, None, script, words),
        Expr::Index(object, index) => {
            rewrite(object, None, script, words);
            rewrite(index, None, script, words);
        }
        Expr::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            let is = |wanted: &dyn Fn(&str) -> bool| words.scripts.iter().any(|script| wanted(script));
            let is_script = key.word().is_some_and(|key| is(&|script| script == key));
            let holds = key.word().is_some_and(|key| is(&|script| script.strip_suffix(".*") == Some(key)));
            if let (Expr::Object(pairs), true) = (&mut value.expr, holds) {
                return pairs.iter_mut().for_each(|(_, value)| rewrite(value, None, true, words));
            }
            rewrite(value, None, words.scripts.is_empty() || is_script, words);
        }),
        Expr::Choice(nodes) | Expr::Unknown(nodes) => {
            nodes.iter_mut().for_each(|node| rewrite(node, None, script, words))
        }
        Expr::Bind { value, .. } => rewrite(value, None, script, words),
        Expr::Fn { body, .. } => body.iter_mut().for_each(|node| rewrite(node, None, script, words)),
        Expr::Str(_) | Expr::Name(_) => {}
    }
}

fn callee_of(command: &Command, at: Span) -> Node {
    Node::new(at, Expr::Member(Box::new(Node::new(at, Expr::Name(ROOT.into()))), command.name.into()))
}

fn called(command: &Command, given: Vec<Arg>, at: Span) -> Node {
    Node::new(at, Expr::Call { callee: Box::new(callee_of(command, at)), args: command.arguments(given) })
}

/// The command that a variable holds, by its name: `$CURL`, `"${CURL_CMD}"`.
fn held<'l>(name: &str, words: &Vocabulary<'l>) -> Option<Command<'l>> {
    let name = name.trim_matches('"').strip_prefix('$')?;
    super::words::words(name).iter().find_map(|word| words.command(word))
}

/// The command that another one runs, and where what it is given begins. It is given words alone.
fn ran<'l>(args: &[Arg], words: &Vocabulary<'l>) -> Option<(Command<'l>, usize)> {
    let at = args.iter().position(|arg| arg.value.literal().is_some_and(|word| words.command(word).is_some()))?;
    // An image named after the command may be given the command too.
    let is_again = |arg: &&Arg| arg.value.literal().is_some_and(|word| words.command(word).is_some());
    let from = at + args.get(at..)?.iter().take_while(is_again).count();
    let is_word = |arg: &Arg| match &arg.value.expr {
        Expr::List(nodes) => nodes.is_empty(),
        Expr::Fn { .. } | Expr::Object(_) => false,
        _ => true,
    };
    args.get(from..).filter(|given| !given.is_empty() && given.iter().all(is_word))?;
    Some((words.command(args.get(from.checked_sub(1)?)?.value.literal()?)?, from))
}

/// The command that the words of a line begin with, or that is run by the one that they begin with, and its place.
fn first<'l>(line: &[Node], words: &Vocabulary<'l>) -> Option<(Command<'l>, usize)> {
    let is_before = |node: &&Node| node.literal().is_some_and(|word| BEFORE.contains(&word) || word.contains('='));
    let before = line.iter().take_while(is_before).count();
    let command = |at: usize| words.command(line.get(at)?.literal()?);
    if words.is_runner(line.get(before)?.literal()?) {
        let at = (before + 1..line.len()).find(|at| command(*at).is_some())?;
        // An image named after the command may be given the command too.
        let last = (at..line.len()).take_while(|at| command(*at).is_some()).last()?;
        return Some((command(last)?, last));
    }
    Some((command(before)?, before))
}

/// A command line's words as a call, if it begins with a command of a library and says more than its name.
fn run(mut line: Vec<Node>, at: Span, words: &Vocabulary) -> Option<Node> {
    let (command, before) = first(&line, words)?;
    let given = line.split_off(before + 1);
    let is_path = |node: &Node| matches!(&node.expr, Expr::Str(pieces) if pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('/'))));
    (given.len() > 1 || given.iter().any(is_path)).then(|| called(&command, flagged(given), at))
}

/// Words as arguments: one that begins with `-` is a label without a value.
fn flagged(words: Vec<Node>) -> Vec<Arg> {
    let arg = |value: Node| match value.literal() {
        Some(word) if word.len() > 1 && word.starts_with('-') => {
            let (label, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
                Some((label, inner)) => (label.into(), Node::text(value.span, inner)),
                None => (word.into(), Node::new(value.span, Expr::List(Vec::new()))),
            };
            Arg { label: Some(label), spread: false, value }
        }
        _ => Arg { label: None, spread: false, value },
    };
    words.into_iter().map(arg).collect()
}

/// The words of each command line in a text: quotes taken off, lines joined at `\`, cut at `;`, `|` and `&`.
fn lines(pieces: &[Piece], span: Span) -> Vec<Vec<Node>> {
    let mut lines = vec![Vec::new()];
    let mut word: Option<Vec<Piece>> = None;
    let mut quote = None;
    let push = |word: &mut Option<Vec<Piece>>, c: char| {
        let pieces = word.get_or_insert_with(Vec::new);
        match pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => pieces.push(Piece::Text(c.into())),
        }
    };
    for piece in pieces {
        let text = match piece {
            Piece::Text(text) => text,
            Piece::Hole(_) => {
                word.get_or_insert_with(Vec::new).push(piece.clone());
                continue;
            }
        };
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match (quote, c) {
                // `$(name)` is a variable of a pipeline.
                (_, '$') if let Some(name) = variable(chars.as_str()) => {
                    let hole = Node::new(span, Expr::Name(name.into()));
                    word.get_or_insert_with(Vec::new).push(Piece::Hole(Box::new(hole)));
                    chars = chars.as_str().get(name.len() + 2..).unwrap_or_default().chars();
                }
                (Some(open), c) if c == open => quote = None,
                (None, '"' | '\'') => {
                    quote = Some(c);
                    word.get_or_insert_with(Vec::new);
                }
                (_, '\\') if quote != Some('\'') => match chars.next() {
                    Some('\n') | None => {}
                    Some(next) => push(&mut word, next),
                },
                (None, c) if c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')') => {
                    let done = word.take().map(|pieces| Node::new(span, Expr::Str(pieces)));
                    if let Some(line) = lines.last_mut() {
                        line.extend(done);
                    }
                    if !matches!(c, ' ' | '\t' | '\r') {
                        lines.push(Vec::new());
                    }
                }
                (_, c) => push(&mut word, c),
            }
        }
    }
    if let (Some(line), Some(pieces)) = (lines.last_mut(), word) {
        line.push(Node::new(span, Expr::Str(pieces)));
    }
    lines
}

/// The one name in the parentheses that a text starts with.
fn variable(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('(')?.split_once(')')?;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    (!name.is_empty() && name.chars().all(is_part)).then_some(name)
}

impl Command<'_> {
    /// Arguments with each flag that takes a value as the label of it, the flag spelled as in the library. `-XDELETE` and
    /// `-sXDELETE` come apart.
    fn arguments(&self, given: Vec<Arg>) -> Vec<Arg> {
        let mut args: Vec<Arg> = Vec::new();
        let mut pending: Option<String> = None;
        for arg in given {
            let is_flag = matches!(&arg.value.expr, Expr::List(none) if none.is_empty());
            let label = arg.label.as_deref().unwrap_or_default().to_owned();
            let known = self.takes(&label);
            match (is_flag && label.starts_with('-'), known) {
                (true, Some(flag)) => {
                    pending = Some(flag.to_owned());
                    // Kept where no value follows, so that the flag is there to be asked for.
                    args.push(Arg { label: Some(flag.into()), ..arg });
                }
                (true, None) if label.starts_with("--") || label.len() <= 2 => {
                    pending = None;
                    args.push(arg);
                }
                (true, None) => {
                    pending = None;
                    let span = arg.value.span;
                    for (at, c) in label.char_indices().skip(1) {
                        let short = format!("-{c}");
                        let none = Node::new(span, Expr::List(Vec::new()));
                        let rest = &label[at + c.len_utf8()..];
                        let (value, ends) = match (self.takes(&short), rest) {
                            (Some(_), "") => {
                                pending = Some(short.clone());
                                (none, true)
                            }
                            (Some(_), rest) => (Node::text(span, rest), true),
                            (None, _) => (none, false),
                        };
                        args.push(Arg { label: Some(short.into()), spread: false, value });
                        if ends {
                            break;
                        }
                    }
                }
                (false, _) => match (pending.take(), known) {
                    (Some(flag), _) => {
                        args.retain(|arg| arg.label.as_deref() != Some(&flag) || !is_none(&arg.value));
                        args.push(Arg { label: Some(flag.into()), spread: false, value: arg.value });
                    }
                    (None, Some(flag)) if !arg.spread => args.push(Arg { label: Some(flag.into()), ..arg }),
                    (None, _) => args.push(Arg { label: None, ..arg }),
                },
            }
        }
        args
    }
}

fn is_none(node: &Node) -> bool {
    matches!(&node.expr, Expr::List(nodes) if nodes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::syntax::expr::{Piece, Span};

    fn words(text: &str) -> Vec<Vec<String>> {
        let lines = lines(&[Piece::Text(text.into())], Span::default());
        lines.iter().map(|line| line.iter().filter_map(|word| word.literal().map(str::to_owned)).collect()).collect()
    }

    #[test]
    fn a_command_line_comes_apart_as_a_shell_does_it() {
        assert_eq!(words("curl -H 'A: b' \\\n \"x y\""), [["curl", "-H", "A: b", "x y"]]);
        assert_eq!(words("cd a && curl b"), [vec!["cd", "a"], vec![], vec!["curl", "b"]]);
    }
}
