//! Learns what the functions of a file request for those who call them: a wrapper of an HTTP client is an entry of a
//! library that holds for this run.

use std::collections::{BTreeMap, HashMap};

use super::chain::{Link, chain, last_name};
use super::draft::{Draft, Drafter};
use super::evidence::{About, Collector};
use super::outline::Item;
use super::owner::Called;
use super::recognise::Recogniser;
use super::sketch::{Call, Filled, Given, Opens, Sketch};
use super::words::class_in;
use crate::syntax::expr::{Expr, Node, Param};

/// Most functions between a call and the client: a wrapper of a wrapper, and one between.
const HOPS: usize = 2;
/// Most wrappers of one file. A large SDK has some hundred methods, and few of them take a path.
const MOST: usize = 200;

/// Functions of a file that make requests, by their place in the index.
pub type Learned = BTreeMap<usize, Item>;

/// A function around a place while the file is walked.
struct Around<'u> {
    own: usize,
    node: &'u Node,
}

impl<'a, 'u> Recogniser<'a, 'u> {
    /// Learns wrappers of clients, then wrappers of those.
    pub fn learn(mut self) -> Learned {
        self.teach(Learned::new());
        for _ in 0..HOPS {
            let mut found = Learned::new();
            let root = &self.resolver.namer.index.unit.root;
            root.iter().for_each(|node| self.learn_in(node, None, &mut Vec::new(), &mut found));
            let mut learned = std::mem::take(&mut self.learned);
            let before = learned.len();
            for (own, item) in found {
                if learned.len() < MOST {
                    learned.entry(own).or_insert(item);
                }
            }
            let is_done = learned.len() == before;
            self.teach(learned);
            if is_done {
                break;
            }
        }
        self.learned
    }

    /// Takes over what is known to make requests: the file's functions, and those of others.
    pub fn teach(&mut self, learned: Learned) {
        let namer = self.resolver.namer;
        let own = learned.keys().filter_map(|own| namer.index.functions.get(*own)?.name.map(|name| &**name));
        let foreign = namer.known.iter().filter(|(_, constant)| constant.item.request.is_some());
        let foreign = foreign.filter_map(|(name, _)| name.rsplit('.').next());
        let mut taught = HashMap::new();
        own.chain(foreign).for_each(|name| *taught.entry(name.to_owned()).or_default() += 1);
        (self.learned, self.taught) = (learned, taught);
    }

    fn learn_in(&self, node: &'u Node, bound: Option<&'u Node>, around: &mut Vec<Around<'u>>, found: &mut Learned) {
        match &node.expr {
            Expr::Fn { params, .. } => {
                let index = self.resolver.namer.index;
                // What takes nothing may request by what its object tells.
                let may_tell = |own: &usize| !params.is_empty() || index.class_of(*own).is_some();
                let own = index.function_at(node.span).filter(may_tell);
                around.extend(own.map(|own| Around { own, node }));
                node.children(&mut |child| self.learn_in(child, None, around, found));
                if own.is_some() {
                    around.pop();
                }
            }
            Expr::Call { .. } => {
                let links = chain(node);
                if !around.is_empty() {
                    self.learn_from(&links, bound, around, found);
                }
                for link in &links {
                    link.args.iter().for_each(|arg| self.learn_in(&arg.value, None, around, found));
                }
                let first = links.first().into_iter();
                first.for_each(|link| link.callee.children(&mut |child| self.learn_in(child, None, around, found)));
            }
            Expr::Bind { target, value, .. } => self.learn_in(value, Some(target), around, found),
            _ => node.children(&mut |child| self.learn_in(child, None, around, found)),
        }
    }

    /// What the innermost function around a call that tells it the URL requests by it.
    fn learn_from(&self, links: &[Link<'u>], bound: Option<&'u Node>, around: &[Around<'u>], found: &mut Learned) {
        let words = self.resolver.namer.words;
        let is_spelled = |link: &Link| {
            last_name(link.callee).is_some_and(|last| words.requests.ends_in(last) || self.is_taught(last))
        };
        if !links.iter().any(is_spelled) {
            return;
        }
        for Around { own, node } in around.iter().rev() {
            let tells = |item: &Item| item.request.as_ref().is_some_and(|sketch| sketch.opens() == Opens::ByGiven);
            let have = found.get(own);
            if have.is_some_and(tells) || self.learned.contains_key(own) {
                continue;
            }
            let params = self.resolver.givens(*own);
            let sketch = self.resolver.with_places(*own, || self.sketch(links, bound));
            // What only the object tells gives way to what the function is given.
            let is_less = |sketch: &Sketch| have.is_some() && sketch.opens() != Opens::ByGiven;
            let Some(mut sketch) = sketch.filter(|sketch| !is_less(sketch)) else { continue };
            let mut collector = Collector::of_expression(self.rows, About::Request);
            collector.node(node);
            sketch.rows.extend(collector.finish().into_iter().map(|evidence| evidence.id));
            sketch.rows.sort_unstable();
            sketch.rows.dedup();
            let mut item = Item { params, request: Some(sketch), ..Item::default() };
            item.made = self.resolver.makers_for(&item, *own);
            found.insert(*own, item);
            return;
        }
    }

    fn sketch(&self, links: &[Link<'u>], bound: Option<&'u Node>) -> Option<Sketch> {
        let resolver = self.resolver;
        let namer = resolver.namer;
        let is_ruled = |draft: &Draft| {
            let proven = self.proven || self.holes_speak(draft);
            draft.parsed().iter().any(|url| self.interest.url_is_ruled(url, proven, proven))
        };
        let mut best: Option<(Sketch, Opens)> = None;
        for (at, link) in links.iter().enumerate() {
            let named = namer.name(link.callee);
            let taught = self.taught(link).map(|(draft, hops)| (draft, String::new(), hops + 1));
            let declared = namer.requests(&named).into_iter().filter(|(of, _)| of.entry.request.is_none());
            let declared = declared.filter_map(|(of, captured)| {
                let drafter = Drafter { resolver };
                let mut draft = drafter.declared(of, &captured, &named, link.callee, link.args)?;
                self.steps(&mut draft, of.library, links, at, bound);
                drafter.sent(&mut draft, of.library, link.call, bound);
                Some((draft, of.library.name.clone(), 1))
            });
            for (draft, library, hops) in taught.into_iter().chain(declared) {
                let sketch = Sketch::new(&draft, &library, hops);
                let opens = sketch.opens();
                if hops > HOPS || opens == Opens::Not || is_ruled(&draft) {
                    continue;
                }
                // Of what a call may be, what its function is given tells more than what its object does.
                if opens == Opens::ByGiven {
                    return Some(sketch);
                }
                if best.as_ref().is_none_or(|(_, have)| *have < opens) {
                    best = Some((sketch, opens));
                }
            }
        }
        best.map(|(sketch, _)| sketch)
    }

    /// Whether a function of this name is known to make requests.
    pub(super) fn is_taught(&self, name: &str) -> bool {
        self.taught.contains_key(name)
    }

    /// The request that a call of a learned function makes, and how many functions stand between that and the client.
    pub(super) fn taught(&self, link: &Link<'u>) -> Option<(Draft, usize)> {
        let last = last_name(link.callee)?;
        if !self.is_taught(last) {
            return None;
        }
        match self.resolver.namer.called(link.callee)? {
            Called::Own(own) => self.draft_of(self.learned.get(&own)?, link, Some(own), None),
            Called::Foreign(name, constant) => self.draft_of(&constant.item, link, None, Some(name)),
        }
    }

    /// The same for a receiver of which nothing is known, where only one function of the name makes requests.
    pub(super) fn taught_by_name(&self, link: &Link<'u>) -> Option<(Draft, usize)> {
        let last = last_name(link.callee)?;
        let namer = self.resolver.namer;
        if !matches!(link.callee.expr, Expr::Member(..)) || self.taught.get(&**last) != Some(&1) {
            return None;
        }
        let is_named = |own: &&usize| namer.index.functions.get(**own).is_some_and(|at| at.name == Some(last));
        if let Some(own) = self.learned.keys().find(is_named) {
            return self.draft_of(self.learned.get(own)?, link, Some(*own), None);
        }
        let is_named = |name: &str| name.rsplit('.').next() == Some(&**last);
        let found = namer.known.iter().find(|(name, constant)| is_named(name) && constant.item.request.is_some());
        found.and_then(|(name, constant)| self.draft_of(&constant.item, link, None, Some(name)))
    }

    /// The request that a function of this file, or one that is `foreign`, makes by a sketch.
    fn draft_of(
        &self,
        item: &Item,
        link: &Link<'u>,
        own: Option<usize>,
        foreign: Option<&str>,
    ) -> Option<(Draft, usize)> {
        let sketch = item.request.as_ref()?;
        let drafter = Drafter { resolver: self.resolver };
        let (index, resolver) = (self.resolver.namer.index, self.resolver);
        let own = own.and_then(|own| index.class_of(own)?.name.as_deref());
        let of = foreign.map_or(own.unwrap_or_default(), class_in);
        let on = if item.asks() { resolver.object_of(link.callee) } else { None };
        let args = resolver.args_of(link.callee, link.args);
        let call = Call { drafter: &drafter, item, args: Filled::By(args), on, of };
        let mut draft = call.draft(sketch);
        draft.constants.extend(foreign.map(str::to_owned));
        Some((draft, sketch.hops))
    }
}

impl<'u> super::resolve::Resolver<'_, 'u> {
    /// The parameters of a function as its callers see them: without the one for the object itself.
    pub fn givens(&self, own: usize) -> Vec<Given> {
        self.as_given(self.params(own))
    }

    /// Parameters with what each is where a call does not give it.
    pub(super) fn as_given(&self, params: &'u [Param]) -> Vec<Given> {
        let default = |node: &'u Node| self.enter(node.span, || self.texts(node));
        let given = |param: &'u Param| Given {
            name: param.name.to_string(),
            default: param.default.as_ref().map_or_else(Vec::new, default),
        };
        params.iter().map(given).collect()
    }
}
