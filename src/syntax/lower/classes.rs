//! Classes: their names, the types that they take members from, and functions that belong to a type from outside it.

use tree_sitter::Node as Tree;

use super::super::expr::{Class, Symbol};
use super::super::table::{Role, named, nth};
use super::{Lowering, span};

/// Most words of a class's head. Nobody takes members from more types; what is beyond is not looked at.
const BASES: usize = 8;
/// Most bytes of a class's head that are looked at.
const HEAD: usize = 400;

impl Lowering<'_> {
    /// A class with its name, and the words between that and its body, or of the part of its head that has its bases.
    pub(super) fn class(&mut self, tree: Tree) -> Class {
        let is_name = |child: &Tree| self.table.is(*child, Role::Name);
        let name = tree.child_by_field_name("name").or_else(|| named(tree).into_iter().find(is_name));
        let bases = name.map_or_else(Vec::new, |name| match self.table.head(tree) {
            Some(parts) => {
                let head = nth(tree, parts, 0).map_or("", |bases| self.slice(bases));
                let head = without_parentheses(head.get(..HEAD).unwrap_or(head));
                words(&head).take(BASES).map(Symbol::from).collect()
            }
            None => {
                let body = tree.child_by_field_name("body").or_else(|| named(tree).pop());
                let end = body.filter(|body| *body != name).map_or(name.end_byte(), |body| body.start_byte());
                let head = self.text.get(name.end_byte()..end.max(name.end_byte())).unwrap_or_default();
                words(head.get(..HEAD).unwrap_or(head)).take(BASES).map(Symbol::from).collect()
            }
        });
        let made = self.table.head(tree).and_then(|parts| nth(tree, parts, 1));
        let params = made.map_or_else(Vec::new, |made| self.params(named(made)));
        Class { span: span(tree), name: name.map(|name| self.slice(name).into()), bases, params }
    }

    /// A class that a call makes, by the last word of its name: `defmodule Acme.Okta do … end`.
    pub(super) fn enclosed(&self, tree: Tree) -> Option<Class> {
        if self.table.enclosing.is_empty() {
            return None;
        }
        let callee = tree.named_child(0)?;
        let is_made = self.table.enclosing.iter().any(|have| have == self.slice(callee));
        let given = tree.named_child(1).filter(|_| is_made && callee.start_byte() == tree.start_byte())?;
        let name = self.slice(given).split([',', ' ']).next()?.rsplit('.').next()?;
        Some(Class { span: span(tree), name: Some(name.into()), bases: Vec::new(), params: Vec::new() })
    }

    /// Notes that a function belongs to the type that its receiver declares.
    pub(super) fn belongs(&mut self, function: Tree, receiver: Tree) {
        let of = words(self.slice(receiver)).last().map(Symbol::from);
        self.unit.methods.push(Class { span: span(function), name: of, bases: Vec::new(), params: Vec::new() });
    }
}

/// A text without what stands in parentheses: what a base is made with is none.
fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
        if c == ')' {
            outside.push(' ');
        }
    }
    outside
}

/// The identifiers in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::syntax::language::read;

    #[test]
    fn a_class_has_its_name_and_the_words_of_its_head() {
        for (language, text, bases) in [
            ("typescript", "class Okta extends Client<T> {}", &["extends", "Client", "T"][..]),
            ("python", "class Okta(base.Client):\n    pass\n", &["base", "Client"]),
            ("java", "class Okta extends Client {}", &["extends", "Client"]),
            ("kotlin", "class Okta : Client() {\n val x = 1\n}", &["Client"]),
            ("csharp", "class Okta : Client { }", &["Client"]),
            ("php", "<?php class Okta extends Client {}", &["extends", "Client"]),
            ("ruby", "class Okta < Client\n  X = 1\nend\n", &["Client"]),
        ] {
            let unit = read(language, text, &mut || true);
            let [class] = unit.classes.as_slice() else { panic!("{language}: {:?}", unit.classes) };
            let have: Vec<&str> = class.bases.iter().map(|word| &**word).collect();
            assert_eq!((class.name.as_deref(), have.as_slice()), (Some("Okta"), bases), "{language}");
        }
    }

    #[test]
    fn a_module_that_a_call_makes_goes_by_its_last_word() {
        let unit = read("elixir", "defmodule Acme.Okta do\n  def a(b), do: b\nend\n", &mut || true);
        let names: Vec<_> = unit.classes.iter().map(|class| class.name.as_deref()).collect();
        assert_eq!(names, [Some("Okta")]);
    }

    #[test]
    fn a_function_with_a_receiver_belongs_to_its_type() {
        let unit = read("go", "package a\nfunc (c *Client) Do(p string) { c.x(p) }\n", &mut || true);
        assert_eq!(unit.methods.first().and_then(|method| method.name.as_deref()), Some("Client"));
    }
}
