//! The object that a method is called on: what the class that it is made by declares or overrides is what the methods of the
//! classes that this takes members from see, and what is handed to their constructors too.

use super::asks;
use super::index::BindAt;
use super::outline::{Constant, Item};
use super::owner::HOPS;
use super::resolve::Resolver;
use super::sketch::Given;
use super::url::{Text, is_holes};
use crate::syntax::expr::{Arg, Class, Expr, Node, Span};

/// Most constructors between an object and what one of them is given.
const MAKERS: usize = 8;

/// An object of which methods are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Instance<'u> {
    /// Its class, if this file has it.
    pub class: Option<&'u Class>,
    /// What it is made with, where that is seen.
    pub made: Option<&'u [Arg]>,
    /// Whether it may be of any class that takes members from its own: what it does not tell is a place.
    pub open: bool,
}

/// A member as it is spelled: its name, and whether the class at hand is passed over.
struct Spelled<'u> {
    name: &'u str,
    of_parent: bool,
}

/// What a constructor is given.
enum Handed<'u> {
    /// These arguments by the class below.
    Below(&'u [Arg]),
    /// These where the object is made.
    Outside(&'u [Arg]),
    /// What is not known yet.
    Open,
}

impl<'u> Resolver<'_, 'u> {
    /// Runs `inside` for an object.
    pub(super) fn on<T>(&self, on: Instance<'u>, inside: impl FnOnce() -> T) -> T {
        self.objects.borrow_mut().push(on);
        let value = inside();
        self.objects.borrow_mut().pop();
        value
    }

    /// Runs `inside` where an object was made, which knows nothing of it yet.
    fn outside<T>(&self, on: Instance<'u>, inside: impl FnOnce() -> T) -> T {
        let made = |on: &Instance<'u>| on.made.map(<[Arg]>::as_ptr);
        let own = self.objects.borrow_mut().pop_if(|last| made(last) == made(&on));
        let value = inside();
        self.objects.borrow_mut().extend(own);
        value
    }

    /// The object that the code at a place is of: the one at hand, if its class is the one around or takes members from it.
    pub(super) fn instance_at(&self, at: Span) -> Option<Instance<'u>> {
        let index = self.namer.index;
        let here = index.class_here(at).filter(|class| class.name.is_some())?;
        let at_hand = self.objects.borrow().last().copied();
        let is_of = |on: &Instance<'u>| {
            on.class.is_some_and(|class| index.lineage(class).iter().any(|one| one.name == here.name))
        };
        at_hand.filter(is_of).or(Some(Instance { class: Some(here), made: None, open: false }))
    }

    /// The object that a node is: the one around, or one that a class makes.
    pub(super) fn instance_of(&self, object: &'u Node) -> Option<Instance<'u>> {
        if self.namer.is_this(object) || self.namer.is_parent(object) {
            return self.instance_at(object.span);
        }
        let owner = self.namer.owner(object, HOPS)?;
        let class = self.namer.index.class_named(owner.rsplit('.').next()?);
        Some(Instance { class, made: self.namer.made_with(object, HOPS), open: false })
    }

    /// The object that a callee is called on.
    pub(super) fn object_of(&self, callee: &'u Node) -> Option<Instance<'u>> {
        match &callee.expr {
            Expr::Member(object, _) if !self.namer.is_base(object) => self.instance_of(object),
            _ => self.instance_at(callee.span),
        }
    }

    /// A member of the object around, if a node is one.
    fn spelled(&self, node: &'u Node) -> Option<Spelled<'u>> {
        let namer = self.namer;
        match &node.expr {
            Expr::Name(name) => Some(Spelled { name, of_parent: false }),
            Expr::Member(object, name) if namer.is_parent(object) => Some(Spelled { name, of_parent: true }),
            Expr::Member(object, name) if namer.is_this(object) || namer.is_kind(object) => {
                Some(Spelled { name, of_parent: false })
            }
            Expr::Member(object, name) if namer.is_base(object) => Some(Spelled { name, of_parent: true }),
            _ => None,
        }
    }

    /// The classes whose members code at a place sees, the nearest first.
    fn seen(&self, on: &Instance<'u>, at: Span, of_parent: bool) -> Vec<&'u Class> {
        let index = self.namer.index;
        let mut seen = on.class.map_or_else(Vec::new, |class| index.lineage(class));
        if of_parent && let Some(here) = index.class_here(at) {
            let own = seen.iter().position(|class| class.name == here.name);
            seen.drain(..own.map_or(0, |own| own + 1));
        }
        seen
    }

    /// The function of a class, or of one that it takes members from, that gives something back; of several of that name the
    /// one that takes as much as it is given.
    pub(super) fn method_of(&self, class: &'u Class, name: &str, count: usize) -> Option<usize> {
        self.namer.index.lineage(class).into_iter().find_map(|class| self.method_in(class, name, count))
    }

    fn method_in(&self, class: &'u Class, name: &str, count: usize) -> Option<usize> {
        let index = self.namer.index;
        let found = index.methods_of(class, name).iter().copied();
        let found: Vec<usize> = found.filter(|own| self.gives_back(*own)).collect();
        let fits = |own: &&usize| self.params(**own).len() == count;
        match found.as_slice() {
            [one] => Some(*one),
            several => several.iter().find(fits).copied(),
        }
    }

    /// Whether a function gives anything back; one that only raises an error leaves that to the classes below.
    fn gives_back(&self, own: usize) -> bool {
        let never = &self.namer.implied.never;
        let raises = |value: &&Node| match &value.expr {
            Expr::Call { callee, .. } => {
                matches!(&callee.expr, Expr::Name(name) if never.iter().any(|word| **word == **name))
            }
            _ => false,
        };
        !self.namer.index.returns(own).iter().all(raises)
    }

    /// What another file has of a member that a class takes from one there.
    fn member_elsewhere(&self, seen: &[&'u Class], name: &str) -> Option<(&str, &Constant)> {
        if self.namer.known.is_empty() {
            return None;
        }
        let bases = seen.iter().flat_map(|class| self.namer.index.elsewhere(class));
        bases.into_iter().find_map(|base| self.namer.known_as(&format!("{base}.{name}")))
    }

    /// A call of a member of the object around, as the class of that has it: what it gives back, if that is known. Nothing
    /// where no class has it.
    pub(super) fn member_called(&self, node: &'u Node, callee: &'u Node, args: &'u [Arg]) -> Option<Option<Vec<Text>>> {
        let Spelled { name, of_parent } = self.spelled(callee)?;
        let on = self.instance_at(callee.span)?;
        if matches!(callee.expr, Expr::Name(_)) && self.namer.index.import(name).is_some() {
            return None;
        }
        let args = self.args_of(callee, args);
        let seen = self.seen(&on, callee.span, of_parent);
        if let Some(own) = seen.iter().find_map(|class| self.method_in(class, name, args.len())) {
            let holds = self.namer.index.functions.get(own).is_some_and(|at| at.span.contains(node.span));
            let may_tell = !holds && (on.open || self.is_tainted(node.span) || !self.frames.borrow().is_empty());
            return Some(if may_tell { self.given_back(own, Some(on), args) } else { None });
        }
        let (name, constant) = self.member_elsewhere(&seen, name)?;
        // What a request gives back is no path.
        Some(self.texts_of(name, constant, args, Some(on)).or_else(|| Some(vec![Text::hole("")])))
    }

    /// A call of a member that no class has, as a place to be asked for.
    pub(super) fn member_asked(&self, callee: &'u Node, args: &'u [Arg]) -> Option<Vec<Text>> {
        let Spelled { name, of_parent } = self.spelled(callee)?;
        let index = self.namer.index;
        let is_bare = matches!(callee.expr, Expr::Name(_));
        let is_other = || is_bare && (index.import(name).is_some() || index.method(None, name).is_some());
        if of_parent || !self.is_member_so(is_bare) || is_other() || !self.instance_at(callee.span)?.open {
            return None;
        }
        Some(asked(name, args.iter().map(|arg| self.texts(&arg.value)).collect()))
    }

    /// A member of the object around, as the class of that has it. What no class tells may be asked of an open one.
    pub(super) fn own_member(&self, node: &'u Node, may_ask: bool) -> Option<Vec<Text>> {
        let Spelled { name, of_parent } = self.spelled(node)?;
        let index = self.namer.index;
        let on = self.instance_at(node.span)?;
        let here = index.class_here(node.span)?;
        let is_here = !on.open && !of_parent && on.class.is_some_and(|class| class.span == here.span);
        if is_here && index.declared_in(here, name, self.namer.implied).iter().any(BindAt::tells) {
            return None;
        }
        let seen = self.seen(&on, node.span, of_parent);
        if let Some(texts) = self.value_in(&on, &seen, name, Some(node.span)) {
            return Some(texts);
        }
        if let Some((name, constant)) = self.member_elsewhere(&seen, name) {
            return self.texts_of(name, constant, &[], Some(on));
        }
        let is_told = || index.given(name, node.span).iter().any(BindAt::tells);
        let is_bare = matches!(node.expr, Expr::Name(_));
        let may_be = may_ask && on.open && !of_parent && self.is_member_so(is_bare) && !is_told();
        may_be.then(|| vec![asks::member(name, &[])])
    }

    /// What the first of some classes that says it says of a member of an object.
    fn value_in(&self, on: &Instance<'u>, seen: &[&'u Class], name: &str, at: Option<Span>) -> Option<Vec<Text>> {
        let index = self.namer.index;
        for class in seen {
            let mut binds = index.declared_in(class, name, self.namer.implied);
            binds.retain(|bind| bind.tells() && at.is_none_or(|at| !bind.value.span.contains(at)));
            if !binds.is_empty() {
                binds.truncate(super::resolve::ALTERNATIVES);
                return Some(self.on(*on, || self.binds(&binds, name, None)));
            }
            let maker = index.maker(class, self.namer.implied);
            let param = maker.and_then(|maker| maker.params.iter().position(|param| *param.name == *name));
            if let Some(texts) = param.and_then(|param| self.handed_in(on, class.name.as_deref()?, param, name)) {
                return Some(texts);
            }
            let Some(own) = self.method_in(class, name, 0) else { continue };
            let holds =
                index.functions.get(own).is_some_and(|function| at.is_some_and(|at| function.span.contains(at)));
            if let Some(texts) = self.given_back(own, Some(*on), &[]).filter(|_| !holds) {
                return Some(texts);
            }
        }
        None
    }

    /// What a field of an object is, as its class says.
    pub(super) fn field(&self, on: &Instance<'u>, class: &'u Class, name: &str) -> Vec<Text> {
        self.on(*on, || self.value_in(on, &[class], name, None)).unwrap_or_default()
    }

    /// What an object has as a member that is called with these texts, or is its value.
    pub(super) fn member_with(&self, on: &Instance<'u>, name: &str, given: Vec<Vec<Text>>) -> Vec<Text> {
        let Some(left) = self.steps.get().checked_sub(1) else { return vec![Text::hole(name)] };
        self.steps.set(left);
        let seen = on.class.map_or_else(Vec::new, |class| self.namer.index.lineage(class));
        for class in &seen {
            let Some(own) = self.method_in(class, name, given.len()) else { continue };
            let params = self.params(own).iter().map(|param| param.name.to_string());
            if let Some(texts) = self.returned(own, Some(*on), params.zip(given.iter().cloned()).collect()) {
                return texts;
            }
        }
        if given.is_empty()
            && let Some(texts) = self.value_in(on, &seen, name, None)
        {
            return texts;
        }
        if let Some((key, constant)) = self.member_elsewhere(&seen, name) {
            let found = self.enter(constant.span, || self.texts_with(key, constant, &given, *on));
            if let Some(texts) = found {
                return texts;
            }
        }
        if on.open { asked(name, given) } else { vec![Text::hole(name)] }
    }

    /// What the constructor `own` is given for its parameter `name`, by the class below or where the object at hand is made.
    pub(super) fn handed(&self, own: usize, name: &str) -> Option<Vec<Text>> {
        let (index, implied) = (self.namer.index, self.namer.implied);
        let class = index.class_of(own).filter(|_| index.is_maker(own, implied))?;
        let position = self.params(own).iter().position(|param| *param.name == *name)?;
        let on = self.instance_at(index.functions.get(own)?.span)?;
        self.handed_in(&on, class.name.as_deref()?, position, name)
    }

    /// What the constructor of the class `of` is given at a position, or by a label, for an object.
    pub(super) fn handed_in(&self, on: &Instance<'u>, of: &str, position: usize, label: &str) -> Option<Vec<Text>> {
        let (args, below) = match self.handed_to(on, of, MAKERS)? {
            Handed::Below(args) => (args, true),
            Handed::Outside(args) => (args, false),
            Handed::Open => return Some(vec![asks::made(position)]),
        };
        let labelled = args.iter().find(|arg| arg.label.as_deref() == Some(label));
        let positional = || args.iter().filter(|arg| arg.label.is_none() && !arg.spread).nth(position);
        let value = &labelled.or_else(positional)?.value;
        let inside = || self.enter(value.span, || self.texts(value));
        let texts = if below { self.on(*on, inside) } else { self.outside(*on, inside) };
        let is_known = |text: &Text| !is_holes(&text.text) || text.holes.iter().any(|hole| !hole.is_empty());
        texts.iter().any(is_known).then_some(texts)
    }

    fn handed_to(&self, on: &Instance<'u>, of: &str, left: usize) -> Option<Handed<'u>> {
        let left = left.checked_sub(1)?;
        let (index, implied) = (self.namer.index, self.namer.implied);
        let Some(class) = on.class.filter(|class| class.name.as_deref() != Some(of)) else {
            return on.made.map(Handed::Outside).or_else(|| on.open.then_some(Handed::Open));
        };
        let takes = |one: &&Class| one.bases.iter().any(|base| **base == *of);
        let below = index.lineage(class).into_iter().find(takes)?;
        if let Some(args) = index.given_to_base(below, of, implied) {
            return Some(Handed::Below(args));
        }
        // Without a constructor of its own what the class is given goes on to that of its base.
        match index.maker(below, implied) {
            Some(_) => None,
            None => self.handed_to(on, below.name.as_deref()?, left),
        }
    }

    /// The arguments of a call without the object, where that is one of them.
    pub(super) fn args_of(&self, callee: &Node, args: &'u [Arg]) -> &'u [Arg] {
        if self.gives_object(callee, args) { args.get(1..).unwrap_or_default() } else { args }
    }

    /// Whether a call by the name of a base gives it the object: `Base.get(self, path)`.
    fn gives_object(&self, callee: &Node, args: &[Arg]) -> bool {
        let is_base = callee.receiver().is_some_and(|object| self.namer.is_base(object));
        is_base && args.first().is_some_and(|first| self.namer.is_this(&first.value))
    }

    /// Whether a name can be a member of the object around without saying so.
    fn is_member_so(&self, is_bare: bool) -> bool {
        !is_bare || !self.namer.implied.unspelled.is_empty()
    }

    /// What those who make the object of a function give its constructor, where the item that it is asks for that.
    pub(super) fn makers_for(&self, item: &Item, own: usize) -> Vec<Given> {
        if item.asks() { self.given_makers(self.namer.index.class_of(own)) } else { Vec::new() }
    }

    /// What those who make an object of a class give the first constructor that it has.
    pub(super) fn given_makers(&self, class: Option<&'u Class>) -> Vec<Given> {
        let index = self.namer.index;
        let lineage = class.map_or_else(Vec::new, |class| index.lineage(class));
        let maker = lineage.into_iter().find_map(|class| index.maker(class, self.namer.implied));
        maker.map_or_else(Vec::new, |maker| self.as_given(maker.params))
    }
}

/// Places of a member that is called with each of some texts.
fn asked(name: &str, given: Vec<Vec<Text>>) -> Vec<Text> {
    let mut calls: Vec<Vec<Text>> = vec![Vec::new()];
    for arg in given {
        let with = |call: &Vec<Text>| {
            arg.iter().map(|text| [call.as_slice(), std::slice::from_ref(text)].concat()).collect::<Vec<_>>()
        };
        calls = calls.iter().flat_map(with).take(super::resolve::ALTERNATIVES).collect();
    }
    calls.iter().map(|args| asks::member(name, args)).collect()
}
