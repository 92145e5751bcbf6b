//! Calls of functions of the file: which one a callee is, and what it gives back with its parameters filled in.

use super::chain::last_name;
use super::index::Found;
use super::instance::Instance;
use super::resolve::{ALTERNATIVES, Resolver};
use super::sketch::{has_place, place, whole_place};
use super::url::Text;
use crate::syntax::expr::{Arg, Expr, Node, Param};

impl<'u> Resolver<'_, 'u> {
    /// The function of this file that a callee is, and what it is called on: the value of an object's key, a method of an
    /// object that a class of this file makes, the only function of its name.
    fn function_called(&self, callee: &'u Node, args: &[Arg]) -> Option<(usize, Option<Instance<'u>>)> {
        let index = self.namer.index;
        let name = last_name(callee)?;
        if let Expr::Member(object, member) = &callee.expr
            && !self.namer.is_this(object)
        {
            if let Some(value) = self.key(object, member).filter(|value| matches!(value.expr, Expr::Fn { .. })) {
                return index.function_at(value.span).map(|own| (own, None));
            }
            index.functions_named(name).first()?;
            let on = self.instance_of(object)?;
            return Some((self.method_of(on.class?, name, args.len())?, Some(on)));
        }
        match index.functions_named(name) {
            [own] => Some((*own, None)),
            _ => None,
        }
    }

    /// A call of a function of this file that gives back one expression, its parameters filled in.
    pub(super) fn own_function(&self, node: &Node, callee: &'u Node, args: &'u [Arg]) -> Option<Vec<Text>> {
        let (own, on) = self.function_called(callee, args)?;
        let function = self.namer.index.functions.get(own)?;
        if function.span.contains(node.span) {
            return None;
        }
        self.given_back(own, on, args)
    }

    /// What a function gives back where it is called on an object with these arguments.
    pub(super) fn given_back(&self, own: usize, on: Option<Instance<'u>>, args: &'u [Arg]) -> Option<Vec<Text>> {
        let mut given = Vec::new();
        for (at, param) in self.params(own).iter().enumerate() {
            let labelled = args.iter().find(|arg| arg.label.as_deref() == Some(&*param.name));
            let positional = || args.iter().filter(|arg| arg.label.is_none()).nth(at);
            if let Some(arg) = labelled.or_else(positional) {
                given.push((param.name.to_string(), self.texts(&arg.value)));
            }
        }
        self.returned(own, on, given)
    }

    /// What a function gives back where its parameters are these texts.
    pub(super) fn returned(
        &self,
        own: usize,
        on: Option<Instance<'u>>,
        given: Vec<(String, Vec<Text>)>,
    ) -> Option<Vec<Text>> {
        let index = self.namer.index;
        let function = index.functions.get(own)?;
        let returns = index.returns(own);
        if returns.is_empty() || returns.len() > ALTERNATIVES {
            return None;
        }
        let inside =
            || returns.iter().flat_map(|value| self.enter(function.span, || self.texts(value))).collect::<Vec<_>>();
        self.frames.borrow_mut().push((own, given));
        let texts = match on {
            Some(on) => self.on(on, inside),
            None => inside(),
        };
        self.frames.borrow_mut().pop();
        texts.iter().any(|text| !text.origins.is_empty() || has_place(text)).then_some(texts)
    }

    /// The parameters of a function without the one for the object itself.
    pub fn params(&self, own: usize) -> &'u [Param] {
        self.namer.index.params_of(own, self.namer.implied)
    }

    /// Runs `inside` with places for the parameters of a function, and for what its object tells.
    pub fn with_places<T: Default>(&self, own: usize, inside: impl FnOnce() -> T) -> T {
        let places = self.params(own).iter().enumerate();
        let given = places.map(|(at, param)| (param.name.to_string(), vec![Text::hole(&place(at))]));
        self.frames.borrow_mut().push((own, given.collect()));
        let class = self.namer.index.class_of(own).filter(|class| class.name.is_some());
        let made = match class {
            Some(class) => self.on(Instance { class: Some(class), made: None, open: true }, inside),
            None => inside(),
        };
        self.frames.borrow_mut().pop();
        made
    }

    /// The place that a name stands for, while places stand for parameters.
    pub(super) fn place_of(&self, node: &'u Node) -> Option<String> {
        let Expr::Name(name) = &node.expr else { return None };
        let Found::Param(own, _) = self.namer.index.lookup(name, node.span) else { return None };
        let frames = self.frames.borrow();
        let (_, given) = frames.iter().rev().find(|(function, _)| *function == own)?;
        let (_, texts) = given.iter().find(|(have, _)| **have == **name)?;
        match texts.as_slice() {
            [one] => whole_place(one).map(str::to_owned),
            _ => None,
        }
    }

    /// The place that a value is, while places stand for parameters.
    pub fn place_at(&self, node: &'u Node) -> Option<String> {
        if self.frames.borrow().is_empty() {
            return None;
        }
        self.texts(node).iter().find_map(|text| whole_place(text).map(str::to_owned))
    }

    /// The places whose keys an object takes over: it is one, or one is spread into it.
    pub fn places_spread_in(&self, node: &'u Node) -> Vec<String> {
        if self.frames.borrow().is_empty() {
            return Vec::new();
        }
        match &node.expr {
            Expr::Name(_) => self.place_of(node).into_iter().collect(),
            Expr::Object(pairs) => {
                let spread = pairs.iter().filter(|(key, _)| key.literal() == Some("..."));
                spread.filter_map(|(_, value)| self.place_of(value)).collect()
            }
            _ => Vec::new(),
        }
    }
}
