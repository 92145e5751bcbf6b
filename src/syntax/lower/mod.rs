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
//! 8. An infix operator that joins nothing is a method of what stands left of it.
//! 9. What a statement leaves over on its line is given to the call or name that it ends with.

mod blocks;
mod calls;
mod classes;
mod defined;
mod functions;
mod imports;
mod infix;
mod patches;
mod pieces;
mod switch;
pub(super) mod template;
mod text;
mod values;

use tree_sitter::{Node as Tree, Parser};

use super::expr::{Arg, Expr, Import, Node, Parsed, Piece, Span, Symbol, Unit, WHOLE};
use super::spelling::{type_symbol, unquoted};
use super::table::{Part, Role, Row, Table, many, named, nth, one};

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
    match table.most_lines {
        Some(most) if text.lines().count() > most => {
            pieces::lower(text, most / 2, &mut |piece| whole(piece, grammar, table, go_on))
        }
        _ => whole(text, grammar, table, go_on),
    }
}

fn whole(
    text: &str,
    grammar: &tree_sitter::Language,
    table: &Table,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Unit, String> {
    let mut parser = Parser::new();
    parser.set_language(grammar).map_err(|error| format!("the grammar does not load: {error}"))?;
    let patched = patches::patched(text, table);
    let masked = template::masked(&patched, &table.template.pairs);
    let bytes = masked.as_bytes();
    let mut progress = |_: &tree_sitter::ParseState| match go_on() {
        true => std::ops::ControlFlow::Continue(()),
        false => std::ops::ControlFlow::Break(()),
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let tree = parser
        .parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
        .ok_or("the parser took too long")?;
    let mut lowering = Lowering { text, table, depth: 0, receiver: None, subjects: Vec::new(), unit: Unit::default() };
    let root = tree.root_node();
    lowering.survey(root);
    let parts = if table.rows(root).is_empty() { named(root) } else { vec![root] };
    let nodes = lowering.nodes(parts);
    lowering.unit.root = nodes;
    Ok(lowering.unit)
}

struct Lowering<'a> {
    text: &'a str,
    table: &'a Table,
    depth: usize,
    /// The name that the method around gives its own object.
    receiver: Option<&'a str>,
    /// What the cases around are compared with, innermost last; unknown where that is no name.
    subjects: Vec<Node>,
    unit: Unit,
}

/// Whether an argument is a flag of a command, without a value.
fn is_flag(arg: &Arg) -> bool {
    arg.label.as_ref().is_some_and(|label| label.starts_with('-'))
        && matches!(&arg.value.expr, Expr::List(none) if none.is_empty())
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
            if flags.markup {
                self.unit.markup.push(span(node));
            }
            if flags.class {
                let class = self.class(node);
                self.unit.classes.push(class);
            }
            self.unit.classes.extend(self.enclosed(node));
            self.unit.branches.extend(self.table.branches(node).map(span));
            if (node.is_error() && !self.is_stray_comma(node)) || node.is_missing() {
                errors.push(span(node));
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    self.unit.parsed = Parsed::with(errors);
                    return;
                }
            }
        }
    }

    fn slice(&self, tree: Tree) -> &'a str {
        self.text.get(tree.byte_range()).unwrap_or_default()
    }

    /// Whether a node is a comma that the grammar did not expect, as there is between what law 9 is about.
    fn is_stray_comma(&self, tree: Tree) -> bool {
        tree.is_error() && self.slice(tree) == "," && self.table.has_rest
    }

    fn nodes(&mut self, trees: Vec<Tree>) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for tree in trees {
            if self.is_stray_comma(tree) {
                continue;
            }
            match (self.left_over(tree, nodes.last()), nodes.last_mut()) {
                (Some((label, value)), Some(last)) => {
                    let value = self.node(value);
                    value
                        .into_iter()
                        .for_each(|value| infix::give(last, Arg { label: label.clone(), spread: false, value }));
                }
                _ => nodes.extend(self.node(tree)),
            }
        }
        nodes
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
            match row.role {
                Role::Skip => return None,
                Role::Rest => return self.node(nth(tree, &row.parts, 1)?),
                _ => {}
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
            let is_string = self.table.is(node, Role::String);
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
        let part = |at| nth(tree, parts, at);
        match row.role {
            Role::String => Some(template::opened(self.string(tree), &self.table.template, span(tree))),
            Role::Name if self.table.flags(tree).sigil => {
                let name = self.slice(tree).trim_matches(['$', '@', '{', '}']);
                Some(Expr::Name(name.rsplit(':').next().unwrap_or(name).into()))
            }
            Role::Name => Some(Expr::Name(self.own_name(tree))),
            Role::Member => {
                let member = self.symbol(part(1)?);
                let object = match parts.first() {
                    // `.delete` is a member of what the context says.
                    Some(Part::Absent) if self.slice(tree).starts_with('.') => {
                        Box::new(Node::new(span(tree), Expr::Unknown(Vec::new())))
                    }
                    _ => self.boxed(part(0)?)?,
                };
                let is_called = || self.table.called.iter().any(|word| **word == *member) && !self.is_callee(tree);
                if matches!(object.expr, Expr::Call { .. }) && is_called() {
                    let callee = Box::new(Node::new(span(tree), Expr::Member(object, member)));
                    return Some(Expr::Call { callee, args: Vec::new() });
                }
                Some(Expr::Member(object, member))
            }
            Role::Index => {
                let index = self.boxed(part(1)?)?;
                Some(Expr::Index(self.boxed(part(0)?)?, index))
            }
            Role::Cascade => self.cascade(tree, part(0)?),
            Role::Pipeline => self.pipeline(tree),
            Role::Attribute => self.attribute(tree, part(0)?),
            Role::Call if self.defines(tree, part(0)?) => self.definition(tree, parts),
            Role::Call if self.table.flags(part(0)?).collection => Some(self.list(part(1)?)),
            Role::Call => {
                let callee = self.boxed(part(0)?)?;
                let given = parts[1..].iter().flat_map(|part| many(tree, *part));
                let (beside, given): (Vec<Tree>, Vec<Tree>) = given.partition(|node| self.table.flags(*node).beside);
                if !beside.is_empty() {
                    return self.call_beside(callee, given, beside);
                }
                // A call in brackets is an index.
                if let [brackets] = given.as_slice()
                    && self.is_args(*brackets)
                    && self.slice(*brackets).starts_with('[')
                {
                    let index = self.given(given).into_iter().next()?.value;
                    return Some(Expr::Index(callee, Box::new(index)));
                }
                self.call(callee, given)
            }
            Role::BlockCall => self.block_call(tree, parts),
            Role::Message => self.message(tree, parts),
            Role::Infix => self.infix(tree, parts),
            Role::Method => self.method(part(0), part(1)?, parts.get(2..).unwrap_or_default(), tree),
            Role::Command => {
                let callee = self.boxed(part(0)?)?;
                let words = parts[1..].iter().flat_map(|part| many(tree, *part));
                let words = words.flat_map(|word| if self.is_args(word) { named(word) } else { vec![word] }).collect();
                let args = self.words(words);
                if let (Expr::Name(name), Some(first)) = (&callee.expr, args.iter().find(|arg| !is_flag(arg)))
                    && self.table.require.iter().any(|word| word.eq_ignore_ascii_case(name))
                    && let Some(module) = first.value.literal()
                {
                    let (module, span) = (module.to_owned(), callee.span);
                    self.unit.imports.push(Import { module, name: None, local: None, span });
                }
                self.defined_by(&callee, &args).or(Some(Expr::Call { callee, args }))
            }
            Role::Args => Some(self.list(self.innermost(tree))),
            Role::List if (0..parts.len()).any(|at| part(at).is_none()) => None,
            Role::List => Some(self.list(tree)),
            Role::Join => self.join(tree, parts),
            Role::Append => self.append(tree, parts),
            Role::Choice => self.choice(tree, parts),
            Role::Inner => self.node(part(0)?).map(|node| node.expr),
            Role::Pair => {
                let value = self.node(part(1)?)?;
                Some(Expr::Unknown(vec![self.key(part(0)?)?, value]))
            }
            Role::Shorthand => Some(Expr::Name(self.slice(tree).into())),
            Role::Spread => Some(Expr::Unknown(self.nodes(named(tree)))),
            Role::Bind => self.bind(tree, parts),
            Role::Declare => self.declare(tree, part(0)?),
            Role::Each => {
                // Of an index and an element, the element is the collection.
                let element = self.values_of(part(0)?).pop()?;
                let (target, value) = (self.boxed(element)?, self.boxed(part(1)?)?);
                let at = span(part(0)?);
                let rest = named(tree).into_iter().filter(|child| (0..3).all(|at| Some(*child) != part(at)));
                let of = part(2).and_then(|of| type_symbol(self.slice(of)));
                let mut nodes = vec![Node::new(at, Expr::Bind { target, value, of })];
                nodes.extend(self.nodes(rest.collect()));
                Some(Expr::Unknown(nodes))
            }
            Role::Function => self.function(tree, parts),
            Role::Whole => Some(self.whole(part(0)?)?),
            Role::Return => self.give_back(part(0)?),
            Role::Values => None,
            Role::Import => {
                self.import(tree, part(0)?);
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Modules => {
                self.modules(tree);
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Paths => {
                self.paths(tree);
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Package => Some(Expr::Unknown(self.package(tree, part(0)?))),
            Role::Path => self.path(tree),
            Role::Pairs => {
                let part = |at: usize| parts.get(at).map_or_else(Vec::new, |part| many(tree, *part));
                let pairs = part(0).into_iter().zip(part(1));
                Some(Expr::Object(pairs.filter_map(|(key, value)| self.key(key).zip(self.node(value))).collect()))
            }
            Role::Lets => self.lets(tree, parts),
            Role::Own => {
                let this = self.table.implied.this.first()?.as_str();
                let member = self.slice(tree).trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
                Some(Expr::Member(Box::new(Node::new(span(tree), Expr::Name(this.into()))), member.into()))
            }
            Role::Module if parts.len() > 1 && part(1).is_none() => None,
            Role::Module => {
                self.module(tree, part(0)?, part(1));
                Some(Expr::Unknown(Vec::new()))
            }
            Role::All => {
                let module = unquoted(self.slice(part(0)?)).into();
                self.unit.imports.push(Import { module, name: None, local: None, span: span(tree) });
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Qualified => {
                self.qualified(tree, part(0)?, part(1));
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Selected if parts.len() > 1 && part(1).is_none() => None,
            Role::Selected => {
                self.selected(tree, *parts.first()?, part(1));
                Some(Expr::Unknown(Vec::new()))
            }
            Role::Nest => self.nested(tree, row).map(|pair| Expr::Object(vec![pair])),
            Role::Chain => self.chained(tree),
            Role::Switch => self.switch(tree, part(0)?),
            Role::Match => self.matched(tree, part(0)?, parts.get(1).copied()),
            Role::Case => self.case(tree, *parts.first()?),
            Role::Skip | Role::Rest => None,
        }
    }

    /// The symbol that a node is: what it is lowered to where that is a name, else its text.
    fn symbol(&mut self, tree: Tree) -> Symbol {
        // A member may be called what the object is called.
        let receiver = self.receiver.take();
        let node = self.node(tree);
        self.receiver = receiver;
        match node.map(|node| node.expr) {
            Some(Expr::Name(name)) => name,
            Some(Expr::Str(pieces)) => match pieces.as_slice() {
                [Piece::Text(text)] => text.as_str().into(),
                _ => self.slice(tree).into(),
            },
            _ => self.slice(tree).into(),
        }
    }

    /// The node that an element or argument stands for: what only wraps it is taken off.
    fn peeled<'t>(&self, mut tree: Tree<'t>) -> Tree<'t> {
        let is_whole = |tree: Tree, row: &Row| match row.role {
            Role::Pair => row.parts.iter().all(|part| one(tree, *part).is_some()),
            _ => true,
        };
        while tree.named_child_count() == 1 && !self.table.rows(tree).iter().any(|row| is_whole(tree, row)) {
            let Some(inner) = tree.named_child(0) else { break };
            tree = inner;
        }
        tree
    }

    fn key(&mut self, tree: Tree) -> Option<Node> {
        match self.table.flags(tree).key {
            // What sets a key apart from its value may be a part of it: `url: `.
            true => Some(Node::text(span(tree), self.slice(tree).trim_end().trim_end_matches(':'))),
            false => self.node(tree),
        }
    }

    /// Law 4.
    fn list(&mut self, tree: Tree) -> Expr {
        let table = self.table;
        let (mut pairs, mut nodes) = (Vec::new(), Vec::new());
        let flat = |child: Tree<'_>| table.flags(child).flat;
        let children = named(tree).into_iter().flat_map(|child| if flat(child) { named(child) } else { vec![child] });
        for child in children {
            let child = self.peeled(child);
            let row = table.rows(child).first();
            let part = |at| row.and_then(|row| nth(child, &row.parts, at));
            if let Some(pair) = self.labelled(tree, child) {
                pairs.push(pair);
                continue;
            }
            if let Some((Some(key), value)) = row.and_then(|row| self.pair(child, row)) {
                let key = self.key(key);
                let value = value.and_then(|value| self.node(value));
                pairs.extend(key.zip(value));
                continue;
            }
            match row.map(|row| row.role) {
                Some(Role::Skip) => {}
                Some(Role::Nest) => pairs.extend(row.and_then(|row| self.nested(child, row))),
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
        let part = |at| nth(tree, parts, at);
        if let Some(several) = self.several(tree, parts) {
            return Some(several);
        }
        let of = part(2).and_then(|of| type_symbol(self.slice(of)));
        let target = match part(0)? {
            target if self.is_whole(self.slice(target)) => Box::new(Node::new(span(target), Expr::Name(WHOLE.into()))),
            target => self.boxed(target)?,
        };
        let value = match parts.get(1) {
            Some(Part::Absent) => Box::new(Node::new(span(tree), Expr::Unknown(Vec::new()))),
            _ => self.boxed(part(1)?)?,
        };
        Some(Expr::Bind { target, value, of })
    }
}
