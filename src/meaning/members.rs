//! What classes have, by class: a generated client has thousands of classes with members of the same names, and what asks
//! for one of them must not go through those of all others.

use std::collections::HashMap;

use super::index::{BindAt, Index, MOST};
use crate::syntax::expr::{Class, Span};

type ByName<'u, T> = HashMap<&'u str, Vec<T>>;

/// Functions and binds, by the class that they are of and their name, in source order.
#[derive(Default)]
pub struct Members<'u> {
    functions: HashMap<Span, ByName<'u, usize>>,
    binds: HashMap<Span, ByName<'u, BindAt<'u>>>,
    /// Functions by the name of their class: methods of a type stand apart from it and from one another.
    methods: HashMap<&'u str, ByName<'u, usize>>,
    /// Functions outside of all others and of classes that have a name.
    free: ByName<'u, usize>,
}

impl<'u> Members<'u> {
    /// Those of a file.
    pub fn new(index: &Index<'u>, binds: &HashMap<&'u str, Vec<BindAt<'u>>>) -> Self {
        let mut members = Self::default();
        for own in 0..index.functions.len() {
            members.function(index, own);
        }
        for (name, binds) in binds {
            for bind in binds.iter().filter(|bind| index.is_of_member(bind)) {
                let Some(class) = index.class_at(bind.span) else { continue };
                members.binds.entry(class).or_default().entry(*name).or_default().push(*bind);
            }
        }
        members
    }

    fn function(&mut self, index: &Index<'u>, own: usize) {
        let Some(function) = index.functions.get(own) else { return };
        let Some(name) = function.name else { return };
        let class = index.class_of(own);
        if let Some(class) = class {
            self.functions.entry(class.span).or_default().entry(name).or_default().push(own);
        }
        match class.and_then(|class| class.name.as_deref()) {
            Some(of) => self.methods.entry(of).or_default().entry(name).or_default().push(own),
            None if function.outer.is_none() => self.free.entry(name).or_default().push(own),
            None => {}
        }
    }
}

impl<'u> Index<'u> {
    /// The one function of this name in a class; without one, outside of all.
    pub fn method(&self, class: Option<&str>, name: &str) -> Option<usize> {
        let of = class.map_or(Some(&self.members.free), |class| self.members.methods.get(class));
        match of?.get(name)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The functions of this name in a class, and in those of the same name.
    pub fn methods_of(&self, class: &Class, name: &str) -> &[usize] {
        match class.name.as_deref() {
            Some(of) => self.most(self.members.methods.get(of), name),
            None => self.functions_in(class, name),
        }
    }

    /// The functions of this name in a class.
    pub fn functions_in(&self, class: &Class, name: &str) -> &[usize] {
        self.most(self.members.functions.get(&class.span), name)
    }

    /// What a class binds its member of this name to, in its body or in its functions.
    pub fn binds_in(&self, class: &Class, name: &str) -> &[BindAt<'u>] {
        self.most(self.members.binds.get(&class.span), name)
    }

    /// Whether a bind is one of a member of a class or object.
    pub fn is_of_member(&self, bind: &BindAt) -> bool {
        bind.member.is_some() || self.is_declared_in_class(bind)
    }

    fn most<'a, T>(&self, all: Option<&'a ByName<'u, T>>, name: &str) -> &'a [T] {
        let all = all.and_then(|all| all.get(name)).map_or(&[][..], Vec::as_slice);
        self.note_cut(all.len() > MOST);
        all.get(..MOST).unwrap_or(all)
    }
}
