//! Scripts that stand in data as text: under some keys, a text or a list of lines is code of another language. It is read as
//! that, each part at its own place in the file.

use serde::Deserialize;

use super::expr::{Expr, Node, Parsed, Unit};
use super::extract::Extract;
use super::language;
use super::place::placed;

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
        let mut code = Extract::default();
        for line in lines {
            let (start, end) = (line.span.start as usize, line.span.end as usize);
            add_line(self.text.get(start..end)?, start, &mut code);
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

/// Adds a string as it is written, which stands at `start`, and ends the line.
fn add_line(written: &str, start: usize, code: &mut Extract) {
    let block = written.split_once('\n').filter(|(head, _)| head.starts_with(['|', '>']));
    let within = |quote| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if let Some((head, inner)) = block {
        code.same(inner, start + head.len() + 1);
    } else if let Some(inner) = within('"') {
        code.escaped(inner, start + 1);
    } else if let Some(inner) = within('\'') {
        code.same(inner, start + 1);
    } else {
        code.same(written, start);
    }
    code.instead("\n", start + written.len(), start + written.len());
}

#[cfg(test)]
mod tests {
    use super::add_line;
    use crate::syntax::expr::Span;
    use crate::syntax::extract::Extract;

    #[test]
    fn code_knows_where_its_text_stands() {
        let mut code = Extract::default();
        add_line(r#""a(\"b\");""#, 10, &mut code);
        add_line("'c'", 40, &mut code);
        assert_eq!(code.text, "a(\"b\");\nc\n");
        assert_eq!(code.place(Span::new(3, 4)), Span::new(15, 16));
        assert_eq!(code.place(Span::new(8, 9)), Span::new(41, 42));
    }
}
