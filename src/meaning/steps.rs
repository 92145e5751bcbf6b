//! What the steps of a request under construction say: calls, assignments and keys that set a part of it.

use super::draft::{COOKIE, Draft, Drafter, header_word, positional};
use super::fact::Carried;
use super::index::BindAt;
use super::library::{Meaning, Method, Part, Role, StepEntry};
use super::text_calls::value_text;
use super::vocabulary::Of;
use crate::syntax::expr::{Arg, Expr, Node};

impl<'a, 'u> Drafter<'a, 'u> {
    /// Applies a later call on the request.
    pub fn step_call(&self, draft: &mut Draft, of: Of<'a, StepEntry>, captured: &str, args: &'u [Arg]) {
        for (role, part) in &of.entry.sets {
            match part {
                Part::Word(word) => draft.methods = self.method(&Method::Word(word.clone()), captured, args),
                Part::Position(at) => {
                    // Of several path segments each is an argument.
                    let most = if *role == Role::Segment { args.len() } else { 1 };
                    for node in positional(args).skip(*at).take(most) {
                        self.apply(draft, of.library, *role, node);
                    }
                    // Names and values may be spelled as pairs: `.headers("Cookie" -> c)`.
                    for (name, value) in args.iter().filter_map(|arg| Some((arg.label.as_ref()?, &arg.value))) {
                        self.set_pair(draft, *role, name, value);
                    }
                }
                Part::Pair([name, value]) => {
                    let nth = |at: usize| positional(args).nth(at).or_else(|| args.get(at).map(|arg| &arg.value));
                    let name = nth(*name);
                    let name = name.and_then(|node| self.resolver.literal(node).or_else(|| header_word(node)));
                    if let (Some(name), Some(value)) = (name, nth(*value)) {
                        self.set_pair(draft, *role, &name, value);
                    }
                }
            }
        }
    }

    /// Applies a later call that sets options by their names: one, or those of an object.
    pub fn step_keys(&self, draft: &mut Draft, of: Of<'a, StepEntry>, args: &'u [Arg]) {
        let nth = |at: usize| positional(args).nth(at);
        let Some(value) = of.entry.value.and_then(nth) else { return };
        let pairs = match of.entry.key {
            Some(at) => nth(at).and_then(header_word).map(|key| (key, value)).into_iter().collect(),
            None => self.resolver.object(value),
        };
        for (key, value) in pairs {
            match of.entry.keys.get(&key) {
                Some(Meaning::Role(role)) => self.apply(draft, of.library, *role, value),
                Some(Meaning::Method(word)) if draft.methods.is_empty() => draft.methods.push(word.clone()),
                _ => {}
            }
        }
    }

    /// Applies a later assignment to a member or index of the request.
    pub fn step_bind(&self, draft: &mut Draft, of: Of<'a, StepEntry>, bind: &BindAt<'u>) {
        for (role, part) in &of.entry.sets {
            match (part, bind.member.map(|member| &member.expr)) {
                (Part::Word(word), _) => draft.methods = vec![word.clone()],
                (Part::Position(_), _) => {
                    // `request.get_method = lambda: "DELETE"` gives what the function gives back.
                    self.apply(draft, of.library, *role, given_back(bind.value));
                }
                (Part::Pair(_), Some(Expr::Index(_, key))) => {
                    if let Some(name) = self.resolver.literal(key) {
                        self.set_pair(draft, *role, &name, bind.value);
                    }
                }
                (Part::Pair(_), _) => {}
            }
        }
    }

    fn set_pair(&self, draft: &mut Draft, role: Role, name: &str, value: &'u Node) {
        match role {
            Role::Query => draft.query.push((name.to_owned(), value_text(self.resolver, value))),
            Role::Headers if name.eq_ignore_ascii_case(COOKIE) => self.cookie(draft, value),
            Role::Cookies => draft.cookie = Some(Carried::Named(name.to_owned())),
            _ => {}
        }
    }
}

/// What a function that is given in place of a value gives back.
pub(super) fn given_back(node: &Node) -> &Node {
    match &node.expr {
        Expr::Fn { body, .. } => body.last().unwrap_or(node),
        _ => node,
    }
}
