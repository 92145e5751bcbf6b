//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::expr::{Implied, Unit};
use super::plain::{Form, directives, markup, settings};
use super::table::{Reader, Table};
use super::{lexical, lower};
use crate::data::{EmbeddedTable, tables};

/// A language that sidestep reads.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its name: `tsx`.
    pub name: String,
    /// The name that libraries know it by: `typescript`.
    pub family: String,
    /// Whether it is a data format, which runs nowhere and may stand on one line.
    pub data: bool,
}

/// Rust has no table: `format!` needs its tokens, so syn reads it.
const RUST: (&str, &str) = ("rust", "rs");

/// The language of a file by its name; `None` for a format that is not read.
pub fn of_path(path: &str) -> Option<Language> {
    candidates(path).into_iter().next()
}

/// The language of a file by its name and what it holds: of several that share an extension, the one whose marks stand in it.
pub fn of_file(path: &str, bytes: &[u8]) -> Option<Language> {
    let mut candidates = candidates(path);
    if candidates.len() > 1 {
        let holds = |mark: &&str| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
        let marks = |language: &Language| table(&language.name).map_or(&[][..], |table| table.marks);
        candidates.retain(|language| marks(language).is_empty() || marks(language).iter().any(holds));
        // One that has marks says more than one that takes whatever is left.
        candidates.sort_by_key(|language| marks(language).is_empty());
    }
    candidates.into_iter().next()
}

/// The languages that a file may be in: by its whole name, else by its extension, else by a pattern of names.
fn candidates(path: &str) -> Vec<Language> {
    let (folder, file) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let folder = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    let (_, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let extension = extension.to_ascii_lowercase();
    if extension == RUST.1 {
        return vec![Language { name: RUST.0.into(), family: RUST.0.into(), data: false }];
    }
    let by = |is: &dyn Fn(&EmbeddedTable) -> bool| -> Vec<Language> {
        let found = tables().iter().filter(|table| is(table));
        found.map(|table| Language { name: table.name.into(), family: table.family.into(), data: table.data }).collect()
    };
    let whole = by(&|table| table.files.contains(&file));
    let of_extension = || by(&|table| table.extensions.contains(&&*extension));
    let of_pattern = || by(&|table| table.files.iter().any(|pattern| fits(pattern, folder, file)));
    Some(whole)
        .filter(|found| !found.is_empty())
        .or_else(|| Some(of_extension()).filter(|found| !found.is_empty()))
        .unwrap_or_else(of_pattern)
}

/// Whether a file fits a pattern with one `*` in its name and perhaps a folder before it.
fn fits(pattern: &str, folder: &str, file: &str) -> bool {
    let (in_folder, name) = pattern.split_once('/').map_or((None, pattern), |(folder, name)| (Some(folder), name));
    let Some((start, end)) = name.split_once('*') else { return false };
    in_folder.is_none_or(|wanted| wanted == folder)
        && file.len() >= start.len() + end.len()
        && file.starts_with(start)
        && file.ends_with(end)
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    table(name).map_or(name, |table| table.family)
}

/// Reads `text` as the language `name`. What cannot be parsed is read lexically, and the unit says why. Parsing stops
/// when `go_on` says no.
pub fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let unit = match table(name) {
        _ if name == RUST.0 => super::rust::lower(text),
        Some(table) if table.is_plain => plain(table, text, go_on),
        _ => compiled(name).and_then(|(grammar, table)| lower::lower(text, &grammar, &table, go_on)),
    };
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// Reads `text` as a format without a grammar.
fn plain(table: &EmbeddedTable, text: &str, go_on: &mut dyn FnMut() -> bool) -> Result<Unit, String> {
    let spelled = table.spelled();
    let form = Form::compile(&spelled.rows)?;
    match spelled.reader {
        Reader::Settings => Ok(settings::lower(text, &form)),
        Reader::Directives => Ok(directives::lower(text, &form)),
        Reader::Markup => markup::lower(text, &form, go_on),
        Reader::Grammar => Err("no such format".into()),
    }
}

/// The names of implied objects in the language `name`.
pub fn implied(name: &str) -> Implied {
    match name == RUST.0 {
        true => Implied { this: vec!["self".into(), "Self".into()], global: Vec::new() },
        false if table(name).is_some_and(|table| table.is_plain) => Implied::default(),
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
        "hcl" => tree_sitter_hcl::LANGUAGE.into(),
        "toml" => tree_sitter_toml_ng::LANGUAGE.into(),
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
    use super::{compiled, fits, plain, tables};

    #[test]
    fn every_table_names_kinds_and_fields_that_its_grammar_has() {
        for table in tables() {
            let error = match table.is_plain {
                true => plain(table, "", &mut || true).err(),
                false => compiled(table.name).err(),
            };
            assert_eq!(error, None, "{}", table.name);
        }
    }

    #[test]
    fn a_pattern_of_names_has_one_star() {
        assert!(fits(".env.*", "app", ".env.local"));
        assert!(fits("sites-available/*", "sites-available", "acme.example.com"));
        assert!(!fits("sites-available/*", "app", "acme.example.com"));
        assert!(!fits(".env", "app", ".env"));
    }
}
