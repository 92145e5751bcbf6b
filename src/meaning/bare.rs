//! Ruled texts that may be requests by themselves, and texts that are none.

use super::recognise::Recogniser;
use super::url::Text;
use crate::syntax::expr::{Arg, Node, Span};

/// A ruled text, which is a request by itself if nothing uses it.
pub(super) struct Bare {
    /// The text.
    pub(super) text: Text,
    /// Where it stands.
    pub(super) span: Span,
    /// The methods that stand beside it in data.
    pub(super) told: Vec<String>,
    /// Whether it is the key of an answer: who asks is somebody else.
    pub(super) answered: bool,
}

impl<'u> Recogniser<'_, 'u> {
    /// A text that a call builds from a pattern spelled in it, which nothing may use: `return format("/v%d/x%s", v, rest)`.
    pub(super) fn built(&mut self, call: &'u Node) {
        if !self.tainted.any_in(call.span) {
            return;
        }
        for text in self.resolver.texts(call) {
            let spelled = text.origins.iter().copied().find(|span| call.span.contains(*span));
            if let Some(span) = spelled {
                self.alone(text, span);
            }
        }
    }

    /// Notes a ruled text that may be a request by itself.
    pub(super) fn alone(&mut self, text: Text, span: Span) {
        self.bare.push(Bare { text, span, told: self.told.clone(), answered: self.answered });
    }

    /// Marks the texts among arguments as not being requests by themselves.
    pub(super) fn hush(&mut self, args: &'u [Arg]) {
        args.iter().for_each(|arg| self.hush_node(&arg.value));
    }

    pub(super) fn hush_node(&mut self, node: &'u Node) {
        for text in self.resolver.texts(node) {
            self.quiet.extend(text.origins);
        }
        self.quiet.insert(node.span);
    }
}
