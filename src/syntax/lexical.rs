//! Reads a text as its strings and nothing else: for files that no parser could read. No calls, no names.

use std::sync::LazyLock;

use regex::Regex;

use super::expr::{Node, Parsed, Span, Unit};

/// Strings in any of the usual quotes, on one line. Linear in the text: no alternative can begin inside another.
static STRING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`"#).ok());

/// The strings of `text`, as a unit that was read lexically for `reason`.
pub fn lower(text: &str, reason: String) -> Unit {
    let strings = STRING.iter().flat_map(|regex| regex.captures_iter(text)).filter_map(|found| {
        let inner = found.get(1).or(found.get(2)).or(found.get(3))?;
        Some(Node::text(Span::new(inner.start(), inner.end()), inner.as_str()))
    });
    Unit { root: strings.collect(), parsed: Parsed::Lexical(reason), ..Unit::default() }
}
