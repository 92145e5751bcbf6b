//! What a table of requests is for: what the code that goes through its rows does with the paths in them. A test has tables
//! of what its own server answers, and of what a function makes of a path; another one asks Okta for each row. What is
//! looked up by the path that somebody asked for (`ANSWERS[request.path]`) has the paths that a server answers.

use std::collections::{HashMap, HashSet};

use super::chain::{chain, last_name};
use super::evidence::{Row, Weight};
use super::index::Found;
use super::library::Role;
use super::nested::Nested;
use super::resolve::Resolver;
use super::taint::Places;
use super::words::{method_in, words};
use crate::syntax::expr::{Arg, COMPARE, Expr, Node, Piece, Span};

/// Most names between a row's path and its table.
const HOPS: usize = 5;

/// What becomes of the paths of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing is known of it.
    #[default]
    Unseen,
    /// They are compared, served or put into something that is compared: nobody asks for them.
    Told,
    /// They are requested by calls that count as these rows of evidence.
    Doubted(Vec<String>),
    /// They are requested.
    Asked,
}

impl Fate {
    /// What is so where both are: a table that is asked for once is asked for.
    fn and(self, other: Fate) -> Fate {
        match (self, other) {
            (Fate::Asked, _) | (_, Fate::Asked) => Fate::Asked,
            (Fate::Doubted(rows), _) | (_, Fate::Doubted(rows)) => Fate::Doubted(rows),
            (Fate::Told, _) | (_, Fate::Told) => Fate::Told,
            _ => Fate::Unseen,
        }
    }
}

/// What becomes of the tables of a file.
#[derive(Default)]
pub(super) struct Fates {
    tables: Nested,
    known: HashMap<Span, Fate>,
    /// Keys by which the path of a request is looked up.
    looked_up: HashSet<Span>,
}

impl Fates {
    /// What becomes of a text that stands at a place.
    pub(super) fn of(&self, at: Span) -> &Fate {
        if self.looked_up.contains(&at) {
            return &Fate::Told;
        }
        // A row may be a list too: the outermost list that something is known of is the table.
        self.tables.around(at).filter_map(|table| self.known.get(&table)).last().unwrap_or(&Fate::Unseen)
    }
}

/// Goes through a file for what is done with the rows of its tables.
pub(super) struct Rows<'a, 'u> {
    resolver: &'a Resolver<'a, 'u>,
    evidence: &'a [Row],
    /// What calls give their functions to go through, by the spans of the functions' parameters.
    over: HashMap<Span, &'u Node>,
    /// Names that are compared or told of as they are.
    compared: HashSet<(&'u str, Option<usize>)>,
    /// Objects with ruled paths as their keys, and where those stand.
    objects: HashMap<Span, Vec<Span>>,
    fates: Fates,
}

/// The call around a place, and what is known of the way there.
#[derive(Clone, Copy)]
struct Around<'u> {
    call: &'u Node,
    /// Whether what the call gives back is compared as it is.
    compared: bool,
    /// Whether the place is a part of a longer text.
    composed: bool,
}

impl<'a, 'u> Rows<'a, 'u> {
    /// What becomes of the tables with a ruled path in them.
    pub(super) fn fates(resolver: &'a Resolver<'a, 'u>, evidence: &'a [Row], tainted: &Places) -> Fates {
        let root = &resolver.namer.index.unit.root;
        let (mut tables, mut objects) = (Vec::new(), HashMap::new());
        root.iter().for_each(|node| find(node, tainted, &mut tables, &mut objects));
        if tables.is_empty() && objects.is_empty() {
            return Fates::default();
        }
        let fates = Fates { tables: Nested::new(tables), ..Fates::default() };
        let mut own = Self { resolver, evidence, over: HashMap::new(), compared: HashSet::new(), objects, fates };
        root.iter().for_each(|node| own.prepare(node));
        root.iter().for_each(|node| own.visit(node, None));
        own.fates
    }

    /// Notes what functions are given to go through, and names that are compared.
    fn prepare(&mut self, node: &'u Node) {
        if let Expr::Call { callee, args } = &node.expr {
            let given = args.iter().filter(|arg| !arg.is_decorated()).map(|arg| &arg.value);
            for function in given.clone().filter(|value| matches!(value.expr, Expr::Fn { .. })) {
                self.goes_through(function, over(callee).or_else(|| given.clone().find(|other| is_value(other))));
            }
            if self.tells(callee) && args.iter().any(|arg| self.expects(&arg.value)) {
                let index = self.resolver.namer.index;
                let names = args.iter().filter_map(|arg| match &arg.value.expr {
                    Expr::Name(name) => Some((&**name, index.scope_at(node.span))),
                    _ => None,
                });
                self.compared.extend(names);
            }
        }
        node.children(&mut |child| self.prepare(child));
    }

    fn goes_through(&mut self, function: &'u Node, list: Option<&'u Node>) {
        if let (Expr::Fn { params, .. }, Some(list)) = (&function.expr, list) {
            self.over.extend(params.iter().map(|param| (param.span, list)));
        }
    }

    /// Whether a call only looks at what it is given.
    fn tells(&self, callee: &'u Node) -> bool {
        let namer = self.resolver.namer;
        if last_name(callee).is_some_and(|last| **last == *COMPARE) {
            return true;
        }
        namer.words.prose.first(&namer.name(callee).path, &namer.imported).is_some()
    }

    /// Whether a value is what something is expected to be: a text, or what stands in a row.
    fn expects(&self, node: &'u Node) -> bool {
        match &node.expr {
            Expr::Str(_) => true,
            Expr::Member(row, _) | Expr::Index(row, _) => self.table(row, HOPS).is_some(),
            Expr::Name(_) => self.table(node, HOPS).is_some(),
            _ => false,
        }
    }

    fn visit(&mut self, node: &'u Node, around: Option<Around<'u>>) {
        if let Some(around) = around
            && let Some(table) = self.path_of(node)
        {
            let fate = self.fate(around);
            let known = self.fates.known.entry(table).or_default();
            *known = std::mem::take(known).and(fate);
            return;
        }
        match &node.expr {
            Expr::Call { .. } => {
                let links = chain(node);
                // An assertion may be the last call of a chain: `expect(f(x)).toBe(y)`.
                let args = || links.iter().flat_map(|link| link.args);
                let tells = links.iter().any(|link| self.tells(link.callee))
                    && args().any(|arg| self.expects(&arg.value))
                    && !self.speaks_of_answers(node);
                for link in &links {
                    if let Some(receiver) = link.callee.receiver() {
                        link.args.first().into_iter().for_each(|key| self.looks_up(receiver, &key.value));
                    }
                    let compared = around.is_some_and(|around| around.compared);
                    let around = Around { call: link.call, compared, composed: false };
                    link.args.iter().for_each(|arg| self.argument(arg, around, tells));
                }
                if let Some(first) = links.first() {
                    first.callee.children(&mut |child| self.visit(child, None));
                }
            }
            Expr::Bind { target, value, .. } => {
                let bound = last_name(target).map(|name| (&**name, self.resolver.namer.index.scope_at(node.span)));
                let compared = bound.is_some_and(|bound| self.compared.contains(&bound));
                self.visit(value, Some(Around { call: value, compared, composed: false }).filter(|_| is_call(value)));
            }
            Expr::Str(pieces) => {
                let is_text = |piece: &Piece| matches!(piece, Piece::Text(text) if !text.is_empty());
                let composed = pieces.len() > 1 || pieces.iter().any(is_text);
                let around = around.map(|around| Around { composed: around.composed || composed, ..around });
                node.children(&mut |child| self.visit(child, around));
            }
            Expr::Index(object, key) => {
                self.looks_up(object, key);
                node.children(&mut |child| self.visit(child, around));
            }
            Expr::Fn { .. } | Expr::Unknown(_) => node.children(&mut |child| self.visit(child, None)),
            _ => node.children(&mut |child| self.visit(child, around)),
        }
    }

    /// Notes what is looked up in an object by the path of something.
    fn looks_up(&mut self, object: &'u Node, key: &'u Node) {
        if self.has_path(key)
            && let Some(table) = self.table(object, HOPS)
        {
            self.fates.looked_up.extend(self.objects.get(&table).into_iter().flatten());
        }
    }

    /// Whether a node is the path of something, or a text with one in it.
    fn has_path(&self, node: &'u Node) -> bool {
        match &node.expr {
            Expr::Member(_, name) => self.is_path(name),
            Expr::Str(pieces) => pieces.iter().any(|piece| match piece {
                Piece::Hole(hole) => self.has_path(hole),
                Piece::Text(_) => false,
            }),
            _ => false,
        }
    }

    fn is_path(&self, name: &str) -> bool {
        let config = &self.resolver.namer.words.config;
        words(name).iter().any(|word| config.get(&**word) == Some(&Role::Url))
    }

    /// An argument of a call; what a call gives back that is an argument of what tells is compared.
    fn argument(&mut self, arg: &'u Arg, around: Around<'u>, tells: bool) {
        let compared = if is_call(&arg.value) { tells } else { around.compared };
        self.visit(&arg.value, Some(Around { compared, ..around }));
    }

    /// Whether a name in a comparison is that of a part of an answer: what is compared with it was asked for.
    fn speaks_of_answers(&self, node: &'u Node) -> bool {
        let is_answer =
            |name: &str| words(name).iter().any(|word| self.resolver.namer.words.answers.contains(&&**word));
        let mut found = last_name(node).is_some_and(|name| is_answer(name));
        node.children(&mut |child| found |= !matches!(child.expr, Expr::Fn { .. }) && self.speaks_of_answers(child));
        found
    }

    /// What the call around a path does with it.
    fn fate(&self, around: Around<'u>) -> Fate {
        let Expr::Call { callee, .. } = &around.call.expr else { return Fate::Unseen };
        let namer = self.resolver.namer;
        let named = namer.name(callee);
        if last_name(callee).is_some_and(|last| **last == *COMPARE) {
            return Fate::Told;
        }
        if namer.words.prose.first(&named.path, &namer.imported).is_some() {
            return Fate::Unseen;
        }
        if namer.words.routes.first(&named.path, &namer.imported).is_some() {
            return Fate::Told;
        }
        if let Some((of, _)) = namer.requests(&named).into_iter().next() {
            let speaks_against = |id: &&String| self.evidence.iter().any(|row| row.id == **id && row.against);
            return match of.entry.evidence.iter().find(speaks_against) {
                Some(id) if self.evidence.iter().any(|row| row.id == *id && row.weight == Weight::Proof) => Fate::Told,
                Some(id) => Fate::Doubted(vec![id.clone()]),
                None => Fate::Asked,
            };
        }
        let asks = around.composed || last_name(callee).is_some_and(|last| method_in(last).is_some());
        match around.compared && !asks {
            true => Fate::Told,
            false => Fate::Asked,
        }
    }

    /// The table whose rows' paths a node stands for.
    fn path_of(&self, node: &'u Node) -> Option<Span> {
        let table = match &node.expr {
            Expr::Member(row, key) if self.is_path(key) => self.table(row, HOPS),
            Expr::Index(row, key) if key.literal().is_some_and(|key| self.is_path(key)) => self.table(row, HOPS),
            Expr::Name(name) if self.is_path(name) => self.table(node, HOPS),
            _ => None,
        };
        table.filter(|table| !self.objects.contains_key(table))
    }

    /// The table that a node is, is an element of, or is taken from an element of.
    fn table(&self, node: &'u Node, hops: usize) -> Option<Span> {
        let hops = hops.checked_sub(1)?;
        match &node.expr {
            Expr::Object(_) => Some(node.span).filter(|span| self.objects.contains_key(span)),
            Expr::List(_) => self.fates.tables.innermost(node.span).filter(|table| *table == node.span),
            Expr::Name(name) => match self.resolver.namer.index.lookup(name, node.span) {
                Found::Binds(binds) => binds.iter().find_map(|bind| self.table(bind.value, hops)),
                Found::Param(_, param) => self.table(self.over.get(&param.span)?, hops),
                Found::Nothing => None,
            },
            // `Object.freeze(CASES)`, `enumerate(CASES)`, `CASES.iter()`
            Expr::Call { callee, args } => {
                let receiver = callee.receiver().and_then(|of| self.table(of, hops));
                receiver.or_else(|| self.table(&args.first()?.value, hops))
            }
            _ => None,
        }
    }
}

/// Lists of rows with a ruled path in one of them, and objects with one as a key.
fn find(node: &Node, tainted: &Places, tables: &mut Vec<Span>, objects: &mut HashMap<Span, Vec<Span>>) {
    if !tainted.any_in(node.span) {
        return;
    }
    match &node.expr {
        Expr::List(rows) => {
            let is_row = |row: &Node| matches!(row.expr, Expr::List(_) | Expr::Object(_)) && tainted.any_in(row.span);
            tables.extend(rows.iter().any(is_row).then_some(node.span));
        }
        Expr::Object(pairs) => {
            let keys: Vec<Span> = pairs.iter().map(|(key, _)| key.span).filter(|key| tainted.any_in(*key)).collect();
            if !keys.is_empty() {
                objects.insert(node.span, keys);
            }
        }
        _ => {}
    }
    node.children(&mut |child| find(child, tainted, tables, objects));
}

/// What a callee goes through: what it is called on, or what the call that gave it was given (`test.each(CASES)("…", …)`).
fn over(callee: &Node) -> Option<&Node> {
    match &callee.expr {
        Expr::Call { args, .. } => args.first().map(|arg| &arg.value),
        _ => callee.receiver().filter(|of| is_value(of)),
    }
}

/// Whether a node can be a table by itself or by its name.
fn is_value(node: &Node) -> bool {
    matches!(node.expr, Expr::List(_) | Expr::Name(_) | Expr::Member(..) | Expr::Call { .. })
}

fn is_call(node: &Node) -> bool {
    matches!(node.expr, Expr::Call { .. })
}
