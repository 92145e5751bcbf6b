//! The data that the build script embedded: rules, libraries, evidence, what keeps working, and grammar tables. Each part
//! is read on its first use, and of libraries and tables only what a language needs: reading all would take longer than
//! checking a file.

use std::sync::{LazyLock, OnceLock};

use serde::de::DeserializeOwned;

use crate::judge::rules::{Page, Rule, Working};
use crate::meaning::evidence::Row;
use crate::meaning::library::Library;
use crate::syntax::table::Spelled;

/// A library file as the build script embedded it.
struct EmbeddedLibrary {
    languages: &'static [&'static str],
    json: &'static str,
}

/// A grammar table as the build script embedded it: what tells which files it is for, and the whole.
pub struct EmbeddedTable {
    /// The language's name: `tsx`.
    pub name: &'static str,
    /// What people call it: `TSX`.
    pub title: &'static str,
    /// The crate of its grammar, with the version: `tree-sitter-typescript 0.23.2`.
    pub grammar: &'static str,
    /// The name that libraries know it by: `typescript`.
    pub family: &'static str,
    /// File name extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// Whole file names.
    pub files: &'static [&'static str],
    /// Whether it is a data format.
    pub data: bool,
    /// How far a name is known without an import: `folder` or `package`.
    pub scope: Option<&'static str>,
    json: &'static str,
}

impl EmbeddedTable {
    /// The rows.
    pub fn spelled(&self) -> Spelled {
        read(self.json)
    }
}

// RULES, PAGES, EVIDENCE, WORKING, SPELLED_CALLS, LIBRARIES, TABLES and SYN.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The rule pages, by id.
pub fn rules() -> &'static [Rule] {
    static RULES_READ: LazyLock<Vec<Rule>> = LazyLock::new(|| read(RULES));
    &RULES_READ
}

/// What the page of the rule `id` holds for people; an empty page for a rule that there is not.
pub fn page(id: &str) -> Page {
    PAGES.iter().find(|(of, _)| *of == id).map_or_else(Page::default, |(_, json)| read(json))
}

/// The rows of `evidence.toml`.
pub fn evidence() -> &'static [Row] {
    static EVIDENCE_READ: LazyLock<Vec<Row>> = LazyLock::new(|| read(EVIDENCE));
    &EVIDENCE_READ
}

/// The rows of `keeps-working.toml`.
pub fn working() -> &'static [Working] {
    static WORKING_READ: LazyLock<Vec<Working>> = LazyLock::new(|| read(WORKING));
    &WORKING_READ
}

/// The library files of a family of languages, by name; those of all languages among them.
pub fn libraries(family: &str) -> impl Iterator<Item = &'static Library> {
    static LIBRARIES_READ: [OnceLock<Library>; LIBRARIES.len()] = [const { OnceLock::new() }; LIBRARIES.len()];
    LIBRARIES
        .iter()
        .zip(&LIBRARIES_READ)
        .filter(move |(embedded, _)| embedded.languages.is_empty() || embedded.languages.contains(&family))
        .map(|(embedded, library)| library.get_or_init(|| read(embedded.json)))
}

/// The callees by which libraries spell whole requests.
pub fn spelled_calls() -> &'static [&'static str] {
    SPELLED_CALLS
}

/// The grammar tables, by language.
pub fn tables() -> &'static [EmbeddedTable] {
    TABLES
}

/// The crate that reads Rust, with the version.
pub fn syn() -> &'static str {
    SYN
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| {
        // A test reads all of the data, so a build with malformed data does not ship.
        panic!("the embedded data is malformed: {error}; correct the file in rules/ that it names")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_embedded_data_can_be_read() {
        assert!(!rules().is_empty() && !evidence().is_empty() && !working().is_empty());
        for embedded in LIBRARIES {
            let library: Library = read(embedded.json);
            assert_eq!(library.languages, embedded.languages, "{}", library.name);
        }
        for table in tables() {
            assert_eq!(table.spelled().title, table.title);
        }
    }
}
