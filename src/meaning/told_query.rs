//! A query that is told by its key and value alone, where no request is seen: `create(user, { additionalFields: "x" })`, or an
//! argument for a parameter that goes by the key.

use super::callee::Namer;
use super::chain::last_name;
use super::draft::Draft;
use super::fact::Spelling;
use super::interest::Query;
use super::owner::Called;
use super::recognise::Recogniser;
use super::url::Text;
use crate::syntax::expr::{Arg, Expr, Node, Span};

/// Most places of one file. Real files have one or two.
const MOST: usize = 64;

impl<'a, 'u> Recogniser<'a, 'u> {
    /// Offers the queries of interest that no request found so far has.
    pub(super) fn told_queries(&mut self) {
        let interest = self.interest;
        let namer: &Namer = self.resolver.namer;
        if interest.queries.is_empty() || !namer.index.unit.variables.is_empty() {
            return;
        }
        let mut found = Vec::new();
        namer.index.unit.root.iter().for_each(|node| self.told_in(node, &mut found));
        for (query, value) in found.into_iter().take(MOST) {
            if !self.has_query(query, value.span) {
                let text = format!("{}?{}={}", query.path, query.key, query.word);
                let draft = Draft { urls: vec![Text::literal(&text, value.span)], ..Draft::default() };
                self.offer(draft, Spelling::Called, value, value);
            }
        }
    }

    /// Whether a request has the query: one that holds its value, is made of it or stands in the same function.
    fn has_query(&self, query: &Query, value: Span) -> bool {
        let index = self.resolver.namer.index;
        self.candidates.iter().map(|candidate| &candidate.request).any(|request| {
            let is_same =
                |(key, have): &(String, super::fact::Segment)| *key == query.key && have.text.contains(&query.word);
            let is_near = request.span.contains(value) || request.related.contains(&value);
            is_near
                || index.scope_at(request.span) == index.scope_at(value)
                    && request.urls.iter().any(|url| url.query.iter().any(is_same))
        })
    }

    fn told_in(&self, node: &'u Node, found: &mut Vec<(&'a Query, &'u Node)>) {
        match &node.expr {
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    found.extend(key.literal().and_then(|key| self.told(key, value)));
                }
            }
            // A pair of a dictionary: `{ "additionalFields", "x" }`.
            Expr::List(nodes) => {
                if let [key, value] = nodes.as_slice() {
                    found.extend(key.literal().and_then(|key| self.told(key, value)));
                }
            }
            Expr::Call { callee, args } => self.told_by_call(callee, args, found),
            _ => {}
        }
        node.children(&mut |child| self.told_in(child, found));
    }

    /// Arguments under the key as a label, behind the key, or for a parameter of its name.
    fn told_by_call(&self, callee: &'u Node, args: &'u [Arg], found: &mut Vec<(&'a Query, &'u Node)>) {
        if !args.iter().any(|arg| self.interest.queries.iter().any(|query| has_word(&arg.value, &query.word))) {
            return;
        }
        for pair in args.windows(2) {
            if let [key, value] = pair {
                found.extend(key.value.literal().and_then(|key| self.told(key, &value.value)));
            }
        }
        for (at, arg) in args.iter().enumerate() {
            let named = arg.label.as_deref().map(str::to_owned).or_else(|| self.parameter_at(callee, at));
            found.extend(named.and_then(|name| self.told(&name, &arg.value)));
        }
    }

    /// The name of the parameter that an argument is for, of a function that is known.
    fn parameter_at(&self, callee: &'u Node, at: usize) -> Option<String> {
        let namer = self.resolver.namer;
        let own = |own: usize| self.resolver.params(own).get(at).map(|param| param.name.to_string());
        match namer.called(callee) {
            Some(Called::Own(function)) => own(function),
            Some(Called::Foreign(_, constant)) => constant.item.params.get(at).map(|given| given.name.clone()),
            None => match namer.index.functions_named(last_name(callee)?) {
                [function] => own(*function),
                _ => None,
            },
        }
    }

    /// The query that a value under a key is.
    fn told(&self, key: &str, value: &'u Node) -> Option<(&'a Query, &'u Node)> {
        let query = self.interest.queries.iter().find(|query| same(&query.key, key) && has_word(value, &query.word))?;
        Some((query, value))
    }
}

/// Whether a value is a text that lists a word: `"a,b"`, or a list of texts with it.
fn has_word(value: &Node, word: &str) -> bool {
    match &value.expr {
        Expr::List(nodes) => nodes.iter().any(|node| has_word(node, word)),
        _ => value.literal().is_some_and(|text| text.split([',', ' ']).any(|have| have == word)),
    }
}

/// Whether two names are one in different spellings: `additionalFields`, `additional_fields`.
fn same(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect::<String>();
    one == other || plain(one) == plain(other)
}
