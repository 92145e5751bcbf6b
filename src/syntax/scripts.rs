//! Scripts that stand in data as text: under some keys, a text or a list of lines is code of another language. It is read as
//! that, each part at its own place in the file.

use serde::Deserialize;

use super::expr::{Expr, Node, Parsed, Span, Unit};
use super::{language, shift};

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
    /// The language of what stands under them.
    pub language: String,
}

/// Reads the scripts of a unit of data. What does not parse as its language stays text.
pub fn read(unit: &mut Unit, text: &str, scripts: &[Script], go_on: &mut dyn FnMut() -> bool) {
    if scripts.is_empty() {
        return;
    }
    let mut root = std::mem::take(&mut unit.root);
    let mut reading = Reading { text, scripts, unit, go_on };
    root.iter_mut().for_each(|node| reading.visit(node, 0));
    unit.root = root;
}

struct Reading<'a> {
    text: &'a str,
    scripts: &'a [Script],
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
                    let script = key
                        .literal()
                        .and_then(|key| self.scripts.iter().find(|script| script.keys.iter().any(|have| have == key)));
                    match script.and_then(|script| self.script(value, &script.language)) {
                        Some(nodes) => value.expr = Expr::Unknown(nodes),
                        None => self.visit(value, depth + 1),
                    }
                }
            }
            Expr::List(nodes) | Expr::Unknown(nodes) => nodes.iter_mut().for_each(|node| self.visit(node, depth + 1)),
            _ => {}
        }
    }

    /// The code of a value, if it is text and parses.
    fn script(&mut self, value: &Node, language: &str) -> Option<Vec<Node>> {
        let lines: Vec<&Node> = match &value.expr {
            Expr::Str(_) => vec![value],
            Expr::List(lines) if lines.iter().all(|line| matches!(line.expr, Expr::Str(_))) => lines.iter().collect(),
            _ => return None,
        };
        let mut code = Code::default();
        for line in lines {
            code.line(self.text.get(line.span.start as usize..line.span.end as usize)?, line.span.start as usize);
        }
        if !(SHORTEST..=LONGEST).contains(&code.text.len()) {
            return None;
        }
        let mut read = language::read(language, &code.text, self.go_on);
        if read.parsed != Parsed::Whole {
            return None;
        }
        shift::each(&mut read, &|span| code.place(span));
        self.unit.take(language, &mut read);
        Some(read.root)
    }
}

/// Code taken out of strings.
#[derive(Default)]
struct Code {
    text: String,
    /// Where in the code a run begins and where it stands in the file, in order.
    runs: Vec<(usize, usize)>,
}

impl Code {
    /// Adds a string as it is written, which stands at `start`, and ends the line.
    fn line(&mut self, written: &str, start: usize) {
        let block = written.split_once('\n').filter(|(head, _)| head.starts_with(['|', '>']));
        if let Some((head, inner)) = block {
            self.run(inner, start + head.len() + 1);
        } else if let Some(inner) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            self.escaped(inner, start + 1);
        } else if let Some(inner) = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            self.run(inner, start + 1);
        } else {
            self.run(written, start);
        }
        self.text.push('\n');
    }

    fn run(&mut self, text: &str, start: usize) {
        self.runs.push((self.text.len(), start));
        self.text.push_str(text);
    }

    /// The inside of a string with escapes.
    fn escaped(&mut self, inner: &str, start: usize) {
        let mut at = 0;
        while let Some(found) = inner[at..].find('\\') {
            self.run(&inner[at..at + found], start + at);
            let escape = at + found;
            let mut chars = inner[escape..].chars().skip(1);
            let (c, length) = match chars.next() {
                Some('n') => ("\n".to_owned(), 2),
                Some('r') => ("\r".to_owned(), 2),
                Some('t') => ("\t".to_owned(), 2),
                Some('u') => {
                    let digits = inner.get(escape + 2..escape + 6);
                    let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                    let length = if code.is_some() { 6 } else { 2 };
                    (code.and_then(char::from_u32).unwrap_or(' ').to_string(), length)
                }
                Some(c) => (c.to_string(), 1 + c.len_utf8()),
                None => (String::new(), 1),
            };
            self.run(&c, start + escape);
            at = escape + length;
        }
        self.run(&inner[at..], start + at);
    }

    fn place(&self, span: Span) -> Span {
        let place = |offset: u32| {
            let offset = offset as usize;
            let run = self.runs.partition_point(|(at, _)| *at <= offset).checked_sub(1);
            run.and_then(|run| self.runs.get(run)).map_or(offset, |(at, start)| start + (offset - at))
        };
        let start = place(span.start);
        Span::new(start, place(span.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::Code;
    use crate::syntax::expr::Span;

    #[test]
    fn code_knows_where_its_text_stands() {
        let mut code = Code::default();
        code.line(r#""a(\"b\");""#, 10);
        code.line("'c'", 40);
        assert_eq!(code.text, "a(\"b\");\nc\n");
        assert_eq!(code.place(Span::new(3, 4)), Span::new(15, 16));
        assert_eq!(code.place(Span::new(8, 9)), Span::new(41, 42));
    }
}
