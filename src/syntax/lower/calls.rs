//! Calls, methods and commands, and what is given to them.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, COMPARE, Expr, Import, Node, Span, Symbol};
use super::super::spelling::{concatenated, text_piece, unquoted};
use super::super::table::{Part, Role, many, named, nth, one};
use super::Lowering;

/// A name or members of one, joined by dots.
fn dotted(node: &Node) -> Option<String> {
    match &node.expr {
        Expr::Name(name) => Some(name.to_string()),
        Expr::Member(object, member) => Some(format!("{}.{member}", dotted(object)?)),
        _ => None,
    }
}

impl Lowering<'_> {
    /// A call of `callee`, or a name for what it imports.
    pub(super) fn call(&mut self, callee: Box<Node>, given: Vec<Tree>) -> Option<Expr> {
        let args = self.given(given);
        let imports =
            matches!(&callee.expr, Expr::Name(name) if self.table.require.iter().any(|word| **word == **name));
        if let (true, [Arg { value, .. }]) = (imports, args.as_slice())
            && let Some(module) = value.literal()
        {
            let local: Symbol = format!("require({module})").into();
            let import = Import { module: module.into(), name: None, local: Some(local.clone()), span: value.span };
            self.unit.imports.push(import);
            return Some(Expr::Name(local));
        }
        if let (true, Some(module)) = (imports, args.first().and_then(|arg| dotted(&arg.value))) {
            // `alias Acme.Okta.Client` makes `Client` known.
            let local = module.rsplit('.').next().filter(|last| *last != module).map(Symbol::from);
            self.unit.imports.push(Import { module: module.clone(), name: None, local, span: callee.span });
            return Some(Expr::Name(module.into()));
        }
        self.defined_by(&callee, &args).or_else(|| Some(self.comparison(callee, args)))
    }

    /// Law 7. The callee may be a call that takes the arguments before the block.
    pub(super) fn block_call(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let (block, before) = parts.split_last()?;
        let (callee, given) = before.split_first()?;
        let block = Arg::of(self.node(one(tree, *block)?)?);
        let callee = self.boxed(one(tree, *callee)?)?;
        let given: Vec<Tree> = given.iter().flat_map(|part| many(tree, *part)).collect();
        let call = match callee.expr {
            Expr::Call { .. } if given.is_empty() => callee.expr,
            _ => self.call(callee, given)?,
        };
        match call {
            Expr::Call { callee, mut args } => {
                args.push(block);
                Some(Expr::Call { callee, args })
            }
            other => Some(other),
        }
    }

    /// A call, or what it is in every language: a method that compares compares its receiver with its argument, or its two
    /// arguments.
    pub(super) fn comparison(&self, callee: Box<Node>, mut args: Vec<Arg>) -> Expr {
        match callee.expr {
            Expr::Member(object, word) if self.table.compare.iter().any(|have| **have == *word) => {
                if args.len() == 1 {
                    args.insert(0, Arg::of(*object));
                }
                Expr::Call { callee: Box::new(Node::new(callee.span, Expr::Name(COMPARE.into()))), args }
            }
            _ => Expr::Call { callee, args },
        }
    }

    /// A call whose name comes in keywords between what is given: the first is the method, each further one the label of
    /// what comes after it.
    pub(super) fn message(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let receiver = nth(tree, parts, 0)?;
        let keywords = many(tree, *parts.get(1)?);
        let method = keywords.first()?;
        let at = Span::new(receiver.start_byte(), method.end_byte());
        let member = Expr::Member(self.boxed(receiver)?, self.slice(*method).into());
        let (mut args, mut label) = (Vec::new(), None);
        for child in named(tree).into_iter().filter(|child| *child != receiver && child != method) {
            if keywords.contains(&child) {
                label = Some(Symbol::from(self.slice(child)));
            } else if let Some(arg) = self.arg(child) {
                args.push(Arg { label: label.take(), ..arg });
            }
        }
        Some(self.comparison(Box::new(Node::new(at, member)), args))
    }

    /// Whether a node is what the node around it calls.
    pub(super) fn is_callee(&self, tree: Tree) -> bool {
        let Some(around) = tree.parent() else { return false };
        let calls = |role: Role| matches!(role, Role::Call | Role::BlockCall);
        let rows = self.table.rows(around).iter().filter(|row| calls(row.role));
        rows.filter_map(|row| nth(around, &row.parts, 0)).any(|callee| callee == tree)
    }

    pub(super) fn is_args(&self, tree: Tree) -> bool {
        self.table.is(tree, Role::Args)
    }

    /// Whether a child of arguments is no argument but holds them. One of the same kind is an argument by itself: a list.
    fn holds_args(&self, tree: Tree, child: Tree) -> bool {
        self.is_args(child) && child.kind_id() != tree.kind_id()
    }

    /// Arguments that hold nothing but arguments are those.
    pub(super) fn innermost<'t>(&self, tree: Tree<'t>) -> Tree<'t> {
        match named(tree).as_slice() {
            [one] if self.holds_args(tree, *one) => self.innermost(*one),
            _ => tree,
        }
    }

    /// What is given to a call: the elements of its arguments, which may stand in each other, and blocks beside them.
    pub(super) fn given(&mut self, given: Vec<Tree>) -> Vec<Arg> {
        let mut args = Vec::new();
        let mut open: Vec<(Option<Tree>, Tree)> = given.into_iter().rev().map(|tree| (None, tree)).collect();
        while let Some((around, tree)) = open.pop() {
            if around.map_or_else(|| self.is_args(tree), |around| self.holds_args(around, tree)) {
                open.extend(named(tree).into_iter().rev().map(|child| (Some(tree), child)));
                continue;
            }
            let labelled = around.and_then(|around| self.labelled(around, tree)).map(|(key, value)| {
                let label = key.word().map(Symbol::from);
                Arg { label, spread: false, value }
            });
            args.extend(labelled.or_else(|| self.arg(tree)));
        }
        args
    }

    /// A call that names receiver, method and arguments in one node. Without arguments it is a member, where the language
    /// spells members as calls.
    pub(super) fn method(&mut self, receiver: Option<Tree>, name: Tree, rest: &[Part], tree: Tree) -> Option<Expr> {
        let at = Span::new(receiver.map_or(name.start_byte(), |node| node.start_byte()), name.end_byte());
        let word: Symbol = self.slice(name).into();
        let receiver = receiver.and_then(|node| self.boxed(node));
        let given: Vec<Tree> = rest.iter().flat_map(|part| many(tree, *part)).collect();
        let expr = match receiver {
            Some(receiver) => Expr::Member(receiver, word.clone()),
            None => Expr::Name(word.clone()),
        };
        if given.is_empty() && !self.table.called.iter().any(|called| **called == *word) {
            return Some(expr);
        }
        self.call(Box::new(Node::new(at, expr)), given)
    }

    /// The words of a command as arguments. A flag labels the word after it, which stays a word too unless a library says
    /// that the flag takes a value; `--flag=value` is a labelled argument. `@name` and `"${name[@]}"` are spread.
    pub(super) fn words(&mut self, trees: Vec<Tree>) -> Vec<Arg> {
        let mut args: Vec<Arg> = Vec::new();
        let mut flag: Option<Symbol> = None;
        let mut end = None;
        for tree in trees {
            let Some(mut value) = self.node(tree) else { continue };
            // Words that touch are one.
            if let (true, Some(last)) = (end.replace(tree.end_byte()) == Some(tree.start_byte()), args.last_mut())
                && flag.is_none()
                && !self.is_args(tree)
            {
                let before = std::mem::replace(&mut last.value, Node::new(value.span, Expr::Unknown(Vec::new())));
                let at = Span { start: before.span.start, end: value.span.end };
                last.value = Node::new(at, Expr::Str(concatenated(vec![before, value])));
                continue;
            }
            let label = flag.take();
            let text = value.lead().to_owned();
            if let Some((name, inner)) = text.split_once('=').filter(|_| text.starts_with("--")) {
                if let Expr::Str(pieces) = &mut value.expr {
                    pieces.splice(..1, text_piece(inner));
                }
                args.push(Arg { label: Some(name.into()), spread: false, value });
            } else if text.len() > 1 && text.starts_with('-') && value.literal().is_some() {
                flag = Some(text.as_str().into());
                let none = Node::new(value.span, Expr::List(Vec::new()));
                args.push(Arg { label: flag.clone(), spread: false, value: none });
            } else if self.slice(tree).starts_with('@') && matches!(value.expr, Expr::Name(_)) {
                args.push(Arg { label: None, spread: true, value });
            } else {
                args.push(Arg { label, spread: false, value });
            }
        }
        args
    }

    pub(super) fn arg(&mut self, tree: Tree) -> Option<Arg> {
        let table = self.table;
        let tree = self.peeled(tree);
        if let Some(row) = table.rows(tree).first() {
            if let Some((key, Some(value))) = self.pair(tree, row) {
                let label = key.map(|key| match table.flags(key).key {
                    true => self.slice(key).trim_end().trim_end_matches(':').into(),
                    false => unquoted(self.slice(key)).into(),
                });
                return Some(Arg { label, spread: false, value: self.node(value)? });
            }
            if row.role == Role::Spread {
                let value = self.node(named(tree).into_iter().next()?)?;
                return Some(Arg { label: None, spread: true, value });
            }
        }
        Some(Arg::of(self.node(tree)?))
    }
}
