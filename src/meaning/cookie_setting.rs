//! Settings that give a cookie's name to a program: `OKTA_SESSION_COOKIE=sid`. Which words make a key such a setting say the
//! libraries.

use super::cookie::Cookies;
use super::evidence::{About, Collector};
use super::library::{CookieEntry, Patterns};
use super::vocabulary::Of;
use super::words::words;
use crate::syntax::expr::{Expr, Node};

impl<'a, 'u> Cookies<'a, 'u> {
    /// A key and its value; `above` are the objects around them, whose keys count as words of this one.
    pub(super) fn setting(&mut self, around: &'u Node, key: &'u Node, value: &'u Node, above: &[&'u Node]) {
        let entries = &self.resolver.namer.words.cookie_settings;
        if let (Expr::List(nodes), Expr::Object(_)) = (&value.expr, &around.expr) {
            return nodes.iter().for_each(|node| self.setting(around, key, node, above));
        }
        let Some(name) = value.literal().filter(|name| !entries.is_empty() && self.is_of_interest(name)) else {
            return;
        };
        let mut spoken: Vec<String> = key.word().map(words).unwrap_or_default();
        for object in above {
            if let Expr::Object(pairs) = &object.expr {
                let inside = pairs.iter().filter(|(_, inner)| inner.span.contains(value.span));
                spoken.extend(inside.filter_map(|(key, _)| key.word()).flat_map(words));
            }
        }
        if let Some(of) = self.beside_host(around, key) {
            return self.add(name, of.entry.verb, of.library.side, around, vec![value.span]);
        }
        let entries = entries.iter().filter(|(_, of)| of.entry.beside.is_none());
        let holds = |wanted: &str| wanted.split(' ').all(|word| spoken.iter().any(|have| have == word));
        if let Some((_, of)) = entries.into_iter().find(|(wanted, _)| holds(wanted)) {
            let at = if matches!(around.expr, Expr::Bind { .. }) { around } else { value };
            self.add(name, of.entry.verb, of.library.side, at, vec![value.span]);
        }
    }

    /// The entry by which a key names a cookie in an object that says whose it is: `{ name: "a", domain: "acme.example" }`.
    fn beside_host(&self, object: &'u Node, key: &'u Node) -> Option<Of<'a, CookieEntry>> {
        let Expr::Object(pairs) = &object.expr else { return None };
        let word = key.word()?;
        let speaks = |value: &Node| {
            let mut collector = Collector::of_expression(self.rows, About::Cookie);
            collector.text(value.literal().unwrap_or_default(), None);
            let found = collector.finish();
            found
                .iter()
                .any(|have| self.rows.iter().any(|row| row.id == have.id && !row.against && !row.hosts.is_empty()))
        };
        let has_host = |beside: &Patterns| {
            let mut hosts =
                pairs.iter().filter(|(key, _)| key.word().is_some_and(|key| beside.iter().any(|have| have == key)));
            hosts.any(|(_, value)| speaks(value))
        };
        let entries = self.resolver.namer.words.cookie_settings.iter();
        let mut named =
            entries.filter(|(wanted, of)| *wanted == word && of.entry.beside.as_ref().is_some_and(has_host));
        named.next().map(|(_, of)| *of)
    }
}
