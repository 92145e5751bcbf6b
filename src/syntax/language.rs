//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::expr::{Implied, Unit};
use super::plain::{Form, directives, markup, settings};
use super::table::{Reader, Spelled, Table};
use super::{lexical, lower};
use crate::data::data;

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
    candidates(path).into_iter().next()
}

/// The language of a file by its name and what it holds: of several that share an extension, the one whose marks stand in it.
pub fn of_file(path: &str, bytes: &[u8]) -> Option<Language> {
    let mut candidates = candidates(path);
    if candidates.len() > 1 {
        let holds = |mark: &String| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
        candidates.retain(|language| {
            let marks = tables().get(&language.name).map_or(&[][..], |spelled| spelled.marks.as_slice());
            marks.is_empty() || marks.iter().any(holds)
        });
        // One that has marks says more than one that takes whatever is left.
        candidates.sort_by_key(|language| tables().get(&language.name).is_none_or(|spelled| spelled.marks.is_empty()));
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
        return vec![Language { name: RUST.0.into(), family: RUST.0.into(), reader: Reader::Syn, data: false }];
    }
    let by = |is: &dyn Fn(&Spelled) -> bool| -> Vec<Language> {
        let found = tables().iter().filter(|(_, spelled)| is(spelled));
        found
            .map(|(name, spelled)| {
                let Spelled { family, reader, data, .. } = spelled.clone();
                Language { name: name.clone(), family, reader, data }
            })
            .collect()
    };
    let whole = by(&|spelled| spelled.files.iter().any(|have| have == file));
    let of_extension = || by(&|spelled| spelled.extensions.contains(&extension));
    let of_pattern = || by(&|spelled| spelled.files.iter().any(|pattern| fits(pattern, folder, file)));
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
    tables().get(name).map_or(name, |spelled| spelled.family.as_str())
}

/// Reads `text` as the language `name`. What cannot be parsed is read lexically, and the unit says why. Parsing stops
/// when `go_on` says no.
pub fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let reader = tables().get(name).map_or(Reader::Syn, |spelled| spelled.reader);
    let unit = match reader {
        Reader::Syn => super::rust::lower(text),
        Reader::Grammar => compiled(name).and_then(|(grammar, table)| lower::lower(text, &grammar, &table, go_on)),
        Reader::Settings => form(name).map(|form| settings::lower(text, &form)),
        Reader::Directives => form(name).map(|form| directives::lower(text, &form)),
        Reader::Markup => form(name).and_then(|form| markup::lower(text, &form, go_on)),
    };
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// The compiled rows of a format without a grammar.
fn form(name: &str) -> Result<Form, String> {
    let spelled = tables().get(name).ok_or_else(|| format!("no table for {name}"))?;
    Form::compile(&spelled.rows)
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
    let spelled = tables().get(name).ok_or_else(|| format!("no table for {name}"))?;
    let compiled = (grammar.clone(), Rc::new(Table::compile(spelled, &grammar)?));
    COMPILED.with_borrow_mut(|have| have.insert(name.to_owned(), compiled.clone()));
    Ok(compiled)
}

#[cfg(test)]
mod tests {
    use super::{Reader, compiled, fits, form, tables};

    #[test]
    fn every_table_names_kinds_and_fields_that_its_grammar_has() {
        for (name, spelled) in tables() {
            let error = match spelled.reader {
                Reader::Grammar | Reader::Syn => compiled(name).err(),
                Reader::Settings | Reader::Directives | Reader::Markup => form(name).err(),
            };
            assert_eq!(error, None, "{name}");
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
