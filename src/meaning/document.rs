//! Requests that data describes: where they sit in a document, by the `[[document]]` entries of libraries.

use std::collections::BTreeMap;

use super::draft::{Draft, Drafter};
use super::library::{DocumentEntry, Library, Patterns, Role};
use super::resolve::{Resolver, product};
use super::taint::Places;
use super::url::Text;
use super::vocabulary::{Of, split};
use super::words::method;
use crate::syntax::expr::{Expr, Node, Span};

/// Deeper data is read as its strings.
const DEPTH: usize = 48;

/// A part of a document: a value and the key that it stands under.
#[derive(Clone, Copy)]
struct Place<'u> {
    key: Option<&'u Node>,
    value: &'u Node,
}

/// A request that data describes, and the node that gives its URL.
pub struct Described<'u> {
    /// What is known of it.
    pub draft: Draft,
    /// Where its URL stands.
    pub place: &'u Node,
    /// All of it.
    pub whole: Span,
}

/// The libraries of which the data of this file holds a request at all: it is a file of their kind.
pub fn kinds<'a>(documents: &[Of<'a, DocumentEntry>], root: &[Node]) -> Vec<&'a Library> {
    let mut kinds = Vec::new();
    for of in documents.iter().filter(|of| of.library.evidence.is_some()) {
        let mut is_there = false;
        for value in root {
            for path in of.entry.at.iter() {
                let keys = keys(path);
                let top = Place { key: None, value };
                select(top, &keys, 0, &|_| true, &mut |at| is_there |= has_needs(of.entry, top, at));
            }
        }
        if is_there {
            kinds.push(of.library);
        }
    }
    kinds
}

/// Where data holds what is no request: places of entries without a URL (examples of answers).
pub fn quiet(documents: &[Of<'_, DocumentEntry>], root: &[Node], tainted: &Places) -> Vec<Span> {
    let mut spans = Vec::new();
    for of in documents.iter().filter(|of| of.entry.url.is_none()) {
        for value in root {
            for path in of.entry.at.iter() {
                let keys = keys(path);
                let enter = |span| tainted.any_in(span);
                select(Place { key: None, value }, &keys, 0, &enter, &mut |at| spans.push(at.value.span));
            }
        }
    }
    spans
}

/// The requests that the data of a file describes, each once: by the first entry that tells its URL.
pub fn described<'a, 'u>(
    resolver: &Resolver<'a, 'u>,
    documents: &[Of<'a, DocumentEntry>],
    root: &'u [Node],
    tainted: &Places,
) -> Vec<Described<'u>> {
    let mut found: Vec<Described<'u>> = Vec::new();
    // The places of those, of which none is within another, by where they start.
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    for of in documents {
        for top in root {
            for path in of.entry.at.iter() {
                let keys = keys(path);
                let top = Place { key: None, value: top };
                select(top, &keys, 0, &|span| tainted.any_in(span), &mut |at| {
                    let Some(described) = describe(resolver, *of, top, at) else { return };
                    let Span { start, end } = described.place.span;
                    let is_within = taken.range(..=start).next_back().is_some_and(|(_, have)| *have >= end);
                    let holds = taken.range(start..).next().is_some_and(|(_, have)| *have <= end);
                    if !is_within && !holds {
                        taken.insert(start, end);
                        found.push(described);
                    }
                });
            }
        }
    }
    found
}

/// The request at a place, if all that the entry needs is there.
fn describe<'a, 'u>(
    resolver: &Resolver<'a, 'u>,
    of: Of<'a, DocumentEntry>,
    top: Place<'u>,
    at: Place<'u>,
) -> Option<Described<'u>> {
    let Of { library, entry, .. } = of;
    let get = |parts: &Option<Patterns>| first(parts.as_ref()?, top, at);
    let place = get(&entry.url)?;
    if !has_needs(entry, top, at) {
        return None;
    }
    let mut draft = Draft { side: library.side, ..Draft::default() };
    draft.rows.extend(entry.evidence.clone());
    let drafter = Drafter { resolver };
    match joined(resolver, place, "/") {
        Some(urls) => draft.urls = urls,
        None => drafter.apply(&mut draft, library, Role::Url, place),
    }
    let roles = [(Role::Headers, &entry.headers), (Role::Query, &entry.query), (Role::Cookies, &entry.cookies)];
    for (role, parts) in roles {
        if let Some(node) = get(parts) {
            drafter.apply(&mut draft, library, role, node);
        }
    }
    let texts = |parts: &Option<Patterns>| get(parts).map(|node| resolver.texts(node));
    if let Some(node) = get(&entry.host) {
        draft.bases = bases(&joined(resolver, node, ".").unwrap_or_else(|| resolver.texts(node)));
    }
    if let Some(bases) = texts(&entry.base) {
        draft.bases = match draft.bases.is_empty() {
            true => bases,
            false => product(&draft.bases, &bases),
        };
    }
    for parts in entry.method.iter().flat_map(Patterns::iter) {
        let mut methods = Vec::new();
        match parts.strip_suffix("*@key") {
            Some(_) => entries(at.value).iter().filter_map(|one| one.key).for_each(|key| {
                methods.extend(key.word().and_then(method));
            }),
            None => methods.extend(find(parts, top, at).map_or_else(Vec::new, |node| drafter.methods_of(node))),
        }
        if !methods.is_empty() {
            draft.methods = methods;
            break;
        }
    }
    let whole = at.key.map_or(at.value.span, |key| Span { start: key.span.start, ..at.value.span });
    Some(Described { draft, place, whole })
}

/// The texts of a list with `between` them: a path's segments, a host's labels. `None` for what is no list.
fn joined<'u>(resolver: &Resolver<'_, 'u>, node: &'u Node, between: &str) -> Option<Vec<Text>> {
    let Expr::List(nodes) = &node.expr else { return None };
    let (first, rest) = nodes.split_first()?;
    let between = [Text { text: between.to_owned(), ..Text::default() }];
    let next = |before: Vec<Text>, node| product(&product(&before, &between), &resolver.texts(node));
    Some(rest.iter().fold(resolver.texts(first), next))
}

/// The bases that hosts are; a host may be a variable that has the scheme with it.
fn bases(hosts: &[Text]) -> Vec<Text> {
    let scheme = [Text { text: "https://".into(), ..Text::default() }];
    let base = |host: &Text| match host.text.contains("://") {
        true => vec![host.clone()],
        false => product(&scheme, std::slice::from_ref(host)),
    };
    hosts.iter().flat_map(base).collect()
}

fn has_needs(entry: &DocumentEntry, top: Place, at: Place) -> bool {
    let has = |parts: &Patterns| first(parts, top, at).is_some();
    entry.needs.as_ref().is_none_or(has) && !entry.without.as_ref().is_some_and(has)
}

/// The first of several parts that is there.
fn first<'u>(parts: &Patterns, top: Place<'u>, at: Place<'u>) -> Option<&'u Node> {
    parts.iter().find_map(|parts| find(parts, top, at))
}

/// A part of a request: keys below it, below the top of the document after a `/`, or `@key` for the request's own key.
fn find<'u>(parts: &str, top: Place<'u>, at: Place<'u>) -> Option<&'u Node> {
    let (from, parts) = match parts.strip_prefix('/') {
        Some(rest) => (top, rest),
        None => (at, parts),
    };
    if parts == "@key" {
        return from.key;
    }
    let keys = keys(parts);
    let mut found = None;
    select(from, &keys, 0, &|_| true, &mut |place| {
        found.get_or_insert(place.value);
    });
    found
}

/// The keys of a path; one in braces may hold dots.
fn keys(path: &str) -> Vec<&str> {
    let bare = |key| str::strip_prefix(key, '{').and_then(|key| key.strip_suffix('}')).unwrap_or(key);
    split(path).into_iter().map(bare).collect()
}

/// Calls `visit` with every place that a path leads to: keys, `*` for any key or element, `**` for any number of them.
/// Places that `enter` refuses are left out.
fn select<'u>(
    from: Place<'u>,
    keys: &[&str],
    depth: usize,
    enter: &dyn Fn(Span) -> bool,
    visit: &mut dyn FnMut(Place<'u>),
) {
    let Some((key, rest)) = keys.split_first() else { return visit(from) };
    if depth >= DEPTH {
        return;
    }
    if *key == "**" {
        select(from, rest, depth, enter, visit);
    }
    for inner in entries(from.value) {
        let is_wanted = match *key {
            "*" | "**" => true,
            key => inner.key.and_then(Node::word) == Some(key),
        };
        let holds = |inner: &Place| enter(inner.value.span) || inner.key.is_some_and(|key| enter(key.span));
        if is_wanted && holds(&inner) {
            let rest = if *key == "**" { keys } else { rest };
            select(inner, rest, depth + 1, enter, visit);
        }
    }
}

/// The values directly inside a value, with their keys.
fn entries(value: &Node) -> Vec<Place<'_>> {
    match &value.expr {
        Expr::Object(pairs) => pairs.iter().map(|(key, value)| Place { key: Some(key), value }).collect(),
        Expr::List(nodes) => nodes.iter().map(|value| Place { key: None, value }).collect(),
        _ => Vec::new(),
    }
}
