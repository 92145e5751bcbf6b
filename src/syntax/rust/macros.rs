//! Macros and attributes of Rust: tokens that are read as arguments where they parse as such.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr as Rust, Pat, Token};

use super::{Lowering, bind, call, concatenated, copy, empty, is_empty, name};
use crate::syntax::expr::{Arg, Expr, Node, Piece, Span, Symbol};

/// Macros and attributes whose text people read, with the number of arguments that stand before the text.
const PROSE: &[(&str, usize)] = &[
    ("allow", 0),
    ("anyhow", 0),
    ("assert", 1),
    ("assert_eq", 2),
    ("assert_ne", 2),
    ("bail", 0),
    ("debug", 0),
    ("debug_assert", 1),
    ("debug_assert_eq", 2),
    ("debug_assert_ne", 2),
    ("deprecated", 0),
    ("ensure", 1),
    ("eprint", 0),
    ("eprintln", 0),
    ("error", 0),
    ("event", 0),
    ("expect", 0),
    ("eyre", 0),
    ("info", 0),
    ("log", 0),
    ("must_use", 0),
    ("panic", 0),
    ("print", 0),
    ("println", 0),
    ("todo", 0),
    ("trace", 0),
    ("unimplemented", 0),
    ("unreachable", 0),
    ("warn", 0),
];

fn prose(name: &str) -> Option<usize> {
    PROSE.iter().find(|(prose, _)| *prose == name).map(|(_, before)| *before)
}

/// A part of a format string: text, or what fills it.
enum Part<'t> {
    Text(String),
    /// The next argument, which says how wide the one after it is.
    Width,
    Next,
    At(usize),
    Named(&'t str),
}

/// The parts of the format string `text`; `None` if it is none.
fn format_parts(text: &str) -> Option<Vec<Part<'_>>> {
    let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(found) = rest.find(['{', '}']) {
        let (before, braces) = rest.split_at(found);
        let (brace, after) = braces.split_at(1);
        plain.push_str(before);
        if let Some(after) = after.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
            continue;
        }
        let (hole, after) = after.split_once('}').filter(|_| brace == "{")?;
        let (filled, spec) = hole.split_once(':').unwrap_or((hole, ""));
        if !filled.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '#')) {
            return None;
        }
        parts.push(Part::Text(std::mem::take(&mut plain)));
        if spec.contains(".*") {
            parts.push(Part::Width);
        }
        parts.push(match (filled.trim(), filled.trim().parse()) {
            ("", _) => Part::Next,
            (_, Ok(position)) => Part::At(position),
            (name, _) => Part::Named(name.trim_start_matches("r#")),
        });
        rest = after;
    }
    plain.push_str(rest);
    parts.push(Part::Text(plain));
    Some(parts)
}

impl Lowering<'_> {
    /// The strings among `tokens`, however deep, apart from documentation. Offsets are counted from `start`.
    pub(super) fn strings(&self, tokens: TokenStream, start: usize) -> Vec<Node> {
        let (mut strings, mut open) = (Vec::new(), vec![tokens.into_iter()]);
        while let Some(tokens) = open.last_mut() {
            match tokens.next() {
                None => drop(open.pop()),
                Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
                Some(TokenTree::Literal(literal)) => {
                    let range = literal.span().byte_range();
                    let at = Span::new(start + range.start, start + range.end);
                    let node = self.literal(&syn::Lit::new(literal), at);
                    let is_comment = self.text.get(start + range.start..).is_some_and(|text| text.starts_with('/'));
                    strings.extend(Some(node).filter(|node| !is_comment && !is_empty(node)));
                }
                Some(_) => {}
            }
        }
        strings
    }

    /// Calls of attributes that have a literal or a labelled argument; documentation is a comment.
    pub(super) fn attributes(&mut self, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            let at = self.span(attribute);
            let path = attribute.path();
            if path.is_ident("doc") {
                if self.text.get(at.start as usize..).is_some_and(|text| text.starts_with('#')) {
                    self.unit.comments.push(at);
                }
            } else if let syn::Meta::List(list) = &attribute.meta
                && last_name(path).and_then(|name| prose(&name)).is_none()
                && let Some(mut args) = self.arguments(list.tokens.clone())
            {
                args.retain(|arg| arg.label.as_deref() != Some("doc"));
                if args.iter().any(|arg| arg.label.is_some() || matches!(arg.value.expr, Expr::Str(_))) {
                    let callee = self.path(None, path);
                    self.out.push(call(at, callee, args));
                }
            }
        }
    }

    /// `tokens` as arguments; `None` if they are none.
    fn arguments(&mut self, tokens: TokenStream) -> Option<Vec<Arg>> {
        let exprs = Punctuated::<Rust, Token![,]>::parse_terminated.parse2(tokens).ok()?;
        let labelled = |expr: &Rust| match expr {
            Rust::Assign(expr) => match &*expr.left {
                Rust::Path(path) => path.path.get_ident().map(super::symbol),
                _ => None,
            },
            _ => None,
        };
        let args = exprs.iter().map(|expr| match (expr, labelled(expr)) {
            (Rust::Assign(expr), label @ Some(_)) => Arg { label, spread: false, value: self.value(&expr.right) },
            _ => Arg::of(self.value(expr)),
        });
        Some(args.collect())
    }

    pub(super) fn macro_call(&mut self, mac: &syn::Macro) -> Node {
        let at = self.span(mac);
        let called = last_name(&mac.path).unwrap_or_default();
        let message = prose(&called);
        match &*called {
            "stringify" => return empty(at),
            "matches" => return self.matches(mac, at),
            _ => {}
        }
        let Some(mut args) = self.arguments(mac.tokens.clone()) else {
            let mut nodes = self.loose(mac.tokens.clone(), at);
            nodes.retain(|node| message.is_none() || node.literal().is_none());
            return Node::new(at, Expr::Unknown(nodes));
        };
        if let Some(before) = message {
            let text = args.iter().skip(before).position(|arg| arg.label.is_none() && arg.value.literal().is_some());
            if let Some(text) = text {
                args.remove(before + text);
            }
            return Node::new(at, Expr::Unknown(args.into_iter().map(|arg| arg.value).collect()));
        }
        let values = |args: Vec<Arg>| args.into_iter().map(|arg| arg.value).collect();
        match &*called {
            "vec" => return Node::new(at, Expr::List(values(args))),
            "concat" => return concatenated(at, values(args)),
            _ => {}
        }
        let into = usize::from(matches!(&*called, "write" | "writeln"));
        let format = args.get(into).and_then(|arg| Some((arg.value.span, arg.value.literal()?.to_owned())));
        let is_format = into == 1 || matches!(&*called, "format" | "format_args");
        if let Some((text_at, text)) = format.filter(|(_, text)| is_format || text.contains('{'))
            && let Some(parts) = format_parts(&text)
        {
            let rest = args.split_off(into + 1);
            let pieces = self.filled(parts, text_at, rest);
            return match args.into_iter().next().filter(|_| into == 1) {
                None => Node::new(at, Expr::Str(pieces)),
                Some(target) => {
                    // What is written to a text is put after it.
                    let written = Node::new(text_at, Expr::Str(pieces));
                    let value = concatenated(at, vec![copy(&target.value), written]);
                    self.out.push(bind(at, target.value, value, None));
                    empty(at)
                }
            };
        }
        call(at, self.path(None, &mac.path), args)
    }

    /// The pieces of a format string whose holes are filled from `args`. An argument used again is a copy; one not used
    /// is still seen.
    fn filled(&mut self, parts: Vec<Part>, at: Span, args: Vec<Arg>) -> Vec<Piece> {
        let copies: Vec<Node> = args.iter().map(|arg| copy(&arg.value)).collect();
        let labels: Vec<Option<Symbol>> = args.iter().map(|arg| arg.label.clone()).collect();
        let mut values: Vec<Option<Node>> = args.into_iter().map(|arg| Some(arg.value)).collect();
        let mut next = 0;
        let mut pieces = Vec::new();
        for part in parts {
            let position = match part {
                Part::Text(text) => {
                    pieces.extend((!text.is_empty()).then_some(Piece::Text(text)));
                    continue;
                }
                Part::Width => {
                    next += 1;
                    continue;
                }
                Part::Next => {
                    next += 1;
                    next - 1
                }
                Part::At(position) => position,
                Part::Named(hole) => match labels.iter().position(|label| label.as_deref() == Some(hole)) {
                    Some(position) => position,
                    None => {
                        pieces.push(Piece::Hole(Box::new(name(at, hole))));
                        continue;
                    }
                },
            };
            let value = values.get_mut(position).and_then(Option::take).or_else(|| copies.get(position).cloned());
            pieces.push(Piece::Hole(Box::new(value.unwrap_or_else(|| empty(at)))));
        }
        values.into_iter().flatten().for_each(|unused| self.push(unused));
        pieces
    }

    /// `matches!(x, "a" | "b" if c)`.
    fn matches(&mut self, mac: &syn::Macro, at: Span) -> Node {
        let parser = |input: ParseStream| {
            let subject: Rust = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = Pat::parse_multi_with_leading_vert(input)?;
            let guard = input.parse::<Option<Token![if]>>()?.map(|_| input.parse::<Rust>()).transpose()?;
            input.parse::<Option<Token![,]>>()?;
            Ok((subject, pat, guard))
        };
        let Ok((subject, pat, guard)) = parser.parse2(mac.tokens.clone()) else {
            return Node::new(at, Expr::Unknown(self.strings(mac.tokens.clone(), self.start)));
        };
        let subject = self.value(&subject);
        let at = self.span(&pat);
        self.bind(&pat, subject, at);
        guard.iter().for_each(|guard| self.run(guard));
        empty(at)
    }

    /// Tokens that are no arguments: as statements, else in parts between separators, each an expression if it parses
    /// as one. So `json!({ "url": format!(…) })` shows its strings, and `lazy_static!` its constants.
    fn loose(&mut self, tokens: TokenStream, at: Span) -> Vec<Node> {
        let mut nodes = Vec::new();
        let unknown = self.deeper(at, |this| {
            match syn::Block::parse_within.parse2(without_ref(&tokens)) {
                Ok(statements) => statements.iter().for_each(|statement| this.statement(statement)),
                Err(_) => parts(tokens).into_iter().for_each(|part| this.part(part, &mut nodes)),
            }
            empty(at)
        });
        nodes.extend(Some(unknown).filter(|node| !is_empty(node)));
        nodes
    }

    fn part(&mut self, part: TokenStream, nodes: &mut Vec<Node>) {
        if let Ok(expr) = syn::parse2::<Rust>(part.clone()) {
            let value = self.value(&expr);
            return nodes.extend(Some(value).filter(|node| !is_empty(node)));
        }
        let mut after_mark = false;
        for token in part {
            let is_mark = matches!(&token, TokenTree::Punct(mark) if matches!(mark.as_char(), '#' | '!'));
            match token {
                TokenTree::Group(group) if after_mark && is_doc(&group) => {}
                TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                    let inner = self.loose(group.stream(), self.range(group.span()));
                    nodes.extend(inner);
                }
                token => nodes.extend(self.strings(token.into(), self.start)),
            }
            after_mark = is_mark;
        }
    }
}

fn last_name(path: &syn::Path) -> Option<Symbol> {
    path.segments.last().map(|segment| super::symbol(&segment.ident))
}

/// Whether brackets hold documentation, which the lexer turns comments into.
fn is_doc(group: &proc_macro2::Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(ident)) if ident == "doc")
}

/// `static ref X` of `lazy_static!` as the constant that it is.
fn without_ref(tokens: &TokenStream) -> TokenStream {
    let mut after_static = false;
    let keep = |token: &TokenTree| {
        let word = match token {
            TokenTree::Ident(ident) => ident.to_string(),
            _ => String::new(),
        };
        let keep = !(after_static && word == "ref");
        after_static = word == "static";
        keep
    };
    tokens.clone().into_iter().filter(keep).collect()
}

/// The tokens between `,`, `;`, `=>` and a single `:`.
fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts: Vec<Vec<TokenTree>> = vec![Vec::new()];
    let mut before = ' ';
    for token in tokens {
        let mark = match &token {
            TokenTree::Punct(mark) => mark.as_char(),
            _ => ' ',
        };
        let joint = matches!(&token, TokenTree::Punct(mark) if mark.spacing() == Spacing::Joint);
        match (before, mark) {
            (_, ',' | ';') => parts.push(Vec::new()),
            ('=', '>') => {
                parts.last_mut().map(Vec::pop);
                parts.push(Vec::new());
            }
            (before, ':') if before != ':' && !joint => parts.push(Vec::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(token);
                }
            }
        }
        before = mark;
    }
    parts.into_iter().filter(|part| !part.is_empty()).map(TokenStream::from_iter).collect()
}

#[cfg(test)]
mod tests {
    use crate::syntax::rust::tests::body;

    #[test]
    fn a_format_string_has_holes() {
        let text = r#"format!("{}/{0}/{id}/{x:>w$}/{:.*}/{{}}", self.base, 3, y, x = z.len());"#;
        assert_eq!(body(text), r#""{self.base}/{self.base}/{id}/{z.len()}/{y}/{}""#);
        assert_eq!(body(r#"concat!("a", env!("B"), "c");"#), r#""a{env("B")}c""#);
        assert_eq!(body(r#"send!("a/{}", id, f());"#), r#"f(); "a/{id}""#);
        assert_eq!(body(r#"regex!(r"\d{a b}");"#), r#"regex("\d{a b}")"#);
    }

    #[test]
    fn an_argument_filled_in_twice_is_read_once() {
        assert_eq!(body(r#"format!("{0}{0}", f(a));"#), r#""{f(a)}{?()}""#);
    }

    #[test]
    fn writing_puts_text_after_the_target() {
        assert_eq!(body(r#"write!(&mut url, "/{}", id)?;"#), r#"url := "{url}/{id}""#);
    }

    #[test]
    fn prose_is_not_a_string_but_its_arguments_are_seen() {
        assert_eq!(body(r#"println!("GET /x {}", f("a"));"#), r#"?(f("a"))"#);
        assert_eq!(body(r#"log::info!(target: "t", u = %u, "GET {}", g(x));"#), "?(target, g(x))");
        assert_eq!(body(r#"assert_eq!(a.name(), "sid", "not {}", b);"#), r#"?(a.name(), "sid", b)"#);
    }

    #[test]
    fn other_macros_are_lists_calls_or_loose_parts() {
        assert_eq!(body(r#"vec![a, "b"];"#), r#"[a, "b"]"#);
        assert_eq!(body(r#"warp::path!("a" / String);"#), r#"warp.path(?("a", String))"#);
        assert_eq!(
            body(r#"json!({ /** d */ "k": format!("{}/x", a), "l": [1, "s"] });"#),
            r#"?("k", "{a}/x", "l", [?(), "s"])"#
        );
        assert_eq!(body(r#"lazy_static! { static ref U: String = format!("{}/s", B); }"#), r#"U: String := "{B}/s""#);
        assert_eq!(body(r#"select! { r = c.get(u) => { f(r) } };"#), "r := c.get(u); ?(f(r))");
        assert_eq!(body(r#"matches!(c.name(), "sid" | "idx");"#), r#"==(c.name(), "sid"); ==(c.name(), "idx")"#);
    }
}
