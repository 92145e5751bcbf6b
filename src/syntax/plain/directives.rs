//! Directives: a name and words, with a block in braces or between tags, as servers and proxies are configured. A directive
//! is a call of its name with its words, and its block as the last argument.

use super::super::expr::{Arg, Expr, Node, Parsed, Span, Unit};
use super::form::Form;
use super::holes::{LONGEST, members};

/// Blocks that stand deeper are read as if they stood in the one around them.
const DEPTH: usize = 48;

/// Lowers `text`, whose statements are directives. Reading ends early when `go_on` says no.
///
/// # Errors
/// The reading took too long.
pub fn lower(text: &str, form: &Form, go_on: &mut dyn FnMut() -> bool) -> Result<Unit, String> {
    let root = Frame { head: Vec::new(), start: 0, inner: Vec::new() };
    let mut reader = Reader {
        text,
        form,
        at: 0,
        frames: vec![root],
        too_deep: 0,
        vain: Vec::new(),
        errors: Vec::new(),
        unit: Unit::default(),
    };
    reader.run(go_on)?;
    let Reader { mut unit, errors, frames, .. } = reader;
    unit.root = frames.into_iter().next().map_or_else(Vec::new, |root| root.inner);
    unit.parsed = Parsed::with(errors);
    Ok(unit)
}

/// An open block: the directive before it and what it holds so far.
struct Frame {
    head: Vec<Node>,
    start: usize,
    inner: Vec<Node>,
}

struct Reader<'a> {
    text: &'a str,
    form: &'a Form,
    at: usize,
    /// The open blocks, the file itself first.
    frames: Vec<Frame>,
    /// Blocks that were opened beyond the deepest.
    too_deep: usize,
    /// Quotes whose other half was looked for in vain, to the end of the text.
    vain: Vec<char>,
    errors: Vec<Span>,
    unit: Unit,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self, go_on: &mut dyn FnMut() -> bool) -> Result<(), String> {
        let mut count = 0u32;
        loop {
            count = count.wrapping_add(1);
            if count.is_multiple_of(256) && !go_on() {
                return Err("the parser took too long".into());
            }
            let rest = self.rest();
            self.at +=
                rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || Some(c) == self.form.end).len();
            let Some(c) = self.rest().chars().next() else { break };
            if self.comment() {
            } else if self.form.block.is_some_and(|(_, close)| c == close) {
                self.at += c.len_utf8();
                self.close();
            } else if self.form.tag && self.rest().starts_with("</") {
                self.at += self.line().len();
                self.close();
            } else {
                self.directive();
            }
        }
        // What is still open was never closed; what it holds is read all the same.
        self.too_deep = 0;
        while self.frames.len() > 1 {
            let start = self.frames.last().map_or(0, |frame| frame.start);
            self.errors.push(Span::new(start, start + 1));
            self.close();
        }
        Ok(())
    }

    fn line(&self) -> &'a str {
        let rest = self.rest();
        rest.split_once('\n').map_or(rest, |(line, _)| line)
    }

    /// What is left of the line, as far as a hole can reach.
    fn ahead(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.char_indices().take(LONGEST).find(|(_, c)| *c == '\n').map(|(at, _)| at);
        let end = end.or_else(|| rest.char_indices().nth(LONGEST).map(|(at, _)| at)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// Passes over a comment that starts here.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        if !self.form.starts_comment(rest) {
            return false;
        }
        let length = match rest.strip_prefix("/*") {
            Some(inner) => inner.find("*/").map_or(rest.len(), |end| end + 4),
            None => self.line().trim_end().len(),
        };
        self.unit.comments.push(Span::new(self.at, self.at + length));
        self.at += length.max(1);
        true
    }

    /// A directive, up to its end or the start of its block.
    fn directive(&mut self) {
        let start = self.at;
        let is_tag = self.form.tag && self.rest().starts_with('<');
        self.at += usize::from(is_tag);
        let mut words: Vec<Node> = Vec::new();
        let mut end = self.at;
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { break };
            if is_tag && c == '>' {
                self.at += 1;
                return self.open(words, start);
            }
            if let Some(mark) = self.form.joined.iter().find(|mark| is_last(rest, mark)) {
                self.at += mark.len() + self.line_break(mark.len());
            } else if c == '\n' {
                self.at += 1;
                if self.form.end.is_none() {
                    break;
                }
            } else if Some(c) == self.form.end {
                self.at += c.len_utf8();
                break;
            } else if self.form.block.is_some_and(|(open, _)| c == open) && !self.is_hole() {
                self.at += c.len_utf8();
                return self.open(words, start);
            } else if self.form.block.is_some_and(|(_, close)| c == close) {
                break;
            } else if !self.comment() {
                words.extend(self.word());
                end = self.at;
            }
        }
        self.emit(words, Span::new(start, end), None);
    }

    /// How long the break of the line is that stands `after` bytes from here.
    fn line_break(&self, after: usize) -> usize {
        let rest = self.rest().get(after..).unwrap_or_default();
        rest.find('\n').map_or(rest.len(), |end| end + 1)
    }

    /// Whether what opens a block opens a hole here: something stands right after it, and its end on the same line.
    fn is_hole(&self) -> bool {
        let mut rest = self.rest().chars();
        let Some((open, close)) = self.form.block else { return false };
        let is_mark = self.form.holes.pairs.iter().any(|(mark, _)| mark.chars().eq([open]));
        is_mark && rest.nth(1).is_some_and(|c| !c.is_whitespace()) && self.ahead().contains(close)
    }

    /// The word that starts here; `None` for a parenthesis around words.
    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let first = self.rest().chars().next()?;
        if self.form.group && matches!(first, '(' | ')') {
            self.at += 1;
            return None;
        }
        if matches!(first, '"' | '\'' | '`') {
            return Some(self.quoted(first));
        }
        let mut open = 0usize;
        while let Some(c) = self.rest().chars().next() {
            let is_end =
                c.is_whitespace() || Some(c) == self.form.end || self.form.block.is_some_and(|(_, close)| c == close);
            match c {
                '(' => open += 1,
                ')' if open > 0 => open -= 1,
                ')' if self.form.group => break,
                '>' if self.form.tag && self.ends_tag(start) => break,
                '"' | '\'' if self.form.call && open > 0 => {
                    self.quoted(c);
                    continue;
                }
                // In parentheses a call has its arguments, white space between them.
                c if self.form.call && open > 0 && c != '\n' => {}
                c if self.form.block.is_some_and(|(open, _)| c == open) && !self.opens_hole() => break,
                _ if self.hole() => continue,
                _ if is_end => break,
                _ => {}
            }
            self.at += c.len_utf8();
        }
        if self.at == start {
            self.at += first.len_utf8();
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        Some(self.word_node(word, start))
    }

    fn word_node(&self, word: &str, start: usize) -> Node {
        let first = word.split('.').next().unwrap_or_default();
        if self.form.member.iter().any(|have| have == first) && word.contains('.') && !word.contains('(') {
            return members(word, start);
        }
        let call = Some(()).filter(|()| self.form.call).and_then(|()| self.form.holes.call(word, start));
        call.unwrap_or_else(|| self.form.holes.node(word, start))
    }

    /// Whether the `>` here ends the tag whose word starts at `start`.
    fn ends_tag(&self, start: usize) -> bool {
        // First what costs nothing: a line may be the whole file, and each `>` on it comes here.
        let behind = self.rest().get(1..).unwrap_or_default().trim_start_matches([' ', '\t', '\r']);
        if !behind.is_empty() && !behind.starts_with('\n') {
            return false;
        }
        let line_start = self.text.get(..start).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        self.text.get(line_start..start).unwrap_or_default().trim_start().starts_with('<')
    }

    /// Whether a hole of any format's kind starts right here, in a word.
    fn opens_hole(&self) -> bool {
        let rest = self.rest();
        self.form
            .holes
            .pairs
            .iter()
            .any(|(mark, close)| rest.starts_with(mark.as_str()) && self.ahead().contains(close.as_str()))
    }

    /// Passes over a hole that starts here.
    fn hole(&mut self) -> bool {
        let rest = self.rest();
        let pair = self.form.holes.pairs.iter().find(|(open, _)| rest.starts_with(open.as_str()));
        let end = pair.and_then(|(_, close)| Some(self.ahead().find(close.as_str())? + close.len()));
        self.at += end.unwrap_or_default();
        end.is_some()
    }

    /// A text in quotes. One that is never closed ends with its line.
    fn quoted(&mut self, quote: char) -> Node {
        let start = self.at + quote.len_utf8();
        let inside = self.text.get(start..).unwrap_or_default();
        let mut escaped = false;
        let mut chars = inside.char_indices();
        let end = Some(()).filter(|()| !self.vain.contains(&quote)).and_then(|()| {
            chars.find_map(|(at, c)| {
                let is_end = c == quote && !escaped;
                escaped = c == '\\' && !escaped;
                is_end.then_some(at)
            })
        });
        let (length, after) = match end {
            Some(end) => (end, quote.len_utf8()),
            None => {
                if !self.vain.contains(&quote) {
                    self.vain.push(quote);
                }
                let line = inside.split_once('\n').map_or(inside, |(line, _)| line);
                self.errors.push(Span::new(self.at, start + line.len()));
                (line.len(), 0)
            }
        };
        self.at = start + length + after;
        self.form.holes.node(inside.get(..length).unwrap_or_default(), start)
    }

    fn open(&mut self, head: Vec<Node>, start: usize) {
        let name = head.first().and_then(Node::literal).unwrap_or_default();
        if self.form.opaque.iter().any(|end| name.ends_with(end.as_str())) {
            let inner = self.foreign();
            return self.emit(head, Span::new(start, self.at), Some(inner));
        }
        match self.frames.len() < DEPTH {
            true => self.frames.push(Frame { head, start, inner: Vec::new() }),
            false => {
                self.emit(head, Span::new(start, self.at), None);
                self.too_deep += 1;
            }
        }
    }

    /// A block in another language, as its text: up to the brace that closes it.
    fn foreign(&mut self) -> Vec<Node> {
        let Some((open, close)) = self.form.block else { return Vec::new() };
        let start = self.at;
        let mut depth = 1usize;
        let end = self.rest().char_indices().find_map(|(at, c)| {
            depth = if c == open { depth + 1 } else { depth - usize::from(c == close) };
            (depth == 0).then_some(at)
        });
        let text = self.rest().get(..end.unwrap_or(self.rest().len())).unwrap_or_default();
        self.at = start + text.len() + usize::from(end.is_some());
        vec![Node::text(Span::new(start, start + text.len()), text)]
    }

    fn close(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if self.frames.len() > 1
            && let Some(Frame { head, start, mut inner }) = self.frames.pop()
        {
            self.share(&mut inner);
            self.emit(head, Span::new(start, self.at), Some(inner));
        }
    }

    /// Gives directives of a block what others beside them say, labelled with the names of those.
    fn share(&self, inner: &mut [Node]) {
        for (taker, giver) in &self.form.beside {
            let Some(value) = inner.iter().find_map(|node| said_by(node, giver)) else { continue };
            for node in inner.iter_mut() {
                if let Expr::Call { callee, args } = &mut node.expr
                    && callee.word().is_some_and(|name| name == *taker)
                {
                    args.push(Arg { label: Some(giver.as_str().into()), spread: false, value: value.clone() });
                }
            }
        }
    }

    /// Adds a directive to the block around it.
    fn emit(&mut self, words: Vec<Node>, span: Span, block: Option<Vec<Node>>) {
        if words.is_empty() && block.is_none() {
            return;
        }
        if let Some(bind) = self.bound(&words, span) {
            return self.add(bind);
        }
        let mut words = words.into_iter();
        let name = words.next();
        let mut args: Vec<Node> = words.collect();
        let block = block.map(|inner| Node::new(span, Expr::Unknown(inner)));
        let is_name =
            |word: &&str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | ':'));
        let node = match name.as_ref().and_then(Node::literal).filter(is_name) {
            Some(word) => {
                let about = self.around(word);
                args.extend(block);
                let mut args: Vec<Arg> = args.into_iter().map(Arg::of).collect();
                args.extend(about);
                let at = name.as_ref().map_or(span, |name| name.span);
                let callee = Box::new(Node::new(at, Expr::Name(word.into())));
                Node::new(span, Expr::Call { callee, args })
            }
            None => Node::new(span, Expr::Unknown(name.into_iter().chain(args).chain(block).collect())),
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        if let Some(frame) = self.frames.last_mut() {
            frame.inner.push(node);
        }
    }

    /// What a directive binds that gives a value to the name after it.
    fn bound(&self, words: &[Node], span: Span) -> Option<Node> {
        let [directive, name, value] = words else { return None };
        let (_, before) = self.form.define.iter().find(|(word, _)| directive.literal() == Some(word))?;
        let target = Node::new(name.span, Expr::Name(format!("{before}{}", name.word()?).into()));
        Some(Node::new(span, Expr::bind(target, value.clone())))
    }

    /// What the blocks around a directive are about, labelled with their names, for a directive that goes by it. A sign
    /// before what a block is about belongs to its name: `location = /x` is not `location /x`.
    fn around(&self, word: &str) -> Option<Arg> {
        let wanted = self.form.within.iter().filter(|(directive, _)| directive == word);
        wanted.flat_map(|(_, block)| self.frames.iter().rev().map(move |frame| (block, frame))).find_map(
            |(block, frame)| {
                let name = frame.head.first().and_then(Node::literal)?;
                let (value, before) = frame.head.get(1..)?.split_last()?;
                let sign = before
                    .first()
                    .and_then(Node::literal)
                    .filter(|sign| sign.chars().all(|c| c.is_ascii_punctuation()));
                let label = sign.map_or_else(|| block.clone(), |sign| format!("{block} {sign}"));
                (name == block).then(|| Arg { label: Some(label.into()), spread: false, value: value.clone() })
            },
        )
    }
}

/// The first word after the directive `name`, if `node` is one.
fn said_by(node: &Node, name: &str) -> Option<Node> {
    let Expr::Call { callee, args } = &node.expr else { return None };
    args.first().filter(|_| callee.word().is_some_and(|word| word == name)).map(|arg| arg.value.clone())
}

/// Whether `rest` starts with `mark` and nothing but white space follows it on its line.
fn is_last(rest: &str, mark: &str) -> bool {
    let after = rest.strip_prefix(mark);
    after.is_some_and(|after| after.trim_start_matches([' ', '\t', '\r']).starts_with('\n'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Form, lower};
    use crate::syntax::expr::{Expr, Node};

    fn shown(node: &Node) -> String {
        match &node.expr {
            Expr::Call { callee, args } => {
                let args: Vec<String> = args.iter().map(|arg| shown(&arg.value)).collect();
                format!("{}({})", callee.word().unwrap_or_default(), args.join(", "))
            }
            Expr::Unknown(nodes) => format!("{{{}}}", nodes.iter().map(shown).collect::<Vec<_>>().join("; ")),
            Expr::Member(object, member) => format!("{}.{member}", shown(object)),
            _ => node.word().unwrap_or("?").to_owned(),
        }
    }

    fn read(rows: &[(&str, &str)], text: &str) -> String {
        let rows: BTreeMap<String, Vec<String>> =
            rows.iter().map(|(row, entry)| ((*row).to_owned(), vec![(*entry).to_owned()])).collect();
        let form = Form::compile(&rows).expect("the rows are right");
        lower(text, &form, &mut || true).expect("it is read").root.iter().map(shown).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn directives_in_braces_end_with_a_semicolon() {
        let rows = [
            ("end", ";"),
            ("block", "{ }"),
            ("sigil", "$"),
            ("variable", "cookie_ cookies"),
            ("comment", "#"),
            ("flag", "group"),
        ];
        let text = "a { # x\n  b \"c d\" e;\n if ($cookie_sid = \"\") { return 401; }\n}\nf;";
        assert_eq!(read(&rows, text), "a({b(c d, e); if(cookies.sid, =, , {return(401)})}); f()");
    }

    #[test]
    fn directives_on_lines_have_tags_around_them() {
        let rows = [("flag", "tag"), ("joined", "\\")];
        let text = "<A /x>\n b c \\\n  d\n</A>\ne";
        assert_eq!(read(&rows, text), "A(/x, {b(c, d)}); e()");
    }

    #[test]
    fn what_is_never_closed_is_read_all_the_same() {
        let rows = [("end", ";"), ("block", "{ }")];
        assert_eq!(read(&rows, "a { b { c \"d\n e;"), "a({b({c(d, e)})})");
        assert_eq!(read(&rows, "} } a;"), "a()");
        assert_eq!(read(&rows, "a { \"b|c\" d; }"), "a({{b|c; d}})");
    }
}
