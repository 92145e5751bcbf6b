//! The data that the build script embedded: rules, libraries, evidence, what keeps working, grammar tables and hosts. Each part
//! is read on its first use, and of libraries and tables only what a language needs: reading all would take longer than
//! checking a file.

use std::sync::{LazyLock, OnceLock};

use serde::de::DeserializeOwned;

use crate::judge::rules::{Page, Rule, Working};
use crate::meaning::evidence::Row;
use crate::meaning::hosts::Lesson;
use crate::meaning::library::Library;
use crate::syntax::embed::host::Host;
use crate::syntax::language::Scope;
use crate::syntax::spelled::{Reader, Spelled};

/// A library file as the build script embedded it.
struct EmbeddedLibrary {
    name: &'static str,
    languages: &'static [&'static str],
    json: &'static str,
}

/// A grammar table as the build script embedded it: what tells which files it is for, and the whole.
pub struct EmbeddedTable {
    /// The language's name: `tsx`.
    pub name: &'static str,
    /// What people call it: `TSX`.
    pub title: &'static str,
    /// The crate of its grammar, with the version: `tree-sitter-typescript 0.23.2`; empty if it is read without one.
    pub grammar: &'static str,
    /// The name that libraries know it by: `typescript`.
    pub family: &'static str,
    /// File name extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// File names, perhaps with a `*` and the folder before them.
    pub files: &'static [&'static str],
    /// Texts of which a file holds one, where others share its extension.
    pub tells: &'static [&'static str],
    /// How it is read.
    pub reader: Reader,
    /// Whether it is a data format.
    pub data: bool,
    /// How far a name is known without an import.
    pub scope: Option<Scope>,
    /// Words that a line begins with which defines a name for the whole folder.
    pub defines: &'static [&'static str],
    json: &'static str,
}

impl EmbeddedTable {
    /// The rows.
    pub fn spelled(&self) -> Spelled {
        read(self.json)
    }
}

/// A format that holds code of other languages, as the build script embedded it.
pub struct EmbeddedHost {
    /// Its name: `vue`.
    pub name: &'static str,
    /// What people call it: `Vue`.
    pub title: &'static str,
    /// File name extensions, without the dot.
    pub extensions: &'static [&'static str],
    json: &'static str,
}

/// Names, sorted, each with the places in [`tables`] or in [`hosts`] of those that claim it.
pub type Index = &'static [(&'static str, &'static [usize])];

/// What names of files say of their language.
pub struct FileNames {
    /// Extensions, without the dot.
    pub extensions: Index,
    /// Whole names.
    pub files: Index,
    /// Names with a `*`, and perhaps the folder before them.
    pub patterns: Index,
    /// Extensions of hosts.
    pub host_extensions: Index,
    /// Extensions of files that are no text, sorted.
    pub binary: &'static [&'static str],
}

// RULES, PAGES, EVIDENCE, TEACHES, WORKING, SPELLED_CALLS, COOKIE_PREFIXES, PACKAGES, LIBRARIES, TABLES, HOSTS and
// FILE_NAMES.
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

/// The rows of `evidence.toml` that teach a host.
pub fn teaches() -> &'static [Lesson] {
    static TEACHES_READ: LazyLock<Vec<Lesson>> = LazyLock::new(|| read(TEACHES));
    &TEACHES_READ
}

/// The rows of `keeps-working.toml`.
pub fn working() -> &'static [Working] {
    static WORKING_READ: LazyLock<Vec<Working>> = LazyLock::new(|| read(WORKING));
    &WORKING_READ
}

static LIBRARIES_READ: [OnceLock<Library>; LIBRARIES.len()] = [const { OnceLock::new() }; LIBRARIES.len()];

/// The library file of a name.
pub fn library(name: &str) -> Option<&'static Library> {
    let found = LIBRARIES.iter().zip(&LIBRARIES_READ).find(|(embedded, _)| embedded.name == name);
    found.map(|(embedded, library)| library.get_or_init(|| read(embedded.json)))
}

/// What manifests and lock files call the libraries.
pub fn packages() -> &'static [&'static str] {
    PACKAGES
}

/// The library files of families of languages, by name; those of all languages among them.
pub fn libraries(families: &[&str]) -> impl Iterator<Item = &'static Library> {
    LIBRARIES
        .iter()
        .zip(&LIBRARIES_READ)
        .filter(|(embedded, _)| {
            embedded.languages.is_empty() || embedded.languages.iter().any(|language| families.contains(language))
        })
        .map(|(embedded, library)| library.get_or_init(|| read(embedded.json)))
}

/// The callees by which libraries spell whole requests.
pub fn spelled_calls() -> &'static [&'static str] {
    SPELLED_CALLS
}

/// The names of calls that no other product has.
pub fn own_calls() -> &'static [&'static str] {
    OWN_CALLS
}

/// What stands before the names of cookies in members of jars.
pub fn cookie_prefixes() -> &'static [&'static str] {
    COOKIE_PREFIXES
}

/// The grammar tables, by language.
pub fn tables() -> &'static [EmbeddedTable] {
    TABLES
}

/// What names of files say of their language.
pub fn file_names() -> &'static FileNames {
    &FILE_NAMES
}

/// The formats that hold code of other languages, by name.
pub fn hosts() -> &'static [EmbeddedHost] {
    HOSTS
}

/// What the format `name` looks like; `None` if there is none.
pub fn host(name: &str) -> Option<&'static Host> {
    static HOSTS_READ: [OnceLock<Host>; HOSTS.len()] = [const { OnceLock::new() }; HOSTS.len()];
    let (embedded, host) = HOSTS.iter().zip(&HOSTS_READ).find(|(embedded, _)| embedded.name == name)?;
    Some(host.get_or_init(|| read(embedded.json)))
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
        assert!(!rules().is_empty() && !evidence().is_empty() && !teaches().is_empty() && !working().is_empty());
        for embedded in LIBRARIES {
            let library: Library = read(embedded.json);
            assert_eq!(library.languages, embedded.languages, "{}", library.name);
        }
        for embedded in hosts() {
            assert!(host(embedded.name).is_some_and(|host| host.title == embedded.title), "{}", embedded.name);
        }
        for table in tables() {
            assert_eq!(table.spelled().title, table.title);
        }
    }
}
