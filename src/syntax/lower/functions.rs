//! Functions: parameters, bodies, what they give back, and what decorates them.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, Expr, Node, Param, Symbol};
use super::super::spelling::{bind_return, type_symbol, unquoted};
use super::super::table::{Part, Role, Table, many, named, nth, one};
use super::{Lowering, span};

/// What a body gives back without saying so.
enum Gives {
    /// Nothing.
    Nothing,
    /// Its last expression.
    Last,
    /// What it is.
    Itself,
}

impl<'a> Lowering<'a> {
    /// What decorates a function or class is called with it; a function without a body stands for it.
    pub(super) fn decorations(&mut self, decoration: Tree) -> Vec<Node> {
        // A list of them, or one alone.
        let is_one = self.table.is(decoration, Role::Call);
        let mut calls = self.nodes(if is_one { vec![decoration] } else { named(decoration) });
        calls.retain_mut(|call| {
            let Expr::Call { args, .. } = &mut call.expr else { return false };
            args.push(Arg::decorated(call.span.end));
            true
        });
        calls
    }

    /// A function with its parameters and body.
    pub(super) fn function(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let part = |at| nth(tree, parts, at);
        // What is defined as a member goes by its last word: `function M.close(id)`.
        let last = |name: &'a str| name.rsplit(['.', ':']).next().unwrap_or(name);
        let name = part(0).map(|name| Symbol::from(last(unquoted(self.slice(name)))));
        let params = match (part(1), parts.get(1)) {
            (_, Some(Part::Absent)) => Vec::new(),
            (_, Some(Part::All)) => self.params(named(tree)),
            (Some(list), _) if self.table.param(list).is_some() => self.params(vec![list]),
            (Some(list), _) => self.params(named(list)),
            (None, _) => return None,
        };
        let (trees, gives) = match parts.get(2) {
            Some(Part::All) => {
                let rest = named(tree).into_iter().filter(|child| Some(*child) != part(0) && Some(*child) != part(1));
                (rest.collect(), Gives::Last)
            }
            _ => self.body(part(2)?),
        };
        let outer = self.receiver;
        self.receiver = part(3).and_then(|receiver| self.receiver_name(receiver)).or(outer);
        part(3).into_iter().for_each(|receiver| self.belongs(tree, receiver));
        let mut body = part(1).map_or_else(Vec::new, |list| self.taken_apart(list));
        body.extend(part(4).and_then(|handed| self.handed_on(handed)));
        body.extend(self.nodes(trees));
        self.receiver = outer;
        let is_value = |last: &Node| match gives {
            Gives::Nothing => false,
            Gives::Last => !matches!(last.expr, Expr::Bind { .. }),
            Gives::Itself => true,
        };
        if let Some(last) = body.pop_if(|last| is_value(last)) {
            body.push(Node::new(last.span, bind_return(Box::new(last))));
        }
        Some(Expr::Fn { name, params, body })
    }

    /// What a constructor gives another one before its body runs, as a call: `: base(url)`.
    fn handed_on(&mut self, tree: Tree) -> Option<Node> {
        let word = self.slice(tree).split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())?;
        let callee = Box::new(Node::new(span(tree), Expr::Name(word.into())));
        let args = named(tree).into_iter().filter(|child| self.is_args(*child)).collect();
        Some(Node::new(span(tree), self.call(callee, args)?))
    }

    /// The statements of a body. A block that holds nothing but another is that one.
    fn body<'t>(&self, mut body: Tree<'t>) -> (Vec<Tree<'t>>, Gives) {
        while let (true, 1, Some(inner)) = (self.table.flags(body).block, body.named_child_count(), body.named_child(0))
            && self.table.flags(inner).block
        {
            body = inner;
        }
        let flags = self.table.flags(body);
        match (flags.block, flags.value) {
            (true, true) => (named(body), Gives::Last),
            (true, false) => (named(body), Gives::Nothing),
            (false, _) => (vec![body], Gives::Itself),
        }
    }

    /// The default value of a parameter, or what is written instead of one.
    fn default(&mut self, tree: Tree) -> Option<Node> {
        self.node(tree).filter(|node| !matches!(&node.expr, Expr::Unknown(nodes) if nodes.is_empty()))
    }

    pub(super) fn params(&mut self, mut trees: Vec<Tree>) -> Vec<Param> {
        let table = self.table;
        while let [list] = trees.as_slice()
            && table.param(*list).is_none()
            && list.named_child_count() > 0
        {
            trees = named(*list);
        }
        let mut params = Vec::new();
        let mut open: Vec<Tree> = trees.into_iter().rev().collect();
        while let Some(tree) = open.pop() {
            let Some(parts) = table.param(tree) else {
                // Optional ones may stand in a list of their own.
                let inner = named(tree).into_iter().rev().filter(|inner| table.param(*inner).is_some());
                open.extend(inner);
                continue;
            };
            let names = parts.first().map_or_else(Vec::new, |part| many(tree, *part));
            for name in if names.is_empty() { vec![tree] } else { names } {
                params.push(Param {
                    name: self.symbol(name),
                    of: nth(tree, parts, 1).and_then(|of| type_symbol(self.slice(of))),
                    default: parts.iter().skip(2).find_map(|part| self.default(one(tree, *part)?)),
                    span: span(tree),
                });
            }
        }
        params
    }

    /// Binds of the names that parameters are taken apart into: `{ method = "GET", path }` makes `method` a member of the
    /// parameter, or what is written instead.
    fn taken_apart(&mut self, list: Tree) -> Vec<Node> {
        let table = self.table;
        let mut binds = Vec::new();
        for param in named(list) {
            let name = table.param(param).and_then(|parts| nth(param, parts, 0)).unwrap_or(param);
            let pattern = inner(table, name).unwrap_or(name);
            if !table.is(pattern, Role::List) {
                continue;
            }
            let whole = self.symbol(name);
            for child in named(pattern) {
                let pair = table.row(child, Role::Pair);
                let part = |at| pair.and_then(|row| nth(child, &row.parts, at));
                let (key, taken) = (part(0), part(1).unwrap_or(child));
                let local = inner(table, taken).unwrap_or(taken);
                let key = self.symbol(key.unwrap_or(local));
                let member = Expr::Member(Box::new(Node::new(span(name), Expr::Name(whole.clone()))), key);
                let mut value = Node::new(span(child), member);
                let default = named(taken).pop().filter(|default| *default != local && local != taken);
                if let Some(default) = default.and_then(|default| self.node(default)) {
                    value = Node::new(span(child), Expr::Choice(vec![value, default]));
                }
                let target = Node::new(span(local), Expr::Name(self.symbol(local)));
                binds.push(Node::new(span(child), Expr::bind(target, value)));
            }
        }
        binds
    }

    /// What a function gives back: the first of several values; the others are only looked at.
    pub(super) fn give_back(&mut self, tree: Tree) -> Option<Expr> {
        let values = self.values_of(tree);
        let mut nodes = self.nodes(values);
        // What is given back may be spelled as the arguments of a call.
        if self.is_args(tree)
            && let [Node { expr: Expr::List(given), .. }] = nodes.as_mut_slice()
            && given.len() == 1
        {
            nodes = std::mem::take(given);
        }
        if nodes.is_empty() {
            return None;
        }
        let rest = nodes.split_off(1);
        let first = bind_return(Box::new(nodes.pop()?));
        match rest.is_empty() {
            true => Some(first),
            false => {
                let mut all = vec![Node::new(span(tree), first)];
                all.extend(rest);
                Some(Expr::Unknown(all))
            }
        }
    }

    /// The name of the only parameter of a receiver.
    fn receiver_name(&self, tree: Tree) -> Option<&'a str> {
        let mut params = named(tree).into_iter().filter_map(|child| Some((child, *self.table.param(child)?.first()?)));
        let (child, name) = params.next()?;
        one(child, name).map(|name| self.slice(name))
    }

    /// A name as it is understood: whatever a method calls its own object, it is the same word.
    pub(super) fn own_name(&self, tree: Tree) -> Symbol {
        let name = self.slice(tree);
        match self.table.implied.this.first().filter(|_| self.receiver == Some(name)) {
            Some(this) => this.as_str().into(),
            None => name.into(),
        }
    }
}

/// The part that a node stands for, if it stands for one.
fn inner<'t>(table: &Table, tree: Tree<'t>) -> Option<Tree<'t>> {
    nth(tree, &table.row(tree, Role::Inner)?.parts, 0)
}
