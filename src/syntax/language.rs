//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use super::embed::{self, Languages, OF, Part, Runs};
use super::expr::{Implied, Unit};
use super::lines::Format;
use super::table::Table;
use super::{lexical, lower, scripts};
use crate::data::{EmbeddedHost, EmbeddedTable, host, hosts, syn, tables};

/// How a language is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// By a tree-sitter grammar and its table.
    Grammar,
    /// By syn.
    Syn,
    /// Taken apart into code of other languages.
    Host,
}

/// A language that sidestep reads.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its name: `tsx`.
    pub name: String,
    /// The name that libraries know it by: `typescript`.
    pub family: String,
    /// How it is read.
    pub reader: Reader,
    /// Whether it is a data format, which runs nowhere and may stand on one line.
    pub data: bool,
    /// Whether most of a long file may be what its code put out, which is passed over.
    pub has_pictures: bool,
    /// Whether it is documentation, whose code is read only where that is asked for.
    pub documentation: bool,
}

impl Language {
    /// Whether long lines say nothing of who wrote the file: they are data, pictures, or text.
    pub fn has_long_lines(&self) -> bool {
        self.data || self.reader == Reader::Host
    }
}

/// What people want to know of a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// What people call it.
    pub title: String,
    /// What reads it: a crate and its version.
    pub reader: String,
    /// Extensions of its files, without the dot.
    pub extensions: Vec<String>,
    /// Whole names of its files.
    pub files: Vec<String>,
}

/// Every language, by title.
pub fn all() -> Vec<Listed> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let of_table = |table: &EmbeddedTable| Listed {
        title: table.title.to_owned(),
        reader: table.grammar.to_owned(),
        extensions: owned(table.extensions),
        files: owned(table.files),
    };
    let rust = Listed { title: "Rust".into(), reader: syn().into(), extensions: owned(&[RUST.1]), files: Vec::new() };
    let of_host = |host: &EmbeddedHost| Listed {
        title: host.title.to_owned(),
        reader: "sidestep".to_owned(),
        extensions: owned(host.extensions),
        files: Vec::new(),
    };
    let hosts = hosts().iter().filter(|host| !host.extensions.is_empty()).map(of_host);
    let mut all: Vec<Listed> = tables().iter().map(of_table).chain([rust]).chain(hosts).collect();
    all.sort_by_key(|listed| listed.title.to_lowercase());
    all
}

/// Rust has no table: `format!` needs its tokens, so syn reads it.
const RUST: (&str, &str) = ("rust", "rs");

/// The language of a file by its name; `None` for a format that is not read.
pub fn of_path(path: &str) -> Option<Language> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let extension = extension.to_ascii_lowercase();
    let code = |name: &str, family: &str, reader, data| Language {
        name: name.to_owned(),
        family: family.to_owned(),
        reader,
        data,
        has_pictures: false,
        documentation: false,
    };
    if extension == RUST.1 {
        return Some(code(RUST.0, RUST.0, Reader::Syn, false));
    }
    let is_of = |table: &&EmbeddedTable| table.extensions.contains(&&*extension) || table.files.contains(&file);
    if let Some(found) = tables().iter().find(is_of) {
        return Some(code(found.name, found.family, Reader::Grammar, found.data));
    }
    let host = hosts().iter().find(|host| host.extensions.contains(&&*extension))?;
    // `app.js.erb` is JavaScript with Ruby in it.
    of_host(host.name, of_path(stem).filter(|inner| inner.reader != Reader::Host))
}

/// The language of files in a format that holds code of others, in which they would be `inner` without it.
fn of_host(name: &str, inner: Option<Language>) -> Option<Language> {
    let host = host(name).filter(|_| table(name).is_none())?;
    let inner = inner.filter(|_| host.reader == embed::host::Reader::Markup);
    Some(Language {
        name: inner.map_or_else(|| name.to_owned(), |inner| format!("{name}{OF}{}", inner.name)),
        family: name.to_owned(),
        reader: Reader::Host,
        data: false,
        has_pictures: host.reader == embed::host::Reader::Notebook,
        documentation: host.documentation,
    })
}

/// The language that a word means: its name, what people call it, or an extension of its files.
fn named(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    if word == RUST.0 || word == RUST.1 {
        return Some(RUST.0.to_owned());
    }
    let is_one = |table: &&EmbeddedTable| table.name == word || table.title.to_lowercase() == word;
    let is_of = |table: &&EmbeddedTable| table.extensions.contains(&word.as_str());
    let found = tables().iter().find(is_one).or_else(|| tables().iter().find(is_of)).map(|table| table.name);
    let found = found.or_else(|| Some(hosts().iter().find(|host| host.extensions.contains(&word.as_str()))?.name));
    found.map(str::to_owned)
}

/// The language with this name; `None` if there is none.
pub fn of_name(name: &str) -> Option<Language> {
    if name == RUST.0 {
        return of_path(&format!(".{}", RUST.1));
    }
    let Some(found) = table(name) else { return of_host(name, None) };
    let (family, data) = (found.family.to_owned(), found.data);
    let (name, reader) = (name.to_owned(), Reader::Grammar);
    Some(Language { name, family, reader, data, has_pictures: false, documentation: false })
}

/// The names that libraries know the languages by, sorted.
pub fn families() -> Vec<&'static str> {
    let mut families: Vec<&str> = tables().iter().map(|table| table.family).chain([RUST.0]).collect();
    families.sort_unstable();
    families.dedup();
    families
}

/// A comment in the language with this name, with `{}` in place of its text; `None` if it has none.
pub fn remark(name: &str) -> Option<String> {
    match name == RUST.0 {
        true => Some("// {}".to_owned()),
        false => table(name)?.spelled().remark,
    }
}

/// The names of all languages, sorted.
pub fn names() -> Vec<&'static str> {
    let hosts = hosts().iter().filter(|host| !host.extensions.is_empty()).map(|host| host.name);
    let mut names: Vec<&str> = tables().iter().map(|table| table.name).chain([RUST.0]).chain(hosts).collect();
    names.sort_unstable();
    names
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    table(name).map_or(name, |table| table.family)
}

/// Reads `text` as the language `name`, in parts of one language each. What cannot be parsed is read lexically, and the
/// unit says why. Parsing stops when `go_on` says no.
pub fn parts(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Vec<Part> {
    let (outer, inner) = name.split_once(OF).map_or((name, None), |(outer, inner)| (outer, Some(inner)));
    let Some(host) = host(outer) else {
        return vec![Part { language: name.to_owned(), runs: Runs::AsItSays, unit: read(name, text, go_on) }];
    };
    if table(outer).is_none() {
        return embed::parts(
            host,
            inner,
            text,
            &mut Languages { read: &mut |name, text| read(name, text, go_on), named: &named },
        );
    }
    let unit = read(outer, text, go_on);
    let markup = unit.markup.clone();
    let mut parts = vec![Part { language: outer.to_owned(), runs: Runs::AsItSays, unit }];
    let mut languages = Languages { read: &mut |name, text| read(name, text, go_on), named: &named };
    parts.extend(embed::around(host, text, &markup, &mut languages));
    parts
}

/// Reads `text` as the one language `name`.
pub fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let unit = match name == RUST.0 {
        true => super::rust::lower(text),
        false => compiled(name).and_then(|compiled| match compiled {
            Compiled::Lines(format) => Ok(format.lower(text, go_on)),
            Compiled::Grammar(grammar, table) => {
                let mut unit = lower::lower(text, &grammar, &table, go_on)?;
                scripts::read(&mut unit, text, &table.scripts, go_on);
                Ok(unit)
            }
        }),
    };
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// The cells of a notebook, by the name of its file; none of any other file.
pub fn cells(path: &str, text: &str) -> Vec<embed::Cell> {
    let is_notebook = of_path(path).is_some_and(|language| language.has_pictures);
    if is_notebook { embed::cells(text) } else { Vec::new() }
}

/// The names of implied objects in the language `name`.
pub fn implied(name: &str) -> Implied {
    match name == RUST.0 {
        true => Implied { this: vec!["self".into(), "Self".into()], global: Vec::new() },
        false => match compiled(name) {
            Ok(Compiled::Grammar(_, table)) => Implied { this: table.this.clone(), global: table.global.clone() },
            _ => Implied::default(),
        },
    }
}

fn table(name: &str) -> Option<&'static EmbeddedTable> {
    tables().iter().find(|table| table.name == name)
}

fn grammar(name: &str) -> Option<tree_sitter::Language> {
    Some(match name {
        "csharp" => tree_sitter_c_sharp::LANGUAGE.into(),
        "go" => tree_sitter_go::LANGUAGE.into(),
        "javascript" => tree_sitter_javascript::LANGUAGE.into(),
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX.into(),
        "php" => tree_sitter_php::LANGUAGE_PHP.into(),
        "java" => tree_sitter_java::LANGUAGE.into(),
        "kotlin" => tree_sitter_kotlin_ng::LANGUAGE.into(),
        "python" => tree_sitter_python::LANGUAGE.into(),
        "ruby" => tree_sitter_ruby::LANGUAGE.into(),
        "swift" => tree_sitter_swift::LANGUAGE.into(),
        "json" => tree_sitter_json::LANGUAGE.into(),
        "yaml" => tree_sitter_yaml::LANGUAGE.into(),
        "shell" => tree_sitter_bash::LANGUAGE.into(),
        "powershell" => tree_sitter_powershell::LANGUAGE.into(),
        _ => return None,
    })
}

/// What a language is read by.
#[derive(Clone)]
enum Compiled {
    /// A grammar and its table.
    Grammar(tree_sitter::Language, Rc<Table>),
    /// What its lines look like.
    Lines(Rc<Format>),
}

/// What a language is read by, compiled on its first use by a thread.
fn compiled(name: &str) -> Result<Compiled, String> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Compiled>> = RefCell::default();
    }
    if let Some(found) = COMPILED.with_borrow(|have| have.get(name).cloned()) {
        return Ok(found);
    }
    let spelled = table(name).ok_or_else(|| format!("no table for {name}"))?.spelled();
    let compiled = if spelled.line.is_empty() {
        let grammar = grammar(name).ok_or_else(|| format!("no grammar for {name}"))?;
        let table = Rc::new(Table::compile(&spelled, &grammar)?);
        Compiled::Grammar(grammar, table)
    } else {
        Compiled::Lines(Rc::new(Format::compile(&spelled.line, &spelled.marks)?))
    };
    COMPILED.with_borrow_mut(|have| have.insert(name.to_owned(), compiled.clone()));
    Ok(compiled)
}

#[cfg(test)]
mod tests {
    use super::{compiled, tables};

    #[test]
    fn every_table_names_kinds_and_fields_that_its_grammar_has() {
        for table in tables() {
            assert_eq!(compiled(table.name).err(), None, "{}", table.name);
        }
    }
}
