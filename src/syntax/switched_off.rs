//! Pairs of data that are switched off: headers and parameters which the program that has the file does not send. They are
//! to a reader what a comment is.

use super::expr::{Expr, Node};

/// Deeper data is left as it is.
const DEPTH: usize = 64;

/// Takes away what is in a pair of a list (`{ key, value }`, `{ name, value }`) that has one of the `marks`, a key and its
/// value: `disabled true`. `text` is the file.
pub fn take_away(root: &mut [Node], text: &str, marks: &[String]) {
    if !marks.is_empty() {
        root.iter_mut().for_each(|node| visit(node, text, marks, 0));
    }
}

fn visit(node: &mut Node, text: &str, marks: &[String], depth: usize) {
    if depth > DEPTH {
        return;
    }
    match &mut node.expr {
        Expr::List(nodes) => {
            for inner in nodes {
                match is_off(inner, text, marks) {
                    true => inner.expr = Expr::Unknown(Vec::new()),
                    false => visit(inner, text, marks, depth + 1),
                }
            }
        }
        Expr::Object(pairs) => pairs.iter_mut().for_each(|(_, value)| visit(value, text, marks, depth + 1)),
        Expr::Unknown(nodes) => nodes.iter_mut().for_each(|inner| visit(inner, text, marks, depth + 1)),
        _ => {}
    }
}

fn is_off(node: &Node, text: &str, marks: &[String]) -> bool {
    let Expr::Object(pairs) = &node.expr else { return false };
    let written = |value: &Node| text.get(value.span.start as usize..value.span.end as usize).unwrap_or_default();
    let get = |key: &str| pairs.iter().find(|(have, _)| have.literal() == Some(key)).map(|(_, value)| value);
    let has = |mark: &String| {
        let (key, wanted) = mark.split_once(' ').unwrap_or_default();
        get(key).is_some_and(|value| written(value).trim() == wanted)
    };
    get("value").is_some() && (get("key").is_some() || get("name").is_some()) && marks.iter().any(has)
}
