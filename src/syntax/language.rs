//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use super::expr::{Implied, Parsed, Unit};
use super::lexical::lexis::Lexis;
pub use super::table::Reader;
use super::table::Table;
use super::{lexical, lower};
use crate::data::{EmbeddedTable, syn, tables};

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
}

/// What people want to know of a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// What people call it.
    pub title: String,
    /// What reads it: a crate and its version, or that no grammar does.
    pub reader: String,
    /// Extensions of its files, without the dot.
    pub extensions: Vec<String>,
    /// Whole names of its files.
    pub files: Vec<String>,
}

/// What is said of languages that are read without a grammar.
const TOKENS: &str = "its tokens";

/// Every language, by title.
pub fn all() -> Vec<Listed> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let of_table = |table: &EmbeddedTable| Listed {
        title: table.title.to_owned(),
        reader: if table.grammar.is_empty() { TOKENS.to_owned() } else { table.grammar.to_owned() },
        extensions: owned(table.extensions),
        files: owned(table.files),
    };
    let rust = Listed { title: "Rust".into(), reader: syn().into(), extensions: owned(&[RUST.1]), files: Vec::new() };
    let mut all: Vec<Listed> = tables().iter().map(of_table).chain([rust]).collect();
    all.sort_by_key(|listed| listed.title.to_lowercase());
    all
}

/// Rust has no table: `format!` needs its tokens, so syn reads it.
const RUST: (&str, &str) = ("rust", "rs");

/// The name of the language of files that are in none that is known.
const TEXT: &str = "text";

/// The language of files that are in none that is known. Its family is what a summary calls it.
pub fn plain_text() -> Option<Language> {
    table(TEXT).map(language)
}

/// Whether files with this extension are known to be no text.
pub fn is_binary(extension: &str) -> bool {
    table(TEXT).is_some_and(|text| text.binary.contains(&extension))
}

/// The language of a file by its name; `None` for a format that is not known.
pub fn of_path(path: &str) -> Option<Language> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (_, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let extension = extension.to_ascii_lowercase();
    if extension == RUST.1 {
        return Some(Language { name: RUST.0.into(), family: RUST.0.into(), reader: Reader::Syn, data: false });
    }
    let found = tables().iter().find(|table| table.extensions.contains(&&*extension) || table.files.contains(&file))?;
    Some(language(found))
}

fn language(table: &EmbeddedTable) -> Language {
    let reader = if table.grammar.is_empty() { Reader::Lexical } else { Reader::Grammar };
    Language { name: table.name.to_owned(), family: table.family.to_owned(), reader, data: table.data }
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    table(name).map_or(name, |table| table.family)
}

/// Reads `text` as the language `name`. What cannot be parsed is read lexically, and the unit says why. Parsing stops
/// when `go_on` says no.
pub fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let parsed = if name == TEXT { Parsed::Text } else { Parsed::Tokens };
    let unit = match name == RUST.0 {
        true => super::rust::lower(text),
        false => compiled(name).and_then(|compiled| match &compiled {
            Compiled::Grammar(grammar, table) => lower::lower(text, grammar, table, go_on),
            Compiled::Lexis(lexis) => Ok(lexical::by_lexis(text, lexis, parsed)),
        }),
    };
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// The names of implied objects in the language `name`.
pub fn implied(name: &str) -> Implied {
    match name == RUST.0 {
        true => Implied { this: vec!["self".into(), "Self".into()], global: Vec::new() },
        false => compiled(name)
            .map(|compiled| match compiled {
                Compiled::Grammar(_, table) => Implied { this: table.this.clone(), global: table.global.clone() },
                Compiled::Lexis(lexis) => Implied { this: lexis.this.clone(), global: lexis.global.clone() },
            })
            .unwrap_or_default(),
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
        "dart" => tree_sitter_dart_orchard::LANGUAGE.into(),
        "elixir" => tree_sitter_elixir::LANGUAGE.into(),
        "lua" => tree_sitter_lua::LANGUAGE.into(),
        _ => return None,
    })
}

#[derive(Clone)]
enum Compiled {
    Grammar(tree_sitter::Language, Rc<Table>),
    Lexis(Rc<Lexis>),
}

/// The grammar and compiled table of a language, or its lexis, compiled on its first use by a thread.
fn compiled(name: &str) -> Result<Compiled, String> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Compiled>> = RefCell::default();
    }
    if let Some(found) = COMPILED.with_borrow(|have| have.get(name).cloned()) {
        return Ok(found);
    }
    let table = table(name).ok_or_else(|| format!("no table for {name}"))?;
    let spelled = table.spelled();
    let compiled = match spelled.reader {
        Reader::Lexical => Compiled::Lexis(Rc::new(Lexis::compile(&spelled)?)),
        _ => {
            let grammar = grammar(name).ok_or_else(|| format!("no grammar for {name}"))?;
            Compiled::Grammar(grammar.clone(), Rc::new(Table::compile(&spelled, &grammar)?))
        }
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
