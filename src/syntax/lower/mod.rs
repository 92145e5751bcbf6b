//! Lowers a syntax tree to the common form by a grammar table, following six laws instead of code per language. The only
//! stage that sees tree-sitter.
//!
//! 1. A kind without a row is transparent if it has one named child, else unknown with its children; so is a row whose
//!    parts are not all there.
//! 2. A string's text is its bytes less its holes and its anonymous children.
//! 3. A join looks at the text between its parts.
//! 4. A list of pairs is an object; a pair among arguments is a labelled argument.
//! 5. In a command, a word that starts with `-` labels its successor.
//! 6. Code around a syntax error is still read.
//! 7. A block after a call is its last argument.

mod functions;
mod imports;
mod text;

use tree_sitter::{Node as Tree, Parser};

use super::expr::{Arg, COMPARE, Expr, Import, Node, Parsed, Span, Symbol, Unit};
use super::spelling::{bind_return, type_symbol, unquoted};
use super::table::{Part, Role, Row, Table, many, named, one};

/// Deeper nesting is read as the strings in it. A real program is far shallower; a recursion of this depth fits any stack.
const DEPTH: usize = 256;

/// Parses `text` with `grammar` and lowers it by `table`.
///
/// # Errors
/// Says why the parser gave nothing: the grammar does not load, or the parse was called off by `go_on`.
pub fn lower(
    text: &str,
    grammar: &tree_sitter::Language,
    table: &Table,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Unit, String> {
    let mut parser = Parser::new();
    parser.set_language(grammar).map_err(|error| format!("the grammar does not load: {error}"))?;
    let bytes = text.as_bytes();
    let mut progress = |_: &tree_sitter::ParseState| match go_on() {
        true => std::ops::ControlFlow::Continue(()),
        false => std::ops::ControlFlow::Break(()),
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let tree = parser
        .parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
        .ok_or("the parser took too long")?;
    let mut lowering = Lowering { text, table, depth: 0, unit: Unit::default() };
    let root = tree.root_node();
    lowering.survey(root);
    let nodes = lowering.nodes(named(root));
    lowering.unit.root = nodes;
    Ok(lowering.unit)
}

impl Default for Unit {
    fn default() -> Self {
        Unit {
            root: Vec::new(),
            imports: Vec::new(),
            comments: Vec::new(),
            branches: Vec::new(),
            classes: Vec::new(),
            parsed: Parsed::Whole,
        }
    }
}

struct Lowering<'a> {
    text: &'a str,
    table: &'a Table,
    depth: usize,
    unit: Unit,
}

fn span(tree: Tree) -> Span {
    Span::new(tree.start_byte(), tree.end_byte())
}

impl<'a> Lowering<'a> {
    /// Collects comments, branches, classes and syntax errors in one walk that keeps no stack of its own.
    fn survey(&mut self, root: Tree) {
        let mut cursor = root.walk();
        let mut errors = Vec::new();
        loop {
            let node = cursor.node();
            let flags = self.table.flags(node);
            if flags.comment || self.table.is_prose(node) {
                self.unit.comments.push(span(node));
            }
            if flags.class {
                self.unit.classes.push(span(node));
            }
            self.unit.branches.extend(self.table.branches(node).map(span));
            if node.is_error() || node.is_missing() {
                errors.push(span(node));
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    if !errors.is_empty() {
                        self.unit.parsed = Parsed::WithErrors(errors);
                    }
                    return;
                }
            }
        }
    }

    fn slice(&self, tree: Tree) -> &'a str {
        self.text.get(tree.byte_range()).unwrap_or_default()
    }

    fn nodes(&mut self, trees: Vec<Tree>) -> Vec<Node> {
        trees.into_iter().filter_map(|tree| self.node(tree)).collect()
    }

    fn boxed(&mut self, tree: Tree) -> Option<Box<Node>> {
        self.node(tree).map(Box::new)
    }

    /// Lowers one node; `None` for what is passed over.
    fn node(&mut self, tree: Tree) -> Option<Node> {
        if self.depth >= DEPTH {
            return Some(self.strings_below(tree));
        }
        if self.table.is_prose(tree) {
            return None;
        }
        self.depth += 1;
        let decoration = self.table.decoration(tree);
        let lowered = self.by_table(tree, decoration);
        let decorations = decoration.map_or_else(Vec::new, |decoration| self.decorations(decoration));
        self.depth -= 1;
        if decorations.is_empty() {
            return lowered;
        }
        let nodes = decorations.into_iter().chain(lowered).collect();
        Some(Node::new(span(tree), Expr::Unknown(nodes)))
    }

    fn by_table(&mut self, tree: Tree, without: Option<Tree>) -> Option<Node> {
        let table = self.table;
        for row in table.rows(tree) {
            if row.role == Role::Skip {
                return None;
            }
            if let Some(expr) = self.row(tree, row) {
                return Some(Node::new(span(tree), expr));
            }
        }
        let children = named(tree).into_iter().filter(|child| Some(*child) != without);
        let mut children = self.nodes(children.collect());
        match children.len() {
            1 => children.pop(),
            _ => Some(Node::new(span(tree), Expr::Unknown(children))),
        }
    }

    /// Everything below a node that is nested too deeply, as the strings in it.
    fn strings_below(&mut self, tree: Tree) -> Node {
        let mut strings = Vec::new();
        let mut cursor = tree.walk();
        let start = cursor.node();
        'walk: loop {
            let node = cursor.node();
            let is_string = self.table.rows(node).iter().any(|row| row.role == Role::String);
            if is_string {
                strings.push(Node::text(span(node), unquoted(self.slice(node))));
            }
            if !is_string && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() || cursor.node() == start {
                    break 'walk;
                }
            }
        }
        Node::new(span(tree), Expr::Unknown(strings))
    }

    /// Lowers a node by a row; `None` if its parts are not all there.
    fn row(&mut self, tree: Tree, row: &Row) -> Option<Expr> {
        let parts = row.parts.as_slice();
        let part = |at: usize| parts.get(at).and_then(|part| one(tree, *part));
        match row.role {
            Role::String => Some(self.string(tree)),
            Role::Name => Some(Expr::Name(self.slice(tree).into())),
            Role::Member => {
                let member = self.slice(part(1)?).into();
                Some(Expr::Member(self.boxed(part(0)?)?, member))
            }
            Role::Index => {
                let index = self.boxed(part(1)?)?;
                Some(Expr::Index(self.boxed(part(0)?)?, index))
            }
            Role::Call => {
                let callee = self.boxed(part(0)?)?;
                let given = parts[1..].iter().flat_map(|part| many(tree, *part)).collect();
                self.call(callee, given)
            }
            Role::BlockCall => {
                let block = Arg { label: None, spread: false, value: self.node(part(parts.len() - 1)?)? };
                let callee = self.boxed(part(0)?)?;
                let given: Vec<Tree> = parts[1..parts.len() - 1].iter().flat_map(|part| many(tree, *part)).collect();
                let (callee, mut args) = match callee.expr {
                    // Law 7.
                    Expr::Call { callee, args } if given.is_empty() => (callee, args),
                    _ => match self.call(callee, given)? {
                        Expr::Call { callee, args } => (callee, args),
                        other => return Some(other),
                    },
                };
                args.push(block);
                Some(Expr::Call { callee, args })
            }
            Role::Method => self.method(part(0), part(1)?, parts.get(2..).unwrap_or_default(), tree),
            Role::Command => {
                let callee = self.boxed(part(0)?)?;
                let words = parts[1..].iter().flat_map(|part| many(tree, *part)).collect();
                Some(Expr::Call { callee, args: self.words(words) })
            }
            Role::Args | Role::List => Some(self.list(tree)),
            Role::Join => self.join(tree, parts),
            Role::Append => self.append(part(0)?, part(1)?),
            Role::Choice => {
                let chosen = parts.iter().filter_map(|part| one(tree, *part)).collect();
                Some(Expr::Choice(self.nodes(chosen)))
            }
            Role::Inner => self.node(part(0)?).map(|node| node.expr),
            Role::Pair => {
                let value = self.node(part(1)?)?;
                Some(Expr::Unknown(vec![self.key(part(0)?)?, value]))
            }
            Role::Shorthand => Some(Expr::Name(self.slice(tree).into())),
            Role::Spread => Some(Expr::Unknown(self.nodes(named(tree)))),
            Role::Bind => self.bind(tree, parts),
            Role::Each => {
                let (target, value) = (self.boxed(part(0)?)?, self.boxed(part(1)?)?);
                let at = span(part(0)?);
                let rest = named(tree).into_iter().filter(|child| Some(*child) != part(0) && Some(*child) != part(1));
                let mut nodes = vec![Node::new(at, Expr::Bind { target, value, of: None })];
                nodes.extend(self.nodes(rest.collect()));
                Some(Expr::Unknown(nodes))
            }
            Role::Function => self.function(tree, parts),
            Role::Return => {
                let value = self.boxed(part(0)?)?;
                Some(bind_return(value))
            }
            Role::Import => {
                self.import(tree, part(0)?);
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Modules => {
                self.modules(tree);
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Qualified => {
                self.qualified(tree, part(0)?, part(1));
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Skip => None,
        }
    }

    /// A call of `callee`, or a name for what it imports.
    fn call(&mut self, callee: Box<Node>, given: Vec<Tree>) -> Option<Expr> {
        let mut args = Vec::new();
        for tree in given {
            let is_args = self.table.rows(tree).iter().any(|row| row.role == Role::Args);
            let each = if is_args { named(tree) } else { vec![tree] };
            for tree in each {
                args.extend(self.arg(tree));
            }
        }
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
        Some(Expr::Call { callee, args })
    }

    /// A call that names receiver, method and arguments in one node. Without arguments it is a member, where the language
    /// spells members as calls.
    fn method(&mut self, receiver: Option<Tree>, name: Tree, rest: &[Part], tree: Tree) -> Option<Expr> {
        let at = Span::new(receiver.map_or(name.start_byte(), |node| node.start_byte()), name.end_byte());
        let word: Symbol = self.slice(name).into();
        let receiver = receiver.and_then(|node| self.boxed(node));
        let given: Vec<Tree> = rest.iter().flat_map(|part| many(tree, *part)).collect();
        let expr = match receiver {
            Some(receiver) => Expr::Member(receiver, word),
            None => Expr::Name(word),
        };
        if given.is_empty() {
            return Some(expr);
        }
        let call = self.call(Box::new(Node::new(at, expr)), given)?;
        Some(self.comparison(call))
    }

    /// A method that compares is a comparison: of its receiver and its argument, or of its two arguments.
    fn comparison(&self, call: Expr) -> Expr {
        match call {
            Expr::Call { callee, mut args } => match callee.expr {
                Expr::Member(object, word) if self.table.compare.iter().any(|have| **have == *word) => {
                    if args.len() == 1 {
                        args.insert(0, Arg { label: None, spread: false, value: *object });
                    }
                    Expr::Call { callee: Box::new(Node::new(callee.span, Expr::Name(COMPARE.into()))), args }
                }
                expr => Expr::Call { callee: Box::new(Node::new(callee.span, expr)), args },
            },
            other => other,
        }
    }

    /// The words of a command as arguments. A flag labels the word after it, which stays a word too unless a library says
    /// that the flag takes a value; `--flag=value` is a labelled argument.
    fn words(&mut self, trees: Vec<Tree>) -> Vec<Arg> {
        let mut args: Vec<Arg> = Vec::new();
        let mut flag: Option<Symbol> = None;
        for value in self.nodes(trees) {
            let text = value.literal().unwrap_or_default().to_owned();
            let label = flag.take();
            match text.strip_prefix('-') {
                Some(_) if text.len() > 1 => match text.split_once('=') {
                    Some((name, inner)) if text.starts_with("--") => {
                        let value = Node::text(value.span, inner);
                        args.push(Arg { label: Some(name.into()), spread: false, value });
                    }
                    _ => {
                        flag = Some(text.as_str().into());
                        args.push(Arg {
                            label: Some(text.as_str().into()),
                            spread: false,
                            value: Node::new(value.span, Expr::List(Vec::new())),
                        });
                    }
                },
                _ => args.push(Arg { label, spread: false, value }),
            }
        }
        args
    }

    fn arg(&mut self, tree: Tree) -> Option<Arg> {
        let table = self.table;
        if let Some(row) = table.rows(tree).first() {
            let part = |at: usize| row.parts.get(at).and_then(|part| one(tree, *part));
            match row.role {
                Role::Pair if part(1).is_some() => {
                    let label = part(0).map(|key| unquoted(self.slice(key)).into());
                    let value = self.node(part(1)?)?;
                    return Some(Arg { label, spread: false, value });
                }
                Role::Spread => {
                    let value = self.node(named(tree).into_iter().next()?)?;
                    return Some(Arg { label: None, spread: true, value });
                }
                _ => {}
            }
        }
        // An argument's own node around a pair: `mapOf("a" to b)`.
        let is_pair = |tree: Tree| table.rows(tree).first().is_some_and(|row| row.role == Role::Pair);
        match tree.named_child(0).filter(|child| tree.named_child_count() == 1 && is_pair(tree) && is_pair(*child)) {
            Some(inner) => self.arg(inner),
            None => Some(Arg { label: None, spread: false, value: self.node(tree)? }),
        }
    }

    fn key(&mut self, tree: Tree) -> Option<Node> {
        match self.table.flags(tree).key {
            true => Some(Node::text(span(tree), self.slice(tree))),
            false => self.node(tree),
        }
    }

    /// Law 4.
    fn list(&mut self, tree: Tree) -> Expr {
        let table = self.table;
        let (mut pairs, mut nodes) = (Vec::new(), Vec::new());
        for child in named(tree) {
            let row = table.rows(child).first();
            let part = |at: usize| row.and_then(|row| row.parts.get(at)).and_then(|part| one(child, *part));
            match row.map(|row| row.role) {
                Some(Role::Skip) => {}
                Some(Role::Pair) => {
                    let key = part(0).and_then(|key| self.key(key));
                    let value = part(1).and_then(|value| self.node(value));
                    pairs.extend(key.zip(value));
                }
                Some(Role::Shorthand) => {
                    let name = self.slice(child);
                    pairs.push((Node::text(span(child), name), Node::new(span(child), Expr::Name(name.into()))));
                }
                Some(Role::Function) if part(0).is_some() => {
                    let key = part(0).and_then(|key| self.key(key));
                    pairs.extend(key.zip(self.node(child)));
                }
                Some(Role::Spread) => {
                    if let Some(value) = self.node(child) {
                        nodes.push(value);
                    }
                }
                _ => nodes.extend(self.node(child)),
            }
        }
        if pairs.is_empty() {
            return Expr::List(nodes);
        }
        // What stands beside pairs is spread into the object, or is a name taken from it (destructuring).
        pairs.extend(nodes.into_iter().map(|node| match &node.expr {
            Expr::Name(name) => (Node::text(node.span, &**name), node),
            _ => (Node::text(node.span, "..."), node),
        }));
        Expr::Object(pairs)
    }

    fn bind(&mut self, tree: Tree, parts: &[Part]) -> Option<Expr> {
        let part = |at: usize| parts.get(at).and_then(|part| one(tree, *part));
        let of = part(2).and_then(|of| type_symbol(self.slice(of)));
        let target = self.boxed(part(0)?)?;
        let value = match parts.get(1) {
            Some(Part::Absent) => Box::new(Node::new(span(tree), Expr::Unknown(Vec::new()))),
            _ => self.boxed(part(1)?)?,
        };
        Some(Expr::Bind { target, value, of })
    }
}
