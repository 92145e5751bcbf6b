//! A request as the lines of a file tell it, part after part.

use super::super::expr::{Expr, Node, Span};
use super::super::spelling::concatenated;

/// The parts of a request.
#[derive(Clone, Default)]
pub struct Request {
    /// Its method.
    pub method: Option<Node>,
    /// The texts that are its URL, one after the other.
    pub url: Vec<Node>,
    /// The host of a URL that is only a path.
    pub host: Option<Node>,
    /// Segments of the path after the URL.
    pub path: Vec<Node>,
    /// Names and values.
    pub headers: Vec<(Node, Node)>,
    /// Names and values.
    pub query: Vec<(Node, Node)>,
    /// Names and values.
    pub cookies: Vec<(Node, Node)>,
}

impl Request {
    /// The request as data; nothing where nothing was told of it.
    pub fn finish(self) -> Option<Node> {
        let mut parts: Vec<(Node, Node)> = Vec::new();
        let mut put = |name: &str, value: Node| parts.push((Node::text(value.span, name), value));
        let Request { method, url, host, path, headers, query, cookies } = self;
        let url = composed(url, host, path);
        if let Some(method) = method.filter(|_| url.is_some()) {
            put("method", method);
        }
        url.into_iter().for_each(|url| put("url", url));
        for (name, pairs) in [("headers", headers), ("query", query)] {
            if let (Some((first, _)), Some((_, last))) = (pairs.first(), pairs.last()) {
                let span = Span { start: first.span.start, end: last.span.end };
                put(name, Node::new(span, Expr::Object(pairs)));
            }
        }
        // Each cookie stands at its own place.
        for (key, value) in cookies {
            let span = Span { start: key.span.start, end: value.span.end };
            put("cookies", Node::new(span, Expr::Object(vec![(key, value)])));
        }
        let spans = || parts.iter().map(|(_, value)| value.span);
        let start = spans().map(|span| span.start).min()?;
        let span = Span { start, end: spans().map(|span| span.end).max()? };
        let request = Node::new(span, Expr::Object(parts));
        Some(Node::new(span, Expr::Object(vec![(Node::text(span, "request"), request)])))
    }
}

/// The URL with the host before it and the path after it. It stands where its path does.
fn composed(url: Vec<Node>, host: Option<Node>, path: Vec<Node>) -> Option<Node> {
    let own = if path.is_empty() { &url } else { &path };
    let span = Span { start: own.first()?.span.start, end: own.last()?.span.end };
    let mut nodes = Vec::new();
    if let (Some(host), true) = (host, url.first().is_some_and(|url| url.lead().starts_with('/'))) {
        if !host.lead().contains("://") {
            nodes.push(Node::text(host.span, "https://"));
        }
        nodes.push(host);
    }
    nodes.extend(url);
    for segment in path {
        nodes.extend([Node::text(segment.span, "/"), segment]);
    }
    Some(Node::new(span, Expr::Str(concatenated(nodes))))
}
