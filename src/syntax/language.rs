//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::embed::host::Host;
use super::embed::{self, Languages, OF, Part, Runs};
use super::expr::{Implied, Unit};
use super::table::{Spelled, Table};
use super::{lexical, lower};
use crate::data::data;

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
    let spelled = |(_, spelled): &(&String, &Spelled)| {
        spelled.extensions.contains(&extension) || spelled.files.iter().any(|have| have == file)
    };
    if let Some((name, spelled)) = tables().iter().find(spelled) {
        return Some(code(name, &spelled.family, Reader::Grammar, spelled.data));
    }
    let (name, host) = hosts().iter().find(|(_, host)| host.extensions.contains(&extension))?;
    // `app.js.erb` is JavaScript with Ruby in it.
    let inner = of_path(stem).filter(|inner| inner.reader != Reader::Host && host.reader == embed::host::Reader::Markup);
    let whole = inner.map_or_else(|| name.clone(), |inner| format!("{name}{OF}{}", inner.name));
    let has_pictures = host.reader == embed::host::Reader::Notebook;
    Some(Language { documentation: host.documentation, has_pictures, ..code(&whole, name, Reader::Host, false) })
}

/// The language that a word means: its name, what people call it, or an extension of its files.
pub fn named(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    if word == RUST.0 || word == RUST.1 {
        return Some(RUST.0.to_owned());
    }
    let is_one = |(name, spelled): &(&String, &Spelled)| **name == word || spelled.title.to_lowercase() == word;
    let is_of = |(_, spelled): &(&String, &Spelled)| spelled.extensions.contains(&word);
    let found = tables().iter().find(is_one).or_else(|| tables().iter().find(is_of)).map(|(name, _)| name.clone());
    found.or_else(|| hosts().iter().find(|(_, host)| host.extensions.contains(&word)).map(|(name, _)| name.clone()))
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    tables().get(name).map_or(name, |spelled| spelled.family.as_str())
}

/// Reads `text` as the language `name`, in parts of one language each. What cannot be parsed is read lexically, and the
/// unit says why. Parsing stops when `go_on` says no.
pub fn parts(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Vec<Part> {
    let (outer, inner) = name.split_once(OF).map_or((name, None), |(outer, inner)| (outer, Some(inner)));
    let Some(host) = hosts().get(outer) else {
        return vec![Part { language: name.to_owned(), runs: Runs::AsItSays, unit: read(name, text, go_on) }];
    };
    if !tables().contains_key(outer) {
        return embed::parts(host, inner, text, &mut Languages { read: &mut |name, text| read(name, text, go_on), named: &named });
    }
    let unit = read(outer, text, go_on);
    let markup = unit.markup.clone();
    let mut parts = vec![Part { language: outer.to_owned(), runs: Runs::AsItSays, unit }];
    let mut languages = Languages { read: &mut |name, text| read(name, text, go_on), named: &named };
    parts.extend(embed::around(host, text, &markup, &mut languages));
    parts
}

/// Reads `text` as the one language `name`.
fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let unit = match name == RUST.0 {
        true => super::rust::lower(text),
        false => compiled(name).and_then(|(grammar, table)| lower::lower(text, &grammar, &table, go_on)),
    };
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// The cells of a notebook, by the name of its file; none of any other file.
pub fn cells(path: &str, text: &str) -> Vec<embed::Cell> {
    let host = of_path(path).and_then(|language| hosts().get(&language.name));
    host.filter(|host| host.reader == embed::host::Reader::Notebook).map(|_| embed::cells(text)).unwrap_or_default()
}

/// The names of implied objects in the language `name`.
pub fn implied(name: &str) -> Implied {
    match name == RUST.0 {
        true => Implied { this: vec!["self".into(), "Self".into()], global: Vec::new() },
        false => compiled(name)
            .map(|(_, table)| Implied { this: table.this.clone(), global: table.global.clone() })
            .unwrap_or_default(),
    }
}

fn tables() -> &'static BTreeMap<String, Spelled> {
    &data().tables
}

fn hosts() -> &'static BTreeMap<String, Host> {
    &data().hosts
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

type Compiled = (tree_sitter::Language, Rc<Table>);

/// The grammar and compiled table of a language, compiled on its first use by a thread.
fn compiled(name: &str) -> Result<Compiled, String> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Compiled>> = RefCell::default();
    }
    if let Some(found) = COMPILED.with_borrow(|have| have.get(name).cloned()) {
        return Ok(found);
    }
    let grammar = grammar(name).ok_or_else(|| format!("no grammar for {name}"))?;
    let spelled = tables().get(name).ok_or_else(|| format!("no table for {name}"))?;
    let compiled = (grammar.clone(), Rc::new(Table::compile(spelled, &grammar)?));
    COMPILED.with_borrow_mut(|have| have.insert(name.to_owned(), compiled.clone()));
    Ok(compiled)
}

#[cfg(test)]
mod tests {
    use super::{compiled, tables};

    #[test]
    fn every_table_names_kinds_and_fields_that_its_grammar_has() {
        for name in tables().keys() {
            assert_eq!(compiled(name).err(), None, "{name}");
        }
    }
}
