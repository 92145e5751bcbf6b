//! Elements, attributes, scripts and template tags of a page, found in one pass that no broken page stops or slows down.
//! What a page asks for by itself (a form, a link, an image) becomes a call of the element with its attributes.

use super::super::expr::{Arg, Expr, Node, Piece as Part, Span};
use super::entities::resolved;
use super::host::{Host, Is, SCRIPT};
use super::pieces::{Bit, Key, Piece, Pieces};
use super::template::{Hit, Template};
use super::{Runs, razor};
use crate::syntax::extract::name_of;

/// The language that a script's type names where it is a part of the page.
const MARKUP: &str = "markup";
/// Longest value of an attribute that is looked at as text, in bytes: pictures stand in attributes.
const LONGEST_VALUE: usize = 8 << 10;

/// Takes a page apart.
pub struct Scanner<'t> {
    /// The host file.
    pub text: &'t str,
    /// Its format.
    pub host: &'t Host,
    /// Code by language.
    pub pieces: Pieces,
    /// Comments of the page and its templates.
    pub comments: Vec<Span>,
    /// What the page asks for by itself.
    pub calls: Vec<Node>,
    /// How many blocks of code with markup in them are around.
    pub depth: usize,
    /// How many more bytes are looked at for the ends of elements within code.
    pub ahead: usize,
    template: Template<'t>,
    /// Where the last quote of each kind stands: one after it does not close.
    last_quotes: [usize; 2],
}

/// An attribute with a value.
struct Attribute<'t> {
    name: &'t str,
    start: usize,
    /// The value without its quotes.
    value: (usize, usize),
    bits: Vec<Bit>,
    /// Whether it is code.
    is_code: bool,
}

impl<'t> Scanner<'t> {
    /// A scanner of `text`, whose template tags stand where `given` says, if that is known.
    pub fn new(text: &'t str, host: &'t Host, given: Option<&'t [Span]>) -> Self {
        let last = |quote| memchr::memrchr(quote, text.as_bytes()).unwrap_or_default();
        Self {
            text,
            host,
            pieces: Pieces::default(),
            comments: Vec::new(),
            calls: Vec::new(),
            depth: 0,
            ahead: text.len().saturating_mul(8),
            template: Template::new(host, given),
            last_quotes: [last(b'"'), last(b'\'')],
        }
    }

    /// The byte at a place; zero past the end.
    pub fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or_default()
    }

    /// The text between two places.
    pub fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Whether `word`, in lower case, stands at `at`, in any case of letters.
    pub fn is_at(&self, at: usize, word: &str) -> bool {
        let have = self.text.as_bytes().get(at..at + word.len());
        have.is_some_and(|have| have.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Where `needle` stands next.
    pub fn find(&self, needle: &str, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        memchr::memmem::find(rest, needle.as_bytes()).map(|at| from + at)
    }

    /// Where the white space at a place ends.
    pub fn after_space(&self, mut at: usize) -> usize {
        while self.byte(at).is_ascii_whitespace() {
            at += 1;
        }
        at
    }

    /// Reads the page from `at` to `end`.
    pub fn page(&mut self, mut at: usize, end: usize) {
        while at < end {
            let byte = self.byte(at);
            if self.template.can_start(byte)
                && let Some(hit) = self.tag(at, false)
            {
                at = hit.end.max(at + 1);
            } else if byte == b'<' {
                at = self.opened(at);
            } else {
                at += 1;
            }
        }
    }

    /// The whole text as code in another language with template tags in it.
    pub fn template_of(&mut self) -> Vec<Bit> {
        self.bits(0, true, &|_, _| false).0
    }

    /// What opens with the `<` at `at`; gives where it ends.
    fn opened(&mut self, at: usize) -> usize {
        match self.byte(at + 1) {
            b'!' if self.is_at(at, "<!--") => {
                let end = self.find("-->", at + 4).map_or(self.text.len(), |end| end + 3);
                self.comments.push(Span::new(at, end));
                end
            }
            b'!' if self.is_at(at, "<![cdata[") => at + "<![CDATA[".len(),
            b'!' | b'?' | b'/' => match memchr::memchr2(b'>', b'<', self.slice(at + 1, self.text.len()).as_bytes()) {
                Some(end) if self.byte(at + 1 + end) == b'>' => at + end + 2,
                Some(end) => at + 1 + end,
                None => self.text.len(),
            },
            byte if byte.is_ascii_alphabetic() => self.element(at),
            _ => at + 1,
        }
    }

    /// The template tag at `at`, whose code is taken along.
    pub fn tag(&mut self, at: usize, in_script: bool) -> Option<Hit> {
        if self.host.at.is_some() && self.byte(at) == b'@' {
            return razor::at(self, at);
        }
        let hit = self.template.at(self.text, at, in_script)?;
        if hit.is == Is::Comment {
            self.comments.push(Span::new(at, hit.end));
        } else if let Some(language) = &hit.language {
            let (language, runs) = match language.as_str() {
                SCRIPT => (self.script_language().to_owned(), Runs::InPage),
                other => (other.to_owned(), Runs::OnServer),
            };
            let wrap = self.host.wrap(&language);
            let around = if hit.is == Is::Code { wrap.code } else { wrap.value };
            let bits = vec![Bit::Same(hit.inner.0, hit.inner.1)];
            self.pieces.add(self.text, &language, runs, Piece { bits, around, entities: false });
        }
        Some(hit)
    }

    /// The language of scripts that say nothing of theirs.
    fn script_language(&self) -> &'t str {
        self.host.scripts.get("script").map(String::as_str).unwrap_or_default()
    }

    /// The text from `at` to where `is_end` says, with the template tags in it, and where it ends.
    fn bits(&mut self, mut at: usize, in_script: bool, is_end: &dyn Fn(&Self, usize) -> bool) -> (Vec<Bit>, usize) {
        let (mut bits, mut start) = (Vec::new(), at);
        let same = |start: usize, end: usize| (start < end).then_some(Bit::Same(start, end));
        while at < self.text.len() && !is_end(self, at) {
            if self.template.can_start(self.byte(at))
                && let Some(hit) = self.tag(at, in_script)
            {
                bits.extend(same(start, at));
                bits.push(match hit.is {
                    Is::Value => Bit::Hole(hit.inner, (at, hit.end)),
                    _ => Bit::Gap(at, hit.end),
                });
                at = hit.end.max(at + 1);
                start = at;
            } else {
                at += 1;
            }
        }
        let end = at.min(self.text.len());
        bits.extend(same(start, end));
        (bits, end)
    }

    /// The element whose tag opens at `at`, with its content where that is no markup; gives where it ends.
    fn element(&mut self, at: usize) -> usize {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b":-_.".contains(&byte) || byte >= 0x80;
        let mut end = at + 1;
        while is_name(self.byte(end)) {
            end += 1;
        }
        let name = self.slice(at + 1, end).to_ascii_lowercase();
        let (mut attributes, end) = self.attributes(end);
        let closes_itself = self.slice(at, end).ends_with("/>");
        self.code_of(&mut attributes);
        if !self.shows_itself(&attributes, end) {
            self.call(&name, &attributes, Span::new(at, end));
        }
        if let Some(language) = self.host.scripts.get(&name) {
            let has_source = attributes.iter().any(|attribute| attribute.name.eq_ignore_ascii_case("src"));
            return match closes_itself && (has_source || self.host.xml) {
                true => end,
                false => self.script(&name, language, &attributes, end),
            };
        }
        match self.host.raw.contains(&name) && !closes_itself {
            true => {
                let close = format!("</{name}");
                self.bits(end, true, &|scanner, at| scanner.byte(at) == b'<' && scanner.is_at(at, &close)).1
            }
            false => end,
        }
    }

    /// Whether the content from `at` is the value of an attribute: a link with its address for a text tells of it, and is
    /// what writers of documentation, not programs, make.
    fn shows_itself(&self, attributes: &[Attribute], at: usize) -> bool {
        let content = self.slice(at, self.text.len()).trim_start();
        let is_content = |attribute: &Attribute| {
            let value = self.slice(attribute.value.0, attribute.value.1).trim();
            let rest = content.strip_prefix(value).filter(|_| !value.is_empty());
            rest.is_some_and(|rest| rest.trim_start().starts_with("</"))
        };
        attributes.iter().any(is_content)
    }

    /// The attributes from `at` to the end of the tag.
    fn attributes(&mut self, mut at: usize) -> (Vec<Attribute<'t>>, usize) {
        let mut found = Vec::new();
        while at < self.text.len() {
            let byte = self.byte(at);
            match byte {
                b'>' => return (found, at + 1),
                byte if byte.is_ascii_whitespace() || byte == b'/' => at += 1,
                byte if self.template.can_start(byte) && !self.is_own_attribute(at) => {
                    match self.tag(at, false) {
                        Some(hit) => at = hit.end.max(at + 1),
                        None if byte == b'<' => return (found, at),
                        None => at = self.attribute(at, &mut found),
                    };
                }
                b'<' => return (found, at),
                _ => at = self.attribute(at, &mut found),
            }
        }
        (found, self.text.len())
    }

    /// Whether an `@` begins the name of an attribute.
    fn is_own_attribute(&self, at: usize) -> bool {
        let rest = self.slice(at, self.text.len());
        let end = rest.bytes().take(64).position(|byte| matches!(byte, b'=' | b' ' | b'\n' | b'>' | b'(' | b'"'));
        self.byte(at) == b'@' && end.is_some_and(|end| rest.as_bytes().get(end) == Some(&b'='))
    }

    /// The attribute at `at`; gives where it ends.
    fn attribute(&mut self, at: usize, found: &mut Vec<Attribute<'t>>) -> usize {
        let mut end = at + 1;
        while end < self.text.len()
            && !matches!(self.byte(end), b'=' | b'>' | b'<' | b'/' | b'"' | b'\'')
            && !self.byte(end).is_ascii_whitespace()
        {
            end += 1;
        }
        let name = self.slice(at, end);
        let equals = self.after_space(end);
        if self.byte(equals) != b'=' {
            // A quote that belongs to nothing is passed over.
            return if matches!(self.byte(end), b'"' | b'\'') { end + 1 } else { end };
        }
        let start = self.after_space(equals + 1);
        let quote = match self.byte(start) {
            quote @ b'"' if self.last_quotes[0] > start => Some(quote),
            quote @ b'\'' if self.last_quotes[1] > start => Some(quote),
            _ => None,
        };
        let (bits, from, to) = match quote {
            Some(quote) => {
                let (bits, end) = self.bits(start + 1, false, &|scanner, at| scanner.byte(at) == quote);
                (bits, start + 1, end)
            }
            None => {
                let ends = |scanner: &Self, at: usize| {
                    let byte = scanner.byte(at);
                    byte == b'>' || byte.is_ascii_whitespace()
                };
                let (bits, end) = self.bits(start, false, &ends);
                (bits, start, end)
            }
        };
        found.push(Attribute { name, start: at, value: (from, to), bits, is_code: false });
        if quote.is_some() { to + 1 } else { to }
    }

    /// The code in attributes.
    fn code_of(&mut self, attributes: &mut [Attribute<'t>]) {
        let host = self.host;
        let starts = |names: &[String], name: &str| {
            let is_one = |start: &String| {
                let head = name.get(..start.len());
                name.len() > start.len() && head.is_some_and(|head| head.eq_ignore_ascii_case(start)) || name == start
            };
            names.iter().any(is_one)
        };
        for attribute in attributes {
            let (name, (start, end)) = (attribute.name, attribute.value);
            let value = self.slice(start, end);
            let scheme = host.schemes.iter().find(|scheme| {
                let lead = value.len() - value.trim_start().len();
                self.is_at(start + lead, scheme)
            });
            let script = self.script_language();
            let (language, runs, around, bits) = match () {
                () if starts(&host.others, name) || value.trim().is_empty() => continue,
                () if name.starts_with('@') && host.at.is_some() => {
                    let Some(language) = host.at.as_ref().map(|at| &at.language) else { continue };
                    (language.as_str(), Runs::OnServer, host.wrap(language).value, attribute.bits.clone())
                }
                () if starts(&host.statements, name) => {
                    (script, Runs::InPage, host.wrap(script).handler, attribute.bits.clone())
                }
                () if starts(&host.values, name) => {
                    (script, Runs::InPage, host.wrap(script).value, attribute.bits.clone())
                }
                () => {
                    let Some(scheme) = scheme else { continue };
                    let from = start + (value.len() - value.trim_start().len()) + scheme.len();
                    let bits = attribute.bits.iter().cloned().map(|bit| match bit {
                        Bit::Same(start, end) if start < from => Bit::Same(from.min(end), end),
                        other => other,
                    });
                    (script, Runs::InPage, host.wrap(script).handler, bits.collect())
                }
            };
            attribute.is_code = true;
            // What a template writes by itself was taken along with its tag.
            if bits.iter().any(|bit| matches!(bit, Bit::Same(..))) {
                self.pieces.add(self.text, language, runs, Piece { bits, around, entities: true });
            }
        }
    }

    /// The element as a call of it with its attributes.
    fn call(&mut self, name: &str, attributes: &[Attribute], span: Span) {
        let args: Vec<Arg> = attributes
            .iter()
            .filter(|attribute| !attribute.is_code && attribute.value.1 - attribute.value.0 <= LONGEST_VALUE)
            .map(|attribute| Arg {
                label: Some(attribute.name.to_ascii_lowercase().into()),
                spread: false,
                value: self.value(attribute),
            })
            .collect();
        if !args.is_empty() {
            let first = attributes.first().map_or(span.start as usize, |first| first.start);
            let callee = Node::new(Span::new(span.start as usize, first), Expr::Name(name.into()));
            self.calls.push(Node::new(span, Expr::Call { callee: Box::new(callee), args }));
        }
    }

    /// The value of an attribute as text with holes.
    fn value(&self, attribute: &Attribute) -> Node {
        let span = Span::new(attribute.value.0, attribute.value.1);
        let (mut parts, mut text) = (Vec::new(), String::new());
        for bit in &attribute.bits {
            match bit {
                Bit::Same(start, end) => {
                    resolved(self.slice(*start, *end), *start, &mut |part, _, _, _| text.push_str(part));
                }
                Bit::Hole((start, end), (from, to)) => {
                    if !text.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                    }
                    let name = name_of(self.slice(*start, *end));
                    parts.push(Part::Hole(Box::new(Node::new(Span::new(*from, *to), Expr::Name(name.into())))));
                }
                Bit::Gap(..) | Bit::Glue(..) => {}
            }
        }
        if !text.is_empty() || parts.is_empty() {
            parts.push(Part::Text(text));
        }
        Node::new(span, Expr::Str(parts))
    }

    /// The script whose content starts at `at`; gives where it ends.
    fn script(&mut self, name: &str, language: &'t str, attributes: &[Attribute], at: usize) -> usize {
        let host = self.host;
        let of = |name: &str| {
            let found = attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name));
            found.map(|attribute| self.slice(attribute.value.0, attribute.value.1))
        };
        let is_on_server = of("runat").is_some_and(|value| value.eq_ignore_ascii_case("server"));
        let named = of("lang").or(of("type")).and_then(|value| host.of_type(value));
        let (language, runs) = match (&host.server_scripts, name == "script") {
            (Some(own), _) if is_on_server => (own.as_str(), Runs::OnServer),
            (_, false) => (language, Runs::OnServer),
            _ => (named.unwrap_or(language), Runs::InPage),
        };
        if language == MARKUP {
            return at;
        }
        let has_tags = !host.braced.iter().any(|braced| braced == language);
        let close = format!("</{name}");
        let ends = |scanner: &Self, at: usize| scanner.byte(at) == b'<' && scanner.is_at(at, &close);
        let (bits, end) = match has_tags {
            true => self.bits(at, true, &ends),
            false => {
                let mut end = at;
                while end < self.text.len() && !ends(self, end) {
                    end += 1;
                }
                (vec![Bit::Same(at, end)], end)
            }
        };
        let bits = bits.into_iter().flat_map(|bit| self.without_marks(bit)).collect::<Vec<Bit>>();
        if !language.is_empty() && !bits.is_empty() {
            let around = host.wrap(language).code;
            self.pieces.add(self.text, language, runs, Piece { bits, around, entities: host.xml });
        }
        end
    }

    /// A part of a script without the marks of XML for text that is taken as it is.
    fn without_marks(&self, bit: Bit) -> Vec<Bit> {
        let Bit::Same(start, end) = bit else { return vec![bit] };
        let (mut bits, mut from) = (Vec::new(), start);
        let slice = self.slice(start, end);
        for mark in ["<![CDATA[", "]]>"] {
            let found = if mark.starts_with('<') { slice.find(mark) } else { slice.rfind(mark) };
            if let Some(at) = found.map(|at| start + at).filter(|at| *at >= from) {
                bits.push(Bit::Same(from, at));
                bits.push(Bit::Gap(at, at + mark.len()));
                from = at + mark.len();
            }
        }
        bits.push(Bit::Same(from, end));
        bits
    }

    /// Takes out what was added to the code of a kind since it had `before` pieces.
    pub fn since(&mut self, key: &Key, before: usize) -> Vec<Piece> {
        let pieces = self.pieces.of(key.clone());
        pieces.split_off(before.min(pieces.len()))
    }
}
