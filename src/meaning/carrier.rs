//! Whose a cookie is, by what carries it: the request that data describes around its header, and the domain that it is kept
//! for. Knows what makes a host another's.

use std::collections::HashMap;

use super::document::{self, Described};
use super::evidence::{About, Collector, Row};
use super::fact::{CookieUse, Side, Url, Verb};
use super::library::DocumentEntry;
use super::resolve::Resolver;
use super::taint::Places;
use super::url::{HOLE, parse};
use super::vocabulary::Of;
use super::words::words;
use crate::syntax::expr::{Expr, Node, Span};

/// The key of what a cookie is kept for.
const DOMAIN: &str = "domain";

/// The host of a URL that is spelled out and neither known to be Okta's nor speaks of it.
pub fn foreign_host<'u>(rows: &[Row], urls: &'u [Url]) -> Option<&'u str> {
    let known = |host: &str| {
        rows.iter().flat_map(|row| &row.hosts).any(|known| {
            host == known || host.strip_suffix(known.as_str()).is_some_and(|rest| rest.ends_with(['.', HOLE]))
        })
    };
    let literal = |host: &str| {
        (host.contains('.') || host == "localhost") && !host.contains(HOLE) && !host.contains(['{', '<', '$', '%'])
    };
    let mut hosts = urls.iter().filter_map(|url| url.host.as_deref());
    hosts.find(|host| literal(host) && !known(host) && !speaks(rows, host))
}

/// The host of the first URL in a call, if that is foreign: its request carries what else the call is given.
pub fn host_in<'u>(resolver: &Resolver<'_, 'u>, call: &'u Node, rows: &[Row]) -> Option<String> {
    if let Expr::Str(_) = &call.expr {
        let texts = resolver.texts(call);
        let urls: Vec<Url> = texts.iter().filter(|text| text.text.contains("://")).filter_map(parse).collect();
        return foreign_host(rows, &urls).map(str::to_owned);
    }
    let mut found = None;
    call.children(&mut |child| found = found.take().or_else(|| host_in(resolver, child, rows)));
    found
}

/// Whether a word of a host is evidence for.
pub fn speaks(rows: &[Row], host: &str) -> bool {
    let parts = words(host);
    rows.iter().filter(|row| !row.against).flat_map(|row| &row.words).any(|word| parts.contains(word))
}

/// Adds to cookies what the request or the domain says that data has them for.
pub fn note<'u>(
    uses: &mut [CookieUse],
    resolver: &Resolver<'_, 'u>,
    documents: &[Of<'_, DocumentEntry>],
    tainted: &Places,
    rows: &[Row],
) {
    if uses.is_empty() {
        return;
    }
    let root = &resolver.namer.index.unit.root;
    let requests = document::described(resolver, documents, root, tainted);
    let mut domains = HashMap::new();
    root.iter().for_each(|node| kept(node, &mut domains));
    for touch in uses {
        let mut collector = Collector::of_expression(rows, About::Cookie);
        let around = requests.iter().filter(|request| request.whole.contains(touch.span));
        if let Some(request) = around.min_by_key(|request| request.whole.end - request.whole.start) {
            of_request(request, rows, touch.span, &mut collector);
            // What data describes is sent by a program.
            if (touch.side, touch.verb) == (Side::Unknown, Verb::Send) {
                touch.side = Side::Server;
            }
        }
        let own = domains.get(touch.name.as_deref().unwrap_or_default()).into_iter().flatten();
        let own = own.filter(|(at, _)| touch.span.contains(*at) || at.contains(touch.span));
        let hosts: Vec<Url> = own.map(|(_, host)| Url { host: Some(host.clone()), ..Url::default() }).collect();
        if hosts.iter().all(|url| foreign_host(rows, std::slice::from_ref(url)).is_some())
            && let Some(host) = foreign_host(rows, &hosts)
        {
            collector.row("foreign-host", Some(touch.span), host);
        }
        for evidence in collector.finish() {
            if !touch.evidence.iter().any(|have| have.id == evidence.id) {
                touch.evidence.push(evidence);
            }
        }
    }
}

/// What the URL of a request says.
fn of_request(request: &Described, rows: &[Row], at: Span, collector: &mut Collector) {
    let texts = request.draft.composed();
    texts.iter().for_each(|text| collector.text(&text.text, text.origins.first().copied()));
    let urls: Vec<Url> = texts.iter().filter_map(parse).collect();
    if let Some(host) = foreign_host(rows, &urls) {
        collector.row("foreign-host", Some(at), host);
    }
}

/// The domain that an object gives.
fn domain_of(node: &Node) -> Option<String> {
    let Expr::Object(pairs) = &node.expr else { return None };
    // `Cookie.domain` is a domain too.
    let is_domain = |key: &Node| key.word().is_some_and(|key| key.rsplit('.').next() == Some(DOMAIN));
    let (_, domain) = pairs.iter().find(|(key, _)| is_domain(key))?;
    Some(domain.literal()?.trim_start_matches('.').to_ascii_lowercase())
}

/// Cookies that objects name beside the domain that they are kept for: `{ name: "sid", value, domain }`, `sid: { domain }`.
fn kept<'u>(node: &'u Node, domains: &mut HashMap<&'u str, Vec<(Span, String)>>) {
    if let Expr::Object(pairs) = &node.expr {
        let get = |want: &str| pairs.iter().find(|(key, _)| key.word() == Some(want)).map(|(_, value)| value);
        let name = get("name").or_else(|| get("key")).and_then(Node::literal);
        let mut add = |name: Option<&'u str>, of: &'u Node| {
            if let (Some(name), Some(domain)) = (name, domain_of(of)) {
                domains.entry(name).or_default().push((node.span, domain));
            }
        };
        add(name, node);
        pairs.iter().for_each(|(key, value)| add(key.literal(), value));
    }
    node.children(&mut |child| kept(child, domains));
}
