//! The client that sends a request which is made apart from it, and what of a client is set after it was made.

use super::callee::Callee;
use super::chain::{chain, last_name};
use super::draft::{Draft, Drafter};
use super::library::{Library, Role};
use crate::syntax::expr::{Arg, Expr, Node, Span};

/// Most calls around a request that are looked at for the one that sends it: `Ok(await(client.send(new Request(…))))`.
const AROUND: usize = 4;

impl<'a, 'u> Drafter<'a, 'u> {
    /// Gives a request, which `call` makes and `bound` keeps, what the client of its library that sends it has:
    /// `client.send(new Request(…))`, `client.send(request)`.
    pub fn sent(&self, draft: &mut Draft, library: &Library, call: &'u Node, bound: Option<&'u Node>) {
        if !draft.bases.is_empty() || draft.by_sdk {
            return;
        }
        let index = self.resolver.namer.index;
        let around = around(&index.unit.root, call.span);
        let later = Span { start: call.span.end, end: u32::MAX };
        let kept = bound.and_then(last_name);
        let kept = kept.into_iter().flat_map(|name| index.chains(name, index.scope_at(call.span), later));
        for node in around.into_iter().rev().take(AROUND).chain(kept) {
            for link in chain(node).iter().filter(|link| link.call.span != call.span) {
                let Some(receiver) = link.callee.receiver() else { continue };
                self.by_client(draft, library, &self.resolver.namer.name(receiver));
                if !draft.bases.is_empty() {
                    return;
                }
            }
        }
    }

    fn by_client(&self, draft: &mut Draft, library: &Library, named: &Callee<'a, 'u>) {
        match (named.client, named.made) {
            (Some((of, made_by)), _) if of.library.name == library.name => self.client(draft, of, made_by),
            (_, Some((made, name))) if made.library == library.name => made.give(draft, name),
            _ => {}
        }
    }

    /// What comes before the URLs of a client whose making, at `made_at`, does not say it: `http.BaseAddress = new Uri(…)`.
    pub(super) fn based(&self, draft: &mut Draft, library: &Library, made_at: Span) {
        let keys = library.config.iter().filter(|(_, role)| **role == Role::Base);
        for (key, _) in keys {
            let index = self.resolver.namer.index;
            for bind in index.member(key, made_at).iter().filter(|bind| bind.member.is_some()) {
                self.apply(draft, library, Role::Base, bind.value);
            }
        }
    }
}

/// The calls with a place among their arguments, the outermost first.
fn around(root: &[Node], place: Span) -> Vec<&Node> {
    let mut found = Vec::new();
    let mut at = root.iter().find(|node| node.span.contains(place));
    while let Some(node) = at.take() {
        let holds = |arg: &Arg| arg.value.span.contains(place);
        match &node.expr {
            Expr::Fn { .. } => found.clear(),
            Expr::Call { args, .. } if args.iter().any(holds) => found.push(node),
            _ => {}
        }
        node.children(&mut |child| {
            if child.span.contains(place) && child.span != place {
                at = Some(child);
            }
        });
    }
    found
}
