//! The registry of languages: what they are called, which files are of which (`file.rs`), and how each is read (`read.rs`).

mod file;
mod read;

use std::borrow::Cow;

use serde::Serialize;

pub use self::file::{is_binary, of_path, told};
pub use self::read::{implied, parts, read};
use super::embed::{self, OF, host::Layout};
use super::spelled::Reader;
use crate::data::{EmbeddedHost, EmbeddedTable, host, hosts, tables};

/// How far a name that a file defines is known without an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the files of the same folder.
    Folder,
    /// In the package, or wherever its first word is imported.
    Package,
}

/// A language that sidestep reads.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its name: `tsx`; for a template, with what its file is without the tags: `erb+javascript`.
    pub name: Cow<'static, str>,
    /// The name that libraries know it by: `typescript`.
    pub family: &'static str,
    /// Whether it is a data format, which runs nowhere and may stand on one line.
    pub data: bool,
    /// How it is read.
    pub reader: Reader,
    /// Whether most of a long file may be what its code put out, which is passed over.
    pub has_pictures: bool,
    /// Whether it is documentation, whose code is read only where that is asked for.
    pub documentation: bool,
}

impl Language {
    /// Whether it stands for all languages that are not known.
    pub fn is_text(&self) -> bool {
        self.name == TEXT
    }

    /// Whether it is taken apart into code of other languages.
    pub fn is_host(&self) -> bool {
        self.reader == Reader::Host
    }

    /// Whether long lines say nothing of who wrote the file: they are data, pictures, or text.
    pub fn has_long_lines(&self) -> bool {
        self.data || self.is_text() || self.is_host()
    }
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

/// What is said of languages that are read without a grammar, and of formats that are.
const TOKENS: &str = "its tokens";
const LINES: &str = "its lines";

/// Every language, by title.
pub fn all() -> Vec<Listed> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let of_table = |table: &EmbeddedTable| Listed {
        title: table.title.to_owned(),
        reader: match (table.grammar, table.reader) {
            ("", Reader::Lexical) => TOKENS.to_owned(),
            ("", _) => LINES.to_owned(),
            (grammar, _) => grammar.to_owned(),
        },
        extensions: owned(table.extensions),
        files: owned(table.files),
    };
    let of_host = |host: &EmbeddedHost| Listed {
        title: host.title.to_owned(),
        reader: "sidestep".to_owned(),
        extensions: owned(host.extensions),
        files: Vec::new(),
    };
    let hosts = hosts().iter().filter(|host| !host.extensions.is_empty()).map(of_host);
    let mut all: Vec<Listed> = tables().iter().map(of_table).chain(hosts).collect();
    all.sort_by_key(|listed| listed.title.to_lowercase());
    all
}

/// The name of the language of files that are in none that is known.
const TEXT: &str = "text";

/// The language of files that are in none that is known. Its family is what a summary calls it.
pub fn plain_text() -> Option<Language> {
    table(TEXT).map(of_table)
}

/// The language of a table.
fn of_table(table: &'static EmbeddedTable) -> Language {
    let EmbeddedTable { name, family, data, reader, .. } = *table;
    Language { name: name.into(), family, data, reader, has_pictures: false, documentation: false }
}

/// The language of files in a format that holds code of others, in which they would be `inner` without it.
fn of_host(embedded: &'static EmbeddedHost, inner: Option<Language>) -> Option<Language> {
    let name = embedded.name;
    let host = host(name)?;
    let inner = inner.filter(|_| host.layout == Layout::Markup && host.frontmatter.is_none());
    Some(Language {
        name: inner.map_or(name.into(), |inner| format!("{name}{OF}{}", inner.name).into()),
        family: name,
        data: false,
        reader: Reader::Host,
        has_pictures: host.layout == Layout::Notebook,
        documentation: host.documentation,
    })
}

/// The language that a word means: its name, what people call it, or an extension of its files.
fn named(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let is_one = |table: &&EmbeddedTable| table.name == word || table.title.to_lowercase() == word;
    let is_of = |table: &&EmbeddedTable| table.extensions.contains(&word.as_str());
    let found = tables().iter().find(is_one).or_else(|| tables().iter().find(is_of)).map(|table| table.name);
    let found = found.or_else(|| Some(hosts().iter().find(|host| host.extensions.contains(&word.as_str()))?.name));
    found.map(str::to_owned)
}

/// The language with this name; `None` if there is none.
pub fn of_name(name: &str) -> Option<Language> {
    match table(name) {
        Some(table) => Some(of_table(table)),
        None => of_host(hosts().iter().find(|host| host.name == name)?, None),
    }
}

/// The names that libraries know the languages by, sorted.
pub fn families() -> Vec<&'static str> {
    let mut families: Vec<&str> = tables().iter().map(|table| table.family).collect();
    families.sort_unstable();
    families.dedup();
    families
}

/// A comment in the language with this name, with `{}` in place of its text; `None` if it has none.
pub fn remark(name: &str) -> Option<String> {
    table(name)?.spelled().comment()
}

/// The names of all languages, sorted.
pub fn names() -> Vec<&'static str> {
    let hosts = hosts().iter().filter(|host| !host.extensions.is_empty()).map(|host| host.name);
    let mut names: Vec<&str> = tables().iter().map(|table| table.name).chain(hosts).collect();
    names.sort_unstable();
    names
}

/// The family of the language with this name; the name itself where there is none.
pub fn family(name: &str) -> &str {
    table(name).map_or(name, |table| table.family)
}

/// How far a name is known without an import in the language `name`.
pub fn scope(name: &str) -> Option<Scope> {
    table(name)?.scope
}

/// Words that a line begins with which defines a name for the whole folder, in the language `name`.
pub fn defines(name: &str) -> &'static [&'static str] {
    table(name).map_or(&[], |table| table.defines)
}

/// The cells of a notebook, by the name of its file; none of any other file.
pub fn cells(path: &str, text: &str) -> Vec<embed::Cell> {
    let is_notebook = of_path(path).is_some_and(|language| language.has_pictures);
    if is_notebook { embed::cells(text) } else { Vec::new() }
}

/// The table of this name. The build script sorts them by it.
fn table(name: &str) -> Option<&'static EmbeddedTable> {
    let at = tables().binary_search_by(|table| table.name.cmp(name)).ok()?;
    tables().get(at)
}

#[cfg(test)]
mod tests {
    use super::{remark, table, tables};

    #[test]
    fn every_table_is_found_by_its_name() {
        for have in tables() {
            assert!(table(have.name).is_some_and(|found| found.name == have.name), "{}", have.name);
        }
    }

    #[test]
    fn a_comment_is_what_its_table_says_or_the_first_that_is_spelled() {
        for (name, comment) in [
            ("rust", Some("// {}")),
            ("lua", Some("-- {}")),
            ("nginx", Some("# {}")),
            ("perl", Some("# {}")),
            ("tcl", Some("# {}")),
            ("coldfusion", Some("<!--- {} --->")),
            ("xml", Some("<!-- {} -->")),
            ("json", None),
            ("none", None),
        ] {
            assert_eq!(remark(name).as_deref(), comment, "{name}");
        }
    }
}
