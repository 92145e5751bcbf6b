//! Scripts that stand in data as text: under some keys, a text or a list of lines is code of another language. It is read as
//! that, each part at its own place in the file.

use serde::Deserialize;

use super::expr::{Expr, Node, Parsed, Unit};
use super::extract::Extract;
use super::language;
use super::lower::template::directives;
use super::place::placed;
use super::spelling::lines;

/// Longest script that is read as code, in bytes.
const LONGEST: usize = 256 << 10;
/// Deeper data holds no script.
const DEPTH: usize = 64;
/// Shorter texts are words, not programs.
const SHORTEST: usize = 8;

/// Keys of data under which a script stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The keys.
    pub keys: Vec<String>,
    /// The language of what stands under them. Of several that a key has, the first that a script is written in counts.
    pub language: String,
    /// Whether each text of a list is one for itself. Without it they are the lines of one.
    #[serde(default)]
    pub each: bool,
    /// Whether only a text of several lines is one.
    #[serde(default)]
    pub lines: bool,
}

/// Reads the scripts of a unit of data. What does not parse as its language stays text. The `marks` stand around what another
/// program fills in.
pub fn read(
    unit: &mut Unit,
    text: &str,
    scripts: &[Script],
    marks: &[(String, String)],
    go_on: &mut dyn FnMut() -> bool,
) {
    if scripts.is_empty() {
        return;
    }
    let mut root = std::mem::take(&mut unit.root);
    let mut reading = Reading { text, scripts, marks, unit, go_on };
    root.iter_mut().for_each(|node| reading.visit(node, 0));
    unit.root = root;
}

struct Reading<'a> {
    text: &'a str,
    scripts: &'a [Script],
    marks: &'a [(String, String)],
    unit: &'a mut Unit,
    go_on: &'a mut dyn FnMut() -> bool,
}

impl Reading<'_> {
    fn visit(&mut self, node: &mut Node, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match &mut node.expr {
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    if !key.literal().is_some_and(|key| self.under(key, value)) {
                        self.visit(value, depth + 1);
                    }
                }
            }
            Expr::List(nodes) | Expr::Unknown(nodes) => nodes.iter_mut().for_each(|node| self.visit(node, depth + 1)),
            _ => {}
        }
    }

    /// Reads what stands under a key; whether it is a script.
    fn under(&mut self, key: &str, value: &mut Node) -> bool {
        let scripts = self.scripts;
        let mut scripts = scripts.iter().filter(|script| script.keys.iter().any(|have| have == key));
        scripts.any(|script| match &mut value.expr {
            Expr::List(items) if script.each => {
                // `["curl", "-X", …]` is one command in words.
                let is_words = items.first().and_then(Node::literal).is_some_and(|first| !first.contains(' '));
                let long = script.lines || is_words;
                let mut found = false;
                items.iter_mut().for_each(|item| found |= self.replaced(item, script, long));
                found
            }
            _ => self.replaced(value, script, script.lines),
        })
    }

    /// Puts the code of a value in its place, if it is a script, which a `long` one is on several lines.
    fn replaced(&mut self, value: &mut Node, script: &Script, long: bool) -> bool {
        let written = self.text.get(value.span.start as usize..value.span.end as usize).unwrap_or_default();
        if long && !(written.contains('\n') && matches!(value.expr, Expr::Str(_))) {
            return false;
        }
        match self.script(value, &script.language) {
            Some(nodes) => value.expr = Expr::Unknown(nodes),
            None => return false,
        }
        true
    }

    /// The code of a value, if it is text and parses.
    fn script(&mut self, value: &Node, language: &str) -> Option<Vec<Node>> {
        let lines: Vec<&Node> = match &value.expr {
            Expr::Str(_) => vec![value],
            Expr::List(lines) if lines.iter().all(|line| matches!(line.expr, Expr::Str(_))) => lines.iter().collect(),
            _ => return None,
        };
        let mut code = Extract::default();
        for line in lines {
            let (start, end) = (line.span.start as usize, line.span.end as usize);
            add_line(self.text.get(start..end)?, start, self.marks, &mut code)?;
        }
        if !(SHORTEST..=LONGEST).contains(&code.text.len()) {
            return None;
        }
        let read = language::read(language, &code.text, self.go_on);
        if read.parsed != Parsed::Whole {
            return None;
        }
        let mut read = placed(read, &code);
        self.unit.take(language, &mut read);
        Some(read.root)
    }
}

/// Adds a string as it is written, which stands at `start`, and ends the line; nothing where it cannot be put back to where it
/// stands, with what stands between two of the `marks` as a hole.
fn add_line(written: &str, start: usize, marks: &[(String, String)], code: &mut Extract) -> Option<()> {
    let block = written.split_once('\n').filter(|(head, _)| head.starts_with(['|', '>']));
    let within = |quote| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if let Some((head, inner)) = block {
        let begin = start + head.len() + 1;
        match head.starts_with('>') {
            true => lines(inner).for_each(|(at, line)| {
                let text = line.trim_end_matches(['\n', '\r']);
                add_text(text, begin + at, marks, code);
                code.instead(" ", begin + at + text.len(), begin + at + line.len());
            }),
            false => add_text(inner, begin, marks, code),
        }
    } else if let Some(inner) = within('"') {
        if marks.iter().any(|(open, _)| inner.contains(open.as_str())) {
            return None;
        }
        code.escaped(inner, start + 1);
    } else if let Some(inner) = within('\'') {
        add_text(inner, start + 1, marks, code);
    } else {
        add_text(written, start, marks, code);
    }
    code.instead("\n", start + written.len(), start + written.len());
    Some(())
}

/// Adds text, with what stands between two of the `marks` as a hole.
fn add_text(inner: &str, start: usize, marks: &[(String, String)], code: &mut Extract) {
    let mut from = 0;
    for (at, end) in directives(inner, marks) {
        code.same(inner.get(from..at).unwrap_or_default(), start + from);
        let name = inner.get(at..end).unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
        code.hole(name, start + at, start + end);
        from = end;
    }
    code.same(inner.get(from..).unwrap_or_default(), start + from);
}

#[cfg(test)]
mod tests {
    use super::add_line;
    use crate::syntax::expr::Span;
    use crate::syntax::extract::Extract;

    #[test]
    fn code_knows_where_its_text_stands() {
        let mut code = Extract::default();
        add_line(r#""a(\"b\");""#, 10, &[], &mut code).expect("it can be put back");
        add_line("'c'", 40, &[], &mut code).expect("it can be put back");
        assert_eq!(code.text, "a(\"b\");\nc\n");
        assert_eq!(code.place(Span::new(3, 4)), Span::new(15, 16));
        assert_eq!(code.place(Span::new(8, 9)), Span::new(41, 42));
    }
}
