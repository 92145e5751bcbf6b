//! Grammar tables: which syntax nodes of a language play which role. The only place that knows the rows.
//!
//! An entry is a node kind followed by its parts ([`super::parts`] has what a part can be).

use std::collections::{BTreeMap, HashMap};

use regex::Regex;
use tree_sitter::{Language, Node};

use super::expr::Implied;
pub use super::parts::{Part, many, named, nth, one};
use super::parts::{kind, part};
use super::plain::Holes;
use super::scripts::Script;
use super::spelled::Spelled;

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
    /// A target and, beside it, steps that are taken on it one after the other.
    Cascade,
    /// Commands of which each is given what the one before it gives.
    Pipeline,
    /// `@name` is a name, `@name value` binds it.
    Attribute,
    /// Callee, arguments and a block after them, which is the last argument; the callee may be a call that takes them.
    BlockCall,
    /// Receiver, name and arguments in one node; the receiver may be absent.
    Method,
    /// A command and its words.
    Command,
    /// Receiver and keywords, each before what is given by it: `[object sendTo:a with:b]`.
    Message,
    /// Left, operator and right: a join, else a call of the operator on what stands left of it.
    Infix,
    /// Label and value of a statement that, right after another, is an argument that the grammar did not see as one.
    Rest,
    /// Arguments of a call.
    Args,
    /// Operands; the text between them says what it is.
    Join,
    /// Target and what is added to it.
    Append,
    /// Two alternatives, or any number, and after two what decides between them.
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
    /// What the module itself is to those that import it.
    Whole,
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
    /// One module, all of whose names are known as if they stood here.
    All,
    /// One path of module and name, and the name it is given.
    Qualified,
    /// The words of one path, and the names that are selected below it.
    Selected,
    /// The path of the package that the file itself belongs to: what it is about, as an import of it says.
    Package,
    /// A block that is named by words: what is in it.
    Nest,
    /// A value and, beside it, what is taken of it.
    Chain,
    /// What several cases are compared with.
    Switch,
    /// The same as a value: a choice of what its cases give.
    Match,
    /// Values that it is compared with.
    Case,
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
    /// Statements beside a call that are no argument of it.
    pub beside: bool,
    /// Elements of the list around, in a node of their own.
    pub flat: bool,
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
    /// Text of a page around the code.
    pub markup: bool,
    /// A name that stands for the module itself in an import.
    pub default: bool,
    /// A renamed import.
    pub alias: bool,
    /// An import of the module as an object.
    pub namespace: bool,
    /// A name written with a sigil, and perhaps a scope: `$name`, `@name`, `${env:name}`.
    pub sigil: bool,
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
    heads: HashMap<u16, Vec<Part>>,
    prose: Vec<(u16, u16)>,
    names: BTreeMap<u16, Vec<Part>>,
    /// How many lines the grammar can count to.
    pub most_lines: Option<usize>,
    /// Patterns whose group is written over before parsing, and with what.
    pub patches: Vec<(Regex, String)>,
    /// Whether statements may leave over what is given to them.
    pub has_rest: bool,
    /// Operators between a key and its value.
    pub arrow: Vec<String>,
    /// Operators that put one text after the other, beside those of every language.
    pub concat: Vec<String>,
    /// Kinds of statements in which `=` assigns; elsewhere it compares.
    pub statement: Vec<u16>,
    /// The marks around a hole in any text.
    pub marks: Vec<String>,
    /// Keys under which a script stands.
    pub scripts: Vec<Script>,
    /// The keys of a pair that says what a name between the marks is.
    pub variables: Vec<(String, String)>,
    /// What switches a pair of a list off.
    pub off: Vec<String>,
    /// Callees that import a module.
    pub require: Vec<String>,
    /// Names that stand for the module itself: what is assigned to them is what others import.
    pub whole_as: Vec<String>,
    /// Callees that bind a name given as text to a value, and the labels of both where they have some.
    pub define: Vec<(String, Vec<String>)>,
    /// Callees that define a function: its name and parameters are spelled as a call.
    pub defining: Vec<String>,
    /// Callees that make a class: its name is what they are given, its body the block beside that.
    pub enclosing: Vec<String>,
    /// Members that are calls also where no arguments are written.
    pub called: Vec<String>,
    /// Methods that compare their receiver, or their first argument, with the next one.
    pub compare: Vec<String>,
    /// Names that stand for objects that no expression spells out.
    pub implied: Implied,
    /// Blocks that give names to values: the block, the object whose members the names are, and the attribute with the
    /// value, if it is not all attributes.
    pub bound: Vec<(String, String, Option<String>)>,
    /// The directives of templates that stand in the text: holes of its strings.
    pub template: Holes,
}

const ROLES: &[(&str, Role)] = &[
    ("string", Role::String),
    ("name", Role::Name),
    ("member", Role::Member),
    ("index", Role::Index),
    ("block_call", Role::BlockCall),
    ("call", Role::Call),
    ("cascade", Role::Cascade),
    ("pipeline", Role::Pipeline),
    ("attribute", Role::Attribute),
    ("method", Role::Method),
    ("command", Role::Command),
    ("message", Role::Message),
    ("infix", Role::Infix),
    ("rest", Role::Rest),
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
    ("whole", Role::Whole),
    ("return", Role::Return),
    ("import", Role::Import),
    ("modules", Role::Modules),
    ("paths", Role::Paths),
    ("path", Role::Path),
    ("own", Role::Own),
    ("pairs", Role::Pairs),
    ("lets", Role::Lets),
    ("module", Role::Module),
    ("all", Role::All),
    ("qualified", Role::Qualified),
    ("selected", Role::Selected),
    ("package", Role::Package),
    ("nest", Role::Nest),
    ("chain", Role::Chain),
    ("switch", Role::Switch),
    ("match", Role::Match),
    ("case", Role::Case),
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
            patches: Vec::new(),
            has_rest: spelled.rows.contains_key("rest"),
            arrow: Vec::new(),
            concat: Vec::new(),
            statement: Vec::new(),
            marks: spelled.marks.clone(),
            scripts: spelled.script.clone(),
            variables: spelled.variables.clone(),
            off: spelled.off.clone(),
            require: Vec::new(),
            whole_as: Vec::new(),
            define: Vec::new(),
            defining: Vec::new(),
            enclosing: Vec::new(),
            called: Vec::new(),
            compare: Vec::new(),
            implied: Implied::default(),
            heads: HashMap::new(),
            bound: Vec::new(),
            template: Holes::default(),
        };
        for (pattern, over) in &spelled.patches {
            let pattern = Regex::new(pattern).map_err(|error| error.to_string())?;
            table.patches.push((pattern, over.clone()));
        }
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
        if row == "define" {
            self.define.push((head.to_owned(), words.map(str::to_owned).collect()));
            return Ok(());
        }
        let names = match row {
            "arrow" => Some(&mut self.arrow),
            "concat" => Some(&mut self.concat),
            "require" => Some(&mut self.require),
            "whole_as" => Some(&mut self.whole_as),
            "defining" => Some(&mut self.defining),
            "enclosing" => Some(&mut self.enclosing),
            "called" => Some(&mut self.called),
            "compare" => Some(&mut self.compare),
            "this" => Some(&mut self.implied.this),
            "parent" => Some(&mut self.implied.parent),
            "unspelled" => Some(&mut self.implied.unspelled),
            "global" => Some(&mut self.implied.global),
            "maker" => Some(&mut self.implied.maker),
            "never" => Some(&mut self.implied.never),
            "kind" => Some(&mut self.implied.kind),
            _ => None,
        };
        if let Some(names) = names {
            names.push(head.to_owned());
            return Ok(());
        }
        if row == "bound" || row == "template" {
            let second = words.next().ok_or("two words are missing")?.to_owned();
            match row {
                "bound" => self.bound.push((head.to_owned(), second, words.next().map(str::to_owned))),
                _ => self.template.pairs.push((head.to_owned(), second)),
            }
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
            "beside" => flags.beside = true,
            "flat" => flags.flat = true,
            "class" => flags.class = true,
            "collection" => flags.collection = true,
            "labels" => flags.labels = true,
            "typed" => flags.typed = true,
            "comment" => flags.comment = true,
            "markup" => flags.markup = true,
            "default" => flags.default = true,
            "alias" => flags.alias = true,
            "namespace" => flags.namespace = true,
            "sigil" => flags.sigil = true,
            "statement" => {
                self.statement.push(kind);
                return Ok(());
            }
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
            "head" => {
                self.heads.insert(kind, parts);
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

    /// The first row by which a node's kind plays `role`.
    pub fn row(&self, node: Node, role: Role) -> Option<&Row> {
        self.rows(node).iter().find(|row| row.role == role)
    }

    /// Whether a node's kind plays `role`.
    pub fn is(&self, node: Node, role: Role) -> bool {
        self.row(node, role).is_some()
    }

    /// The flags of a node's kind.
    pub fn flags(&self, node: Node) -> Flags {
        self.flags.get(usize::from(node.kind_id())).copied().unwrap_or_default()
    }

    /// The parts of a parameter (name, type, default) if the node's kind is one.
    pub fn param(&self, node: Node) -> Option<&[Part]> {
        self.params.get(&node.kind_id()).map(Vec::as_slice)
    }

    /// The parts of a class's head (the types that it takes members from, what it is made with) where the table names them.
    pub fn head(&self, node: Node) -> Option<&[Part]> {
        self.heads.get(&node.kind_id()).map(Vec::as_slice)
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
