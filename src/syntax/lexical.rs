//! Reads texts without a grammar: by the lexis of their language, or as their strings and nothing else where a parser gave
//! up.

mod define;
mod fold;
pub(in crate::syntax) mod lexis;
mod lines;
mod parse;
mod scan;

use std::sync::LazyLock;

use regex::Regex;

use super::expr::{Node, Parsed, Span, Unit};
use super::spelling;
use lexis::Lexis;

/// Strings in any of the usual quotes, on one line.
static STRING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`"#).ok());

/// The statements of `text`, by the lexis of its language. Reading ends early when `go_on` says no.
///
/// # Errors
/// The reading took too long.
pub(super) fn by_lexis(
    text: &str,
    lexis: &Lexis,
    parsed: Parsed,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Unit, String> {
    let mut unit = Unit { parsed, ..Unit::default() };
    let root = match () {
        () if lexis.cells => lines::cells(text, lexis, &mut unit, go_on),
        () if !lexis.commands.is_empty() => lines::commands(text, lexis, &mut unit, go_on),
        () => parse::parse(text, 0..text.len(), lexis, 0, &mut unit, go_on),
    };
    unit.root = root.ok_or("the parser took too long")?;
    Ok(unit)
}

/// The strings of `text`, as a unit that was read lexically for `reason`.
pub fn lower(text: &str, reason: String) -> Unit {
    let mut strings = Vec::new();
    for (start, line) in spelling::lines(text) {
        if !is_comment(line) {
            let found = STRING.iter().flat_map(|regex| regex.captures_iter(line));
            strings.extend(
                found
                    .filter_map(|found| found.get(1).or(found.get(2)).or(found.get(3)))
                    .map(|inner| Node::text(Span::new(start + inner.start(), start + inner.end()), inner.as_str())),
            );
        }
    }
    Unit { root: strings, parsed: Parsed::Lexical(reason), ..Unit::default() }
}

/// Whether a line is a comment in most languages, or inside one as they are usually laid out.
fn is_comment(line: &str) -> bool {
    ["//", "#", "*", "/*", "--", ";", "%", "<!--"].iter().any(|start| line.trim_start().starts_with(start))
}
