//! The one expression type that every language is lowered to. Knows nothing of any language, client or rule.
//!
//! Eleven constructors, no statements and no operators. A `return` is a [`Expr::Bind`] of the symbol [`RETURN`], so that
//! what a function gives back is found like any other value. Spans are byte offsets into the host file.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A name in the source: an identifier, a member, a label. Atomic, since a parser may run on a thread of its own.
pub type Symbol = Arc<str>;

/// The symbol that the value of a `return` is bound to.
pub const RETURN: &str = "return";

/// The callee of a comparison (`==`, `===`, `-eq`), which is lowered to a call of two arguments.
pub const COMPARE: &str = "==";

/// The callee of a `%` between two operands, which a library may declare to fill directives.
pub const PERCENT: &str = "%";

/// A range of bytes, start included, end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes. Files are capped far below 4 GiB, so the offsets fit.
    pub fn new(start: usize, end: usize) -> Self {
        let fit = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: fit(start), end: fit(end) }
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the whole expression stands.
    pub span: Span,
    /// What it is.
    pub expr: Expr,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Text and holes in order: every literal, template, format and concatenation.
    Str(Vec<Piece>),
    /// A name standing alone.
    Name(Symbol),
    /// `object.member`, `object->member`, `path::member`.
    Member(Box<Node>, Symbol),
    /// `object[index]`.
    Index(Box<Node>, Box<Node>),
    /// A call; also `new`, a struct literal with a type, a comparison, a shell command.
    Call {
        /// What is called.
        callee: Box<Node>,
        /// The arguments in order.
        args: Vec<Arg>,
    },
    /// Keys and values. A key that is spelled as a bare word in the source is a [`Expr::Str`].
    Object(Vec<(Node, Node)>),
    /// A list, tuple or array.
    List(Vec<Node>),
    /// One of these: `?:`, `||`, `??`, `match` arms.
    Choice(Vec<Node>),
    /// Assignment, constant, field, `return`.
    Bind {
        /// What is bound: a name, a member, an index, or a list or object of names (destructuring).
        target: Box<Node>,
        /// The value bound to it.
        value: Box<Node>,
        /// The declared type, if one is written.
        of: Option<Symbol>,
    },
    /// A function, method, lambda or closure.
    Fn {
        /// Its name, if the definition has one.
        name: Option<Symbol>,
        /// Its parameters.
        params: Vec<Param>,
        /// Everything in its body, in order.
        body: Vec<Node>,
    },
    /// Anything else; its children are still seen.
    Unknown(Vec<Node>),
}

/// The name, which no code can spell, of what a module itself is to those that import it.
pub const WHOLE: &str = "the module itself";

/// A part of a string.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Literal text.
    Text(String),
    /// A value filled in at run time.
    Hole(Box<Node>),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// The name it is given by (`timeout=5`), if any.
    pub label: Option<Symbol>,
    /// Whether it is spread into the call (`...x`, `**x`).
    pub spread: bool,
    /// The value.
    pub value: Node,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Symbol,
    /// Its declared type: the leading path of the type's text, references and generics removed.
    pub of: Option<Symbol>,
    /// Its default value.
    pub default: Option<Node>,
    /// Where it stands.
    pub span: Span,
}

/// A name that a file imports.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The module as written: `axios`, `urllib.request`, `reqwest::blocking`.
    pub module: String,
    /// The exported name; `None` for the module itself.
    pub name: Option<Symbol>,
    /// The name it is known by in this file; `None` for an import for effect, or of everything.
    pub local: Option<Symbol>,
    /// Where the import stands.
    pub span: Span,
}

/// How a file was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Parsed {
    /// Without a syntax error.
    #[default]
    Whole,
    /// With syntax errors at these places; the code around them was read.
    WithErrors(Vec<Span>),
    /// As text only, for this reason.
    Lexical(String),
    /// By the tokens of its language: no grammar is there for it.
    Tokens,
    /// As plain text: its language is not known.
    Text,
}

impl Parsed {
    /// Read with the syntax `errors`, if there are any.
    pub fn with(errors: Vec<Span>) -> Self {
        if errors.is_empty() { Self::Whole } else { Self::WithErrors(errors) }
    }
}

/// Names that stand for objects that no expression spells out.
#[derive(Clone, Debug, Default)]
pub struct Implied {
    /// The object of the method around.
    pub this: Vec<String>,
    /// The same object as what it takes members from made it: `super`.
    pub parent: Vec<String>,
    /// The same where it need not be spelled.
    pub unspelled: Vec<String>,
    /// The program's global object.
    pub global: Vec<String>,
    /// Constructors that do not go by their class's name: `__init__`.
    pub maker: Vec<String>,
    /// Functions that raise an error rather than give something back.
    pub never: Vec<String>,
    /// Members and functions that give the class of an object, which has its constants: `self.class`, `type(self)`.
    pub kind: Vec<String>,
}

/// A class or another type with members.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Where it stands.
    pub span: Span,
    /// Its name, if it has one.
    pub name: Option<Symbol>,
    /// Words of its head after the name, among them the types that it takes members from.
    pub bases: Vec<Symbol>,
    /// What its head says that it is made with: `class Client(val base: String)`.
    pub params: Vec<Param>,
}

/// A file in the language-neutral form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    /// Top-level expressions in order.
    pub root: Vec<Node>,
    /// Everything the file imports.
    pub imports: Vec<Import>,
    /// Spans of comments and documentation strings.
    pub comments: Vec<Span>,
    /// Spans that run only under a condition, outer before inner.
    pub branches: Vec<Span>,
    /// Classes and other types with members, outer before inner.
    pub classes: Vec<Class>,
    /// Functions that belong to a type which is not around them (`func (c *Client) Do()`), by that type.
    pub methods: Vec<Class>,
    /// Spans of text of a page around the code.
    pub markup: Vec<Span>,
    /// The languages of scripts and expressions in it, where it is of another itself.
    pub scripts: Vec<String>,
    /// The keys of a pair that says what a name stands for elsewhere in it, in data that another program fills in.
    pub variables: Vec<(String, String)>,
    /// How the file was read.
    pub parsed: Parsed,
}

impl Unit {
    /// Takes what was read from a script in it, but for its expressions.
    pub fn take(&mut self, language: &str, script: &mut Unit) {
        self.speaks(language);
        self.imports.append(&mut script.imports);
        self.comments.append(&mut script.comments);
        self.branches.append(&mut script.branches);
        self.classes.append(&mut script.classes);
        self.methods.append(&mut script.methods);
    }

    /// Notes that an expression of `language` stands in it.
    pub fn speaks(&mut self, language: &str) {
        if !self.scripts.iter().any(|have| have == language) {
            self.scripts.push(language.to_owned());
        }
    }
}

impl Arg {
    /// An argument without a label.
    pub fn of(value: Node) -> Self {
        Self { label: None, spread: false, value }
    }

    /// What a decoration is given: the function with a body, or the class, that it stands on, which nothing writes there.
    pub fn decorated(at: u32) -> Self {
        let span = Span { start: at, end: at };
        Self::of(Node::new(span, Expr::Fn { name: None, params: Vec::new(), body: Vec::new() }))
    }

    /// Whether it is what a decoration is given.
    pub fn is_decorated(&self) -> bool {
        matches!(self.value.expr, Expr::Fn { .. }) && self.value.span.start == self.value.span.end
    }
}

impl Expr {
    /// A bind that declares no type.
    pub fn bind(target: impl Into<Box<Node>>, value: impl Into<Box<Node>>) -> Self {
        Self::Bind { target: target.into(), value: value.into(), of: None }
    }
}

/// Those of a choice's nodes that can be its value. What it is decided by is a comparison, and none.
pub fn values(nodes: &[Node]) -> impl Iterator<Item = &Node> {
    let is_comparison = |node: &&Node| match &node.expr {
        Expr::Call { callee, .. } => matches!(&callee.expr, Expr::Name(name) if &**name == COMPARE),
        _ => false,
    };
    nodes.iter().filter(move |node| !is_comparison(node))
}

impl Node {
    /// A node of `expr` at `span`.
    pub fn new(span: Span, expr: Expr) -> Self {
        Self { span, expr }
    }

    /// A string of one literal text.
    pub fn text(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, Expr::Str(vec![Piece::Text(text.into())]))
    }

    /// The text of a string without holes, else `None`.
    pub fn literal(&self) -> Option<&str> {
        match &self.expr {
            Expr::Str(pieces) => match pieces.as_slice() {
                [] => Some(""),
                [Piece::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The word that a key or label stands for: a literal's text or a bare name.
    pub fn word(&self) -> Option<&str> {
        match &self.expr {
            Expr::Name(name) => Some(name),
            _ => self.literal(),
        }
    }

    /// The same, or the last word of a member: `header::COOKIE`.
    pub fn last_word(&self) -> Option<&str> {
        match &self.expr {
            Expr::Member(_, member) => Some(member),
            _ => self.word(),
        }
    }

    /// The elements of a list; of anything else itself.
    pub fn elements(&self) -> &[Node] {
        match &self.expr {
            Expr::List(nodes) => nodes,
            _ => std::slice::from_ref(self),
        }
    }

    /// The text that a string begins with; none of one that begins with a hole, and of what is no string.
    pub fn lead(&self) -> &str {
        match &self.expr {
            Expr::Str(pieces) => match pieces.first() {
                Some(Piece::Text(text)) => text,
                _ => "",
            },
            _ => "",
        }
    }

    /// What the node is with one more argument, as its `first` or its last: the call that it is, else a call of it.
    pub fn called_with(self, arg: Arg, first: bool) -> Expr {
        match self.expr {
            Expr::Call { callee, mut args } => {
                args.insert(if first { 0 } else { args.len() }, arg);
                Expr::Call { callee, args }
            }
            expr => Expr::Call { callee: Box::new(Node::new(self.span, expr)), args: vec![arg] },
        }
    }

    /// What a member is taken of; of a callee, what the call is made on.
    pub fn receiver(&self) -> Option<&Node> {
        match &self.expr {
            Expr::Member(object, _) => Some(object),
            _ => None,
        }
    }

    /// Calls `visit` for every direct child, in source order.
    pub fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match &self.expr {
            Expr::Str(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::Hole(node) = piece {
                    visit(node);
                }
            }),
            Expr::Name(_) => {}
            Expr::Member(object, _) => visit(object),
            Expr::Index(object, index) => {
                visit(object);
                visit(index);
            }
            Expr::Call { callee, args } => {
                visit(callee);
                args.iter().for_each(|arg| visit(&arg.value));
            }
            Expr::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Expr::List(nodes) | Expr::Choice(nodes) | Expr::Unknown(nodes) => nodes.iter().for_each(visit),
            Expr::Bind { target, value, .. } => {
                visit(target);
                visit(value);
            }
            Expr::Fn { params, body, .. } => {
                params.iter().filter_map(|param| param.default.as_ref()).for_each(&mut *visit);
                body.iter().for_each(visit);
            }
        }
    }

    /// The same, to change them.
    pub fn children_mut(&mut self, visit: &mut dyn FnMut(&mut Node)) {
        match &mut self.expr {
            Expr::Str(pieces) => pieces.iter_mut().for_each(|piece| {
                if let Piece::Hole(node) = piece {
                    visit(node);
                }
            }),
            Expr::Name(_) => {}
            Expr::Member(object, _) => visit(object),
            Expr::Index(object, index) => {
                visit(object);
                visit(index);
            }
            Expr::Call { callee, args } => {
                visit(callee);
                args.iter_mut().for_each(|arg| visit(&mut arg.value));
            }
            Expr::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Expr::List(nodes) | Expr::Choice(nodes) | Expr::Unknown(nodes) => nodes.iter_mut().for_each(visit),
            Expr::Bind { target, value, .. } => {
                visit(target);
                visit(value);
            }
            Expr::Fn { params, body, .. } => {
                params.iter_mut().filter_map(|param| param.default.as_mut()).for_each(&mut *visit);
                body.iter_mut().for_each(visit);
            }
        }
    }
}
