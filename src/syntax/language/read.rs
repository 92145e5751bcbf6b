//! Reads text as a language: what each is read by, compiled on its first use.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{TEXT, named, table};
use crate::data::host;
use crate::syntax::embed::{self, Languages, OF, Part, Runs};
use crate::syntax::expr::{Implied, Parsed, Unit};
use crate::syntax::lexical::{self, lexis::Lexis};
use crate::syntax::lines::Format;
use crate::syntax::plain::{Form, directives, markup, settings};
use crate::syntax::spelled::Reader;
use crate::syntax::table::Table;
use crate::syntax::{lower, rust, scripts, switched_off};

/// Reads `text` as the language `name`, in parts of one language each. What cannot be parsed is read lexically, and the
/// unit says why. Parsing stops when `go_on` says no.
pub fn parts(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Vec<Part> {
    let (outer, inner) = name.split_once(OF).map_or((name, None), |(outer, inner)| (outer, Some(inner)));
    let as_it_says = |language: &str, unit| Part { language: language.to_owned(), runs: Runs::AsItSays, unit };
    let Some(host) = host(outer) else { return vec![as_it_says(name, read(name, text, go_on))] };
    let code = table(outer).map(|_| read(outer, text, go_on));
    let mut languages = Languages { read: &mut |name, text| read(name, text, go_on), named: &named };
    let Some(code) = code else { return embed::parts(host, inner, text, &mut languages) };
    let around = embed::around(host, text, &code.markup, &mut languages);
    std::iter::once(as_it_says(outer, code)).chain(around).collect()
}

/// Reads `text` as the one language `name`.
pub fn read(name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Unit {
    let unit = compiled(name).and_then(|compiled| compiled.read(name, text, go_on));
    unit.unwrap_or_else(|reason| lexical::lower(text, reason))
}

/// The names of implied objects in the language `name`.
pub fn implied(name: &str) -> Implied {
    match compiled(name) {
        Ok(Compiled::Syn(implied)) => Implied::clone(&implied),
        Ok(Compiled::Grammar(_, table)) => table.implied.clone(),
        Ok(Compiled::Lexis(lexis)) => Implied { this: lexis.this.clone(), ..Implied::default() },
        _ => Implied::default(),
    }
}

/// What a language is read by.
#[derive(Clone)]
enum Compiled {
    /// A grammar and its table.
    Grammar(tree_sitter::Language, Rc<Table>),
    /// Syn; and its implied objects.
    Syn(Rc<Implied>),
    /// What its lines look like.
    Lines(Rc<Format>),
    /// How its settings are spelled.
    Settings(Rc<Form>),
    /// How its directives are spelled.
    Directives(Rc<Form>),
    /// How its elements are spelled.
    Markup(Rc<Form>, Rc<[(String, String)]>),
    /// How its tokens are spelled.
    Lexis(Rc<Lexis>),
}

impl Compiled {
    fn read(&self, name: &str, text: &str, go_on: &mut dyn FnMut() -> bool) -> Result<Unit, String> {
        match self {
            Compiled::Grammar(grammar, table) => {
                let mut unit = lower::lower(text, grammar, table, go_on)?;
                unit.variables.clone_from(&table.variables);
                switched_off::take_away(&mut unit.root, text, &table.off);
                scripts::read(&mut unit, text, &table.scripts, &table.template.pairs, go_on);
                Ok(unit)
            }
            Compiled::Syn(_) => rust::lower(text),
            Compiled::Lines(format) => Ok(format.lower(text, go_on)),
            Compiled::Settings(form) => settings::lower(text, form, go_on),
            Compiled::Directives(form) => directives::lower(text, form, go_on),
            Compiled::Markup(form, variables) => {
                let unit = markup::lower(text, form, go_on)?;
                Ok(Unit { variables: variables.to_vec(), ..unit })
            }
            Compiled::Lexis(lexis) => {
                let parsed = if name == TEXT { Parsed::Text } else { Parsed::Tokens };
                lexical::by_lexis(text, lexis, parsed, go_on)
            }
        }
    }
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
    let form = || Form::compile(&spelled.rows).map(Rc::new);
    let compiled = match spelled.reader {
        Reader::Grammar => {
            let grammar = grammar(name).ok_or_else(|| format!("no grammar for {name}"))?;
            let table = Rc::new(Table::compile(&spelled, &grammar)?);
            Compiled::Grammar(grammar, table)
        }
        Reader::Syn => {
            let this = spelled.rows.get("this").cloned().unwrap_or_default();
            Compiled::Syn(Rc::new(Implied { this, ..Implied::default() }))
        }
        Reader::Lines => Compiled::Lines(Rc::new(Format::compile(&spelled.line, &spelled.marks)?)),
        Reader::Settings => Compiled::Settings(form()?),
        Reader::Directives => Compiled::Directives(form()?),
        Reader::Markup => Compiled::Markup(form()?, spelled.variables.into()),
        Reader::Lexical => Compiled::Lexis(Rc::new(Lexis::compile(&spelled)?)),
        Reader::Host => return Err(format!("{name} is no language by itself")),
    };
    COMPILED.with_borrow_mut(|have| have.insert(name.to_owned(), compiled.clone()));
    Ok(compiled)
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

#[cfg(test)]
mod tests {
    use super::compiled;
    use crate::data::tables;

    #[test]
    fn every_table_names_kinds_and_fields_that_its_grammar_has() {
        for table in tables() {
            assert_eq!(compiled(table.name).err(), None, "{}", table.name);
        }
    }
}
