//! What classes have for others beside what they define: fields that are made of what their constructors are given, and what
//! they take from the classes above them, as they declare and override it.

use super::chain::last_name;
use super::draft::Drafter;
use super::instance::Instance;
use super::outline::{Item, Outline};
use super::sketch::{Call, Filled};
use super::words::class_in;
use crate::syntax::expr::{Class, Expr, Node, Span};

/// Most members that one class takes from those above it, and most fields of it, for others.
const MOST: usize = 64;

/// Where names and members are bound in a file, in source order.
type Bound<'u> = Vec<(Span, &'u str)>;

impl<'u> Outline<'_, 'u> {
    /// Adds what the classes of the file have beside what they define.
    pub(super) fn classes(&mut self) {
        let unit = self.resolver.namer.index.unit;
        if unit.classes.is_empty() {
            return;
        }
        let mut bound = Bound::new();
        unit.root.iter().for_each(|node| bound_in(node, &mut bound));
        bound.sort_unstable();
        unit.classes.iter().for_each(|class| self.fields(class, &bound));
        unit.classes.iter().for_each(|class| self.taken(class));
    }

    /// Fields of a class that are made of what its constructor is given.
    fn fields(&mut self, class: &'u Class, bound: &Bound<'u>) {
        let (index, implied) = (self.resolver.namer.index, self.resolver.namer.implied);
        let (Some(name), Some(maker)) = (class.name.as_deref(), index.maker(class, implied)) else { return };
        // A parameter may be kept by its own name.
        let mut found: Bound = maker.params.iter().map(|param| (param.span, &*param.name)).collect();
        if let Some(body) = maker.own.and_then(|own| index.functions.get(own)).map(|function| function.span) {
            let first = bound.partition_point(|(span, _)| span.start < body.start);
            let inside = bound.iter().skip(first).take_while(|(span, _)| span.start < body.end);
            found.extend(inside.take(MOST));
        }
        found.sort_by_key(|(_, field)| *field);
        found.dedup_by_key(|(_, field)| *field);
        let on = Instance { class: Some(class), made: None, open: true };
        for (span, field) in found.into_iter().take(MOST) {
            let texts = self.resolver.field(&on, class, field);
            let made = self.resolver.given_makers(Some(class));
            let item = Item { texts, made, ..Item::default() };
            if item.asks() {
                self.add(format!("{name}.{field}"), span, item);
            }
        }
    }

    /// Members that a class takes from those above it, in this file and in others.
    fn taken(&mut self, class: &'u Class) {
        let (index, known) = (self.resolver.namer.index, self.resolver.namer.known);
        let Some(name) = class.name.as_deref().filter(|_| !class.bases.is_empty()) else { return };
        let lineage = index.lineage(class);
        let mut above: Vec<(String, Item, Span)> = Vec::new();
        for one in lineage.iter().skip(1).filter_map(|one| one.name.as_deref()) {
            let own = self.exports.iter().filter(|export| class_in(&export.name) == one);
            above.extend(own.map(|export| (export.name.clone(), export.item.clone(), export.span)));
        }
        for base in lineage.iter().flat_map(|one| index.elsewhere(one)) {
            let prefix = format!("{base}.");
            let members = known.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
            above.extend(members.map(|(key, constant)| (key.clone(), constant.item.clone(), class.span)));
        }
        let on = Instance { class: Some(class), made: None, open: true };
        for (key, item, span) in above.into_iter().take(MOST) {
            let member = key.rsplit('.').next().unwrap_or_default();
            let own = format!("{name}.{member}");
            if self.exports.iter().any(|export| export.name == own)
                || index.has_member(class, member, self.resolver.namer.implied)
            {
                continue;
            }
            let item = self.handed_down(&key, &item, on);
            self.add(own, span, item);
        }
    }

    /// A member as the objects of a class below have it.
    fn handed_down(&self, key: &str, item: &Item, on: Instance<'u>) -> Item {
        let drafter = Drafter { resolver: self.resolver };
        let call = Call { drafter: &drafter, item, args: Filled::Kept, on: Some(on), of: class_in(key) };
        let mut below = item.clone();
        below.texts = call.fill_all(&item.texts);
        if let Some(sketch) = &mut below.request {
            call.hand_down(sketch);
        }
        if self.resolver.namer.known.contains_key(key) {
            below.texts.iter_mut().for_each(|text| text.constants.push(key.to_owned()));
        }
        below.made = if below.asks() { self.resolver.given_makers(on.class) } else { Vec::new() };
        below
    }
}

/// Collects what is bound in a node.
fn bound_in<'u>(node: &'u Node, found: &mut Bound<'u>) {
    if let Expr::Bind { target, .. } = &node.expr {
        found.extend(last_name(target).map(|name| (node.span, &**name)));
    }
    node.children(&mut |child| bound_in(child, found));
}
