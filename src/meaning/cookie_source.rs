//! Which values are cookie text: `document.cookie`, what a cookie header holds, and what such text was bound to.

use super::chain::last_name;
use super::cookie::Cookies;
use super::fact::{Side, Verb};
use super::index::Found;
use super::words::words;
use crate::syntax::expr::{Arg, Expr, Node};

/// Most steps between a value and the cookie text or jar that it comes from.
const HOPS: usize = 6;
/// Most values of a name that are looked at.
const VALUES: usize = 8;

impl<'u> Cookies<'_, 'u> {
    /// Whether a variable holds a cookie's name: it says so, or it was taken from cookie text or from what goes through a
    /// jar: `const [name, value] = pair.split("=")`, `foreach ($_COOKIE as $name => $value)`.
    pub(super) fn is_cookie_name(&self, node: &'u Node) -> bool {
        let Expr::Name(name) = &node.expr else { return false };
        let words = words(name);
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        has(&["cookie"]) && has(&["name", "key"]) || self.comes_from_cookies(node, HOPS)
    }

    fn comes_from_cookies(&self, node: &'u Node, hops: usize) -> bool {
        let Some(hops) = hops.checked_sub(1) else { return false };
        if self.is_cookie_text(node) || self.jar_of(node).is_some() {
            return true;
        }
        match &node.expr {
            Expr::Name(name) => match self.resolver.namer.index.lookup(name, node.span) {
                Found::Binds(binds) => binds
                    .iter()
                    .any(|bind| !bind.value.span.contains(node.span) && self.comes_from_cookies(bind.value, hops)),
                Found::Param(_, param) => {
                    self.list_over(param.span).is_some_and(|of| self.comes_from_cookies(of, hops))
                }
                Found::Nothing => false,
            },
            // `text.split(";")`, `request.cookies.items()`, `Object.entries(jar)`; what is taken by a name is a value.
            Expr::Call { callee, args } => {
                let given = args.first().filter(|arg| !matches!(arg.value.expr, Expr::Str(_) | Expr::Fn { .. }));
                callee.receiver().is_some_and(|of| self.comes_from_cookies(of, hops))
                    || given.is_some_and(|arg| self.comes_from_cookies(&arg.value, hops))
            }
            // `pair.split("=")[0]`
            Expr::Index(of, key) if key.literal().is_none() => {
                matches!(of.expr, Expr::Call { .. }) && self.comes_from_cookies(of, hops)
            }
            Expr::Choice(nodes) => nodes.iter().any(|node| self.comes_from_cookies(node, hops)),
            _ => false,
        }
    }

    /// Whether the receiver of a call is cookie text: `document.cookie.match`, `headers["set-cookie"].find`.
    pub(super) fn is_source(&self, callee: &'u Node) -> bool {
        self.is_taken(callee, HOPS)
    }

    fn is_taken(&self, callee: &'u Node, hops: usize) -> bool {
        let mut at = callee;
        while let Expr::Member(object, _) | Expr::Call { callee: object, .. } | Expr::Index(object, _) = &at.expr {
            if self.is_text(object, hops) {
                return true;
            }
            at = object;
        }
        false
    }

    /// What is done with the cookies in a header of this name, if it is a cookie header.
    pub(super) fn header(&self, name: &str) -> Option<(Verb, Side)> {
        let lower = [name.to_ascii_lowercase().replace('_', "-")];
        let namer = self.resolver.namer;
        let found = namer.words.cookie_headers.first(&lower, &namer.imported);
        found.map(|(of, _)| (of.entry.verb, of.library.side))
    }

    pub(super) fn is_cookie_text(&self, node: &'u Node) -> bool {
        self.is_text(node, HOPS)
    }

    fn is_text(&self, node: &'u Node, hops: usize) -> bool {
        let namer = self.resolver.namer;
        let path = namer.name(node).path;
        if namer.words.cookie_sources.first(&path, &namer.imported).is_some() {
            return true;
        }
        match &node.expr {
            Expr::Index(_, key) => key.literal().is_some_and(|key| self.header(key).is_some()),
            Expr::Member(object, member) => {
                self.header(member).is_some()
                    && last_name(object).is_some_and(|name| words(name).iter().any(|word| word == "headers"))
            }
            // `header("Cookie")`, but not `header("Cookie", "a=1")`, which sends one.
            Expr::Call { callee, args } => {
                let is_header = |arg: &Arg| arg.value.last_word().is_some_and(|word| self.header(word).is_some());
                let at = args.iter().position(is_header);
                match at {
                    Some(at) => !args.get(at + 1).is_some_and(|next| next.value.lead().contains('=')),
                    // `headers["set-cookie"].split(",")`
                    None => hops.checked_sub(1).is_some_and(|hops| self.is_taken(callee, hops)),
                }
            }
            Expr::Name(name) => match namer.index.lookup(name, node.span) {
                Found::Binds(binds) => hops.checked_sub(1).is_some_and(|hops| {
                    let values = binds.iter().map(|bind| bind.value).filter(|value| value.span != node.span);
                    values.take(VALUES).any(|value| self.is_text(value, hops))
                }),
                Found::Nothing if namer.index.import(name).is_some() => false,
                // Of what callers hand over the name is all that tells.
                _ => words(name).iter().any(|word| self.header(word.trim_end_matches('s')).is_some()),
            },
            // `headers["set-cookie"] || []`
            Expr::Choice(nodes) => nodes.iter().any(|node| self.is_text(node, hops)),
            _ => false,
        }
    }
}
