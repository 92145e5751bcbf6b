//! Which of the requests that were recognised in a file remain: each is told of once, by whoever says the most of it.

use std::collections::HashSet;

use super::evidence::{About, Collector};
use super::fact::{Request, Spelling};
use super::recognise::{Candidate, Recogniser};
use super::url::parse;
use crate::syntax::expr::Span;

impl Recogniser<'_, '_> {
    /// One request for each path: of calls that a path flows through, a declared one wins, then the one that knows a
    /// method, then the inner one. A ruled text that nothing used is a request by itself.
    pub(super) fn settle(mut self) -> Vec<Request> {
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
                    && !candidate.request.related.is_empty()
                    && candidate.request.related.iter().all(|place| other.request.related.contains(place))
                    && (scope(other) == scope(candidate) || other.request.span.contains(candidate.request.span))
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
        for (text, span, told) in std::mem::take(&mut self.bare) {
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
                methods: super::url::split_method(&text.text).0.map_or(told, |method| vec![method]),
                urls: vec![url],
                cookie: None,
                spelling: Spelling::Bare,
                via: None,
                side: self.side,
                span,
                related: text.origins,
                constants: text.constants,
                binds: text.binds,
                evidence: collector.finish(),
            });
        }
        requests
    }
}
