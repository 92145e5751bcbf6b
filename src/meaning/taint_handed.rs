//! Where a text of interest goes through objects: to the constructor's parameters and to the members of other files that ask
//! for what the object is made with or has.

use std::collections::{HashMap, HashSet};

use super::asks::{self, Ask};
use super::chain::last_name;
use super::index::Index;
use super::lineage::Maker;
use super::outline::Constants;
use super::words::class_in;
use crate::syntax::expr::{Arg, Class, Expr, Implied, Node};

/// What objects of a file are made with, and what members of other files ask of objects.
pub struct Handed<'u> {
    /// What is given, and the parameters that it is given to where this file has them.
    given: Vec<(&'u str, &'u [Arg], Option<Maker<'u>>)>,
    /// Members of other files, by class, that ask for what an object is made with.
    made: HashMap<&'u str, Vec<&'u str>>,
    /// Members of other files that ask for a member, by that.
    asked: HashMap<String, Vec<&'u str>>,
}

impl<'u> Handed<'u> {
    /// What the objects of a file are given.
    pub fn new(index: &Index<'u>, constants: &'u Constants, implied: &Implied) -> Self {
        let mut handed = Self { given: Vec::new(), made: HashMap::new(), asked: HashMap::new() };
        for (key, constant) in constants.iter().filter(|(_, constant)| constant.item.asks()) {
            let member = key.rsplit('.').next().unwrap_or_default();
            for ask in constant.item.all_texts().flat_map(|text| &text.holes).filter_map(|hole| asks::of(hole)) {
                handed.ask(&ask, class_in(key), member);
            }
        }
        for class in &index.unit.classes {
            handed.below(index, class, implied);
        }
        if !index.unit.classes.is_empty() || !handed.made.is_empty() {
            index.unit.root.iter().for_each(|node| handed.made_in(index, node, implied));
        }
        handed
    }

    fn ask(&mut self, ask: &Ask, class: &'u str, member: &'u str) {
        match ask {
            Ask::Made(_) => self.made.entry(class).or_default().push(member),
            Ask::Member(name, args) => {
                self.asked.entry((*name).to_owned()).or_default().push(member);
                let inner = args.iter().flat_map(|arg| &arg.holes).filter_map(|hole| asks::of(hole));
                inner.for_each(|ask| self.ask(&ask, class, member));
            }
        }
    }

    /// What a class gives the constructors of those that it takes members from.
    fn below(&mut self, index: &Index<'u>, class: &'u Class, implied: &Implied) {
        for base in &class.bases {
            if let Some(args) = index.given_to_base(class, base, implied) {
                let maker = index.class_named(base).and_then(|base| index.maker(base, implied));
                self.given.push((base, args, maker));
            }
        }
    }

    /// What classes are given where a node makes objects of them.
    fn made_in(&mut self, index: &Index<'u>, node: &'u Node, implied: &Implied) {
        if let Expr::Call { callee, args } = &node.expr
            && !args.is_empty()
            && let Some(of) = made_of(callee)
        {
            let class = index.class_named(of);
            let maker = class.map(|class| index.lineage(class)).into_iter().flatten();
            let maker = maker.filter_map(|class| index.maker(class, implied)).next();
            if class.is_some() || self.made.contains_key(of) {
                self.given.push((of, args, maker));
            }
        }
        node.children(&mut |child| self.made_in(index, child, implied));
    }

    /// Adds the names that stand for something that `holds` a text of interest by way of an object; `names` are known to.
    pub fn on(&self, holds: &dyn Fn(&Node) -> bool, names: &HashSet<&'u str>, found: &mut HashSet<&'u str>) {
        for (class, args, maker) in &self.given {
            for (at, arg) in args.iter().enumerate().filter(|(_, arg)| holds(&arg.value)) {
                let params = maker.map_or(&[][..], |maker| maker.params);
                let labelled = params.iter().find(|param| arg.label.as_ref() == Some(&param.name));
                found.extend(labelled.or_else(|| params.get(at)).map(|param| &*param.name));
                found.extend(self.made.get(class).into_iter().flatten());
            }
        }
        for (_, members) in self.asked.iter().filter(|(asked, _)| names.contains(asked.as_str())) {
            found.extend(members);
        }
    }
}

/// The name of the class that a callee makes an object of.
fn made_of(callee: &Node) -> Option<&str> {
    match &callee.expr {
        Expr::Member(class, new) if **new == *"new" => last_name(class).map(|name| &**name),
        _ => last_name(callee).map(|name| &**name),
    }
}
