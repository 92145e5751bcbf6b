//! What classes of a file take from one another: their bases, their constructors, what they give those of their bases, and
//! the members that each declares itself.

use super::index::{BindAt, Index};
use crate::syntax::expr::{Arg, Class, Expr, Implied, Node, Param, Span};

/// Most classes that one takes members from in a file, itself included. Hierarchies of real clients have three.
const MOST: usize = 8;

/// What makes an object: a constructor, or the head of its class.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'u> {
    /// Its parameters, without the one for the object itself.
    pub params: &'u [Param],
    /// Its place among the functions; none where the head of the class is one.
    pub own: Option<usize>,
}

impl<'u> Index<'u> {
    /// A class and those of this file that it takes members from, the nearest first.
    pub fn lineage(&self, class: &'u Class) -> Vec<&'u Class> {
        let mut found = vec![class];
        let mut at = 0;
        while let Some(one) = found.get(at).copied() {
            let bases = one.bases.iter().filter_map(|base| self.class_named(base));
            for base in bases.collect::<Vec<_>>() {
                if found.len() < MOST && !found.iter().any(|have| have.name == base.name) {
                    found.push(base);
                }
            }
            at += 1;
        }
        found
    }

    /// Names in the head of a class that no class of this file has: some are those of its bases.
    pub fn elsewhere(&self, class: &'u Class) -> impl Iterator<Item = &'u str> {
        class.bases.iter().map(|base| &**base).filter(|base| self.class_named(base).is_none())
    }

    /// The class whose methods the code at a place is of: the one around it, or the type that the method around it belongs
    /// to.
    pub fn class_here(&self, at: Span) -> Option<&'u Class> {
        let mut scope = self.scope_at(at);
        while let Some(own) = scope {
            if let Some(class) = self.class_of(own).filter(|class| class.name.is_some()) {
                return Some(class);
            }
            scope = self.functions.get(own).and_then(|function| function.outer);
        }
        self.class_around(at)
    }

    /// What makes objects of a class, if that is written in it; of several constructors the one with the most parameters.
    pub fn maker(&self, class: &'u Class, implied: &Implied) -> Option<Maker<'u>> {
        if !class.params.is_empty() {
            return Some(Maker { params: &class.params, own: None });
        }
        let name = class.name.as_deref()?;
        let names = implied.maker.iter().map(String::as_str).chain([name]);
        let makers = names.flat_map(|name| self.functions_in(class, name)).copied();
        let own = makers.max_by_key(|own| self.functions.get(*own).map_or(0, |at| at.params.len()))?;
        Some(Maker { params: self.params_of(own, implied), own: Some(own) })
    }

    /// The parameters of a function without the one for the object itself.
    pub fn params_of(&self, own: usize, implied: &Implied) -> &'u [Param] {
        let params = self.functions.get(own).map_or(&[][..], |function| function.params);
        let is_this = |param: &Param| implied.this.iter().any(|this| **this == *param.name);
        match params.split_first() {
            Some((first, rest)) if is_this(first) => rest,
            _ => params,
        }
    }

    /// Whether a function makes objects of its class.
    pub fn is_maker(&self, own: usize, implied: &Implied) -> bool {
        let Some(name) = self.functions.get(own).and_then(|at| at.name) else { return false };
        let is_class = || self.class_of(own).is_some_and(|class| class.name.as_ref() == Some(name));
        implied.maker.iter().any(|maker| **maker == **name) || is_class()
    }

    /// What a class gives the constructor of the base `name`: `super(url)`, `Base.__init__(self, url)`, `class A : Base(url)`.
    pub fn given_to_base(&self, class: &'u Class, name: &str, implied: &Implied) -> Option<&'u [Arg]> {
        let maker = self.maker(class, implied).and_then(|maker| maker.own);
        let roots = implied.parent.iter().map(String::as_str).chain([name]);
        let calls = roots.flat_map(|root| {
            let within = |scope| self.chains(root, scope, class.span);
            let outside = self.scope_at(Span { start: class.span.start, end: class.span.start });
            maker.into_iter().flat_map(move |own| within(Some(own))).chain(within(outside))
        });
        let mut own = calls.filter(|call| self.class_around(call.span).is_some_and(|have| have.span == class.span));
        own.find_map(|call| given_by(call, name, implied))
    }

    /// Whether a class itself has a member: one that it only declares is that of those below it.
    pub fn has_member(&self, class: &'u Class, name: &str, implied: &Implied) -> bool {
        !self.functions_in(class, name).is_empty() || self.declared_in(class, name, implied).iter().any(BindAt::tells)
    }

    /// What a class itself binds its member to: in its body, or on its object in one of its functions.
    pub fn declared_in(&self, class: &'u Class, name: &str, implied: &Implied) -> Vec<BindAt<'u>> {
        let mut found = self.binds_in(class, name).to_vec();
        // Where the object need not be spelled, its constructor sets a field by its name alone.
        if !found.is_empty()
            && !found.iter().any(BindAt::tells)
            && !implied.unspelled.is_empty()
            && let Some(own) = self.maker(class, implied).and_then(|maker| maker.own)
            && self.param(own, name).is_none()
        {
            found.extend(self.bound_by(own, name));
        }
        found
    }
}

/// What a call gives the constructor of a base, if it is one of it.
fn given_by<'u>(call: &'u Node, base: &str, implied: &Implied) -> Option<&'u [Arg]> {
    let Expr::Call { callee, args } = &call.expr else { return None };
    let is_parent = |name: &str| implied.parent.iter().any(|parent| *parent == *name);
    let is_maker = |name: &str| implied.maker.iter().any(|maker| *maker == *name);
    match &callee.expr {
        Expr::Name(name) if is_parent(name) || **name == *base => Some(args),
        Expr::Member(object, maker) if is_maker(maker) => match &object.expr {
            Expr::Name(name) if is_parent(name) => Some(args),
            Expr::Call { callee, .. } => matches!(&callee.expr, Expr::Name(name) if is_parent(name)).then_some(args),
            // `Base.__init__(self, url)` gives the object too.
            Expr::Name(name) if **name == *base => args.get(1..),
            _ => None,
        },
        _ => None,
    }
}
