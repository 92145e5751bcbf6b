//! Markup: elements as objects, whose keys are their attributes and the elements in them. An element that only says what a
//! name is (`<add key="url" value="…"/>`, `<prop name="url">…</prop>`) is that name with its value. Nothing is fetched or
//! expanded: entities other than the five of XML stay as they are written.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::expr::{Expr, Node, Parsed, Piece, Span, Unit};
use super::form::Form;

/// Elements that stand deeper belong to the one at this depth.
const DEPTH: usize = 48;

/// The key of the text of an element that has attributes or elements too.
const TEXT: &str = "#text";

/// An element that is open.
struct Element {
    tag: String,
    start: usize,
    pairs: Vec<(Node, Node)>,
    text: String,
    text_at: Option<(usize, usize)>,
}

struct Builder<'a> {
    text: &'a str,
    form: &'a Form,
    open: Vec<Element>,
    too_deep: usize,
    errors: Vec<Span>,
    unit: Unit,
    /// Names that holes are filled from.
    wanted: BTreeSet<String>,
    /// Keys with their values, in case a hole is filled from one.
    leaves: Vec<(Node, Node)>,
}

/// Lowers `text`, which is XML or nearly so. Reading ends early when `go_on` says no.
///
/// # Errors
/// The reading took too long.
pub fn lower(text: &str, form: &Form, go_on: &mut dyn FnMut() -> bool) -> Result<Unit, String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let root = Element { tag: String::new(), start: 0, pairs: Vec::new(), text: String::new(), text_at: None };
    let mut builder = Builder {
        text,
        form,
        open: vec![root],
        too_deep: 0,
        errors: Vec::new(),
        unit: Unit::default(),
        wanted: BTreeSet::new(),
        leaves: Vec::new(),
    };
    let mut count = 0u32;
    loop {
        let start = position(reader.buffer_position());
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(_) => {
                builder.errors.push(Span::new(start, text.len()));
                break;
            }
        };
        let end = position(reader.buffer_position());
        count = count.wrapping_add(1);
        if count.is_multiple_of(1024) && !go_on() {
            return Err("the parser took too long".into());
        }
        match event {
            Event::Start(tag) => builder.start(&tag, start, end, false),
            Event::Empty(tag) => builder.start(&tag, start, end, true),
            Event::End(_) => builder.end(end),
            Event::Text(text) => builder.text(&text, start, end),
            Event::CData(inner) => builder.text(&inner, start + "<![CDATA[".len(), end),
            Event::GeneralRef(name) => {
                let one = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned);
                let written = || text.get(start..end).unwrap_or_default().to_owned();
                builder.text(&one.or(known).unwrap_or_else(written), start, end);
            }
            Event::Comment(_) => builder.unit.comments.push(Span::new(start, end)),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    Ok(builder.finish())
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Builder<'_> {
    fn start(&mut self, tag: &BytesStart, start: usize, end: usize, is_empty: bool) {
        let name = tag.name();
        let name: &str = name.as_ref();
        let mut element =
            Element { tag: name.to_owned(), start, pairs: Vec::new(), text: String::new(), text_at: None };
        let mut from = start + 1 + name.len();
        for (key, value) in attributes(tag.attributes_raw()) {
            let Some(at) = self.text.get(from..end).and_then(|rest| rest.find(key)).map(|at| from + at) else {
                continue;
            };
            let value_at = self.text.get(at + key.len()..end).and_then(|rest| rest.find(value));
            let value_at = value_at.map_or(at, |inner| at + key.len() + inner);
            from = value_at + value.len();
            let value = self.string(&unescaped(value), Span::new(value_at, value_at + value.len()));
            element.pairs.push((Node::text(Span::new(at, at + key.len()), key), value));
        }
        if self.open.len() >= DEPTH {
            let flat = element.pairs;
            if let Some(last) = self.open.last_mut() {
                last.pairs.extend(flat);
            }
            self.too_deep += usize::from(!is_empty);
            return;
        }
        self.open.push(element);
        if is_empty {
            self.end(end);
        }
    }

    fn text(&mut self, text: &str, start: usize, end: usize) {
        if let Some(last) = self.open.last_mut() {
            let is_blank = text.trim().is_empty();
            if is_blank && last.text.is_empty() {
                return;
            }
            last.text.push_str(text);
            // White space before the text is no part of it.
            let own = start + (text.len() - text.trim_start().len());
            let (from, _) = last.text_at.unwrap_or((own, end));
            last.text_at = Some((from, if is_blank { last.text_at.map_or(end, |(_, to)| to) } else { end }));
        }
    }

    fn end(&mut self, end: usize) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if self.open.len() < 2 {
            return;
        }
        let Some(element) = self.open.pop() else { return };
        let pair = self.pair(element, end);
        if let Some(around) = self.open.last_mut() {
            around.pairs.push(pair);
        }
    }

    /// An element as a key and a value.
    fn pair(&mut self, element: Element, end: usize) -> (Node, Node) {
        let Element { tag, start, mut pairs, text, text_at } = element;
        let span = Span::new(start, end);
        let key = Node::text(Span::new(start + 1, start + 1 + tag.len()), tag);
        let text = text_at.map(|(from, to)| self.string(text.trim(), Span::new(from, to)));
        let get = |names: &[String]| {
            pairs.iter().position(|(key, _)| key.word().is_some_and(|word| names.iter().any(|name| name == word)))
        };
        let naming = get(&self.form.name);
        let giving = get(&self.form.value);
        let has_elements = pairs.iter().any(|(key, _)| {
            let before = self.text.get(key.span.start.saturating_sub(1) as usize..);
            before.is_some_and(|rest| rest.starts_with('<'))
        });
        let is_named = self.form.named.iter().any(|tag| key.word() == Some(tag));
        let name = naming.and_then(|at| pairs.get(at)).map(|(_, name)| Node::clone(name));
        let given = || giving.and_then(|at| pairs.get(at)).map(|(_, value)| value.clone());
        let (key, value) = match (name, text) {
            // `<prop name="url">…</prop>`
            (Some(name), Some(text)) if !has_elements => (name, text),
            (Some(name), None) if !has_elements && giving.is_some() => (name, given().unwrap_or_else(|| key.clone())),
            (Some(name), _) if is_named => {
                pairs.retain(|(_, value)| value.span != name.span);
                (name, Node::new(span, Expr::Object(pairs)))
            }
            (None, Some(text)) if pairs.is_empty() => (key, text),
            (_, text) => {
                pairs.extend(text.map(|text| (Node::text(text.span, TEXT), text)));
                (key, Node::new(span, Expr::Object(pairs)))
            }
        };
        if let (Some(_), Expr::Str(_)) = (key.literal(), &value.expr) {
            self.leaves.push((key.clone(), value.clone()));
        }
        (key, value)
    }

    /// A text with its holes, at a place where it may be spelled longer.
    fn string(&mut self, text: &str, span: Span) -> Node {
        let mut node = self.form.holes.node(text, span.start as usize);
        node.span = span;
        match &mut node.expr {
            Expr::Str(pieces) => pieces.iter_mut().for_each(|piece| {
                if let Piece::Hole(hole) = piece {
                    hole.children(&mut |child| self.wanted.extend(child.word().map(str::to_owned)));
                    self.wanted.extend(hole.word().map(str::to_owned));
                }
            }),
            Expr::Name(name) => {
                self.wanted.insert(name.to_string());
            }
            _ => {}
        }
        node
    }

    fn finish(mut self) -> Unit {
        while self.open.len() > 1 {
            let start = self.open.last().map_or(0, |element| element.start);
            let length = self.open.last().map_or(0, |element| element.tag.len() + 1);
            self.errors.push(Span::new(start, start + length));
            self.too_deep = 0;
            self.end(self.text.len());
        }
        let Builder { mut unit, open, errors, wanted, leaves, text, .. } = self;
        let is_wanted = |key: &Node| key.literal().is_some_and(|key| wanted.contains(key));
        unit.root.extend(leaves.into_iter().filter(|(key, _)| is_wanted(key)).map(|(key, value)| {
            let target = Node::new(key.span, Expr::Name(key.literal().unwrap_or_default().into()));
            let span = Span { start: key.span.start.min(value.span.start), end: value.span.end };
            Node::new(span, Expr::bind(target, value))
        }));
        let pairs = open.into_iter().next().map_or_else(Vec::new, |root| root.pairs);
        unit.root.push(Node::new(Span::new(0, text.len()), Expr::Object(pairs)));
        unit.parsed = Parsed::with(errors);
        unit
    }
}

/// The attributes of a tag with their values as written. What is no attribute is passed over.
fn attributes(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        loop {
            let (before, after) = rest.split_once('=')?;
            let key = before.split_whitespace().next_back().unwrap_or_default();
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some(quote) = quote else {
                rest = after;
                continue;
            };
            let inner = after.get(1..).unwrap_or_default();
            let (value, behind) = inner.split_once(quote).unwrap_or((inner, ""));
            rest = behind;
            if !key.is_empty() {
                return Some((key, value));
            }
        }
    })
}

fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{Form, lower};
    use crate::syntax::expr::{Expr, Node};

    fn shown(node: &Node) -> String {
        match &node.expr {
            Expr::Object(pairs) => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(key, value)| format!("{}: {}", shown(key), shown(value))).collect();
                format!("{{{}}}", pairs.join(", "))
            }
            _ => node.word().unwrap_or("?").to_owned(),
        }
    }

    fn read(text: &str) -> String {
        let named = vec!["n".into()];
        let form = Form { name: vec!["name".into()], value: vec!["value".into()], named, ..Form::default() };
        let unit = lower(text, &form, &mut || true).expect("it is read");
        unit.root.iter().map(shown).collect()
    }

    #[test]
    fn elements_are_objects() {
        assert_eq!(read("<a x='1'><b>t &amp; u</b><c y=\"2\">v</c></a>"), "{a: {x: 1, b: t & u, c: {y: 2, #text: v}}}");
    }

    #[test]
    fn an_element_that_says_what_a_name_is_is_that_name() {
        assert_eq!(read("<a><p name='k'>v</p><p name='l' value='w'/></a>"), "{a: {k: v, l: w}}");
        assert_eq!(read("<a><p name='k'><q>v</q></p></a>"), "{a: {p: {name: k, q: v}}}");
        assert_eq!(read("<a><n name='k'><q>v</q></n></a>"), "{a: {k: {q: v}}}");
    }

    #[test]
    fn what_is_never_closed_is_read_all_the_same() {
        assert_eq!(read("<a><b>t"), "{a: {b: t}}");
        assert_eq!(read("</x><a>t</a>"), "{a: t}");
    }
}
