//! What Rust code does in order: statements, branches, loops, and the patterns that bind and compare.

use syn::ext::IdentExt;
use syn::{Expr as Rust, Pat, Stmt};

use super::items::type_symbol;
use super::{Lowering, bind, compare, copy, empty, is_empty, member, name, symbol};
use crate::syntax::expr::{Expr, Node, Param, RETURN, Span, Symbol};

/// One of `nodes`, as far as they are anything.
fn choice(at: Span, mut nodes: Vec<Node>) -> Node {
    nodes.retain(|node| !is_empty(node));
    match nodes.len() {
        1 => nodes.pop().unwrap_or_else(|| empty(at)),
        0 => empty(at),
        _ => Node::new(at, Expr::Choice(nodes)),
    }
}

/// The first name that a target binds.
fn first_name(target: &Node) -> Option<&Symbol> {
    match &target.expr {
        Expr::Name(name) => Some(name),
        Expr::List(nodes) => nodes.iter().find_map(first_name),
        Expr::Object(pairs) => pairs.iter().find_map(|(_, value)| first_name(value)),
        _ => None,
    }
}

fn declared(pat: &Pat) -> Option<Symbol> {
    match pat {
        Pat::Type(typed) => type_symbol(&typed.ty),
        _ => None,
    }
}

/// Whether a name in a pattern is that of a constant: it is compared with, not bound.
fn is_constant(ident: &syn::Ident) -> bool {
    let name = ident.unraw().to_string();
    name.len() > 1 && name.starts_with(char::is_uppercase) && name == name.to_uppercase()
}

impl Lowering<'_> {
    /// What `lower` puts into the function it is in, apart from what is around it.
    pub(super) fn body(&mut self, lower: impl FnOnce(&mut Self) -> Node) -> Vec<Node> {
        let outer = std::mem::take(&mut self.out);
        let tail = lower(self);
        self.give_back(tail);
        std::mem::replace(&mut self.out, outer)
    }

    pub(super) fn give_back(&mut self, value: Node) {
        if !is_empty(&value) {
            self.out.push(bind(value.span, name(value.span, RETURN), value, None));
        }
    }

    /// Expressions that are run for what they do, not for a value.
    pub(super) fn effect(&mut self, expr: &Rust, at: Span) {
        match expr {
            Rust::Assign(expr) => {
                let (target, value) = (self.value(&expr.left), self.value(&expr.right));
                self.out.push(bind(at, target, value, None));
            }
            Rust::Return(expr) => {
                if let Some(value) = &expr.expr {
                    let value = self.value(value);
                    self.give_back(value);
                }
            }
            Rust::Break(syn::ExprBreak { expr: Some(value), .. })
            | Rust::Yield(syn::ExprYield { expr: Some(value), .. }) => {
                self.run(value);
            }
            Rust::Let(expr) => {
                let value = self.value(&expr.expr);
                self.bind(&expr.pat, value, at);
            }
            Rust::While(expr) => {
                self.run(&expr.cond);
                self.branch(&expr.body);
            }
            Rust::ForLoop(expr) => {
                let each = self.value(&expr.expr);
                let at = Span { start: self.span(&expr.pat).start, end: each.span.end };
                self.bind(&expr.pat, each, at);
                self.branch(&expr.body);
            }
            Rust::Loop(expr) => {
                let tail = self.block(&expr.body);
                self.push(tail);
            }
            Rust::Verbatim(tokens) => {
                let strings = self.strings(tokens.clone(), self.start);
                self.out.extend(strings);
            }
            _ => {}
        }
    }

    pub(super) fn run(&mut self, expr: &Rust) {
        let value = self.value(expr);
        self.push(value);
    }

    fn branch(&mut self, block: &syn::Block) {
        self.unit.branches.push(self.span(block));
        let tail = self.block(block);
        self.push(tail);
    }

    pub(super) fn block(&mut self, block: &syn::Block) -> Node {
        let (last, statements) = match block.stmts.split_last() {
            Some((last, statements)) => (Some(last), statements),
            None => (None, [].as_slice()),
        };
        statements.iter().for_each(|statement| self.statement(statement));
        match last {
            Some(Stmt::Expr(tail, None)) => self.value(tail),
            Some(Stmt::Macro(tail)) if tail.semi_token.is_none() => {
                let at = self.span(&tail.mac);
                self.deeper(at, |this| this.macro_call(&tail.mac))
            }
            _ => {
                last.into_iter().for_each(|statement| self.statement(statement));
                empty(self.span(block))
            }
        }
    }

    pub(super) fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Item(item) => self.item(item),
            Stmt::Expr(expr, _) => self.run(expr),
            Stmt::Macro(statement) => {
                let at = self.span(&statement.mac);
                let value = self.deeper(at, |this| this.macro_call(&statement.mac));
                self.push(value);
            }
            Stmt::Local(local) => {
                let at = self.span(local);
                let value = local.init.as_ref().map_or(empty(at), |init| self.value(&init.expr));
                self.bind(&local.pat, value, at);
                if let Some((_, diverge)) = local.init.as_ref().and_then(|init| init.diverge.as_ref()) {
                    self.unit.branches.push(self.span(diverge));
                    self.run(diverge);
                }
            }
        }
    }

    /// Binds what `pat` names to `value`, and compares `value` with what `pat` spells out.
    pub(super) fn bind(&mut self, pat: &Pat, value: Node, at: Span) {
        let mark = self.out.len();
        self.comparisons(pat, &value);
        let target = self.target(pat);
        let of = declared(pat);
        if first_name(&target).is_some() && !(is_empty(&value) && of.is_none() && value.span == at) {
            self.out.push(bind(at, target, value, of));
        } else {
            self.settle(mark, value);
        }
    }

    /// Sees `subject` once: in the first comparison since `mark` that has or lacks it, else alone.
    fn settle(&mut self, mark: usize, subject: Node) {
        let place = self.out.iter_mut().skip(mark).find_map(|node| match &mut node.expr {
            Expr::Call { args, .. } => args.first_mut().filter(|arg| is_empty(&arg.value) || arg.value == subject),
            _ => None,
        });
        match place {
            Some(arg) => arg.value = subject,
            None => self.push(subject),
        }
    }

    /// A parameter goes by the first name in its pattern.
    pub(super) fn param(&mut self, pat: &Pat) -> Param {
        let name = first_name(&self.target(pat)).cloned().unwrap_or_else(|| "_".into());
        Param { name, of: declared(pat), default: None, span: self.span(pat) }
    }

    /// A pattern as the names it binds: `Some(x)` binds `x` to what is inside, which is not told from the whole.
    fn target(&mut self, pat: &Pat) -> Node {
        let at = self.span(pat);
        self.deeper(at, |this| match pat {
            Pat::Ident(pat) if !pat.ident.unraw().to_string().starts_with(char::is_uppercase) => {
                name(this.range(pat.ident.span()), symbol(&pat.ident))
            }
            Pat::Type(pat) => this.target(&pat.pat),
            Pat::Paren(pat) => this.target(&pat.pat),
            Pat::Reference(pat) => this.target(&pat.pat),
            Pat::Guard(pat) => this.target(&pat.pat),
            Pat::Or(pat) => pat.cases.first().map_or(empty(at), |case| this.target(case)),
            Pat::TupleStruct(pat) if pat.elems.len() == 1 => this.target(&pat.elems[0]),
            Pat::Tuple(syn::PatTuple { elems, .. })
            | Pat::Slice(syn::PatSlice { elems, .. })
            | Pat::TupleStruct(syn::PatTupleStruct { elems, .. }) => {
                Node::new(at, Expr::List(elems.iter().map(|pat| this.target(pat)).collect()))
            }
            Pat::Struct(pat) => {
                let pairs = pat.fields.iter().map(|field| {
                    (Node::text(this.span(&field.member), &*member(&field.member)), this.target(&field.pat))
                });
                Node::new(at, Expr::Object(pairs.collect()))
            }
            _ => empty(at),
        })
    }

    /// Compares `subject` with each literal and constant of a pattern; a tuple of patterns with a tuple by position.
    fn comparisons(&mut self, pat: &Pat, subject: &Node) {
        let at = self.span(pat);
        let spelled = match pat {
            Pat::Lit(pat) => self.literal(&pat.lit, at),
            Pat::Ident(pat) if is_constant(&pat.ident) => name(at, symbol(&pat.ident)),
            _ => {
                let inner: Vec<&Pat> = match pat {
                    Pat::Ident(pat) => pat.subpat.iter().map(|(_, pat)| &**pat).collect(),
                    Pat::Paren(pat) => vec![&pat.pat],
                    Pat::Reference(pat) => vec![&pat.pat],
                    Pat::Guard(pat) => vec![&pat.pat],
                    Pat::Or(pat) => pat.cases.iter().collect(),
                    Pat::Tuple(pat) => pat.elems.iter().collect(),
                    Pat::Slice(pat) => pat.elems.iter().collect(),
                    Pat::TupleStruct(pat) => pat.elems.iter().collect(),
                    _ => return,
                };
                let parts = match (pat, &subject.expr) {
                    (Pat::Tuple(_), Expr::List(parts)) if parts.len() == inner.len() => Some(parts),
                    _ => None,
                };
                let deeper = self.deeper(at, |this| {
                    for (position, pat) in inner.into_iter().enumerate() {
                        this.comparisons(pat, parts.and_then(|parts| parts.get(position)).unwrap_or(subject));
                    }
                    empty(at)
                });
                return self.push(deeper);
            }
        };
        if !is_empty(&spelled) {
            self.out.push(compare(at, copy(subject), spelled));
        }
    }

    pub(super) fn choose(&mut self, first: &syn::ExprIf, at: Span) -> Node {
        let (mut tails, mut current) = (Vec::new(), first);
        loop {
            self.run(&current.cond);
            self.unit.branches.push(self.span(&current.then_branch));
            tails.push(self.block(&current.then_branch));
            let Some((_, other)) = &current.else_branch else { break };
            self.unit.branches.push(self.span(other));
            match &**other {
                Rust::If(further) => current = further,
                other => {
                    tails.push(self.value(other));
                    break;
                }
            }
        }
        choice(at, tails)
    }

    /// A `match` is the choice of its arms. What it matches is bound by the first arm that can, unless it is an error.
    pub(super) fn select(&mut self, expr: &syn::ExprMatch, at: Span) -> Node {
        let subject = self.value(&expr.expr);
        let copied = copy(&subject);
        let is_error = |pat: &Pat| matches!(pat, Pat::TupleStruct(pat) if pat.path.is_ident("Err"));
        let binder =
            expr.arms.iter().position(|arm| !is_error(&arm.pat) && first_name(&self.target(&arm.pat)).is_some());
        let mark = self.out.len();
        expr.arms.iter().for_each(|arm| self.comparisons(&arm.pat, &subject));
        let mut whole = Some(subject);
        if binder.is_none() {
            whole.take().into_iter().for_each(|subject| self.settle(mark, subject));
        }
        let mut tails = Vec::new();
        for (position, arm) in expr.arms.iter().enumerate() {
            let pat = self.span(&arm.pat);
            self.unit.branches.push(Span { start: pat.start, end: self.span(&arm.body).end });
            let target = self.target(&arm.pat);
            if first_name(&target).is_some() {
                let subject = if Some(position) == binder { whole.take() } else { None };
                self.out.push(bind(pat, target, subject.unwrap_or_else(|| copied.clone()), None));
            }
            if let Pat::Guard(pat) = &arm.pat {
                self.run(&pat.guard);
            }
            tails.push(self.value(&arm.body));
        }
        choice(at, tails)
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::rust::tests::{body, slices, unit};

    #[test]
    fn a_branch_as_a_value_is_a_choice_and_its_statements_are_seen() {
        let text = r#"let u = if a == b { log(); "x" } else if let Some(c) = d { &c } else { return e };"#;
        assert_eq!(body(text), r#"==(a, b); log(); c := d; return := e; u := <"x" | c>"#);
        assert_eq!(body("let u = { f(); unsafe { g } };"), "f(); u := g");
    }

    #[test]
    fn a_match_compares_with_its_literals_and_binds_once() {
        let text = r#"match c.name() { "sid" | "idx" => f(), SID => {} other if g(other) => other, _ => {} };"#;
        let compared = r#"==(c.name(), "sid"); ==(c.name(), "idx"); ==(c.name(), SID)"#;
        assert_eq!(body(text), format!("{compared}; other := c.name(); g(other); <f() | other>"));
        assert_eq!(body("match c.get(u) { Err(e) => h(e), Ok(r) => r };"), "e := ?(); r := c.get(u); <h(e) | r>");
        assert_eq!(body(r#"match c.get(u) { Some("a") => {} _ => {} };"#), r#"==(c.get(u), "a")"#);
        assert_eq!(body(r#"match (m, p) { ("GET", "/x") => {} _ => {} };"#), r#"==(m, "GET"); ==(p, "/x"); [m, p]"#);
    }

    #[test]
    fn patterns_bind_names() {
        let text =
            r#"let (a, B { c, d: e }): T = f; let g; let h: H; for i in j.k() { i += "x"; } while let Some(l) = m {}"#;
        let bound = r#"[a, {"c": c, "d": e}]: T := f; h: H := ?(); i := j.k(); i := "{i}x"; l := m"#;
        assert_eq!(body(text), bound);
        assert_eq!(body("let Some(a) = b else { return c }; a.d = e;"), "a := b; return := c; a.d := e");
        assert_eq!(body("let f = |a: &A, (b, _)| a.b();"), "f := fn (a: A, b) { return := a.b() }");
    }

    #[test]
    fn what_runs_under_a_condition_is_a_branch() {
        let text = "fn f() { if a { b } else { match c { d => e } } while f {} loop { g } }";
        let branches = ["{ b }", "{ match c { d => e } }", "d => e", "{}"];
        assert_eq!(slices(text, &unit(text).branches), branches);
    }
}
