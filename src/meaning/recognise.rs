//! Finds the requests of a file: calls that libraries declare, calls that carry a ruled path, and ruled paths alone.

use std::collections::{HashMap, HashSet};

use super::bare::Bare;
use super::beside;
use super::block;
use super::chain::{Link, chain, last_name};
use super::document;
use super::draft::{Draft, Drafter};
use super::evidence::{About, Collector, Row};
use super::fact::{Does, Passed, Request, Side, Spelling};
use super::index::{BindAt, Index};
use super::interest::Interest;
use super::learned::Learned;
use super::library::{Library, Patterns, StepEntry, Where};
use super::method_text::split_method;
use super::nested::Nested;
use super::passed::note;
use super::resolve::Resolver;
use super::taint::Places;
use super::url::Text;
use super::vocabulary::Of;
use crate::syntax::expr::{Arg, COMPARE, Expr, Node, Piece, Span};

/// A request that may yet turn out to be a step of another.
pub(super) struct Candidate {
    /// The request.
    pub(super) request: Request,
    /// Calls that its path was passed on by.
    pub(super) through: Vec<Span>,
}

/// Recognises the requests of one file.
pub struct Recogniser<'a, 'u> {
    /// Resolves values.
    pub resolver: &'a Resolver<'a, 'u>,
    /// What somebody is interested in.
    pub interest: &'a Interest,
    /// The rows of evidence.
    pub rows: &'a [Row],
    /// Whether the file holds a proof: a base may then hold the start of a path.
    pub proven: bool,
    /// Whether the file serves requests itself.
    pub serves: bool,
    /// Whether the file has to do with Okta only to sign its users in.
    pub signs_in: bool,
    /// Where the file runs.
    pub side: Side,
    pub(super) candidates: Vec<Candidate>,
    /// Texts that are served, printed or compared.
    pub(super) quiet: HashSet<Span>,
    /// Calls that are steps of a request.
    pub(super) consumed: HashSet<Span>,
    /// Calls with a ruled path that are no requests.
    pub(super) passed: Vec<Passed>,
    /// Ruled texts.
    pub(super) bare: Vec<Bare>,
    /// The methods that the object or list around tells.
    pub(super) told: Vec<String>,
    /// Whether what stands here is the key of an answer to it.
    pub(super) answered: bool,
    /// Where a ruled path can be.
    pub(super) tainted: &'a Places,
    /// The functions of the file that make requests for their callers.
    pub learned: Learned,
    /// How many functions of each name are known to make requests.
    pub taught: HashMap<String, usize>,
}

impl<'a, 'u> Recogniser<'a, 'u> {
    /// A recogniser for a file.
    pub fn new(
        resolver: &'a Resolver<'a, 'u>,
        interest: &'a Interest,
        rows: &'a [Row],
        tainted: &'a Places,
        side: Side,
    ) -> Self {
        Self {
            resolver,
            interest,
            rows,
            proven: false,
            serves: false,
            signs_in: false,
            side,
            candidates: Vec::new(),
            quiet: HashSet::new(),
            consumed: HashSet::new(),
            passed: Vec::new(),
            bare: Vec::new(),
            told: Vec::new(),
            answered: false,
            tainted,
            learned: Learned::new(),
            taught: HashMap::new(),
        }
    }

    /// The requests of the file, and the calls with a ruled path that are none.
    pub fn requests(mut self) -> (Vec<Request>, Vec<Passed>) {
        let index: &Index<'u> = self.resolver.namer.index;
        index.unit.root.iter().for_each(|node| self.visit(node, None));
        let documents = &self.resolver.namer.words.documents;
        let quiet = document::quiet(documents, &index.unit.root, self.tainted);
        let quiet = Nested::new(quiet);
        self.bare.retain(|bare| quiet.innermost(bare.span).is_none());
        for found in document::described(self.resolver, documents, &index.unit.root, self.tainted) {
            if quiet.innermost(found.place.span).is_none() {
                self.offer(found.draft, Spelling::Declared, found.place, found.place);
            }
        }
        self.told_queries();
        self.settle()
    }

    fn visit(&mut self, node: &'u Node, bound: Option<&'u Node>) {
        match &node.expr {
            Expr::Call { .. } => {
                let links = chain(node);
                self.chain(&links, bound);
                for link in &links {
                    link.args.iter().for_each(|arg| self.visit(&arg.value, None));
                }
                links.first().iter().for_each(|first| first.callee.children(&mut |child| self.visit(child, None)));
            }
            Expr::Bind { target, value, .. } => {
                self.visit(target, None);
                self.visit(value, Some(target));
            }
            Expr::Str(pieces) => {
                let has_text = pieces.iter().any(|piece| matches!(piece, Piece::Text(_)));
                if has_text && self.tainted.any_in(node.span) {
                    let texts = self.resolver.texts(node);
                    texts.into_iter().for_each(|text| self.alone(text, node.span));
                }
                node.children(&mut |child| self.visit(child, None));
            }
            Expr::Object(pairs) => {
                let beside = beside::methods(self.resolver, pairs);
                self.quiet.extend(beside::served(pairs));
                let answers = &self.resolver.namer.words.answers;
                let answered = self.answered;
                let exchange = answered || beside::is_exchange(answers, pairs);
                for (key, value) in pairs {
                    let own = beside::key_method(key).map_or_else(|| beside.clone(), |method| vec![method]);
                    let around = std::mem::replace(&mut self.told, own);
                    self.answered = beside::answers(answers, value);
                    self.visit(key, None);
                    self.answered = exchange;
                    self.visit(value, None);
                    self.answered = answered;
                    self.told = around;
                }
            }
            Expr::List(nodes) => {
                let methods: Vec<Option<String>> = nodes.iter().map(beside::key_method).collect();
                for (at, node) in nodes.iter().enumerate() {
                    let own = beside::nearest(&methods, at).into_iter().collect();
                    let around = std::mem::replace(&mut self.told, own);
                    self.visit(node, None);
                    self.told = around;
                }
            }
            _ => node.children(&mut |child| self.visit(child, None)),
        }
    }

    fn chain(&mut self, links: &[Link<'u>], bound: Option<&'u Node>) {
        let (Some(outer), resolver) = (links.last(), self.resolver) else { return };
        let namer = resolver.namer;
        let words = namer.words;
        let tainted = self.tainted.any_in(outer.call.span);
        let mut serves = false;
        let mut silent = Vec::new();
        for (at, link) in links.iter().enumerate() {
            // What stands on a function with a body says what the function is for, and asks for nothing itself.
            if link.args.iter().any(Arg::is_decorated) {
                if !tainted {
                    continue;
                }
                note(&mut self.passed, self.tainted, link.call.span, Does::Serves);
                self.hush(link.args);
                serves = true;
                continue;
            }
            let last = last_name(link.callee).map(|name| &**name);
            let spells = last.is_some_and(|last| words.requests.ends_in(last) || words.ungated.ends_in(last));
            if !tainted && !spells && bound.is_none() {
                continue;
            }
            let named = namer.name(link.callee);
            if named.path.last().is_some_and(|last| last == COMPARE || last == "in")
                || words.prose.first(&named.path, &namer.imported).is_some()
            {
                self.hush(link.args);
                note(&mut self.passed, self.tainted, link.call.span, Does::Tells);
                // Text for people may be what the call is made on: `"DELETE /x" should "…"`.
                let text = link.callee.receiver().filter(|receiver| matches!(receiver.expr, Expr::Str(_)));
                self.quiet.extend(text.map(|text| text.span));
                silent.push(at);
                continue;
            }
            let drafter = Drafter { resolver };
            let given =
                |needs: &Option<Where>| needs.as_ref().is_none_or(|needs| drafter.argument(link.args, needs).is_some());
            let routes = words.routes.find(&named.path, &namer.imported);
            if let Some((of, _)) = routes.iter().find(|(of, _)| given(&of.entry.needs)) {
                note(&mut self.passed, self.tainted, link.call.span, Does::Serves);
                let Some(path) = &of.entry.path else {
                    self.hush(link.args);
                    // A table of routes: `rewriter({ "/api/v1/sessions": "/sessions" })`.
                    let tables = link.args.iter().filter_map(|arg| match &arg.value.expr {
                        Expr::Object(pairs) => Some(pairs),
                        _ => None,
                    });
                    self.quiet.extend(tables.flatten().flat_map(|(key, value)| [key.span, value.span]));
                    serves = true;
                    continue;
                };
                drafter.argument(link.args, path).into_iter().for_each(|path| self.hush_node(path));
                silent.push(at);
            }
            if tainted
                && let Some((draft, _)) = self.taught(link)
                && self.offer(draft, Spelling::Declared, outer.call, link.callee)
            {
                return self.hush(link.args);
            }
            for (of, captured) in namer.requests(&named) {
                let Some(mut draft) = drafter.declared(of, &captured, &named, link.callee, link.args) else { continue };
                drafter.annotated(&mut draft, link.call);
                if of.entry.ungated {
                    draft.rows.push("okta-only-name".into());
                }
                if of.library.own_hosts && draft.parsed().iter().any(|url| self.is_own(url)) {
                    draft.rows.push("foreign-host".into());
                }
                let place = self.steps(&mut draft, of.library, links, at, bound).unwrap_or(outer.call);
                drafter.sent(&mut draft, of.library, outer.call, bound);
                if self.offer(draft, Spelling::Declared, place, link.callee) {
                    self.consume(links, of.library);
                    return self.hush(link.args);
                }
            }
        }
        if tainted && !serves {
            for link in links {
                if let Some((draft, _)) = self.taught_by_name(link)
                    && self.offer(draft, Spelling::Called, outer.call, link.callee)
                {
                    return self.hush(link.args);
                }
            }
            let heard = links.iter().enumerate().filter(|(at, _)| !silent.contains(at));
            heard.for_each(|(_, link)| self.called(link));
        }
    }

    /// What the other calls of the chain, before and after the one at `own`, blocks that its calls take, and later uses of
    /// the variable it is bound to say of a request. Gives the call that gave the URL, where it is none of the chain.
    pub(super) fn steps(
        &self,
        draft: &mut Draft,
        library: &Library,
        links: &[Link<'u>],
        own: usize,
        bound: Option<&'u Node>,
    ) -> Option<&'u Node> {
        for (at, link) in links.iter().enumerate() {
            if at != own {
                self.step(draft, library, link);
            }
            for arg in link.args {
                let subject = block::subject(arg);
                for step in block::steps(self.resolver.namer, arg) {
                    match step {
                        block::Step::Call(node) => chain(node).iter().for_each(|link| self.step(draft, library, link)),
                        block::Step::Bind(bind) => self.bind_step(draft, library, &bind, subject),
                    }
                }
            }
        }
        self.steps_on(draft, library, bound?)
    }

    /// The entry of `library` that a call is a step by.
    fn step_of(&self, library: &Library, link: &Link<'u>) -> Option<(Of<'a, StepEntry>, String)> {
        let namer = self.resolver.namer;
        let found = namer.words.step_calls.find(&[last_name(link.callee)?.to_string()], &namer.imported);
        found.into_iter().find(|(of, _)| of.library.name == library.name)
    }

    /// What a call says of a request of `library`.
    fn step(&self, draft: &mut Draft, library: &Library, link: &Link<'u>) {
        let drafter = Drafter { resolver: self.resolver };
        let Some((of, captured)) = self.step_of(library, link) else { return };
        if !of.entry.keys.is_empty() {
            return drafter.step_keys(draft, of, link.args);
        }
        let skip = usize::from(of.entry.handle == Some(0));
        drafter.step_call(draft, of, &captured, link.args.get(skip..).unwrap_or_default());
    }

    /// What an assignment says of a request of `library` that goes by `subject`.
    fn bind_step(&self, draft: &mut Draft, library: &Library, bind: &BindAt<'u>, subject: &str) {
        let (namer, drafter) = (self.resolver.namer, Drafter { resolver: self.resolver });
        let words = namer.words;
        let of = match bind.member.map(|member| &member.expr) {
            Some(Expr::Member(_, member) | Expr::Name(member)) => {
                let found = words.step_binds.find(&[member.to_string()], &namer.imported);
                found.into_iter().map(|(of, _)| of).find(|of| of.library.name == library.name)
            }
            Some(Expr::Index(object, _)) => {
                let jar = last_name(object).filter(|name| ***name != *subject).map_or("*", |name| &**name);
                let is_index = |of: &&Of<'a, StepEntry>| {
                    of.library.name == library.name
                        && of.entry.index.iter().flat_map(Patterns::iter).any(|have| have == jar)
                };
                words.step_indexes.iter().find(is_index).copied()
            }
            _ => None,
        };
        if let Some(of) = of {
            drafter.step_bind(draft, of, bind);
        }
    }

    /// What later calls and assignments on the variable `bound` say of a request, in the same function.
    fn steps_on(&self, draft: &mut Draft, library: &Library, bound: &'u Node) -> Option<&'u Node> {
        let index = self.resolver.namer.index;
        let name = last_name(bound)?;
        let (scope, later) = (index.scope_at(bound.span), Span { start: bound.span.start + 1, end: u32::MAX });
        let mut place = None;
        for node in index.chains(name, scope, later) {
            let had_url = !draft.urls.is_empty();
            chain(node).iter().for_each(|link| self.step(draft, library, link));
            if !had_url && !draft.urls.is_empty() {
                place = Some(node);
            }
        }
        for bind in index.steps(name, scope, later) {
            self.bind_step(draft, library, bind, name);
        }
        place
    }

    /// Marks the steps in blocks of a request that was found as no requests by themselves.
    fn consume(&mut self, links: &[Link<'u>], library: &Library) {
        for arg in links.iter().flat_map(|link| link.args) {
            for step in block::steps(self.resolver.namer, arg) {
                if let block::Step::Call(call) = step {
                    let links = chain(call);
                    let is_step = links.iter().any(|link| self.step_of(library, link).is_some());
                    self.consumed.extend(links.iter().filter(|_| is_step).map(|link| link.call.span));
                }
            }
        }
    }

    /// A call that no library knows.
    fn called(&mut self, link: &Link<'u>) {
        let namer = self.resolver.namer;
        let makes_text = !namer.words.texts.find(&namer.name(link.callee).path, &namer.imported).is_empty();
        if makes_text {
            self.built(link.call);
        }
        if makes_text || self.consumed.contains(&link.call.span) || !self.tainted.any_in(link.call.span) {
            return;
        }
        let proven = self.proven || self.callee_speaks(link.callee);
        let is_ruled = |text: &Text| self.interest.text_is_ruled(text, proven);
        let Some(draft) = (Drafter { resolver: self.resolver }).called(link.callee, link.args, &is_ruled) else {
            return;
        };
        // What an object is made with is asked for by its methods, unless it is made to be one request.
        if draft.methods.is_empty() && namer.makes_own(link.callee) {
            return;
        }
        let serves = link.args.iter().any(|arg| matches!(arg.value.expr, Expr::Fn { .. }))
            && draft.parsed().iter().all(|url| url.host.is_none());
        if serves {
            note(&mut self.passed, self.tainted, link.call.span, Does::Serves);
            return self.hush(link.args);
        }
        if self.offer(draft, Spelling::Called, link.call, link.callee) {
            self.hush(link.args);
        }
    }

    /// Takes a draft as a candidate if its URL is ruled.
    pub(super) fn offer(&mut self, mut draft: Draft, spelling: Spelling, call: &'u Node, callee: &'u Node) -> bool {
        let mut urls = draft.parsed();
        if draft.by_sdk {
            urls.iter_mut().for_each(|url| url.relative = false);
        }
        let is_declared = spelling == Spelling::Declared;
        let speaks = if is_declared { self.holes_speak(&draft) } else { self.callee_speaks(callee) };
        let proven = self.proven || speaks;
        let tail = proven && (is_declared || !draft.methods.is_empty());
        if !urls.iter().any(|url| self.interest.url_is_ruled(url, proven, tail)) {
            return false;
        }
        let mut collector = Collector::of_expression(self.rows, About::Request);
        collector.node(call);
        let texts = draft.composed();
        if draft.methods.is_empty() {
            draft.methods.extend(texts.iter().find_map(|text| split_method(&text.text).0));
        }
        for text in &texts {
            collector.text(&text.text, text.origins.first().copied());
            text.holes.iter().for_each(|hole| collector.name(hole, None));
        }
        draft.rows.iter().for_each(|row| collector.row(row, Some(call.span), ""));
        let side = match draft.side {
            Side::Unknown => self.side,
            Side::Server if self.side == Side::Cli => Side::Cli,
            side => side,
        };
        self.circumstances(&mut collector, &urls, spelling, side, call.span);
        let mut related: Vec<Span> = texts.iter().flat_map(|text| text.origins.iter().copied()).collect();
        related.sort_unstable();
        related.dedup();
        let mut constants = draft.constants.clone();
        constants.extend(texts.iter().flat_map(|text| text.constants.iter().cloned()));
        let mut seen = HashSet::new();
        constants.retain(|name| seen.insert(name.clone()));
        let mut binds: Vec<Span> = texts.iter().flat_map(|text| text.binds.iter().copied()).collect();
        binds.sort_unstable();
        binds.dedup();
        let through = draft.urls.iter().flat_map(|text| text.through.iter().copied()).collect();
        let start = match call.span.contains(callee.span) {
            true => Span { start: callee.span.start.min(call.span.start), end: call.span.end },
            false => call.span,
        };
        let request = Request {
            methods: draft.methods,
            urls,
            cookie: draft.cookie,
            spelling,
            via: draft.library,
            side,
            span: start,
            related,
            constants,
            binds,
            evidence: collector.finish(),
        };
        self.candidates.push(Candidate { request, through });
        true
    }
}
