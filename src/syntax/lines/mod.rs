//! Reads formats that are made of lines (`.http`, Hurl, Bruno, Karate) by a list of what lines look like. No format, client
//! or word of one is known here: a table under `tables/` spells them.
//!
//! A file is lowered to an object for each request in it, `{ request: { method, url, headers, query, cookies } }`, which a
//! library's `[[document]]` reads like any other data; its variables to binds; its scripts to what they are in their own
//! language, at their own place.

mod request;

use regex::{Captures, Match, Regex};
use serde::Deserialize;

use super::expr::{Expr, Node, Parsed, Span, Unit};
use super::extract::Extract;
use super::place::placed;
use super::spelling::lines;
use super::{holes, language};
use request::Request;

/// The marks of a hole: before it and after it.
const MARKS: usize = 2;

/// What a line looks like and says. The first entry that fits a line is taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The sections of a file in which it is looked for; everywhere if absent.
    #[serde(default)]
    pub within: Vec<String>,
    /// A regular expression with the groups `method`, `url`, `name` and `value`.
    pub is: String,
    /// What it says.
    #[serde(default)]
    pub says: Says,
    /// The section that begins after it.
    pub then: Option<String>,
    /// What ends the text that begins behind it, where that goes on over lines. That text is its value.
    pub until: Option<String>,
    /// The method of a request whose line names none.
    pub method: Option<String>,
    /// The language that its value is an expression, or a script, of. Without one it is text.
    pub language: Option<String>,
}

/// What a line says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Says {
    /// Nothing that counts.
    #[default]
    Nothing,
    /// A comment.
    Comment,
    /// A request ends here, and another may begin.
    Part,
    /// What follows, up to the next part, holds for all parts after it.
    Shared,
    /// A request begins, with a method and a URL as far as they are told.
    Request,
    /// The method of the request.
    Method,
    /// The request's URL.
    Url,
    /// More of the URL.
    More,
    /// The host of a URL that is only a path.
    Host,
    /// Segments of the path after the URL.
    Path,
    /// A header, or an object of several.
    Header,
    /// A parameter of the query, or an object of several.
    Query,
    /// A cookie, or an object of several.
    Cookie,
    /// The request is made here.
    Send,
    /// A variable.
    Bind,
    /// A script.
    Script,
}

/// A compiled list of lines.
pub struct Format {
    lines: Vec<(Line, Regex, Option<Regex>)>,
    marks: Vec<String>,
}

impl Format {
    /// Compiles `lines`; `marks`, in pairs, stand around a hole.
    ///
    /// # Errors
    /// Names the expression that is malformed, or the mark that is missing.
    pub fn compile(lines: &[Line], marks: &[String]) -> Result<Self, String> {
        if !marks.len().is_multiple_of(MARKS) {
            return Err("a hole has a mark before it and one after it".into());
        }
        let regex = |text: &String| Regex::new(text).map_err(|error| error.to_string());
        let compiled = lines.iter().map(|line| {
            let until = line.until.as_ref().map(regex).transpose()?;
            Ok((line.clone(), regex(&line.is)?, until))
        });
        Ok(Self { lines: compiled.collect::<Result<_, String>>()?, marks: marks.to_vec() })
    }

    /// Lowers a file. Scripts stop being parsed when `go_on` says no.
    pub fn lower(&self, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
        let mut reading = Reading {
            text,
            marks: &self.marks,
            unit: Unit::default(),
            errors: Vec::new(),
            request: Request::default(),
            shared: Request::default(),
            is_shared: false,
            go_on,
        };
        let (mut section, mut at) = ("", 0);
        while let Some(line) = text.get(at..).and_then(|rest| rest.split_inclusive('\n').next()) {
            let start = at;
            at += line.len();
            let content = line.trim_end_matches(['\n', '\r']);
            let is_here = |line: &Line| line.within.is_empty() || line.within.iter().any(|have| have == section);
            let mut fitting = self.lines.iter().filter(|(spelled, ..)| is_here(spelled));
            let found = fitting.find_map(|(spelled, is, until)| Some((spelled, is.captures(content)?, until)));
            let Some((spelled, found, until)) = found else { continue };
            let behind = until.as_ref().map(|until| {
                let begin = start + found.get(0).map_or(0, |whole| whole.end());
                let (end, next) = reading.end_of(begin, until);
                at = at.max(next);
                Span::new(begin, end)
            });
            reading.line(spelled, &found, start, behind);
            section = spelled.then.as_deref().unwrap_or(section);
        }
        reading.finish()
    }
}

/// A file being read.
struct Reading<'t, 'g> {
    text: &'t str,
    marks: &'t [String],
    unit: Unit,
    errors: Vec<Span>,
    /// The request so far.
    request: Request,
    /// What every further request has.
    shared: Request,
    /// Whether what is said now is for every further request.
    is_shared: bool,
    go_on: &'g mut dyn FnMut() -> bool,
}

impl<'t> Reading<'t, '_> {
    /// Where a text over lines that begins at `begin` ends, and where the line after it begins.
    fn end_of(&mut self, begin: usize, until: &Regex) -> (usize, usize) {
        let rest = self.text.get(begin..).unwrap_or_default();
        for (start, line) in lines(rest) {
            if let Some(end) = until.find(line.trim_end_matches(['\n', '\r'])) {
                return (begin + start + end.start(), begin + start + line.len());
            }
        }
        let end = begin + rest.len();
        self.errors.push(Span::new(begin, end));
        (end, end)
    }

    fn line(&mut self, spelled: &Line, found: &Captures, start: usize, behind: Option<Span>) {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        let line = Span::new(start + whole.start, start + whole.end);
        let place = |group: Match| Span::new(start + group.start(), start + group.end());
        let group = |name: &str| found.name(name).filter(|group| !group.as_str().is_empty()).map(place);
        let value = behind.or(group("value"));
        match spelled.says {
            Says::Nothing => {}
            Says::Comment => self.unit.comments.push(line),
            Says::Part => self.part(),
            Says::Shared => {
                self.part();
                self.is_shared = true;
            }
            Says::Script => self.script(value, spelled.language.as_deref()),
            Says::Send => {
                self.request.method = group("method").map(|place| self.word(place));
                self.send();
            }
            Says::Method => self.request.method = group("method").map(|place| self.word(place)),
            Says::Request => {
                self.part();
                let implied = || spelled.method.as_ref().map(|method| Node::text(line, method.as_str()));
                self.request.method = group("method").map(|place| self.word(place)).or_else(implied);
                self.request.url = self.values(group("url"), None);
            }
            says => {
                let name = group("name").map(|place| self.word(place));
                let values = self.values(value, spelled.language.as_deref());
                self.said(says, name, values, line);
            }
        }
    }

    /// Takes what a line says of the request, or of a variable.
    fn said(&mut self, says: Says, name: Option<Node>, mut values: Vec<Node>, line: Span) {
        let request = &mut self.request;
        match says {
            Says::Url => request.url = values,
            Says::More => request.url.append(&mut values),
            Says::Path => request.path.append(&mut values),
            Says::Host => request.host = values.pop(),
            Says::Bind => {
                if let (Some(name), Some(value)) = (name, values.pop()) {
                    let symbol = name.literal().unwrap_or_default().into();
                    let target = Node::new(name.span, Expr::Name(symbol));
                    self.unit.root.push(Node::new(line, Expr::bind(target, value)));
                }
            }
            says => {
                let pairs = match (name, values.pop()) {
                    (Some(name), Some(value)) => vec![(name, value)],
                    (None, Some(Node { expr: Expr::Object(pairs), .. })) => pairs,
                    _ => Vec::new(),
                };
                match says {
                    Says::Header => request.headers.extend(pairs),
                    Says::Query => request.query.extend(pairs),
                    _ => request.cookies.extend(pairs),
                }
            }
        }
    }

    /// Ends a request. What was said for all stays said.
    fn part(&mut self) {
        let request = std::mem::replace(&mut self.request, self.shared.clone());
        if self.is_shared {
            self.is_shared = false;
            self.shared = request.clone();
            self.request = request;
            return;
        }
        self.unit.root.extend(request.finish());
    }

    /// Makes the request; where it goes stays for the next one.
    fn send(&mut self) {
        let (url, host) = (self.request.url.clone(), self.request.host.clone());
        let request = std::mem::replace(&mut self.request, Request { url, host, ..self.shared.clone() });
        self.unit.root.extend(request.finish());
    }

    fn slice(&self, place: Span) -> &'t str {
        self.text.get(place.start as usize..place.end as usize).unwrap_or_default()
    }

    fn word(&self, place: Span) -> Node {
        Node::text(place, self.slice(place))
    }

    /// A value: one text with holes, or the expressions of a language, of which there may be several.
    fn values(&mut self, place: Option<Span>, language: Option<&str>) -> Vec<Node> {
        let Some(place) = place else { return Vec::new() };
        let text = self.slice(place);
        let Some(language) = language else {
            let text = text.trim_end();
            let span = Span::new(place.start as usize, place.start as usize + text.len());
            return vec![Node::new(span, Expr::Str(holes::pieces(text, self.marks, place.start as usize)))];
        };
        self.unit.speaks(language);
        // In brackets an object is no block, and several are a list.
        let (start, end) = (place.start as usize, place.end as usize);
        let mut code = Extract::default();
        code.instead("[", start, start);
        code.same(text, start);
        code.instead("]", end, end);
        let mut root = placed(language::read(language, &code.text, self.go_on), &code).root;
        match root.pop().map(|node| node.expr) {
            Some(Expr::List(nodes)) if root.is_empty() => nodes,
            // A list of one object or of pairs is an object itself.
            Some(expr @ Expr::Object(_)) if root.is_empty() => vec![Node::new(place, expr)],
            _ => Vec::new(),
        }
    }

    /// A script, at its own place.
    fn script(&mut self, place: Option<Span>, language: Option<&str>) {
        let (Some(place), Some(language)) = (place, language) else { return };
        let mut code = Extract::default();
        code.same(self.slice(place), place.start as usize);
        let mut unit = placed(language::read(language, &code.text, self.go_on), &code);
        self.unit.take(language, &mut unit);
        self.unit.root.append(&mut unit.root);
        match unit.parsed {
            Parsed::Whole | Parsed::Tokens | Parsed::Text => {}
            Parsed::WithErrors(spans) => self.errors.extend(spans),
            Parsed::Lexical(_) => self.errors.push(place),
        }
    }

    fn finish(mut self) -> Unit {
        self.part();
        self.unit.parsed = Parsed::with(self.errors);
        self.unit
    }
}
