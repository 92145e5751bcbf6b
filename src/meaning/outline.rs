//! What other files can take from a file: its text constants, the helpers that give back a text or make a request for
//! their callers, and the clients that it makes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::asks;
use super::draft::{Draft, Drafter};
use super::evidence::{About, Collector, Row};
use super::fact::{Carried, Side};
use super::learned::Learned;
use super::resolve::{ALTERNATIVES, Resolver};
use super::sketch::{Given, Sketch, is_put_before};
use super::url::{Text, is_holes, parse};
use crate::syntax::expr::{Expr, Node, RETURN, Span, Unit, WHOLE};

/// Most exports of one file. Real constants files have dozens.
const MOST: usize = 400;
/// Most levels of an object that are looked into: `endpoints.okta.sessions`.
const LEVELS: usize = 3;
/// Longest text exported, in bytes.
const LONGEST: usize = 300;

/// What a name of a file is to others: texts, a request that a function makes for them, a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// What it could be; of a function, what that gives back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Text>,
    /// Of a function, its parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Given>,
    /// Of a function, the request that it makes by what it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Sketch>,
    /// The client that it is or gives back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Made>,
    /// Of a member that asks for what its object is made with, the parameters of the constructor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<Given>,
}

/// A client that a file makes for others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What its calls are matched as.
    pub path: Vec<String>,
    /// The library that it is of.
    pub library: String,
    /// What comes before its URLs.
    pub bases: Vec<Text>,
    /// The cookie that it hands over.
    pub cookie: Option<Carried>,
    /// Where it runs.
    pub side: Side,
    /// Rows of evidence that its making counts as.
    pub rows: Vec<String>,
    /// Whether it is what a function gives back.
    pub by_call: bool,
}

/// What a file has for others, under the name that they know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its name, with the objects and the class around it: `endpoints.sessions`, `Paths.SESSIONS`.
    pub name: String,
    /// What it is.
    pub item: Item,
    /// Where it stands.
    pub span: Span,
}

/// What a file imports, as far as it matters to other files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The module as written.
    pub module: String,
    /// The exported name; `None` for the module itself.
    pub name: Option<String>,
    /// The name it is known by; empty where all of the module's names are taken over.
    pub local: String,
    /// Where it is imported.
    pub span: Span,
}

/// What another file has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constant {
    /// What it is; its literals stand in no place of this file.
    pub item: Item,
    /// The file that has it.
    #[serde(skip)]
    pub path: String,
    /// Where it stands in that file.
    #[serde(skip)]
    pub span: Span,
    /// Where its literals stand in that file.
    #[serde(skip)]
    pub origins: Vec<Span>,
    /// Where what it is made of stands in further files, the farthest first.
    #[serde(skip)]
    pub trail: Vec<(String, Span)>,
}

/// What a file knows of others, by its own names: `SESSIONS_URL`, `config.endpoints.sessions`, `Client.send`.
pub type Constants = BTreeMap<String, Constant>;

impl Item {
    /// Whether it says nothing.
    fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.request.is_none() && self.client.is_none()
    }

    /// Whether it is a function that gives back a text made of what it is given.
    fn is_helper(&self) -> bool {
        !self.texts.is_empty() && !self.params.is_empty() && self.request.is_none()
    }

    /// Adds what a function of the same name gives back.
    fn overloaded(&mut self, other: Self) {
        self.texts.extend(other.texts);
        self.texts.truncate(ALTERNATIVES);
        if other.params.len() > self.params.len() {
            self.params = other.params;
        }
    }

    /// Whether something in it is told by the object that it is a member of.
    pub fn asks(&self) -> bool {
        self.all_texts().any(asks::any_in)
    }

    /// Whether it is a field that only keeps what its object is made with: that matters to the classes below alone.
    pub fn is_kept(&self) -> bool {
        let is_bare = |text: &Text| is_holes(&text.text) && !asks::any_member_in(text);
        !self.made.is_empty() && self.request.is_none() && self.params.is_empty() && self.texts.iter().all(is_bare)
    }

    /// All texts in it.
    pub fn all_texts(&self) -> impl Iterator<Item = &Text> {
        let request = self.request.iter().flat_map(|sketch| sketch.urls.iter().chain(&sketch.bases));
        self.texts.iter().chain(request).chain(self.client.iter().flat_map(|made| &made.bases))
    }

    /// Whether one of `words` stands in one of its texts.
    pub fn holds(&self, words: &[&str]) -> bool {
        self.all_texts().any(|text| words.iter().any(|word| text.text.contains(word)))
    }

    /// Whether one of its texts could be part of a path that has one of `words`: prose that speaks of it is none.
    pub fn may_end_in(&self, words: &[&str]) -> bool {
        self.all_texts().any(|text| words.iter().any(|word| text.text.contains(word)) && parse(text).is_some())
    }

    /// The same outside of its file.
    pub fn abroad(&self) -> Self {
        let abroad = |texts: &mut Vec<Text>| texts.iter_mut().for_each(|text| *text = text.abroad());
        let mut item = self.clone();
        abroad(&mut item.texts);
        item.params.iter_mut().for_each(|given| abroad(&mut given.default));
        if let Some(sketch) = &mut item.request {
            abroad(&mut sketch.urls);
            abroad(&mut sketch.bases);
            sketch.query.iter_mut().for_each(|(_, value)| *value = value.abroad());
        }
        item.client.iter_mut().for_each(|made| abroad(&mut made.bases));
        item
    }
}

impl Made {
    /// Gives a request what all requests of the client have. This file knows the client as `name`.
    pub fn give(&self, draft: &mut Draft, name: &str) {
        draft.bases = self.bases.clone();
        draft.cookie = self.cookie.clone();
        if draft.side == Side::Unknown {
            draft.side = self.side;
        }
        draft.rows.extend(self.rows.iter().cloned());
        draft.constants.push(name.to_owned());
    }
}

/// What a file imports.
pub fn imports(unit: &Unit) -> Vec<Imported> {
    let named = unit.imports.iter().map(|import| Imported {
        module: import.module.clone(),
        name: import.name.as_ref().map(|name| name.to_string()),
        local: import.local.as_ref().map_or_else(String::new, |local| local.to_string()),
        span: import.span,
    });
    named.collect()
}

/// Whether a value may be a text that is worth exporting.
fn is_text(value: &Node) -> bool {
    match &value.expr {
        Expr::Str(_) | Expr::Call { .. } | Expr::Choice(_) => true,
        // A call without parentheses: `"/api".freeze`.
        Expr::Member(object, _) => is_text(object),
        _ => false,
    }
}

/// Collects the exports of a file.
pub struct Outline<'a, 'u> {
    /// Resolves their values.
    pub resolver: &'a Resolver<'a, 'u>,
    /// What its functions request for their callers.
    pub learned: &'a Learned,
    /// The rows of evidence.
    pub rows: &'a [Row],
    pub(super) exports: Vec<Export>,
    /// Names of those beyond what is kept.
    beyond: BTreeSet<String>,
    /// The name of what the module itself is.
    whole: Option<&'u str>,
}

impl<'a, 'u> Outline<'a, 'u> {
    /// An outline without exports.
    pub fn new(resolver: &'a Resolver<'a, 'u>, learned: &'a Learned, rows: &'a [Row]) -> Self {
        Self { resolver, learned, rows, exports: Vec::new(), beyond: BTreeSet::new(), whole: None }
    }

    /// The exports of the file, and the names of those beyond [`MOST`].
    pub fn exports(mut self) -> (Vec<Export>, BTreeSet<String>) {
        let index = self.resolver.namer.index;
        index.unit.root.iter().for_each(|node| self.top(node));
        if !index.unit.variables.is_empty() {
            index.unit.root.iter().for_each(|node| self.variables(node));
        }
        self.classes();
        let whole = |export: &Export| {
            let (first, rest) = export.name.split_at(export.name.find('.').unwrap_or(export.name.len()));
            (Some(first) == self.whole).then(|| Export { name: format!("{WHOLE}{rest}"), ..export.clone() })
        };
        let more: Vec<Export> = self.exports.iter().filter_map(whole).collect();
        self.exports.extend(more);
        (self.exports, self.beyond)
    }

    /// What a top-level expression exports: constants, functions, members of classes, objects handed to `module.exports`.
    fn top(&mut self, node: &'u Node) {
        match &node.expr {
            Expr::Bind { target, value, .. } => match &target.expr {
                // A module of Lua gives itself back.
                Expr::Name(name) if **name == *WHOLE || **name == *RETURN => match &value.expr {
                    Expr::Name(own) => self.whole = Some(own),
                    // Of an object the keys are what others take.
                    Expr::Object(_) => self.export("", value, LEVELS),
                    _ => self.export(WHOLE, value, LEVELS),
                },
                Expr::Name(name) => self.export(&self.own_name(name, node), value, LEVELS),
                Expr::Member(_, name) => {
                    // `module.exports = { … }` exports the keys, `exports.name = …` the name.
                    let name = if matches!(value.expr, Expr::Object(_)) { "" } else { name };
                    self.export(name, value, LEVELS);
                }
                _ => {}
            },
            Expr::Fn { name: Some(name), .. } => self.export(&self.own_name(name, node), node, LEVELS),
            Expr::Object(pairs) => {
                self.export("", node, LEVELS);
                pairs.iter().for_each(|(_, value)| self.bound(value));
            }
            Expr::Unknown(nodes) => nodes.iter().for_each(|node| self.top(node)),
            _ => {}
        }
    }

    /// What data says of names in pairs with a name and a value, however deep: an environment of a collection.
    fn variables(&mut self, node: &'u Node) {
        if let Expr::Object(pairs) = &node.expr {
            let get = |want: &str| pairs.iter().find(|(key, _)| key.literal() == Some(want)).map(|(_, value)| value);
            for (name, value) in &self.resolver.namer.index.unit.variables {
                if let (Some(name), Some(value)) = (get(name).and_then(Node::literal), get(value)) {
                    self.export(name, value, 0);
                }
            }
        }
        node.children(&mut |child| self.variables(child));
    }

    /// What a block of data gives names to, under those: `local.sessions`.
    fn bound(&mut self, block: &'u Node) {
        let Expr::Unknown(nodes) = &block.expr else { return };
        for node in nodes {
            if let Expr::Bind { target, value, .. } = &node.expr
                && let Expr::Member(object, name) = &target.expr
                && let Some(object) = object.word()
            {
                self.export(&format!("{object}.{name}"), value, LEVELS);
            }
        }
    }

    /// A name with the class around it.
    fn own_name(&self, name: &str, node: &Node) -> String {
        let index = self.resolver.namer.index;
        let of_function = index.function_at(node.span).and_then(|own| index.class_of(own));
        let class = of_function.or_else(|| index.class_around(node.span).filter(|class| class.span != node.span));
        match class.map(|class| class.name.as_deref()) {
            Some(Some(class)) => format!("{class}.{name}"),
            _ => name.to_owned(),
        }
    }

    fn export(&mut self, name: &str, value: &'u Node, levels: usize) {
        match &value.expr {
            Expr::Object(_) if levels > 0 => {
                for (key, inner) in self.resolver.object(value) {
                    let dotted = if name.is_empty() { key } else { format!("{name}.{key}") };
                    self.export(&dotted, inner, levels - 1);
                }
            }
            Expr::Fn { .. } => {
                let item = self.function(value);
                self.push(name, value, item);
            }
            _ => {
                let texts = if is_text(value) { self.plain(value) } else { Vec::new() };
                let client = if texts.is_empty() { self.client(value) } else { None };
                self.push(name, value, Item { texts, client, ..Item::default() });
            }
        }
    }

    fn push(&mut self, name: &str, value: &'u Node, item: Item) {
        // Functions of one name that take more or less are one to their callers.
        let mut same = self.exports.iter_mut().filter(|have| have.name == name);
        if let Some(have) = same.find(|have| have.item.is_helper() && item.is_helper()) {
            return have.item.overloaded(item);
        }
        self.add(name.to_owned(), value.span, item);
    }

    /// Adds an export that says something, as long as there is room.
    pub(super) fn add(&mut self, name: String, span: Span, item: Item) {
        if name.is_empty() || item.is_empty() {
            return;
        }
        match self.exports.len() < MOST {
            true => self.exports.push(Export { name, item, span }),
            false => drop(self.beyond.insert(name)),
        }
    }

    /// The texts of a value that are worth exporting.
    fn plain(&self, value: &'u Node) -> Vec<Text> {
        let mut texts = self.resolver.texts(value);
        // What an unknown call passed on may be an answer rather than a path; at home both are seen.
        let is_known = |text: &Text| {
            !text.origins.is_empty() || !text.constants.is_empty() || is_put_before(text) || asks::any_in(text)
        };
        let is_plain = |text: &Text| text.through.is_empty() && is_known(text);
        // Most of what data holds are words and prose, which no request is made of.
        let is_data = !self.resolver.namer.index.unit.variables.is_empty();
        let is_address = |text: &Text| text.text.contains(['/', '.']) && !text.text.contains(char::is_whitespace);
        texts.retain(|text| !is_data || is_address(text));
        texts.retain(|text| is_plain(text) && !text.text.is_empty() && text.text.len() <= LONGEST);
        texts
    }

    /// What a function is to its callers: the request that it makes for them, a client, or the path that it gives back.
    fn function(&self, node: &'u Node) -> Item {
        let Some(own) = self.resolver.namer.index.function_at(node.span) else { return Item::default() };
        if let Some(item) = self.learned.get(&own) {
            return item.clone();
        }
        let returns = self.resolver.namer.index.returns(own);
        if returns.is_empty() || returns.len() > ALTERNATIVES {
            return Item::default();
        }
        if let Some(client) = returns.first().and_then(|value| self.client(value)) {
            return Item { client: Some(Made { by_call: true, ..client }), ..Item::default() };
        }
        let is_path = |text: &Text| text.text.contains('/') || is_put_before(text) || asks::any_member_in(text);
        let mut texts: Vec<Text> =
            self.resolver.with_places(own, || returns.iter().flat_map(|value| self.plain(value)).collect());
        texts.retain(is_path);
        texts.truncate(ALTERNATIVES);
        let params = if texts.is_empty() { Vec::new() } else { self.resolver.givens(own) };
        let mut item = Item { texts, params, ..Item::default() };
        item.made = self.resolver.makers_for(&item, own);
        item
    }

    /// The client of a library that a value is.
    fn client(&self, value: &'u Node) -> Option<Made> {
        if !matches!(value.expr, Expr::Name(_) | Expr::Member(..) | Expr::Call { .. } | Expr::Choice(_)) {
            return None;
        }
        let namer = self.resolver.namer;
        let named = namer.name(value);
        if let Some((made, _)) = named.made {
            return Some(made.clone());
        }
        let root = named.path.first()?;
        let library = match &named.client {
            Some((of, _)) => of.library,
            None => namer.words.library(root).filter(|_| !named.foreign)?,
        };
        let is_request = namer.words.requests.first(&named.path, &namer.imported).is_some();
        if named.client.is_none()
            && (is_request || namer.index.import(root).is_none() && !matches!(value.expr, Expr::Call { .. }))
        {
            return None;
        }
        let mut draft = Draft { side: library.side, ..Draft::default() };
        if let Some((of, call)) = named.client {
            (Drafter { resolver: self.resolver }).client(&mut draft, of, call);
        }
        let mut collector = Collector::of_expression(self.rows, About::Request);
        collector.node(value);
        let texts = draft.composed();
        for text in &texts {
            collector.text(&text.text, None);
            text.holes.iter().for_each(|hole| collector.name(hole, None));
        }
        library.evidence.iter().for_each(|row| collector.row(row, None, ""));
        Some(Made {
            path: named.path,
            library: library.name.clone(),
            bases: texts,
            cookie: draft.cookie,
            side: draft.side,
            rows: collector.finish().into_iter().map(|evidence| evidence.id).collect(),
            by_call: false,
        })
    }
}
