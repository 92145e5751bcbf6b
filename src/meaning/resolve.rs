//! What a node could be as text or as an object, on demand and bounded. It cannot explode: at most [`ALTERNATIVES`],
//! [`DEPTH`] hops, no definition entered twice on one path, [`LENGTH`] bytes of text, and one budget of [`STEPS`] a file.
//! Whatever is cut becomes a hole; a hole keeps its name, which is evidence too.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::callee::Namer;
use super::chain::last_name;
use super::index::{BindAt, Found};
use super::instance::Instance;
use super::library::{Library, Style, TextEntry};
use super::outline::Constant;
use super::owner::Called;
use super::sketch::{Call, Filled};
use super::taint::Places;
use super::text_calls;
use super::url::Text;
use crate::syntax::expr::{Arg, Expr, Node, Piece, Span, values};

/// Most alternatives of one value.
pub const ALTERNATIVES: usize = 8;
/// Most hops from a use to a literal.
const DEPTH: usize = 12;
/// Most steps in one file: one a byte, within these bounds. Generated clients repeat the same costly lines in every function.
const STEPS: (u32, u32) = (20_000, 200_000);
/// Longest text in bytes; what is longer is no URL.
const LENGTH: usize = 8 << 10;

/// What is no call is given.
const NO_ARGS: &[Arg] = &[];

/// A function being entered and what its parameters are.
type Frame = (usize, Vec<(String, Vec<Text>)>);

/// Resolves nodes of one file.
pub struct Resolver<'a, 'u> {
    /// Names callees.
    pub namer: &'a Namer<'a, 'u>,
    /// Whether a text names a path that somebody is interested in.
    pub(super) ruled: &'a dyn Fn(&Text) -> bool,
    /// Where a text of interest can be: a call that holds none is not entered.
    tainted: &'a Places,
    pub(super) steps: Cell<u32>,
    /// What was resolved already.
    known: RefCell<HashMap<*const Node, Vec<Text>>>,
    /// The definitions being entered, innermost last.
    open: RefCell<Vec<Span>>,
    /// Parameters bound to arguments, innermost last.
    pub(super) frames: RefCell<Vec<Frame>>,
    /// Objects whose methods are being looked at, innermost last.
    pub(super) objects: RefCell<Vec<Instance<'u>>>,
}

/// A value of which nothing is known but its name.
fn unresolved(node: &Node) -> Text {
    Text::hole(last_name(node).map_or("", |name| name))
}

impl<'a, 'u> Resolver<'a, 'u> {
    /// A resolver with a whole budget.
    pub fn new(namer: &'a Namer<'a, 'u>, ruled: &'a dyn Fn(&Text) -> bool, tainted: &'a Places) -> Self {
        Self {
            namer,
            ruled,
            tainted,
            steps: Cell::new(namer.index.unit.root.last().map_or(0, |last| last.span.end).clamp(STEPS.0, STEPS.1)),
            known: RefCell::default(),
            open: RefCell::default(),
            frames: RefCell::default(),
            objects: RefCell::default(),
        }
    }

    /// Whether the budget of the file ran out: what was asked since is a hole.
    pub fn is_exhausted(&self) -> bool {
        self.steps.get() == 0
    }

    /// The texts that `node` could be; at least one, a hole where nothing is known.
    pub fn texts(&self, node: &'u Node) -> Vec<Text> {
        // Inside a definition or a call the answer depends on the way there.
        let is_free =
            self.open.borrow().is_empty() && self.frames.borrow().is_empty() && self.objects.borrow().is_empty();
        let key = std::ptr::from_ref(node);
        if let Some(known) = self.known.borrow().get(&key).filter(|_| is_free) {
            return known.clone();
        }
        let texts = self.distinct(node);
        if is_free {
            self.known.borrow_mut().insert(key, texts.clone());
        }
        texts
    }

    fn distinct(&self, node: &'u Node) -> Vec<Text> {
        let mut texts = self.alternatives(node);
        let mut seen = HashSet::new();
        texts.retain(|text| text.text.len() <= LENGTH && seen.insert((text.text.clone(), text.holes.clone())));
        texts.truncate(ALTERNATIVES);
        match texts.is_empty() {
            true => vec![Text::hole("")],
            false => texts,
        }
    }

    /// The one literal text that `node` is.
    pub fn literal(&self, node: &'u Node) -> Option<String> {
        match self.texts(node).as_slice() {
            [one] => one.whole().map(str::to_owned),
            _ => None,
        }
    }

    fn alternatives(&self, node: &'u Node) -> Vec<Text> {
        let Some(left) = self.steps.get().checked_sub(1) else {
            // What is spelled out costs nothing to know.
            return match &node.expr {
                Expr::Str(pieces) => self.string(pieces, node.span, &|hole| vec![unresolved(hole)]),
                _ => vec![unresolved(node)],
            };
        };
        self.steps.set(left);
        match &node.expr {
            Expr::Str(pieces) => self.string(pieces, node.span, &|hole| self.texts(hole)),
            Expr::Name(name) => self.name(node, name),
            Expr::Member(..) | Expr::Index(..) if let Some(texts) = self.foreign(node, NO_ARGS) => texts,
            Expr::Member(object, member) => self.member(node, object, member),
            Expr::Index(object, index) => self.index(object, index),
            Expr::Call { callee, args } => self.call(node, callee, args),
            // What goes through a list stands for each element of it.
            Expr::Choice(nodes) | Expr::List(nodes) => values(nodes).flat_map(|node| self.texts(node)).collect(),
            Expr::Bind { value, .. } => self.texts(value),
            _ => vec![Text::hole("")],
        }
    }

    /// What pieces put together could be; if that is too long, with its holes left open.
    fn string(&self, pieces: &'u [Piece], span: Span, hole: &dyn Fn(&'u Node) -> Vec<Text>) -> Vec<Text> {
        self.joined(pieces, span, hole)
            .or_else(|| self.joined(pieces, span, &|hole| vec![unresolved(hole)]))
            .unwrap_or_else(|| vec![Text::hole("")])
    }

    fn joined(&self, pieces: &'u [Piece], span: Span, hole: &dyn Fn(&'u Node) -> Vec<Text>) -> Option<Vec<Text>> {
        let mut texts = vec![Text::default()];
        for piece in pieces {
            let next = match piece {
                Piece::Text(text) => vec![Text::literal(text, span)],
                Piece::Hole(node) => text_calls::segments(&texts, node, hole(node)),
            };
            texts = product(&texts, &next);
            if texts.iter().all(|text| text.text.len() > LENGTH) {
                return None;
            }
        }
        Some(texts)
    }

    fn name(&self, node: &'u Node, name: &str) -> Vec<Text> {
        let index = self.namer.index;
        match index.lookup(name, node.span) {
            Found::Binds(binds)
                if binds.iter().all(|bind| index.is_declared_in_class(bind))
                    && let Some(texts) = self.own_member(node, true) =>
            {
                texts
            }
            Found::Binds(binds) => {
                // A field of the class may be set by its constructor.
                let set = match binds.iter().all(BindAt::is_declaration) {
                    true => index.member(name, node.span),
                    false => Vec::new(),
                };
                // So may a variable of the file by its functions.
                let set = match set.is_empty() && binds.iter().all(|bind| bind.scope.is_none() && bind.is_declaration())
                {
                    true => index.assigned(name, Span { start: 0, end: u32::MAX }),
                    false => set,
                };
                match set.iter().all(BindAt::is_declaration) {
                    true => self.binds(&binds, name, Some(node.span)),
                    false => self.binds(&set, name, None),
                }
            }
            Found::Param(own, param) => {
                let framed =
                    self.frames.borrow().iter().rev().find(|(function, _)| *function == own).and_then(|(_, args)| {
                        args.iter().find(|(have, _)| have == name).map(|(_, texts)| texts.clone())
                    });
                framed
                    .or_else(|| self.handed(own, name))
                    .or_else(|| {
                        param.default.as_ref().map(|default| {
                            let mut texts = vec![Text::hole(name)];
                            texts.extend(self.enter(default.span, || self.texts(default)));
                            texts
                        })
                    })
                    .unwrap_or_else(|| vec![Text::hole(name)])
            }
            Found::Nothing => {
                let given = || Some(index.given(name, node.span)).filter(|given| !given.is_empty());
                let is_imported = index.import(name).is_some();
                let own = |may_ask| if is_imported { None } else { self.own_member(node, may_ask) };
                let known = own(false).or_else(|| self.foreign(node, NO_ARGS)).or_else(|| self.own_value(node));
                let known = known.or_else(|| Some(self.binds(&given()?, name, None))).or_else(|| own(true));
                known.unwrap_or_else(|| vec![Text::hole(name)])
            }
        }
    }

    /// The texts of another file's constant, or of what its helper gives back for `args`.
    fn foreign(&self, node: &'u Node, args: &'u [Arg]) -> Option<Vec<Text>> {
        if self.namer.known.is_empty() {
            return None;
        }
        let (name, constant) = match self.namer.foreign(node) {
            Some(found) => found,
            None => match self.namer.called(node)? {
                Called::Foreign(name, constant) => (name, constant),
                Called::Own(_) => return None,
            },
        };
        let on = if constant.item.asks() { self.object_of(node) } else { None };
        self.texts_of(name, constant, args, on)
    }

    /// The texts of another file's constant, or of what its function gives back for `args` where it is called on an object.
    pub(super) fn texts_of(
        &self,
        name: &str,
        constant: &Constant,
        args: &'u [Arg],
        on: Option<Instance<'u>>,
    ) -> Option<Vec<Text>> {
        self.filled(name, constant, Filled::By(args), on)
    }

    /// The same for a function that is called with these texts.
    pub(super) fn texts_with(
        &self,
        name: &str,
        constant: &Constant,
        given: &[Vec<Text>],
        on: Instance<'u>,
    ) -> Option<Vec<Text>> {
        self.filled(name, constant, Filled::With(given), Some(on))
    }

    fn filled(
        &self,
        name: &str,
        constant: &Constant,
        args: Filled<'_, 'u>,
        on: Option<Instance<'u>>,
    ) -> Option<Vec<Text>> {
        if constant.item.texts.is_empty() {
            return None;
        }
        let drafter = super::draft::Drafter { resolver: self };
        let call = Call { drafter: &drafter, item: &constant.item, args, on, of: super::words::class_in(name) };
        let mut texts = call.fill_all(&constant.item.texts);
        texts.iter_mut().for_each(|text| text.constants.push(name.to_owned()));
        Some(texts)
    }

    /// Whether a text of interest can be at a place.
    pub(super) fn is_tainted(&self, at: Span) -> bool {
        self.tainted.any_in(at)
    }

    /// A call of a function of this file that is spelled without parentheses.
    fn own_value(&self, node: &'u Node) -> Option<Vec<Text>> {
        if self.tainted.any_in(node.span) { self.own_function(node, node, &[]) } else { None }
    }

    /// The texts of a name's binds; a bind whose text is not known is a hole with the name.
    /// Where a name is used `at` a place, what was done to its value before counts.
    pub(super) fn binds(&self, binds: &[BindAt<'u>], name: &str, at: Option<Span>) -> Vec<Text> {
        let mut texts = Vec::new();
        for bind in binds {
            let value = match bind.key {
                Some(key) => self.enter(bind.span, || {
                    let constant = || {
                        let name = format!("{}.{key}", self.namer.dotted(bind.value)?);
                        self.texts_of(&name, self.namer.known.get(&name)?, &[], None)
                    };
                    let spelled = self.key(bind.value, key).map(|node| self.texts(node));
                    let given = || Some(vec![Text::hole(&format!("{}.{key}", self.place_of(bind.value)?))]);
                    spelled.or_else(constant).or_else(given).unwrap_or_default()
                }),
                None => self.enter(bind.span, || self.texts(bind.value)),
            };
            let value = match at {
                Some(at) if bind.key.is_none() => self.stepped(name, bind, at, value),
                _ => value,
            };
            texts.extend(value.into_iter().map(|text| match super::url::is_holes(&text.text) {
                true if text.origins.is_empty() && text.holes.iter().all(String::is_empty) => Text::hole(name),
                _ => passed(text, bind.span),
            }));
        }
        match texts.is_empty() {
            true => vec![Text::hole(name)],
            false => texts,
        }
    }

    /// Runs `inside` as part of the definition at `span`, unless it is being entered already or too deep.
    pub fn enter<T: Default>(&self, span: Span, inside: impl FnOnce() -> T) -> T {
        let is_open = self.open.borrow().contains(&span) || self.open.borrow().len() >= DEPTH;
        if is_open {
            return T::default();
        }
        self.open.borrow_mut().push(span);
        let value = inside();
        self.open.borrow_mut().pop();
        value
    }

    fn member(&self, node: &'u Node, object: &'u Node, member: &str) -> Vec<Text> {
        if let Some(place) = self.place_of(object) {
            return vec![Text::hole(&format!("{place}.{member}"))];
        }
        if !self.namer.is_this(object)
            && let Some(value) = self.key(object, member)
        {
            return self.enter(value.span, || self.texts(value));
        }
        if let Some(texts) = self.own_member(node, true) {
            return texts;
        }
        let called = self.called_bare(node, member);
        let binds = BindAt::that_tell(match self.namer.is_this(object) {
            true => self.namer.index.member(member, node.span),
            false => self.namer.index.member_of_variable(member, node.span),
        });
        if !binds.is_empty() && !called.as_ref().is_some_and(|called| called.of_client) {
            return self.binds(&binds, member, None);
        }
        if let Some(texts) = self.own_value(node).filter(|_| self.namer.is_this(object)) {
            return texts;
        }
        called.map_or_else(|| vec![Text::hole(member)], |called| called.texts)
    }

    fn index(&self, object: &'u Node, index: &'u Node) -> Vec<Text> {
        let key = self.literal(index);
        let name = key.as_deref().or_else(|| last_name(index).map(|name| &**name)).unwrap_or_default();
        match key.as_deref().and_then(|key| self.key(object, key)) {
            Some(value) => self.enter(value.span, || self.texts(value)),
            None => vec![Text::hole(name)],
        }
    }

    fn call(&self, node: &'u Node, callee: &'u Node, args: &'u [Arg]) -> Vec<Text> {
        let namer = self.namer;
        let named = namer.name(callee);
        let declared = namer.words.texts.find(&named.path, &namer.imported);
        if let Some(texts) = declared.iter().find_map(|(of, _)| self.text_call(of.library, of.entry, callee, args)) {
            return texts;
        }
        let member = self.member_called(node, callee, args);
        let is_member = member.is_some();
        if let Some(texts) = member.flatten() {
            return texts;
        }
        // What a request or a route gives back is no path.
        let words = namer.words;
        if words.requests.first(&named.path, &namer.imported).is_some()
            || words.routes.first(&named.path, &namer.imported).is_some()
        {
            return vec![Text::hole("")];
        }
        let asked = || if is_member { None } else { self.member_asked(callee, args) };
        if let Some(texts) = self.foreign(callee, args).or_else(asked) {
            return texts;
        }
        // `$(host)` of a pipeline is a variable.
        if args.is_empty() && self.namer.index.has_key(callee) {
            return self.texts(callee);
        }
        // A wrapper may put its URL together in a function that holds no word of a rule.
        if !is_member
            && (self.tainted.any_in(node.span) || !self.frames.borrow().is_empty())
            && let Some(texts) = self.own_function(node, callee, args)
        {
            return texts;
        }
        self.passed_on(node, callee, args, named.path.last().map_or("", String::as_str))
    }

    pub(super) fn text_call(
        &self,
        library: &'a Library,
        entry: &'a TextEntry,
        callee: &'u Node,
        args: &'u [Arg],
    ) -> Option<Vec<Text>> {
        if entry.style == Style::Parts {
            return Some(self.parts(library, &entry.parts, args)).filter(|texts| !texts.is_empty());
        }
        if entry.style == Style::Query
            && let Some(query) = text_calls::labelled(self, args)
        {
            return Some(vec![query]);
        }
        let receiver = callee.receiver();
        let of = match &entry.of {
            Some(at) => super::draft::Drafter { resolver: self }.argument(args, at),
            None if entry.style == Style::Query => args.first().map(|arg| &arg.value).or(receiver),
            None => receiver,
        }?;
        let rest: Vec<&Arg> = args.iter().filter(|arg| !std::ptr::eq(&arg.value, of)).collect();
        text_calls::make(self, entry.style, of, &rest)
    }

    /// An unknown call is read as the one ruled path in its arguments or receiver: helpers pass paths on.
    fn passed_on(&self, node: &'u Node, callee: &'u Node, args: &'u [Arg], name: &str) -> Vec<Text> {
        let receiver = callee.receiver().filter(|object| !self.namer.is_this(object));
        let values = receiver.into_iter().chain(args.iter().map(|arg| &arg.value));
        let ruled = values.filter(|value| self.tainted.any_in(value.span)).find_map(|value| {
            let texts = self.enter(value.span, || self.texts(value));
            texts.iter().any(|text| (self.ruled)(text)).then_some(texts)
        });
        match ruled {
            Some(mut texts) => {
                texts.iter_mut().for_each(|text| text.through.push(node.span));
                texts
            }
            None => {
                // `os.environ.get("OKTA_URL", default)` is a hole named by its key, or the default.
                let mut texts = Vec::new();
                let literals: Vec<&str> = args.iter().filter_map(|arg| arg.value.literal()).collect();
                texts.push(Text::hole(literals.first().copied().unwrap_or(name)));
                if let (2, [_, default]) = (literals.len(), args)
                    && default.value.literal().is_some_and(|text| text.contains("://"))
                {
                    texts.extend(self.texts(&default.value));
                }
                texts
            }
        }
    }
}

/// A text that went through a bind, if it holds something that came from a place.
fn passed(mut text: Text, bind: Span) -> Text {
    if !text.origins.is_empty() || !text.constants.is_empty() {
        text.went_through(bind);
    }
    text
}

/// Every text of `left` with every text of `right` after it, at most [`ALTERNATIVES`].
pub fn product(left: &[Text], right: &[Text]) -> Vec<Text> {
    let mut texts = Vec::new();
    for before in left {
        for after in right {
            if texts.len() >= ALTERNATIVES {
                return texts;
            }
            let mut text = before.clone();
            text.push(after);
            texts.push(text);
        }
    }
    texts
}
