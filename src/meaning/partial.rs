//! Calls of what another call gave some of its arguments before: `delete = partial(request, "DELETE"); delete(url)` and
//! `send.bind(null, "DELETE")(url)` are the call that they make in the end.

use std::borrow::Cow;
use std::collections::HashMap;

use super::chain::last_name;
use super::vocabulary::Vocabulary;
use crate::syntax::expr::{Arg, Expr, Node, Unit};

/// Before a name that is a method of the function it is called on, which takes the object of the function first.
const METHOD: &str = "*.";

/// A function and the arguments that it was given.
#[derive(Clone)]
struct Given {
    function: Node,
    args: Vec<Arg>,
}

/// The unit with such calls as those that they make; the unit itself where it has none.
pub fn rewritten<'u>(unit: Cow<'u, Unit>, words: &Vocabulary) -> Cow<'u, Unit> {
    let mut found = false;
    unit.root.iter().for_each(|node| found |= holds(node, words));
    if !found {
        return unit;
    }
    let mut names = HashMap::new();
    unit.root.iter().for_each(|node| bound(node, words, &mut names));
    let names: HashMap<String, Given> = names.into_iter().filter_map(|(name, given)| Some((name, given?))).collect();
    let mut own = unit.into_owned();
    own.root.iter_mut().for_each(|node| rewrite(node, words, &names));
    Cow::Owned(own)
}

/// Whether such a call stands in a node.
fn holds(node: &Node, words: &Vocabulary) -> bool {
    let mut found = given(node, words).is_some();
    node.children(&mut |child| found = found || holds(child, words));
    found
}

/// What a call that gives some arguments gives, if it is one.
fn given(node: &Node, words: &Vocabulary) -> Option<Given> {
    let Expr::Call { callee, args } = &node.expr else { return None };
    let name = last_name(callee)?;
    let is_method = words.partial.contains(format!("{METHOD}{name}").as_str());
    let (function, args) = match is_method {
        true => (callee.receiver()?, args.get(1..)?),
        false if words.partial.contains(&**name) => args.split_first().map(|(first, rest)| (&first.value, rest))?,
        false => return None,
    };
    let is_function = matches!(function.expr, Expr::Name(_) | Expr::Member(..));
    (is_function && (is_method || !args.is_empty())).then(|| Given { function: function.clone(), args: args.to_vec() })
}

/// The names that are bound to such a call, and to nothing else.
fn bound(node: &Node, words: &Vocabulary, names: &mut HashMap<String, Option<Given>>) {
    let mut note = |name: &str, given: Option<Given>| match names.get_mut(name) {
        Some(other) => *other = None,
        None => {
            names.insert(name.to_owned(), given);
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

fn rewrite(node: &mut Node, words: &Vocabulary, names: &HashMap<String, Given>) {
    node.children_mut(&mut |child| rewrite(child, words, names));
    let Expr::Call { callee, args } = &mut node.expr else { return };
    // What is given nothing more than options was a request when it was made.
    if !args.iter().any(|arg| arg.label.is_none()) {
        return;
    }
    let made = match &callee.expr {
        Expr::Name(name) => names.get(&**name).cloned(),
        _ => given(callee, words),
    };
    if let Some(made) = made {
        **callee = made.function;
        args.splice(0..0, made.args);
    }
}
