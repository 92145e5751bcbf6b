//! Objects as far as the file spells them out: as written, built by calls, assigned to later, spread into one another.

use super::index::{BindAt, Found};
use super::resolve::Resolver;
use crate::syntax::expr::{Arg, Expr, Node, Span};

/// Most elements of one list that are followed: no path has as many segments.
const ELEMENTS: usize = 64;

impl<'u> Resolver<'_, 'u> {
    /// The value under `key` of an object that the file spells out.
    pub fn key(&self, object: &'u Node, key: &str) -> Option<&'u Node> {
        let pairs = self.object(object);
        pairs.into_iter().rev().find(|(have, _)| have == key).map(|(_, value)| value)
    }

    /// The name in an object that describes a cookie.
    pub fn cookie_name(&self, cookie: &'u Node) -> Option<&'u Node> {
        ["name", "Name"].iter().find_map(|key| self.key(cookie, key))
    }

    /// Keys and values of an object: as written, as built by later assignments, as spread into another. Empty where the
    /// node is no object that the file spells out.
    pub fn object(&self, node: &'u Node) -> Vec<(String, &'u Node)> {
        let Some(left) = self.steps.get().checked_sub(1) else { return Vec::new() };
        self.steps.set(left);
        match &node.expr {
            Expr::Object(pairs) => {
                let mut found = Vec::new();
                for (key, value) in pairs {
                    match key.literal() {
                        Some("...") => found.extend(self.enter(value.span, || self.object(value))),
                        Some(key) => found.push((key.to_owned(), value)),
                        None => found.extend(self.key_word(key).map(|word| (word, value))),
                    }
                }
                found
            }
            // Pairs of a list: `[("a", b)]`, `[{ name, value }]`.
            Expr::List(nodes) => nodes.iter().filter_map(|node| self.pair(node)).collect(),
            Expr::Unknown(nodes) => match nodes.as_slice() {
                [one] => self.object(one),
                _ => Vec::new(),
            },
            Expr::Call { callee, args } => self.object_call(callee, args),
            Expr::Choice(nodes) => nodes.iter().flat_map(|node| self.object(node)).collect(),
            Expr::Name(name) => {
                let binds = match self.namer.index.lookup(name, node.span) {
                    Found::Binds(binds) => binds,
                    _ => Vec::new(),
                };
                let mut found: Vec<_> = binds
                    .iter()
                    .rev()
                    .filter(|bind| bind.key.is_none())
                    .flat_map(|bind| self.enter(bind.span, || self.object(bind.value)))
                    .collect();
                found.extend(self.later_keys(name, node.span));
                found
            }
            Expr::Member(object, member) if !self.namer.is_this(object) => {
                let inner = self.enter(node.span, || self.key(object, member));
                let mut found = inner.map_or_else(Vec::new, |value| self.enter(value.span, || self.object(value)));
                if found.is_empty() {
                    found = self.member_objects(member, node.span);
                }
                found
            }
            Expr::Member(_, member) => self.member_objects(member, node.span),
            _ => Vec::new(),
        }
    }

    /// The elements of a list that the file spells out, by itself or by a name, with those of the lists that are spread into
    /// it; at most [`ELEMENTS`].
    pub fn list(&self, node: &'u Node) -> Option<Vec<&'u Node>> {
        let left = self.steps.get().checked_sub(1)?;
        self.steps.set(left);
        match &node.expr {
            Expr::List(nodes) => {
                // A list within a list is one that is spread, in what makes a text.
                let spread = |node: &'u Node| match &node.expr {
                    Expr::Name(_) | Expr::Unknown(_) => self.list(node).unwrap_or_else(|| vec![node]),
                    _ => vec![node],
                };
                Some(nodes.iter().flat_map(spread).take(ELEMENTS).collect())
            }
            Expr::Unknown(nodes) => match nodes.as_slice() {
                [one] => self.list(one),
                _ => None,
            },
            Expr::Name(name) => match self.namer.index.lookup(name, node.span) {
                Found::Binds(binds) => match binds.as_slice() {
                    [one] if one.key.is_none() => self.enter(one.span, || self.list(one.value)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// A key that is computed: its text, or the name of a constant that this file does not define.
    fn key_word(&self, key: &'u Node) -> Option<String> {
        if let Expr::Member(object, member) = &key.expr
            && matches!(&object.expr, Expr::Unknown(nodes) if nodes.is_empty())
        {
            return Some(member.to_string());
        }
        let text = self.texts(key).into_iter().next()?;
        let constant = || super::draft::header_word(key).filter(|_| super::url::is_holes(&text.text));
        // A name that holds no text is that word (`Struct{Name: x}`).
        let word = || key.word().filter(|_| text.whole().is_none()).map(str::to_owned);
        Some(constant().or_else(word).unwrap_or(text.text))
    }

    fn member_objects(&self, member: &str, at: Span) -> Vec<(String, &'u Node)> {
        let binds = self.namer.index.member(member, at);
        binds.iter().flat_map(|bind| self.enter(bind.span, || self.object(bind.value))).collect()
    }

    /// Keys that are assigned to an object after it was made, before `at` and in the same function.
    fn later_keys(&self, name: &str, at: Span) -> Vec<(String, &'u Node)> {
        let scope = self.namer.index.scope_at(at);
        let before = Span { start: 0, end: at.start };
        let steps = self.namer.index.own_steps(name, scope, before);
        let key = |step: &BindAt<'u>| match &step.member?.expr {
            Expr::Member(_, member) => Some(member.to_string()),
            Expr::Index(_, index) => self.key_word(index),
            _ => None,
        };
        let mut found: Vec<(String, &'u Node)> = steps.filter_map(|step| Some((key(step)?, step.value))).collect();
        for call in self.namer.index.calls(name, scope, before) {
            if let Expr::Call { callee, args } = &call.expr
                && let (Expr::Member(object, _), [key, value]) = (&callee.expr, args.as_slice())
                && let (Expr::Name(own), Some(key)) = (&object.expr, key.value.literal())
                && **own == *name
            {
                found.push((key.to_owned(), &value.value));
            }
        }
        found
    }

    /// A pair of a list: two elements, or an object with `name` or `key` and `value`.
    fn pair(&self, node: &'u Node) -> Option<(String, &'u Node)> {
        match &node.expr {
            Expr::List(pair) => match pair.as_slice() {
                [key, value] => Some((self.literal(key)?, value)),
                _ => None,
            },
            Expr::Object(pairs) => {
                let get = |want: &str| pairs.iter().find(|(key, _)| key.word() == Some(want)).map(|(_, value)| value);
                Some((self.literal(get("name").or_else(|| get("key"))?)?, get("value")?))
            }
            Expr::Call { args, .. } => {
                let get = |want: &str| args.iter().find(|arg| arg.label.as_deref() == Some(want)).map(|arg| &arg.value);
                // `queryItemWithName:@"k" value:@"v"` gives the name without a label.
                let first = || args.first().filter(|arg| arg.label.is_none()).map(|arg| &arg.value);
                Some((self.literal(get("name").or_else(first)?)?, get("value")?))
            }
            _ => None,
        }
    }

    fn object_call(&self, callee: &'u Node, args: &'u [Arg]) -> Vec<(String, &'u Node)> {
        let named = self.namer.name(callee);
        let is_object = self.namer.words.objects.first(&named.path, &self.namer.imported).is_some();
        if !is_object {
            return self.built(callee, args);
        }
        let mut found = Vec::new();
        for arg in args {
            match &arg.label {
                Some(label) => found.push((label.to_string(), &arg.value)),
                None => found.extend(self.enter(arg.value.span, || self.object(&arg.value))),
            }
        }
        found
    }

    /// Where a key of an object is spelled, in the object or in what a name is bound to; else the place of the object.
    pub fn key_place(&self, node: &'u Node, key: &str) -> Span {
        let index = self.namer.index;
        let in_object = |node: &'u Node| match &node.expr {
            Expr::Object(pairs) => pairs.iter().map(|(have, _)| have).find(|have| have.literal() == Some(key)),
            _ => None,
        };
        // `jar["sid"] = s` after `jar = {}`.
        let in_step = |step: &BindAt<'u>| match &step.member?.expr {
            Expr::Index(_, index) => Some(&**index).filter(|index| index.literal() == Some(key)),
            _ => None,
        };
        let spelled = match &node.expr {
            Expr::Name(name) => {
                let bound = match index.lookup(name, node.span) {
                    Found::Binds(binds) => binds.iter().find_map(|bind| in_object(bind.value)),
                    _ => None,
                };
                let before = Span { start: 0, end: node.span.start };
                bound.or_else(|| index.own_steps(name, index.scope_at(node.span), before).find_map(in_step))
            }
            _ => in_object(node),
        };
        spelled.map_or(node.span, |spelled| spelled.span)
    }

    /// An object built by calls that take a key and a value: `new HttpParams().set("a", b)`.
    fn built(&self, callee: &'u Node, args: &'u [Arg]) -> Vec<(String, &'u Node)> {
        let (Expr::Member(object, _), [key, value]) = (&callee.expr, args) else { return Vec::new() };
        let Some(key) = key.value.literal() else { return Vec::new() };
        let mut found = self.object(object);
        found.push((key.to_owned(), &value.value));
        found
    }
}
