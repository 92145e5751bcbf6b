//! Parts of a node, as an entry of a grammar table names them.
//!
//! A part is a field name, a position among the named children (`0`, `-1`), a repeated field (`argument*`), `*` for all
//! named children, or `-` for none. `declarator.name` and `declarator.(kind)` are a field and the first child of a kind in
//! what a field holds or wraps. Grammars without fields also need `(kind)`, the first child of a kind, and `(kind).1`, a
//! child of that; `after(=)` and `before(=)`, the named child next to a token; `next(=)`, the sibling after that token;
//! `prev(kind)`, the sibling of a kind before; `^type`, a field of the parent.

use tree_sitter::{Language, Node};

/// A part of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The child in a field.
    Field(u16),
    /// The child in a field of what a field holds or wraps, and so on; 0 for none further.
    Below([u16; 3]),
    /// The first child of a kind of what a field holds or wraps.
    KindBelow(u16, u16),
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

/// The node of a part that is a single one.
pub fn one<'t>(node: Node<'t>, part: Part) -> Option<Node<'t>> {
    match part {
        Part::Field(field) | Part::Fields(field) => node.child_by_field_id(field),
        Part::Below([first, rest @ ..]) => {
            let fields = rest.into_iter().filter(|field| *field > 0);
            fields.fold(node.child_by_field_id(first), |outer, field| within(outer, |at| at.child_by_field_id(field)))
        }
        Part::KindBelow(field, kind) => within(node.child_by_field_id(field), |at| of_kind(at, kind)),
        Part::Child(at) => child(node, at),
        Part::Kind(kind) => of_kind(node, kind),
        Part::Within(kind, at) => child(of_kind(node, kind)?, i32::try_from(at).ok()?),
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

/// The node of the part at a place among parts, if there is one.
pub fn nth<'t>(node: Node<'t>, parts: &[Part], at: usize) -> Option<Node<'t>> {
    parts.get(at).and_then(|part| one(node, *part))
}

/// The n-th named child, negative from the end. Comments, which may stand anywhere, do not count.
fn child(node: Node, at: i32) -> Option<Node> {
    if at >= 0 {
        let mut cursor = node.walk();
        let mut children = node.named_children(&mut cursor).filter(|child| !child.is_extra());
        return children.nth(usize::try_from(at).ok()?);
    }
    let count = u32::try_from(node.named_child_count()).ok()?;
    let back = usize::try_from(at.checked_neg()?.checked_sub(1)?).ok()?;
    (0..count).rev().filter_map(|at| node.named_child(at)).filter(|child| !child.is_extra()).nth(back)
}

/// How many wrappers of a part are looked into.
const WRAPPERS: usize = 3;

/// What `find` gives for a node, or for the first child that it wraps.
fn within<'t>(outer: Option<Node<'t>>, find: impl Fn(Node<'t>) -> Option<Node<'t>>) -> Option<Node<'t>> {
    std::iter::successors(outer, |at| at.named_child(0)).take(WRAPPERS).find_map(find)
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

/// The id of a kind: of a named one, else of a token.
pub fn kind(name: &str, grammar: &Language) -> Result<u16, String> {
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

/// A part by its spelling in a table.
///
/// # Errors
/// Names the kind, token or field that the grammar lacks.
pub fn part(word: &str, grammar: &Language) -> Result<Part, String> {
    let field = |name: &str| {
        grammar.field_id_for_name(name).map(u16::from).ok_or_else(|| format!("the grammar has no field `{name}`"))
    };
    if let Some((outer, name)) = word.strip_suffix(')').and_then(|word| word.split_once(".(")) {
        return Ok(Part::KindBelow(field(outer)?, kind(name, grammar)?));
    }
    if let Some(part) = part_in(word, grammar) {
        return part;
    }
    match word {
        "*" => Ok(Part::All),
        "-" => Ok(Part::Absent),
        _ => match (word.parse(), word.strip_suffix('*')) {
            (Ok(at), _) => Ok(Part::Child(at)),
            (_, Some(repeated)) => field(repeated).map(Part::Fields),
            _ if word.contains('.') => {
                let mut below = [0; 3];
                for (at, name) in word.split('.').enumerate() {
                    *below.get_mut(at).ok_or("too many fields below each other")? = field(name)?;
                }
                Ok(Part::Below(below))
            }
            _ => match word.strip_prefix('^') {
                Some(of_parent) => field(of_parent).map(Part::Parent),
                None => field(word).map(Part::Field),
            },
        },
    }
}
