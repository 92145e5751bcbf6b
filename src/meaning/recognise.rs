//! Finds the requests of a file: calls that libraries declare, calls that carry a ruled path, and ruled paths alone.

use std::collections::HashSet;

use super::block;
use super::draft::{Draft, Drafter};
use super::evidence::{About, Collector, Row};
use super::fact::{Request, Side, Spelling};
use super::index::{Found, Index};
use super::interest::Interest;
use super::resolve::Resolver;
use super::taint::Places;
use super::url::{Text, parse};
use crate::syntax::expr::{Arg, COMPARE, Expr, Node, Piece, Span};

/// A call of a chain `root.a(x).b(y)`, innermost first.
struct Link<'u> {
    call: &'u Node,
    callee: &'u Node,
    args: &'u [Arg],
}

/// A request that may yet turn out to be a step of another.
struct Candidate {
    request: Request,
    /// Calls that its path was passed on by.
    through: Vec<Span>,
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
    /// Where the file runs.
    pub side: Side,
    candidates: Vec<Candidate>,
    /// Texts that are served, printed or compared.
    quiet: HashSet<Span>,
    /// Calls that are steps of a request.
    consumed: HashSet<Span>,
    /// Ruled texts.
    bare: Vec<(Text, Span)>,
    /// Where a ruled path can be.
    tainted: &'a Places,
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
            side,
            candidates: Vec::new(),
            quiet: HashSet::new(),
            consumed: HashSet::new(),
            bare: Vec::new(),
            tainted,
        }
    }

    /// The requests of the file.
    pub fn requests(mut self) -> Vec<Request> {
        let index: &Index<'u> = self.resolver.namer.index;
        index.unit.root.iter().for_each(|node| self.visit(node, None));
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
                    self.bare.extend(self.resolver.texts(node).into_iter().map(|text| (text, node.span)));
                }
                node.children(&mut |child| self.visit(child, None));
            }
            Expr::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                self.visit(key, None);
                self.visit(value, None);
            }),
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
            let last = super::index::last_name(link.callee).map(|name| &**name);
            let spells = last.is_some_and(|last| words.requests.ends_in(last) || words.ungated.ends_in(last));
            if !tainted && !spells && bound.is_none() {
                continue;
            }
            let named = namer.name(link.callee);
            if named.path.last().is_some_and(|last| last == COMPARE || last == "in")
                || words.prose.first(&named.path, &namer.imported).is_some()
            {
                self.hush(link.args);
                silent.push(at);
                continue;
            }
            if words.routes.first(&named.path, &namer.imported).is_some() {
                self.hush(link.args);
                serves = true;
                continue;
            }
            let gated = words.requests.find(&named.path, &namer.imported);
            let gated = gated.into_iter().filter(|(of, _)| !named.foreign || of.entry.request.is_none());
            let entries = words.ungated.find(&named.path, &namer.imported).into_iter().chain(gated);
            let drafter = Drafter { resolver };
            for (of, captured) in entries {
                let Some(mut draft) = drafter.declared(of, &captured, &named, link.callee, link.args) else { continue };
                if of.entry.ungated {
                    draft.rows.push("okta-only-name".into());
                }
                let place = self.steps(&mut draft, of.library, &links[at..], bound).unwrap_or(outer.call);
                if self.offer(draft, Spelling::Declared, place, link.callee) {
                    self.consume(&links[at..]);
                    return self.hush(link.args);
                }
            }
        }
        if tainted && !serves {
            let heard = links.iter().enumerate().filter(|(at, _)| !silent.contains(at));
            heard.for_each(|(_, link)| self.called(link));
        }
    }

    /// What later calls of the chain, and later uses of the variable it is bound to, say of a request. Gives the call that
    /// gave the URL, where it is none of the chain.
    fn steps(
        &self,
        draft: &mut Draft,
        library: &super::library::Library,
        later: &[Link<'u>],
        bound: Option<&'u Node>,
    ) -> Option<&'u Node> {
        let namer = self.resolver.namer;
        let words = namer.words;
        let drafter = Drafter { resolver: self.resolver };
        let call = |draft: &mut Draft, link: &Link<'u>| {
            let Some(name) = super::index::last_name(link.callee) else { return };
            let path = [name.to_string()];
            let own = |found: &(super::vocabulary::Of<'a, super::library::StepEntry>, String)| {
                found.0.library.name == library.name
            };
            if let Some((of, captured)) = words.step_calls.find(&path, &namer.imported).into_iter().find(own) {
                let skip = usize::from(of.entry.handle == Some(0));
                drafter.step_call(draft, of, &captured, link.args.get(skip..).unwrap_or_default());
            }
        };
        for (at, link) in later.iter().enumerate() {
            if at > 0 {
                call(draft, link);
            }
            for step in self.block(link) {
                match step {
                    block::Step::Call(node) => chain(node).iter().for_each(|link| call(draft, link)),
                    block::Step::Bind(name, bind) => {
                        let of = words.step_binds.first(&[name.to_owned()], &namer.imported).map(|(of, _)| of);
                        if let Some(of) = of.filter(|of| of.library.name == library.name) {
                            drafter.step_bind(draft, of, &bind);
                        }
                    }
                }
            }
        }
        let name = bound.and_then(super::index::last_name)?;
        let mut place = None;
        let scope = bound.and_then(|bound| namer.index.scope_at(bound.span));
        let from = bound.map_or(0, |bound| bound.span.start);
        for node in namer.index.calls(name) {
            if node.span.start > from && namer.index.scope_at(node.span) == scope {
                let had_url = !draft.urls.is_empty();
                chain(node).iter().for_each(|link| call(draft, link));
                if !had_url && !draft.urls.is_empty() {
                    place = Some(*node);
                }
            }
        }
        for bind in namer.index.steps(name).iter().filter(|bind| bind.span.start > from && bind.scope == scope) {
            let Some(member) = bind.member else { continue };
            let of = match &member.expr {
                Expr::Member(_, member) => {
                    words.step_binds.first(&[member.to_string()], &namer.imported).map(|(of, _)| of)
                }
                _ => words.step_indexes.iter().find(|of| of.library.name == library.name).copied(),
            };
            if let Some(of) = of.filter(|of| of.library.name == library.name) {
                drafter.step_bind(draft, of, bind);
            }
        }
        place
    }

    /// The steps in the block that a call takes.
    fn block(&self, link: &Link<'u>) -> Vec<block::Step<'u>> {
        let Some(Expr::Fn { params, body, .. }) = link.args.last().map(|arg| &arg.value.expr) else {
            return Vec::new();
        };
        let namer = self.resolver.namer;
        // A name that means nothing else is a member of what the block is about.
        let own = |node: &Node| {
            super::index::root_name(node).is_some_and(|name| {
                name == "it"
                    || namer.implied.this.iter().any(|this| this == name)
                    || params.iter().any(|param| *param.name == *name)
                    || matches!(namer.index.lookup(name, node.span), Found::Nothing)
                        && namer.index.import(name).is_none()
            })
        };
        block::steps(body, &own)
    }

    /// Marks the steps in blocks of a request that was found as no requests by themselves.
    fn consume(&mut self, links: &[Link<'u>]) {
        for link in links {
            for step in self.block(link) {
                if let block::Step::Call(call) = step {
                    self.consumed.insert(call.span);
                }
            }
        }
    }

    /// A call that no library knows.
    fn called(&mut self, link: &Link<'u>) {
        let namer = self.resolver.namer;
        let makes_text = !namer.words.texts.find(&namer.name(link.callee).path, &namer.imported).is_empty();
        if makes_text || self.consumed.contains(&link.call.span) || !self.tainted.any_in(link.call.span) {
            return;
        }
        let is_ruled = |text: &Text| self.interest.text_is_ruled(text, self.proven);
        let Some(draft) = (Drafter { resolver: self.resolver }).called(link.callee, link.args, &is_ruled) else {
            return;
        };
        let serves = link.args.iter().any(|arg| matches!(arg.value.expr, Expr::Fn { .. }))
            && draft.parsed().iter().all(|url| url.host.is_none());
        if serves {
            return self.hush(link.args);
        }
        if self.offer(draft, Spelling::Called, link.call, link.callee) {
            self.hush(link.args);
        }
    }

    /// Marks the texts among arguments as not being requests by themselves.
    fn hush(&mut self, args: &'u [Arg]) {
        for arg in args {
            for text in self.resolver.texts(&arg.value) {
                self.quiet.extend(text.origins);
            }
            self.quiet.insert(arg.value.span);
        }
    }

    /// Takes a draft as a candidate if its URL is ruled.
    fn offer(&mut self, mut draft: Draft, spelling: Spelling, call: &'u Node, callee: &'u Node) -> bool {
        let urls = draft.parsed();
        let tail = self.proven && (spelling == Spelling::Declared || !draft.methods.is_empty());
        if !urls.iter().any(|url| self.interest.url_is_ruled(url, self.proven, tail)) {
            return false;
        }
        let mut collector = Collector::of_expression(self.rows, About::Request);
        collector.node(call);
        let texts = draft.composed();
        if draft.methods.is_empty() {
            draft.methods.extend(texts.iter().find_map(|text| super::url::split_method(&text.text).0));
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
            side,
            span: start,
            related,
            constants: texts.iter().flat_map(|text| text.constants.iter().cloned()).collect(),
            evidence: collector.finish(),
        };
        self.candidates.push(Candidate { request, through });
        true
    }

    /// Evidence that lies in how a URL is used rather than in a word.
    fn circumstances(
        &self,
        collector: &mut Collector,
        urls: &[super::fact::Url],
        spelling: Spelling,
        side: Side,
        span: Span,
    ) {
        // A client of the page's own or of this server's own; what an unknown wrapper puts before the path is not known.
        let own = self.serves || spelling == Spelling::Declared && !matches!(side, Side::Server | Side::Cli);
        if own && urls.iter().all(|url| url.relative && url.host.is_none()) {
            collector.row("relative-path", Some(span), "");
        }
        let known = |host: &str| {
            self.rows.iter().flat_map(|row| &row.hosts).any(|known| {
                host == known
                    || host.strip_suffix(known.as_str()).is_some_and(|rest| rest.ends_with(['.', super::url::HOLE]))
            })
        };
        let literal =
            |host: &str| host.contains('.') && !host.contains(super::url::HOLE) && !host.contains(['{', '<', '$', '%']);
        if let Some(host) = urls.iter().filter_map(|url| url.host.as_deref()).find(|host| literal(host) && !known(host))
        {
            collector.row("foreign-host", Some(span), host);
        }
    }

    /// One request for each path: of calls that a path flows through, a declared one wins, then the one that knows a
    /// method, then the inner one. A ruled text that nothing used is a request by itself.
    fn settle(mut self) -> Vec<Request> {
        let mut dropped = vec![false; self.candidates.len()];
        for (outer_at, outer) in self.candidates.iter().enumerate() {
            for (inner_at, inner) in self.candidates.iter().enumerate() {
                if outer_at == inner_at || !outer.through.contains(&inner.request.span) {
                    continue;
                }
                let knows = |candidate: &Candidate| (candidate.request.spelling, !candidate.request.methods.is_empty());
                match knows(outer) > knows(inner) {
                    true => dropped[inner_at] = true,
                    false => dropped[outer_at] = true,
                }
            }
        }
        // A path that one function hands to several calls, none of which tells a method, is one request: the first.
        let index = self.resolver.namer.index;
        let scope = |candidate: &Candidate| index.scope_at(candidate.request.span);
        let is_vague = |candidate: &Candidate| {
            candidate.request.spelling == Spelling::Called && candidate.request.methods.is_empty()
        };
        for (at, candidate) in self.candidates.iter().enumerate().filter(|(_, candidate)| is_vague(candidate)) {
            dropped[at] |= self.candidates.iter().enumerate().any(|(other_at, other)| {
                let is_told = !is_vague(other) || other_at < at;
                other_at != at
                    && is_told
                    && other.request.related == candidate.request.related
                    && scope(other) == scope(candidate)
            });
        }
        for (at, candidate) in self.candidates.iter().enumerate() {
            let better = |other: &Candidate| {
                other.request.span == candidate.request.span && other.request.spelling > candidate.request.spelling
            };
            dropped[at] |= self.candidates.iter().any(better);
        }
        let kept = self.candidates.drain(..).zip(dropped).filter(|(_, dropped)| !dropped);
        let mut requests: Vec<Request> = kept.map(|(candidate, _)| candidate.request).collect();
        let used: HashSet<Span> = requests.iter().flat_map(|request| request.related.iter().copied()).collect();
        let mut alone = HashSet::new();
        for (text, span) in std::mem::take(&mut self.bare) {
            let ruled = parse(&text).filter(|url| self.interest.url_is_ruled(url, false, false));
            let is_used = used.contains(&span) || self.quiet.contains(&span);
            let Some(url) = ruled.filter(|_| !is_used && alone.insert(span)) else { continue };
            if requests.iter().any(|request| request.span == span) {
                continue;
            }
            let mut collector = Collector::of_expression(self.rows, About::Request);
            collector.text(&text.text, Some(span));
            text.holes.iter().for_each(|hole| collector.name(hole, None));
            self.circumstances(&mut collector, std::slice::from_ref(&url), Spelling::Bare, self.side, span);
            requests.push(Request {
                methods: super::url::split_method(&text.text).0.into_iter().collect(),
                urls: vec![url],
                cookie: None,
                spelling: Spelling::Bare,
                side: self.side,
                span,
                related: text.origins,
                constants: text.constants,
                evidence: collector.finish(),
            });
        }
        requests
    }
}

/// The calls of a chain, innermost first.
fn chain(node: &Node) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Call { callee, args } => {
                links.push(Link { call: at, callee, args });
                at = callee;
            }
            Expr::Member(object, _) | Expr::Index(object, _) if !links.is_empty() => at = object,
            _ => break,
        }
    }
    links.reverse();
    links
}
