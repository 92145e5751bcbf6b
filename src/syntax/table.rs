//! Grammar tables: which syntax nodes of a language play which role. The only place that knows the rows.
//!
//! An entry is a node kind followed by its parts. A part is a field name, a position among the named children (`0`, `-1`),
//! a repeated field (`argument*`), `*` for all named children, or `-` for none. Grammars without fields also need
//! `(kind)`, the first child of a kind, and `(kind).1`, a child of that; `after(=)` and `before(=)`, the named child next
//! to a token; `next(=)`, the sibling after that token; `prev(kind)`, the sibling of a kind before; `^type`, a field of the
//! parent.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use tree_sitter::{Language, Node};

/// A grammar table as written, rows by name.
#[derive(Clone, Debug, Deserialize)]
pub struct Spelled {
    /// What people call it: `C#`.
    pub title: String,
    /// The crate of its grammar.
    pub grammar: String,
    /// The language that libraries name: `typescript` for TSX too.
    pub family: String,
    /// File name extensions, without the dot.
    pub extensions: Vec<String>,
    /// Whole file names.
    #[serde(default)]
    pub files: Vec<String>,
    /// Whether it is a data format.
    #[serde(default)]
    pub data: bool,
    /// How far a name is known without an import.
    pub scope: Option<super::language::Scope>,
    /// How many lines its grammar can count to, if it cannot count to all of a long file's.
    pub most_lines: Option<usize>,
    /// Every other row.
    #[serde(flatten)]
    pub rows: BTreeMap<String, Vec<String>>,
}

/// What a node is lowered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A string, with holes.
    String,
    /// A name.
    Name,
    /// Object and member.
    Member,
    /// Object and index.
    Index,
    /// Callee and arguments.
    Call,
    /// Callee, arguments and a block after them, which is the last argument; the callee may be a call that takes them.
    BlockCall,
    /// Receiver, name and arguments in one node; the receiver may be absent.
    Method,
    /// A command and its words.
    Command,
    /// Arguments of a call.
    Args,
    /// Operands; the text between them says what it is.
    Join,
    /// Target and what is added to it.
    Append,
    /// Alternatives.
    Choice,
    /// The part that the node stands for.
    Inner,
    /// Elements.
    List,
    /// Several values side by side: targets of an assignment, what is assigned to them, what is given back.
    Values,
    /// Key and value.
    Pair,
    /// A name that is a key and its value.
    Shorthand,
    /// Something spread.
    Spread,
    /// Target, value and declared type.
    Bind,
    /// A type, which holds for every bind beside it.
    Declare,
    /// Loop variable and collection.
    Each,
    /// Name, parameters and body.
    Function,
    /// The value given back.
    Return,
    /// The module; names below it.
    Import,
    /// Modules, each by itself.
    Modules,
    /// Paths whose last word is the name imported; what they share may stand before them.
    Paths,
    /// A name that spells out where it comes from.
    Path,
    /// A name of a member of the object around.
    Own,
    /// Keys and values in turn.
    Pairs,
    /// Names that are each bound to what stands after them.
    Lets,
    /// One module and its alias; without one it is known by the last word of its path.
    Module,
    /// One path of module and name, and the name it is given.
    Qualified,
    /// Passed over.
    Skip,
}

/// Flags of a kind beside its role.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    /// A key spelled as a bare word.
    pub key: bool,
    /// A hole in a string.
    pub hole: bool,
    /// An escape sequence in a string.
    pub escape: bool,
    /// Text of a string in which `$` by itself makes a hole of the name after it.
    pub inline: bool,
    /// A block of statements.
    pub block: bool,
    /// A block whose last expression is its value.
    pub value: bool,
    /// A type with members.
    pub class: bool,
    /// A type of lists or maps: what is made of it is its elements.
    pub collection: bool,
    /// A call of the type that is declared for its value.
    pub typed: bool,
    /// Arguments or elements among which an assignment is a label or a key.
    pub labels: bool,
    /// A comment.
    pub comment: bool,
    /// A name that stands for the module itself in an import.
    pub default: bool,
    /// A renamed import.
    pub alias: bool,
    /// An import of the module as an object.
    pub namespace: bool,
    /// A name written with a sigil, and perhaps a scope: `$name`, `@name`, `${env:name}`.
    pub sigil: bool,
}

/// A part of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The child in a field.
    Field(u16),
    /// All children in a field.
    Fields(u16),
    /// The n-th named child; negative from the end.
    Child(i32),
    /// All named children.
    All,
    /// Nothing.
    Absent,
    /// The first named child of a kind.
    Kind(u16),
    /// The n-th named child of the first child of a kind.
    Within(u16, u32),
    /// The named child after a token.
    After(u16),
    /// The named child before a token.
    Before(u16),
    /// The named sibling after a token that follows the node.
    Next(u16),
    /// The named sibling of a kind right before the node.
    Previous(u16),
    /// The child in a field of the parent.
    Parent(u16),
}

/// A row entry: a role and its parts.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the node is.
    pub role: Role,
    /// Its parts in order.
    pub parts: Vec<Part>,
}

/// A compiled table, indexed by kind id.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<Row>>,
    flags: Vec<Flags>,
    params: HashMap<u16, Vec<Part>>,
    branches: HashMap<u16, Vec<Option<Part>>>,
    decorated: HashMap<u16, Vec<Part>>,
    prose: Vec<(u16, u16)>,
    names: BTreeMap<u16, Vec<Part>>,
    /// How many lines the grammar can count to.
    pub most_lines: Option<usize>,
    /// Callees that import a module.
    pub require: Vec<String>,
    /// Callees that bind a name given as text to a value.
    pub define: Vec<String>,
    /// Members that are calls also where no arguments are written.
    pub called: Vec<String>,
    /// Methods that compare their receiver, or their first argument, with the next one.
    pub compare: Vec<String>,
    /// Names that mean the object of the method they stand in.
    pub this: Vec<String>,
    /// Names that mean the program's global object.
    pub global: Vec<String>,
}

const ROLES: &[(&str, Role)] = &[
    ("string", Role::String),
    ("name", Role::Name),
    ("member", Role::Member),
    ("index", Role::Index),
    ("block_call", Role::BlockCall),
    ("call", Role::Call),
    ("method", Role::Method),
    ("command", Role::Command),
    ("args", Role::Args),
    ("join", Role::Join),
    ("append", Role::Append),
    ("choice", Role::Choice),
    ("inner", Role::Inner),
    ("list", Role::List),
    ("values", Role::Values),
    ("pair", Role::Pair),
    ("shorthand", Role::Shorthand),
    ("spread", Role::Spread),
    ("bind", Role::Bind),
    ("declare", Role::Declare),
    ("each", Role::Each),
    ("function", Role::Function),
    ("return", Role::Return),
    ("import", Role::Import),
    ("modules", Role::Modules),
    ("paths", Role::Paths),
    ("path", Role::Path),
    ("own", Role::Own),
    ("pairs", Role::Pairs),
    ("lets", Role::Lets),
    ("module", Role::Module),
    ("qualified", Role::Qualified),
    ("skip", Role::Skip),
];

impl Table {
    /// Compiles `spelled` for `grammar`.
    ///
    /// # Errors
    /// Names the row and the kind or field that the grammar lacks, or a row that does not exist.
    pub fn compile(spelled: &Spelled, grammar: &Language) -> Result<Self, String> {
        let kinds = grammar.node_kind_count();
        let mut table = Table {
            rows: vec![Vec::new(); kinds],
            flags: vec![Flags::default(); kinds],
            params: HashMap::new(),
            branches: HashMap::new(),
            decorated: HashMap::new(),
            prose: Vec::new(),
            names: BTreeMap::new(),
            most_lines: spelled.most_lines,
            require: Vec::new(),
            define: Vec::new(),
            called: Vec::new(),
            compare: Vec::new(),
            this: Vec::new(),
            global: Vec::new(),
        };
        for (row, entries) in &spelled.rows {
            for entry in entries {
                table.entry(row, entry, grammar).map_err(|what| format!("{row} = \"{entry}\": {what}"))?;
            }
        }
        Ok(table)
    }

    fn entry(&mut self, row: &str, entry: &str, grammar: &Language) -> Result<(), String> {
        let mut words = entry.split(' ');
        let head = words.next().unwrap_or_default();
        let names = match row {
            "require" => Some(&mut self.require),
            "define" => Some(&mut self.define),
            "called" => Some(&mut self.called),
            "compare" => Some(&mut self.compare),
            "this" => Some(&mut self.this),
            "global" => Some(&mut self.global),
            _ => None,
        };
        if let Some(names) = names {
            names.push(head.to_owned());
            return Ok(());
        }
        let kind = kind(head, grammar)?;
        if row == "prose" {
            let inner = words.next().ok_or("no kind inside")?;
            self.prose.push((kind, self::kind(inner, grammar)?));
            return Ok(());
        }
        let parts = words.map(|word| part(word, grammar)).collect::<Result<Vec<Part>, String>>()?;
        if let Some((_, role)) = ROLES.iter().find(|(name, _)| *name == row) {
            self.rows[usize::from(kind)].push(Row { role: *role, parts });
            return Ok(());
        }
        let flags = &mut self.flags[usize::from(kind)];
        match row {
            "key" => flags.key = true,
            "hole" => flags.hole = true,
            "escape" => flags.escape = true,
            "inline" => flags.inline = true,
            "block" => flags.block = true,
            "value" => flags.value = true,
            "class" => flags.class = true,
            "collection" => flags.collection = true,
            "labels" => flags.labels = true,
            "typed" => flags.typed = true,
            "comment" => flags.comment = true,
            "default" => flags.default = true,
            "alias" => flags.alias = true,
            "namespace" => flags.namespace = true,
            "sigil" => flags.sigil = true,
            "param" => {
                self.params.insert(kind, parts);
                return Ok(());
            }
            "branch" => {
                self.branches.entry(kind).or_default().push(parts.first().copied());
                return Ok(());
            }
            "decorated" => {
                self.decorated.insert(kind, parts);
                return Ok(());
            }
            _ => return Err("no such row".into()),
        }
        if !parts.is_empty() {
            self.names.insert(kind, parts);
        }
        Ok(())
    }

    /// The rows of a node's kind, in the order of the table. Empty past the table (`ERROR`).
    pub fn rows(&self, node: Node) -> &[Row] {
        self.rows.get(usize::from(node.kind_id())).map_or(&[], Vec::as_slice)
    }

    /// The flags of a node's kind.
    pub fn flags(&self, node: Node) -> Flags {
        self.flags.get(usize::from(node.kind_id())).copied().unwrap_or_default()
    }

    /// The parts of a parameter (name, type, default) if the node's kind is one.
    pub fn param(&self, node: Node) -> Option<&[Part]> {
        self.params.get(&node.kind_id()).map(Vec::as_slice)
    }

    /// The parts of a hole, an alias or a namespace import.
    pub fn inside(&self, node: Node) -> &[Part] {
        self.names.get(&node.kind_id()).map_or(&[], Vec::as_slice)
    }

    /// The parts of the node that run only under a condition.
    pub fn branches<'t>(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        let parts = self.branches.get(&node.kind_id()).map_or(&[][..], Vec::as_slice);
        parts.iter().filter_map(move |part| part.map_or(Some(node), |part| one(node, part)))
    }

    /// What decorates the node, if the further parts of its entry are all there.
    pub fn decoration<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let parts = self.decorated.get(&node.kind_id())?;
        let mut found = parts.iter().map(|part| one(node, *part));
        let first = found.next()?;
        first.filter(|_| found.all(|part| part.is_some()))
    }

    /// Whether the node is a statement that holds nothing but text.
    pub fn is_prose(&self, node: Node) -> bool {
        node.named_child_count() == 1
            && node.named_child(0).is_some_and(|child| self.prose.contains(&(node.kind_id(), child.kind_id())))
    }
}

/// The node of a part that is a single one.
pub fn one<'t>(node: Node<'t>, part: Part) -> Option<Node<'t>> {
    match part {
        Part::Field(field) | Part::Fields(field) => node.child_by_field_id(field),
        Part::Child(at) if at < 0 => {
            let count = i32::try_from(node.named_child_count()).ok()?;
            node.named_child(u32::try_from(count + at).ok()?)
        }
        Part::Child(at) => node.named_child(u32::try_from(at).ok()?),
        Part::Kind(kind) => of_kind(node, kind),
        Part::Within(kind, at) => of_kind(node, kind)?.named_child(at),
        Part::After(token) => beside(node, token, |pair| pair),
        Part::Before(token) => beside(node, token, |(before, after)| (after, before)),
        Part::Next(token) => {
            let next = node.next_sibling().filter(|next| next.kind_id() == token)?;
            next.next_named_sibling()
        }
        Part::Previous(kind) => node.prev_named_sibling().filter(|before| before.kind_id() == kind),
        Part::Parent(field) => node.parent()?.child_by_field_id(field),
        Part::All | Part::Absent => None,
    }
}

fn of_kind(node: Node, kind: u16) -> Option<Node> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| child.kind_id() == kind)
}

/// The named child next to a token, which `order` puts first of a pair of neighbours.
fn beside<'t>(node: Node<'t>, token: u16, order: fn((Node<'t>, Node<'t>)) -> (Node<'t>, Node<'t>)) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    let children: Vec<Node> = node.children(&mut cursor).filter(|child| !child.is_extra()).collect();
    let mut pairs = children.windows(2).filter_map(|pair| match pair {
        [before, after] => Some(order((*before, *after))),
        _ => None,
    });
    pairs.find(|(here, there)| here.kind_id() == token && there.is_named()).map(|(_, there)| there)
}

/// The nodes of a part that may be several.
pub fn many<'t>(node: Node<'t>, part: Part) -> Vec<Node<'t>> {
    match part {
        Part::Fields(field) => {
            let mut cursor = node.walk();
            node.children_by_field_id(
                std::num::NonZeroU16::new(field).unwrap_or(std::num::NonZeroU16::MIN),
                &mut cursor,
            )
            .collect()
        }
        Part::All => named(node),
        single => one(node, single).into_iter().collect(),
    }
}

/// The named children of a node, in order.
pub fn named(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

fn kind(name: &str, grammar: &Language) -> Result<u16, String> {
    match (grammar.id_for_node_kind(name, true), grammar.id_for_node_kind(name, false)) {
        (0, 0) => Err(format!("the grammar has no kind `{name}`")),
        (0, keyword) => Ok(keyword),
        (id, _) => Ok(id),
    }
}

fn token(name: &str, grammar: &Language) -> Result<u16, String> {
    match grammar.id_for_node_kind(name, false) {
        0 => Err(format!("the grammar has no token `{name}`")),
        id => Ok(id),
    }
}

/// A part of the form `word(kind)`, `(kind)` or `(kind).1`.
fn part_in(word: &str, grammar: &Language) -> Option<Result<Part, String>> {
    let (how, rest) = word.split_once('(')?;
    let (name, at) = rest.split_once(')')?;
    Some(match (how, at.strip_prefix('.').map(str::parse)) {
        ("", Some(Ok(at))) => kind(name, grammar).map(|kind| Part::Within(kind, at)),
        ("", None) => kind(name, grammar).map(Part::Kind),
        ("after", None) => token(name, grammar).map(Part::After),
        ("before", None) => token(name, grammar).map(Part::Before),
        ("next", None) => token(name, grammar).map(Part::Next),
        ("prev", None) => kind(name, grammar).map(Part::Previous),
        _ => Err(format!("no such part: `{word}`")),
    })
}

fn part(word: &str, grammar: &Language) -> Result<Part, String> {
    if let Some(part) = part_in(word, grammar) {
        return part;
    }
    let field = |name: &str| {
        grammar.field_id_for_name(name).map(u16::from).ok_or_else(|| format!("the grammar has no field `{name}`"))
    };
    match word {
        "*" => Ok(Part::All),
        "-" => Ok(Part::Absent),
        _ => match (word.parse(), word.strip_suffix('*')) {
            (Ok(at), _) => Ok(Part::Child(at)),
            (_, Some(repeated)) => field(repeated).map(Part::Fields),
            _ => match word.strip_prefix('^') {
                Some(of_parent) => field(of_parent).map(Part::Parent),
                None => field(word).map(Part::Field),
            },
        },
    }
}
