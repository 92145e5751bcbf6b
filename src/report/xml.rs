//! Text in XML 1.0, for the formats that are.

use std::fmt::Write as _;

use super::escape::is_unsafe;

/// The first line of a document.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// A value for an attribute in double quotes.
pub fn attribute(text: &str) -> String {
    escaped(text, |c| matches!(c, '\t' | '\n' | '\r'))
}

/// Text between tags: line ends stay.
pub fn content(text: &str) -> String {
    escaped(text, |c| c == '\r')
}

/// What XML cannot hold is replaced, as it cannot even be escaped; what a terminal or a runner would obey is escaped.
fn escaped(text: &str, is_space_to_escape: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // A bracket opens a command of a runner: ##[name].
            '[' => out += "&#91;",
            '\t' | '\n' | '\r' if !is_space_to_escape(c) => out.push(c),
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            // Writing to a String cannot fail.
            _ if is_unsafe(c) => drop(write!(out, "&#{};", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// Well-formedness for the tests of the writers: tags that close in order, quoted attributes, known entities, and no
/// character that XML cannot hold. Gives back the elements in order, with their attributes unescaped.
#[cfg(test)]
pub fn parse(text: &str) -> Vec<(String, std::collections::BTreeMap<String, String>)> {
    let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_legal), "a character that XML cannot hold");
    let body = text.strip_prefix(DECLARATION).expect("a declaration");
    let attribute = regex::Regex::new("^ ([a-z]+)=\"([^\"<\n\t]*)\"").expect("a pattern");
    let (mut open, mut elements) = (Vec::<String>::new(), Vec::new());
    for piece in body.split('<').skip(1) {
        let (tag, between) = piece.split_once('>').expect("a tag ends");
        assert!(!between.contains('>'), "{piece}");
        unescaped(between);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut rest) = tag.split_at(tag.find(' ').unwrap_or(tag.len()));
        let mut attributes = std::collections::BTreeMap::new();
        while !rest.is_empty() {
            let found = attribute.captures(rest).unwrap_or_else(|| panic!("no attribute: {rest}"));
            assert_eq!(attributes.insert(found[1].to_owned(), unescaped(&found[2])), None, "twice in {tag}");
            rest = &rest[found[0].len()..];
        }
        elements.push((name.to_owned(), attributes));
        if !is_empty {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?} not closed");
    elements
}

#[cfg(test)]
fn unescaped(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';').expect("an entity ends");
        let number = name.strip_prefix('#').and_then(|number| number.parse().ok()).and_then(char::from_u32);
        let named = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"')].into_iter();
        out.push(number.or(named.into_iter().find(|(it, _)| *it == name).map(|(_, c)| c)).expect("a known entity"));
        out += rest;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_after_a_parser() {
        let text = "a<b>&\"'[##[x]]]>\t\n\r\u{9b}\u{202e}é𝒳";
        let document = format!("{DECLARATION}\n<a b=\"{}\">{}</a>", attribute(text), content(text));
        assert_eq!(parse(&document)[0].1["b"], text);
        assert!(!document.contains("##["));
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(attribute("\0\u{8}\u{b}\u{1b}\u{1f}\u{fffe}\u{ffff}x"), "\u{fffd}".repeat(7) + "x");
    }
}
