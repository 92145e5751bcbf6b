//! What languages spell as calls and operators: definitions, attributes, pipes, and steps on one target.

use tree_sitter::Node as Tree;

use super::super::expr::{Arg, Expr, Node, Param, Span, Symbol};
use super::super::spelling::bind_return;
use super::super::table::{Part, many, named};
use super::{Lowering, is_flag, span};

/// The key of a body that is one expression: `def f(x), do: x`.
const BODY: &str = "do";
/// The label of what a command is given by the one before it.
const PIPED: &str = "|";

impl Lowering<'_> {
    /// Whether a call defines a function.
    pub(super) fn defines(&self, tree: Tree, callee: Tree) -> bool {
        let word = self.slice(callee);
        self.table.defining.iter().any(|have| have == word) && tree.named_child_count() > 1
    }

    /// A function whose name and parameters are spelled as a call: `def close(id) when is_binary(id) do … end`.
    pub(super) fn definition(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let given: Vec<Tree> = parts.iter().skip(1).flat_map(|part| many(tree, *part)).collect();
        let (blocks, args): (Vec<Tree>, Vec<Tree>) = given.into_iter().partition(|node| self.table.flags(*node).beside);
        let mut args = self.given(args).into_iter();
        let (name, params) = signature(args.next()?.value)?;
        let mut body = Vec::new();
        for block in blocks {
            body.extend(self.nodes(named(block)));
        }
        body.extend(args.filter(|arg| arg.label.as_deref() == Some(BODY)).map(|arg| arg.value));
        if let Some(last) = body.pop_if(|last| !matches!(last.expr, Expr::Bind { .. })) {
            body.push(Node::new(last.span, bind_return(Box::new(last))));
        }
        Some(Expr::Fn { name: Some(name), params, body })
    }

    /// The bind of a name that is given as text, by position or by label: `define('PATH', $value)`, `Set-Variable -Name Path
    /// -Value $value`.
    pub(super) fn defined_by(&self, callee: &Node, args: &[Arg]) -> Option<Expr> {
        let Expr::Name(callee) = &callee.expr else { return None };
        let (_, labels) = self.table.define.iter().find(|(word, _)| word.eq_ignore_ascii_case(callee))?;
        let mut unlabelled = args.iter().filter(|arg| arg.label.is_none() || labels.is_empty());
        let mut given = |at: usize| {
            let has_label = |arg: &&Arg| {
                let label = arg.label.as_ref().map(|label| label.trim_start_matches('-'));
                label.zip(labels.get(at)).is_some_and(|(have, want)| have.eq_ignore_ascii_case(want)) && !is_flag(arg)
            };
            args.iter().find(has_label).or_else(|| unlabelled.next())
        };
        let (name, value) = (given(0)?, given(1)?);
        let target = Node::new(name.value.span, Expr::Name(name.value.literal()?.into()));
        Some(Expr::bind(target, value.value.clone()))
    }

    /// A call and the statements beside it.
    pub(super) fn call_beside(&mut self, callee: Box<Node>, given: Vec<Tree>, beside: Vec<Tree>) -> Option<Expr> {
        let start = callee.span;
        let call = match given.is_empty() {
            true => callee.expr,
            false => self.call(callee, given)?,
        };
        let mut nodes = vec![Node::new(start, call)];
        for block in beside {
            nodes.extend(self.nodes(named(block)));
        }
        Some(Expr::Unknown(nodes))
    }

    /// `@name value` binds the name, `@name` is it.
    pub(super) fn attribute(&mut self, tree: Tree, operand: Tree) -> Option<Expr> {
        if !self.slice(tree).starts_with('@') {
            return None;
        }
        let node = self.node(operand)?;
        match node.expr {
            Expr::Call { callee, mut args } if args.len() == 1 => Some(Expr::bind(callee, args.pop()?.value)),
            expr => Some(expr),
        }
    }

    /// What is given to a call by a pipe is its first argument.
    pub(super) fn piped(&mut self, left: Tree, right: Tree) -> Option<Expr> {
        let given = Arg::of(self.node(left)?);
        Some(self.node(right)?.called_with(given, true))
    }

    /// What a command of a pipeline is given by the one before it is an argument with a label of its own, behind those that
    /// are written: those keep their places.
    pub(super) fn pipeline(&mut self, tree: Tree) -> Option<Expr> {
        let mut steps = self.nodes(named(tree)).into_iter();
        let first = steps.next()?;
        let whole = steps.fold(first, |given, step| {
            let at = Span { start: given.span.start, end: step.span.end };
            let given = Arg { label: Some(PIPED.into()), ..Arg::of(given) };
            Node::new(at, step.called_with(given, false))
        });
        Some(whole.expr)
    }

    /// Steps on one target are a block that it is called with.
    pub(super) fn cascade(&mut self, tree: Tree, target: Tree) -> Option<Expr> {
        let node = self.node(target)?;
        let steps: Vec<Tree> = named(tree).into_iter().filter(|child| *child != target).collect();
        let at = Span { start: node.span.end, ..span(tree) };
        let body = self.nodes(steps);
        let block = Node::new(at, Expr::Fn { name: None, params: Vec::new(), body });
        Some(node.called_with(Arg::of(block), false))
    }
}

/// The name and the parameters of a function that a call spells.
fn signature(node: Node) -> Option<(Symbol, Vec<Param>)> {
    match node.expr {
        Expr::Call { callee, args } => {
            let param = |arg: Arg| {
                let (node, default) = match arg.value.expr {
                    Expr::Unknown(mut nodes) if nodes.len() == 2 => (nodes.swap_remove(0), nodes.pop()),
                    Expr::Bind { target, .. } => (*target, None),
                    expr => (Node::new(arg.value.span, expr), None),
                };
                let name: Symbol = match &node.expr {
                    Expr::Name(name) => name.clone(),
                    _ => "_".into(),
                };
                Param { name, of: None, default, span: node.span }
            };
            Some((callee.word()?.into(), args.into_iter().map(param).collect()))
        }
        Expr::Name(name) => Some((name, Vec::new())),
        // A condition after it.
        Expr::Unknown(nodes) => signature(nodes.into_iter().next()?),
        _ => None,
    }
}
