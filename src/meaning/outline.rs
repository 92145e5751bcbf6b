//! What other files can take from a file: its text constants and the helpers that give back one text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::index::Index;
use super::resolve::Resolver;
use super::url::Text;
use crate::syntax::expr::{Expr, Node, RETURN, Span, Unit};

/// Most exports of one file. Real constants files have dozens.
const MOST: usize = 400;
/// Most levels of an object that are looked into: `endpoints.okta.sessions`.
const LEVELS: usize = 3;
/// Longest text exported, in bytes.
const LONGEST: usize = 300;

/// A constant, or what a helper gives back, under the name that other files know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its name, with the objects around it: `endpoints.sessions`. A member of a class has no class: `.SESSIONS`.
    pub name: String,
    /// What it could be.
    pub texts: Vec<Text>,
    /// Where it stands.
    pub span: Span,
}

/// What a file imports, as far as it matters to other files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The module as written.
    pub module: String,
    /// The exported name; `None` for the module itself.
    pub name: Option<String>,
    /// The name it is known by.
    pub local: String,
}

/// A constant of another file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constant {
    /// What it could be; the places of its literals are not those of this file, so there are none.
    pub texts: Vec<Text>,
    /// The file that has it.
    pub path: String,
    /// Where it stands in that file.
    pub span: Span,
}

/// Constants by the name that a file knows them by: `SESSIONS_URL`, `config.endpoints.sessions`.
pub type Constants = BTreeMap<String, Constant>;

/// What a file imports by name.
pub fn imports(unit: &Unit) -> Vec<Imported> {
    let named = unit.imports.iter().filter_map(|import| {
        let name = import.name.as_ref().map(|name| name.to_string());
        Some(Imported { module: import.module.clone(), name, local: import.local.as_ref()?.to_string() })
    });
    named.collect()
}

/// The exports of a file.
pub fn exports<'u>(index: &Index<'u>, resolver: &Resolver<'_, 'u>) -> Vec<Export> {
    let mut exports = Vec::new();
    for node in &index.unit.root {
        top(node, index, resolver, &mut exports);
    }
    exports.truncate(MOST);
    exports
}

/// What a top-level expression exports: constants, members of classes, objects handed to `module.exports`.
fn top<'u>(node: &'u Node, index: &Index<'u>, resolver: &Resolver<'_, 'u>, exports: &mut Vec<Export>) {
    match &node.expr {
        Expr::Bind { target, value, .. } => match &target.expr {
            Expr::Name(name) => export(&own_name(name, node, index), value, resolver, LEVELS, exports),
            Expr::Member(_, name) => {
                // `module.exports = { … }` exports the keys, `exports.name = …` the name.
                let name = if matches!(value.expr, Expr::Object(_)) { "" } else { name };
                export(name, value, resolver, LEVELS, exports);
            }
            _ => {}
        },
        Expr::Fn { name: Some(name), .. } => export(&own_name(name, node, index), node, resolver, LEVELS, exports),
        Expr::Object(_) => export("", node, resolver, LEVELS, exports),
        Expr::Unknown(nodes) => nodes.iter().for_each(|node| top(node, index, resolver, exports)),
        _ => {}
    }
}

fn own_name(name: &str, node: &Node, index: &Index) -> String {
    match index.class_at(node.span).filter(|class| *class != node.span) {
        Some(_) => format!(".{name}"),
        None => name.to_owned(),
    }
}

fn export<'u>(name: &str, value: &'u Node, resolver: &Resolver<'_, 'u>, levels: usize, exports: &mut Vec<Export>) {
    match &value.expr {
        Expr::Object(_) if levels > 0 => {
            for (key, inner) in resolver.object(value) {
                let dotted = if name.is_empty() { key } else { format!("{name}.{key}") };
                export(&dotted, inner, resolver, levels - 1, exports);
            }
        }
        Expr::Fn { body, .. } => {
            if let [Node { expr: Expr::Bind { target, value, .. }, .. }] = body.as_slice()
                && matches!(&target.expr, Expr::Name(name) if **name == *RETURN)
            {
                push(name, value, resolver, exports);
            }
        }
        _ => push(name, value, resolver, exports),
    }
}

fn push<'u>(name: &str, value: &'u Node, resolver: &Resolver<'_, 'u>, exports: &mut Vec<Export>) {
    let is_text = matches!(value.expr, Expr::Str(_) | Expr::Call { .. } | Expr::Choice(_));
    if name.is_empty() || !is_text || exports.len() >= MOST {
        return;
    }
    let mut texts = resolver.texts(value);
    // What an unknown call passed on may be an answer rather than a path; at home both are seen.
    let is_plain = |text: &Text| !text.origins.is_empty() && text.through.is_empty();
    texts.retain(|text| is_plain(text) && !text.text.is_empty() && text.text.len() <= LONGEST);
    if !texts.is_empty() {
        exports.push(Export { name: name.to_owned(), texts, span: value.span });
    }
}
