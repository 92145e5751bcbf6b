//! Settings that give a cookie's name to a program: `OKTA_SESSION_COOKIE=sid`. Which words make a key such a setting say the
//! libraries.

use super::cookie::Cookies;
use super::words::words;
use crate::syntax::expr::{Expr, Node};

impl<'u> Cookies<'_, 'u> {
    /// A key and its value; `above` are the objects around them, whose keys count as words of this one.
    pub(super) fn setting(&mut self, around: &'u Node, key: &'u Node, value: &'u Node, above: &[&'u Node]) {
        let entries = &self.resolver.namer.words.cookie_settings;
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
        let holds = |wanted: &str| wanted.split(' ').all(|word| spoken.iter().any(|have| have == word));
        if let Some((_, of)) = entries.iter().find(|(wanted, _)| holds(wanted)) {
            let at = if matches!(around.expr, Expr::Bind { .. }) { around } else { value };
            self.add(name, of.entry.verb, of.library.side, at, vec![value.span]);
        }
    }
}
