//! The registry of languages: which files are of which language, and how each is read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use super::embed::{self, Languages, OF, Part, Runs};
use super::expr::{Implied, Parsed, Unit};
use super::lexical::lexis::Lexis;
use super::lines::Format;
use super::plain::{Form, directives, markup, settings};
use super::spelled::Reader;
use super::table::Table;
use super::{lexical, lower, scripts};
use crate::data::{EmbeddedHost, EmbeddedTable, host, hosts, syn, tables};

/// How far a name that a file defines is known without an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// In the files of the same folder.
    Folder,
    /// In the package, or wherever its first word is imported.
    Package,
}

/// How much of a file's code is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is parsed.
    Parsed,
    /// It is read by its tokens alone.
    Tokens,
    /// It is taken apart into code of other languages.
    Apart,
}

/// A language that sidestep reads.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its name: `tsx`.
    pub name: String,
    /// The name that libraries know it by: `typescript`.
    pub family: String,
    /// Whether it is a data format, which runs nowhere and may stand on one line.
    pub data: bool,
    /// How it is read.
    pub way: Way,
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

    /// Whether long lines say nothing of who wrote the file: they are data, pictures, or text.
    pub fn has_long_lines(&self) -> bool {
        self.data || self.is_text() || self.way == Way::Apart
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
        reader: match table.grammar {
            "" if table.is_plain => LINES.to_owned(),
            "" => TOKENS.to_owned(),
            grammar => grammar.to_owned(),
        },
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
    candidates(path).into_iter().next()
}

/// The language of a file that was taken for `language` by its name, by what it holds: of several that share an extension,
/// the one whose tells stand in it.
pub fn told(language: Language, path: &str, bytes: &[u8]) -> Language {
    let mut candidates = candidates(path);
    if !candidates.iter().any(|candidate| candidate.name == language.name) {
        return language;
    }
    if candidates.len() > 1 {
        let holds = |tell: &&str| memchr::memmem::find(bytes, tell.as_bytes()).is_some();
        let tells = |language: &Language| table(&language.name).map_or(&[][..], |table| table.tells);
        candidates.retain(|language| tells(language).is_empty() || tells(language).iter().any(holds));
        // One that has tells says more than one that takes whatever is left.
        candidates.sort_by_key(|language| tells(language).is_empty());
    }
    candidates.into_iter().next().unwrap_or(language)
}

/// The languages that a file may be in: by its whole name, else by its extension, else by a pattern of names.
fn candidates(path: &str) -> Vec<Language> {
    let (folder, file) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let folder = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    let (_, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let extension = extension.to_ascii_lowercase();
    if extension == RUST.1 {
        return vec![plainly(RUST.0, RUST.0, false, Way::Parsed)];
    }
    let by = |is: &dyn Fn(&EmbeddedTable) -> bool| -> Vec<Language> {
        let found = tables().iter().filter(|table| is(table));
        found.map(language).collect()
    };
    let whole = by(&|table| table.files.contains(&file));
    let of_extension = || by(&|table| table.extensions.contains(&&*extension));
    let of_pattern = || by(&|table| table.files.iter().any(|pattern| fits(pattern, folder, file)));
    let found = Some(whole)
        .filter(|found| !found.is_empty())
        .or_else(|| Some(of_extension()).filter(|found| !found.is_empty()))
        .unwrap_or_else(of_pattern);
    if !found.is_empty() {
        return found;
    }
    let Some(host) = hosts().iter().find(|host| host.extensions.contains(&&*extension)) else { return found };
    // `app.js.erb` is JavaScript with Ruby in it.
    let inner = candidates(&path[..path.len() - extension.len() - 1]).into_iter().find(|inner| inner.way != Way::Apart);
    of_host(host.name, inner).into_iter().collect()
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

/// A language that is no host.
fn plainly(name: &str, family: &str, data: bool, way: Way) -> Language {
    let (name, family) = (name.to_owned(), family.to_owned());
    Language { name, family, data, way, has_pictures: false, documentation: false }
}

/// The language of files in a format that holds code of others, in which they would be `inner` without it.
fn of_host(name: &str, inner: Option<Language>) -> Option<Language> {
    let host = host(name).filter(|_| table(name).is_none())?;
    let inner = inner.filter(|_| host.reader == embed::host::Reader::Markup);
    Some(Language {
        name: inner.map_or_else(|| name.to_owned(), |inner| format!("{name}{OF}{}", inner.name)),
        family: name.to_owned(),
        data: false,
        way: Way::Apart,
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
    table(name).map_or_else(|| of_host(name, None), |table| Some(language(table)))
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

fn language(table: &EmbeddedTable) -> Language {
    let way = if !table.is_plain && table.grammar.is_empty() { Way::Tokens } else { Way::Parsed };
    plainly(table.name, table.family, table.data, way)
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
    let parsed = if name == TEXT { Parsed::Text } else { Parsed::Tokens };
    let unit = match table(name) {
        _ if name == RUST.0 => super::rust::lower(text),
        Some(table) if table.is_plain => plain(table, text, go_on),
        _ => compiled(name).and_then(|compiled| match compiled {
            Compiled::Lines(format) => Ok(format.lower(text, go_on)),
            Compiled::Lexis(lexis) => Ok(lexical::by_lexis(text, &lexis, parsed)),
            Compiled::Grammar(grammar, table) => {
                let mut unit = lower::lower(text, &grammar, &table, go_on)?;
                scripts::read(&mut unit, text, &table.scripts, go_on);
                Ok(unit)
            }
        }),
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

/// Words that a line begins with which defines a name for the whole folder, in the language `name`.
pub fn defines(name: &str) -> &'static [&'static str] {
    table(name).map_or(&[], |table| table.defines)
}

/// Reads `text` as a format without a grammar.
fn plain(table: &EmbeddedTable, text: &str, go_on: &mut dyn FnMut() -> bool) -> Result<Unit, String> {
    let spelled = table.spelled();
    let form = Form::compile(&spelled.rows)?;
    match spelled.reader {
        Reader::Settings => Ok(settings::lower(text, &form)),
        Reader::Directives => Ok(directives::lower(text, &form)),
        Reader::Markup => markup::lower(text, &form, go_on),
        Reader::Grammar | Reader::Lexical => Err("no such format".into()),
    }
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
        false if table(name).is_some_and(|table| table.is_plain) => Implied::default(),
        false => match compiled(name) {
            Ok(Compiled::Grammar(_, table)) => Implied { this: table.this.clone(), global: table.global.clone() },
            Ok(Compiled::Lexis(lexis)) => Implied { this: lexis.this.clone(), global: lexis.global.clone() },
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
        "scala" => tree_sitter_scala::LANGUAGE.into(),
        "groovy" => dekobon_tree_sitter_groovy::LANGUAGE.into(),
        "kotlin" => tree_sitter_kotlin_ng::LANGUAGE.into(),
        "objc" => tree_sitter_objc::LANGUAGE.into(),
        "python" => tree_sitter_python::LANGUAGE.into(),
        "ruby" => tree_sitter_ruby::LANGUAGE.into(),
        "swift" => tree_sitter_swift::LANGUAGE.into(),
        "vb" => tree_sitter_vb_dotnet::LANGUAGE.into(),
        "json" => tree_sitter_json::LANGUAGE.into(),
        "yaml" => tree_sitter_yaml::LANGUAGE.into(),
        "shell" => tree_sitter_bash::LANGUAGE.into(),
        "hcl" => tree_sitter_hcl::LANGUAGE.into(),
        "toml" => tree_sitter_toml_ng::LANGUAGE.into(),
        "powershell" => tree_sitter_powershell::LANGUAGE.into(),
        "dart" => tree_sitter_dart_orchard::LANGUAGE.into(),
        "elixir" => tree_sitter_elixir::LANGUAGE.into(),
        "lua" => tree_sitter_lua::LANGUAGE.into(),
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
    /// How its tokens are spelled.
    Lexis(Rc<Lexis>),
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
    let compiled = match spelled.reader {
        Reader::Lexical => Compiled::Lexis(Rc::new(Lexis::compile(&spelled)?)),
        _ if !spelled.line.is_empty() => Compiled::Lines(Rc::new(Format::compile(&spelled.line, &spelled.marks)?)),
        _ => {
            let grammar = grammar(name).ok_or_else(|| format!("no grammar for {name}"))?;
            let table = Rc::new(Table::compile(&spelled, &grammar)?);
            Compiled::Grammar(grammar, table)
        }
    };
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
