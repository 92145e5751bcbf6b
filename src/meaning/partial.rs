//! Calls of what another call gave some of its arguments before: `delete = partial(request, "DELETE"); delete(url)` and
//! `send.bind(null, "DELETE")(url)` are the call that they make in the end.

use std::borrow::Cow;
use std::collections::HashMap;

use super::chain::last_name;
use super::vocabulary::Vocabulary;
use crate::syntax::expr::{Arg, Expr, Node, Unit};

/// Before a name that is a method of the function it is called on, which takes the object of the function first.
const METHOD: &str = "*.";

/// Most nodes of a function and what it was given, as each of its calls gets them: a method, an address and a few headers.
/// Of what is more than that, a table or a function of its own, a call only gets to know that it is there.
const LARGEST: usize = 64;
/// Most nodes that the calls of a file get together: each is as much as if it were written there.
const MOST: usize = 100_000;

/// A function and the arguments that it was given.
struct Given<'n> {
    function: &'n Node,
    args: &'n [Arg],
}

/// What each call of such a function gets.
struct Part {
    function: Node,
    args: Vec<Arg>,
    /// How many nodes these are.
    size: usize,
}

/// Rewrites the calls of a unit.
struct Rewriter<'w> {
    words: &'w Vocabulary<'w>,
    names: HashMap<String, Part>,
    /// How many nodes may still be given to calls.
    left: usize,
    cut: bool,
}

/// The unit with such calls as those that they make; the unit itself where it has none. Also whether it has more of them than
/// are followed: those are left as they are.
pub fn rewritten<'u>(unit: Cow<'u, Unit>, words: &Vocabulary) -> (Cow<'u, Unit>, bool) {
    let mut found = false;
    unit.root.iter().for_each(|node| found |= holds(node, words));
    if !found {
        return (unit, false);
    }
    let mut names = HashMap::new();
    unit.root.iter().for_each(|node| bound(node, words, &mut names));
    let names = names.into_iter().filter_map(|(name, given)| Some((name.to_owned(), given?.part()?))).collect();
    let mut rewriter = Rewriter { words, names, left: MOST, cut: false };
    let mut own = unit.into_owned();
    own.root.iter_mut().for_each(|node| rewriter.rewrite(node));
    (Cow::Owned(own), rewriter.cut)
}

/// Whether such a call stands in a node.
fn holds(node: &Node, words: &Vocabulary) -> bool {
    let mut found = given(node, words).is_some();
    node.children(&mut |child| found = found || holds(child, words));
    found
}

/// What a call that gives some arguments gives, if it is one.
fn given<'n>(node: &'n Node, words: &Vocabulary) -> Option<Given<'n>> {
    let Expr::Call { callee, args } = &node.expr else { return None };
    let name = last_name(callee)?;
    let is_method = words.partial.iter().any(|have| have.strip_prefix(METHOD) == Some(&**name));
    let (function, args) = match is_method {
        true => (callee.receiver()?, args.get(1..)?),
        false if words.partial.contains(&**name) => args.split_first().map(|(first, rest)| (&first.value, rest))?,
        false => return None,
    };
    let is_function = matches!(function.expr, Expr::Name(_) | Expr::Member(..));
    (is_function && (is_method || !args.is_empty())).then_some(Given { function, args })
}

/// The names that are bound to such a call, and to nothing else.
fn bound<'n>(node: &'n Node, words: &Vocabulary, names: &mut HashMap<&'n str, Option<Given<'n>>>) {
    let mut note = |name: &'n str, given: Option<Given<'n>>| match names.get_mut(name) {
        Some(other) => *other = None,
        None => {
            names.insert(name, given);
        }
    };
    match &node.expr {
        Expr::Bind { target, value, .. } => {
            if let Expr::Name(name) = &target.expr {
                note(name, given(value, words));
            }
        }
        Expr::Fn { name, params, .. } => {
            name.iter().chain(params.iter().map(|param| &param.name)).for_each(|name| note(name, None));
        }
        _ => {}
    }
    node.children(&mut |child| bound(child, words, names));
}

impl Given<'_> {
    /// What a call gets of it. None where the function or the number of its arguments is beyond all that is written by hand.
    fn part(&self) -> Option<Part> {
        let mut left = LARGEST.checked_sub(self.args.len())?;
        take(self.function, &mut left)?;
        let args = self.args.iter().map(|arg| {
            let mut rest = left;
            if take(&arg.value, &mut rest).is_some() {
                left = rest;
                return arg.clone();
            }
            let value = Node::new(arg.value.span, Expr::Unknown(Vec::new()));
            Arg { label: arg.label.clone(), spread: arg.spread, value }
        });
        let args = args.collect();
        Some(Part { function: self.function.clone(), args, size: LARGEST - left })
    }
}

/// Takes the nodes of a tree from what is left, if there are as many; looks at no more than that.
fn take(node: &Node, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    let mut fits = Some(());
    node.children(&mut |child| fits = fits.and_then(|()| take(child, left)));
    fits
}

impl Rewriter<'_> {
    fn rewrite(&mut self, node: &mut Node) {
        node.children_mut(&mut |child| self.rewrite(child));
        let Expr::Call { callee, args } = &mut node.expr else { return };
        // What is given nothing more than options was a request when it was made.
        if !args.iter().any(|arg| arg.label.is_none()) {
            return;
        }
        let own = given(callee, self.words).and_then(|given| given.part());
        let made = match &callee.expr {
            Expr::Name(name) => self.names.get(&**name),
            _ => own.as_ref(),
        };
        let Some(made) = made else { return };
        let Some(left) = self.left.checked_sub(made.size) else {
            self.cut = true;
            return;
        };
        self.left = left;
        **callee = made.function.clone();
        args.splice(0..0, made.args.iter().cloned());
    }
}
