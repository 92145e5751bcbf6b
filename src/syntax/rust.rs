//! Lowers Rust by code, from syn: `format!` and its kin hide their arguments in tokens, which no grammar table sees.
//!
//! Blocks have no form of their own. Statements of a block inside an expression go to the function around it, and the
//! block means its tail, so that `let url = if x { log(); a } else { b };` binds `url` to a plain choice. `&x`, `*x`,
//! `x?`, `x.await` and `x as T` mean `x`.

mod blocks;
mod items;
mod macros;
mod scan;

use proc_macro2::TokenStream;
use syn::Expr as Rust;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::expr::{Arg, COMPARE, Expr, Node, Piece, Span, Symbol, Unit};

/// Deeper nesting is read as the strings in it, as in the lowering by table.
const DEPTH: usize = 256;

/// Address space for the stack of the parser, which recurses. Only what is used costs memory.
const STACK: usize = 64 << 20;

/// The largest expression that is repeated where the source names it once, as what `match` compares.
const COPIED: usize = 16;

/// Lowers the Rust file `text`.
///
/// # Errors
/// Says in which line `text` is not Rust, or nested too deeply to be parsed safely.
pub fn lower(text: &str) -> Result<Unit, String> {
    let start = code_start(text);
    let comments = scan::comments(text, start)?;
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(STACK);
        let parser = parser.spawn_scoped(scope, || parse(text, start, comments));
        let parser = parser.map_err(|error| format!("no thread to parse on: {error}"))?;
        parser.join().unwrap_or_else(|_| Err("the parser gave up".into()))
    })
}

/// Where the code begins: after a byte order mark and a `#!` line. The newline stays, so that lines are counted right.
fn code_start(text: &str) -> usize {
    let body = text.trim_start_matches('\u{feff}');
    let line = match body.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => body.find('\n').unwrap_or(body.len()),
        _ => 0,
    };
    text.len() - body.len() + line
}

fn parse(text: &str, start: usize, comments: Vec<Span>) -> Result<Unit, String> {
    let file = syn::parse_str::<syn::File>(&text[start..]).map_err(|error| {
        let at = error.span();
        let line = if at.byte_range().is_empty() { text.lines().count() } else { at.start().line };
        format!("line {line}: {}", error.to_string().lines().next().unwrap_or("not rust"))
    })?;
    let unit = Unit { comments, ..Unit::default() };
    let mut lowering = Lowering { text, start, depth: 0, out: Vec::new(), unit };
    lowering.attributes(&file.attrs);
    file.items.iter().for_each(|item| lowering.item(item));
    lowering.unit.root = lowering.out;
    lowering.unit.comments.sort();
    Ok(lowering.unit)
}

struct Lowering<'a> {
    text: &'a str,
    /// What offsets of tokens are counted from.
    start: usize,
    depth: usize,
    /// The statements of the function being lowered.
    out: Vec<Node>,
    unit: Unit,
}

fn empty(at: Span) -> Node {
    Node::new(at, Expr::Unknown(Vec::new()))
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.expr, Expr::Unknown(nodes) if nodes.is_empty())
}

fn symbol(ident: &syn::Ident) -> Symbol {
    ident.unraw().to_string().into()
}

fn member(member: &syn::Member) -> Symbol {
    match member {
        syn::Member::Named(ident) => symbol(ident),
        syn::Member::Unnamed(index) => index.index.to_string().into(),
    }
}

fn name(at: Span, name: impl Into<Symbol>) -> Node {
    Node::new(at, Expr::Name(name.into()))
}

fn bind(at: Span, target: Node, value: Node, of: Option<Symbol>) -> Node {
    Node::new(at, Expr::Bind { target: Box::new(target), value: Box::new(value), of })
}

fn call(at: Span, callee: Node, args: Vec<Arg>) -> Node {
    Node::new(at, Expr::Call { callee: Box::new(callee), args })
}

fn compare(at: Span, left: Node, right: Node) -> Node {
    call(at, name(at, COMPARE), vec![Arg::of(left), Arg::of(right)])
}

/// The operands of a sum as one string.
fn concatenated(at: Span, operands: Vec<Node>) -> Node {
    Node::new(at, Expr::Str(super::spelling::concatenated(operands)))
}

/// The node again, if it is small and no call in it has arguments: repeating `name()` is cheap and says nothing new,
/// repeating a request would count it twice.
fn copy(node: &Node) -> Node {
    fn fits(node: &Node, left: &mut usize) -> bool {
        let mut fit = *left > 0 && !matches!(&node.expr, Expr::Call { args, .. } if !args.is_empty());
        *left = left.saturating_sub(1);
        if fit {
            node.children(&mut |child| fit = fit && fits(child, left));
        }
        fit
    }
    if fits(node, &mut COPIED.clone()) { node.clone() } else { empty(node.span) }
}

impl Lowering<'_> {
    fn range(&self, span: proc_macro2::Span) -> Span {
        let range = span.byte_range();
        Span::new(self.start + range.start, self.start + range.end)
    }

    fn span(&self, of: &impl Spanned) -> Span {
        self.range(of.span())
    }

    fn push(&mut self, node: Node) {
        if !is_empty(&node) {
            self.out.push(node);
        }
    }

    /// Runs `lower` one level deeper; beyond [`DEPTH`] only the strings at `at` are read.
    fn deeper(&mut self, at: Span, lower: impl FnOnce(&mut Self) -> Node) -> Node {
        if self.depth >= DEPTH {
            let text = self.text.get(at.start as usize..at.end as usize).unwrap_or_default();
            let strings = text.parse().map(|tokens: TokenStream| self.strings(tokens, at.start as usize));
            return Node::new(at, Expr::Unknown(strings.unwrap_or_default()));
        }
        self.depth += 1;
        let node = lower(self);
        self.depth -= 1;
        node
    }

    fn value(&mut self, expr: &Rust) -> Node {
        let at = self.span(expr);
        self.deeper(at, |this| this.by_kind(expr, at))
    }

    fn values<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Rust>) -> Vec<Node> {
        exprs.into_iter().map(|expr| self.value(expr)).collect()
    }

    fn args<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Rust>) -> Vec<Arg> {
        exprs.into_iter().map(|expr| Arg::of(self.value(expr))).collect()
    }

    fn by_kind(&mut self, expr: &Rust, at: Span) -> Node {
        match expr {
            Rust::Lit(expr) => self.literal(&expr.lit, at),
            Rust::Path(expr) => self.path(expr.qself.as_ref(), &expr.path),
            Rust::Paren(expr) => self.value(&expr.expr),
            Rust::Group(expr) => self.value(&expr.expr),
            Rust::Reference(expr) => self.value(&expr.expr),
            Rust::RawAddr(expr) => self.value(&expr.expr),
            Rust::Unary(expr) => self.value(&expr.expr),
            Rust::Try(expr) => self.value(&expr.expr),
            Rust::Await(expr) => self.value(&expr.base),
            Rust::Cast(expr) => self.value(&expr.expr),
            Rust::Block(expr) => self.block(&expr.block),
            Rust::Unsafe(expr) => self.block(&expr.block),
            Rust::Const(expr) => self.block(&expr.block),
            Rust::Async(expr) => self.block(&expr.block),
            Rust::TryBlock(expr) => self.block(&expr.block),
            Rust::Macro(expr) => self.macro_call(&expr.mac),
            Rust::Binary(expr) => self.binary(expr, at),
            Rust::If(expr) => self.choose(expr, at),
            Rust::Match(expr) => self.select(expr, at),
            Rust::Field(expr) => Node::new(at, Expr::Member(Box::new(self.value(&expr.base)), member(&expr.member))),
            Rust::MethodCall(expr) => {
                let receiver = self.value(&expr.receiver);
                let callee = Span { start: at.start, end: self.range(expr.method.span()).end };
                let callee = Node::new(callee, Expr::Member(Box::new(receiver), symbol(&expr.method)));
                call(at, callee, self.args(&expr.args))
            }
            Rust::Call(expr) => {
                let callee = self.value(&expr.func);
                call(at, callee, self.args(&expr.args))
            }
            Rust::Struct(expr) => {
                let mut args = Vec::new();
                for field in &expr.fields {
                    let label = Some(member(&field.member));
                    args.push(Arg { label, spread: false, value: self.value(&field.expr) });
                }
                let rest = expr.rest.iter().map(|rest| Arg { spread: true, ..Arg::of(self.value(rest)) });
                args.extend(rest);
                let own = self.own_type(&expr.path);
                call(at, own.unwrap_or_else(|| self.path(expr.qself.as_ref(), &expr.path)), args)
            }
            Rust::Index(expr) => {
                let object = Box::new(self.value(&expr.expr));
                Node::new(at, Expr::Index(object, Box::new(self.value(&expr.index))))
            }
            Rust::Array(expr) => Node::new(at, Expr::List(self.values(&expr.elems))),
            Rust::Tuple(expr) => Node::new(at, Expr::List(self.values(&expr.elems))),
            Rust::Repeat(expr) => Node::new(at, Expr::List(vec![self.value(&expr.expr)])),
            Rust::Range(expr) => {
                let ends = expr.start.iter().chain(&expr.end).map(|end| &**end);
                Node::new(at, Expr::Unknown(self.values(ends)))
            }
            Rust::Closure(expr) => {
                let params = expr.inputs.iter().map(|pat| self.param(pat)).collect();
                let body = self.body(|this| this.value(&expr.body));
                Node::new(at, Expr::Fn { name: None, params, body })
            }
            _ => {
                self.effect(expr, at);
                empty(at)
            }
        }
    }

    fn binary(&mut self, expr: &syn::ExprBinary, at: Span) -> Node {
        use syn::BinOp::*;
        match expr.op {
            Eq(_) | Ne(_) => {
                let left = self.value(&expr.left);
                compare(at, left, self.value(&expr.right))
            }
            AddAssign(_) | SubAssign(_) | MulAssign(_) | DivAssign(_) | RemAssign(_) | BitXorAssign(_)
            | BitAndAssign(_) | BitOrAssign(_) | ShlAssign(_) | ShrAssign(_) => {
                let (target, mut value) = (self.value(&expr.left), self.value(&expr.right));
                if matches!(expr.op, AddAssign(_)) {
                    value = concatenated(at, vec![copy(&target), value]);
                }
                self.out.push(bind(at, target, value, None));
                empty(at)
            }
            _ => {
                // Left spines are walked in a loop: sums of hundreds of terms are ordinary.
                let (mut operands, mut left) = (vec![&*expr.right], &*expr.left);
                while let Rust::Binary(further) = left
                    && std::mem::discriminant(&further.op) == std::mem::discriminant(&expr.op)
                {
                    operands.push(&further.right);
                    left = &further.left;
                }
                operands.push(left);
                let nodes = self.values(operands.into_iter().rev());
                match expr.op {
                    Add(_) => concatenated(at, nodes),
                    _ => Node::new(at, Expr::Unknown(nodes)),
                }
            }
        }
    }

    /// The type that `Self` stands for.
    fn own_type(&self, path: &syn::Path) -> Option<Node> {
        let at = self.span(path);
        let mut around =
            self.unit.classes.iter().rev().filter(|class| path.is_ident("Self") && class.span.contains(at));
        Some(name(at, around.next()?.name.clone()?))
    }

    fn path(&self, qself: Option<&syn::QSelf>, path: &syn::Path) -> Node {
        let mut node = qself
            .filter(|qself| qself.position == 0)
            .and_then(|qself| Some(name(self.span(&*qself.ty), items::type_symbol(&qself.ty)?)));
        for segment in path.segments.iter().take(DEPTH) {
            let at = self.range(segment.ident.span());
            node = Some(match node {
                None => name(at, symbol(&segment.ident)),
                Some(object) => {
                    let at = Span { start: object.span.start, end: at.end };
                    Node::new(at, Expr::Member(Box::new(object), symbol(&segment.ident)))
                }
            });
        }
        node.unwrap_or_else(|| empty(self.span(path)))
    }

    fn literal(&self, literal: &syn::Lit, at: Span) -> Node {
        let text = match literal {
            syn::Lit::Str(it) => it.value(),
            syn::Lit::ByteStr(it) => String::from_utf8_lossy(&it.value()).into_owned(),
            syn::Lit::CStr(it) => it.value().to_string_lossy().into_owned(),
            syn::Lit::Char(it) => it.value().to_string(),
            _ => return empty(at),
        };
        let piece = (!text.is_empty()).then_some(Piece::Text(text));
        Node::new(at, Expr::Str(piece.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn unit(text: &str) -> Unit {
        lower(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    pub fn slices<'t>(text: &'t str, spans: &[Span]) -> Vec<&'t str> {
        spans.iter().map(|span| &text[span.start as usize..span.end as usize]).collect()
    }

    pub fn printed(text: &str) -> String {
        joined(&unit(text).root, "; ")
    }

    /// The statements of a function body.
    pub fn body(statements: &str) -> String {
        match unit(&format!("fn f() {{ {statements} }}")).root.as_slice() {
            [Node { expr: Expr::Fn { body, .. }, .. }] => joined(body, "; "),
            root => joined(root, "; "),
        }
    }

    fn joined<'n>(nodes: impl IntoIterator<Item = &'n Node>, between: &str) -> String {
        nodes.into_iter().map(print).collect::<Vec<_>>().join(between)
    }

    fn print(node: &Node) -> String {
        let of = |of: &Option<Symbol>| of.as_ref().map(|of| format!(": {of}")).unwrap_or_default();
        match &node.expr {
            Expr::Str(pieces) => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Hole(hole) => format!("{{{}}}", print(hole)),
                });
                format!("\"{}\"", pieces.collect::<String>())
            }
            Expr::Name(name) => name.to_string(),
            Expr::Member(object, member) => format!("{}.{member}", print(object)),
            Expr::Index(object, index) => format!("{}[{}]", print(object), print(index)),
            Expr::Call { callee, args } => {
                let args = args.iter().map(|arg| {
                    let label = arg.label.as_ref().map(|label| format!("{label}=")).unwrap_or_default();
                    format!("{}{label}{}", if arg.spread { ".." } else { "" }, print(&arg.value))
                });
                format!("{}({})", print(callee), args.collect::<Vec<_>>().join(", "))
            }
            Expr::Object(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| format!("{}: {}", print(key), print(value)));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
            Expr::List(nodes) => format!("[{}]", joined(nodes, ", ")),
            Expr::Choice(nodes) => format!("<{}>", joined(nodes, " | ")),
            Expr::Bind { target, value, of: declared } => {
                format!("{}{} := {}", print(target), of(declared), print(value))
            }
            Expr::Fn { name, params, body } => {
                let params = params.iter().map(|param| format!("{}{}", param.name, of(&param.of)));
                let params = params.collect::<Vec<_>>().join(", ");
                format!("fn {}({params}) {{ {} }}", name.as_deref().unwrap_or_default(), joined(body, "; "))
            }
            Expr::Unknown(nodes) => format!("?({})", joined(nodes, ", ")),
        }
    }

    #[test]
    fn wrappers_mean_what_they_wrap() {
        assert_eq!(body("(&*a.b::<T>(c)?).await as &str;"), "a.b(c)");
        assert_eq!(body(r###"f("a", b"b", c"c", r#"d"#, 'e', "", 1);"###), r#"f("a", "b", "c", "d", "e", "", ?())"#);
    }

    #[test]
    fn a_sum_is_one_string() {
        assert_eq!(body(r#"a.b() + "/x" + &(c + "y") + 1;"#), r#""{a.b()}/x{c}y{?()}""#);
        assert_eq!(body(&vec!["\"a\""; 600].join(" + ")), format!("return := \"{}\"", "a".repeat(600)));
    }

    #[test]
    fn names_members_calls_and_literals_of_a_struct() {
        assert_eq!(body("a::B::<T>::c(d.0)[e];"), "a.B.c(d.0)[e]");
        assert_eq!(body(r#"C { n: "sid", v, ..D::d() };"#), r#"C(n="sid", v=v, ..D.d())"#);
        assert_eq!(body("<A<T>>::r#type(a != b);"), "A.type(==(a, b))");
    }

    #[test]
    fn offsets_are_bytes_of_the_whole_text() {
        let text =
            "\u{feff}#!/usr/bin/env it's\n// ä\nconst Ä: &str = /* ö */ \"ü\"; #[ö(\"ß\")] fn f() { é.x(\"y\").z; }";
        let unit = unit(text);
        fn collect(node: &Node, spans: &mut Vec<Span>) {
            spans.push(node.span);
            node.children(&mut |child| collect(child, spans));
        }
        let mut spans = Vec::new();
        unit.root.iter().for_each(|node| collect(node, &mut spans));
        let expected = [
            "const Ä: &str = /* ö */ \"ü\";",
            "Ä",
            "\"ü\"",
            "#[ö(\"ß\")]",
            "ö",
            "\"ß\"",
            "fn f() { é.x(\"y\").z; }",
            "é.x(\"y\").z",
            "é.x(\"y\")",
            "é.x",
            "é",
            "\"y\"",
        ];
        assert_eq!(slices(text, &spans), expected);
        assert_eq!(slices(text, &unit.comments), ["// ä", "/* ö */"]);
    }

    #[test]
    fn what_is_not_rust_is_refused_with_its_line() {
        assert!(lower("fn f() {\n let = 3;\n}").is_err_and(|error| error.starts_with("line 2: expected ")));
        assert!(lower("\nfn f()\n\n").is_err_and(|error| error.starts_with("line 3: ")));
        let deep = format!("fn f() {{ {}{} }}", "(".repeat(600), ")".repeat(600));
        assert_eq!(lower(&deep).err().as_deref(), Some("line 1: nested too deeply"));
    }

    #[test]
    fn strings_are_seen_however_deep() {
        for (open, close) in [("f(", ")"), ("{ (", ") }"), ("m!(", ")"), ("[|| ", "]")] {
            let text = format!("fn f() {{ {}\"sid\"{} }}", open.repeat(230), close.repeat(230));
            assert!(printed(&text).contains("\"sid\""), "{open}");
        }
        let chain = format!("fn f() {{ a.b(\"sid\"){} }}", ".c()".repeat(1_900));
        assert!(printed(&chain).contains("\"sid\""));
    }
}
