//! Takes host files apart: pages, templates, components, notebooks and documentation, into parts of one language each, with
//! the places that they have in the host. What hosts look like is data (`hosts/*.toml`); nothing here knows a library.

mod entities;
mod fences;
pub mod host;
mod markup;
mod notebook;
mod pieces;
mod razor;
mod template;

use std::collections::BTreeMap;

use super::expr::{Parsed, Span, Unit};
use super::extract::Extract;
use super::lexical;
use super::place::placed;
use host::{Host, Layout};
use markup::Scanner;
pub use notebook::{Cell, cells, place_in};
use pieces::{Bit, Key, LONG, Piece};

/// The language of a page's own elements.
pub const PAGE: &str = "html";
/// What stands between the name of a host and that of what the file would be without it: `jinja+python`.
pub const OF: char = '+';

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runs {
    /// Wherever code of its language does.
    AsItSays,
    /// In a page.
    InPage,
    /// On a server.
    OnServer,
}

/// A part of a file: everything in one language that runs on one side.
pub struct Part {
    /// Its language.
    pub language: String,
    /// Where it runs.
    pub runs: Runs,
    /// The code, with the places that it has in the file.
    pub unit: Unit,
}

/// What reading parts needs to know of languages.
pub struct Languages<'l> {
    /// Reads text in a language.
    pub read: &'l mut dyn FnMut(&str, &str) -> Unit,
    /// The language that a word means.
    pub named: &'l dyn Fn(&str) -> Option<String>,
}

/// The parts of a host file. `inner` is the language that the file would be in without template tags.
pub fn parts(host: &Host, inner: Option<&str>, text: &str, languages: &mut Languages) -> Vec<Part> {
    match (host.layout, inner) {
        (Layout::Notebook, _) => match notebook::code(text, &host.magics, languages.named) {
            Ok(code) => read_blocks(code, languages),
            Err(reason) => vec![whole(lexical::lower(text, reason))],
        },
        (Layout::Fences, _) => {
            let named = |word: &str| {
                let word = word.to_lowercase();
                let known = host.fences.get(&word).map(|language| Some(language.clone()));
                known.unwrap_or_else(|| (languages.named)(&word)).filter(|language| !language.is_empty())
            };
            read_blocks(fences::code(text, &named), languages)
        }
        (_, Some(inner)) => {
            let mut scanner = Scanner::new(text, host, None);
            let bits = scanner.template_of();
            let around = host.wrap(inner).code;
            scanner.pieces.add(text, inner, Runs::AsItSays, Piece { bits, around, entities: false });
            of_page(scanner, languages)
        }
        (Layout::Markup, None) => {
            let mut scanner = Scanner::new(text, host, None);
            let start = host.frontmatter.as_ref().map_or(0, |language| front_matter(&mut scanner, language));
            scanner.page(start, text.len());
            of_page(scanner, languages)
        }
    }
}

/// The parts around code whose own grammar says where the markup is: what lies between is template tags.
pub fn around(host: &Host, text: &str, markup: &[Span], languages: &mut Languages) -> Vec<Part> {
    let ends = markup.iter().map(|span| span.end as usize);
    let starts = markup.iter().map(|span| span.start as usize).skip(1).chain([text.len()]);
    let tags: Vec<Span> =
        ends.zip(starts).filter(|(end, start)| end < start).map(|(end, start)| Span::new(end, start)).collect();
    let Some(first) = markup.first() else { return Vec::new() };
    let mut scanner = Scanner::new(text, host, Some(&tags));
    scanner.page(first.start as usize, text.len());
    of_page(scanner, languages)
}

fn whole(unit: Unit) -> Part {
    Part { language: PAGE.to_owned(), runs: Runs::AsItSays, unit }
}

/// The code in `language` above a page, between two lines of dashes; gives where the page begins.
fn front_matter(scanner: &mut Scanner, language: &str) -> usize {
    let text = scanner.text;
    let Some(rest) = text.trim_start().strip_prefix("---") else { return 0 };
    let start = text.len() - rest.len();
    let Some(end) = scanner.find("\n---", start) else { return 0 };
    let around = scanner.host.wrap(language).code;
    let bits = vec![Bit::Same(start, end + 1)];
    scanner.pieces.add(text, language, Runs::OnServer, Piece { bits, around, entities: false });
    end + "\n---".len()
}

/// The parts of a page: its code by language, and what it asks for by itself.
fn of_page(mut scanner: Scanner, languages: &mut Languages) -> Vec<Part> {
    let dialects = &scanner.host.dialects;
    let text = if dialects.is_empty() { String::new() } else { scanner.text.to_lowercase() };
    for dialect in dialects {
        if memchr::memmem::find(text.as_bytes(), dialect.text.to_lowercase().as_bytes()).is_some() {
            scanner.pieces.rename(&dialect.from, &dialect.to, Runs::OnServer);
        }
    }
    // The scripts of a page share their names, so they are read as one.
    let widens = &scanner.host.widens;
    for (at, wider) in widens.iter().enumerate() {
        if scanner.pieces.holds(wider) {
            widens.iter().take(at).for_each(|narrower| scanner.pieces.rename(narrower, wider, Runs::InPage));
        }
    }
    let page = Unit { root: scanner.calls, comments: scanner.comments, ..Unit::default() };
    let mut parts = read_all(scanner.pieces.extracts(scanner.text), languages);
    parts.push(Part { language: PAGE.to_owned(), runs: Runs::InPage, unit: page });
    parts
}

/// Reads the code of cells or of fences, by language.
fn read_blocks(code: BTreeMap<String, Extract>, languages: &mut Languages) -> Vec<Part> {
    let keyed = |(language, code)| (Key { language, runs: Runs::AsItSays, is_long: false }, code);
    read_all(code.into_iter().map(keyed).collect(), languages)
}

/// Reads code, each kind for itself. What could not be parsed is an error where it stands, for the rest of the file was.
fn read_all(code: Vec<(Key, Extract)>, languages: &mut Languages) -> Vec<Part> {
    let mut parts = Vec::new();
    for (key, code) in code {
        let unit = match key.is_long {
            true => lexical::lower(&code.text, LONG.to_owned()),
            false => (languages.read)(&key.language, &code.text),
        };
        let mut unit = placed(unit, &code);
        if let Parsed::Lexical(_) = unit.parsed {
            unit.parsed = Parsed::WithErrors(code.places());
        }
        parts.push(Part { language: key.language, runs: key.runs, unit });
    }
    parts
}
