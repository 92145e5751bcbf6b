//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::expr::{Implied, Unit};
use super::table::{Scope, Spelled, Table};
use super::{lexical, lower};
use crate::data::data;

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
    let (name, spelled) = tables().iter().find(|(_, spelled)| {
        spelled.extensions.contains(&extension) || spelled.files.iter().any(|have| have == file)
    })?;
    let (name, family, data) = (name.clone(), spelled.family.clone(), spelled.data);
    Some(Language { name, family, reader: Reader::Grammar, data })
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    tables().get(name).map_or(name, |spelled| spelled.family.as_str())
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
    tables().get(name).and_then(|spelled| spelled.scope)
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
