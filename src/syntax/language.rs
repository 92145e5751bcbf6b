//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use super::expr::{Implied, Unit};
use super::table::Table;
use super::{lexical, lower};
use crate::data::{EmbeddedTable, syn, tables};

/// How far a name that a file defines is known without an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// In the files of the same folder.
    Folder,
    /// In the package, or wherever its first word is imported.
    Package,
}

/// How a language is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// By a tree-sitter grammar and its table.
    Grammar,
    /// By syn.
    Syn,
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
    let mut all: Vec<Listed> = tables().iter().map(of_table).chain([rust]).collect();
    all.sort_by_key(|listed| listed.title.to_lowercase());
    all
}

/// Rust has no table: `format!` needs its tokens, so syn reads it.
const RUST: (&str, &str) = ("rust", "rs");

/// The language of a file by its name; `None` for a format that is not read.
pub fn of_path(path: &str) -> Option<Language> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (_, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let extension = extension.to_ascii_lowercase();
    if extension == RUST.1 {
        return Some(Language { name: RUST.0.into(), family: RUST.0.into(), reader: Reader::Syn, data: false });
    }
    let found = tables().iter().find(|table| table.extensions.contains(&&*extension) || table.files.contains(&file))?;
    let (name, family, data) = (found.name.to_owned(), found.family.to_owned(), found.data);
    Some(Language { name, family, reader: Reader::Grammar, data })
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    table(name).map_or(name, |table| table.family)
}

/// Reads `text` as the language `name`. What cannot be parsed is read lexically, and the unit says why. Parsing stops
/// when `go_on` says no.
pub fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let unit = match name == RUST.0 {
        true => super::rust::lower(text),
        false => compiled(name).and_then(|(grammar, table)| lower::lower(text, &grammar, &table, go_on)),
    };
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// How far a name is known without an import in the language `name`.
pub fn scope(name: &str) -> Option<Scope> {
    match table(name)?.scope? {
        "folder" => Some(Scope::Folder),
        "package" => Some(Scope::Package),
        _ => None,
    }
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
    let table = table(name).ok_or_else(|| format!("no table for {name}"))?;
    let compiled = (grammar.clone(), Rc::new(Table::compile(&table.spelled(), &grammar)?));
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
