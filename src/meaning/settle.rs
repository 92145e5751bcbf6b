//! Which of the calls that a path goes through is the request, and which ruled texts are requests by themselves.

use std::collections::{HashMap, HashSet};

use super::bare::Bare;
use super::evidence::{About, Collector};
use super::fact::{Does, Passed, Request, Spelling};
use super::method_text::split_method;
use super::passed::note;
use super::recognise::{Candidate, Recogniser};
use super::rows::{Fate, Rows};
use super::url::{Text, parse};
use crate::syntax::expr::Span;

/// Most calls around one, with its path, that are looked at: they were found right before or after it.
const AROUND: usize = 64;

impl Recogniser<'_, '_> {
    /// One request for each path: of calls that a path flows through, a declared one wins, then the one that knows a
    /// method, then the inner one. A ruled text that nothing used is a request by itself.
    pub(super) fn settle(mut self) -> (Vec<Request>, Vec<Passed>) {
        let dropped = self.dropped();
        let kept = self.candidates.drain(..).zip(dropped).filter(|(_, dropped)| !dropped);
        let mut requests: Vec<Request> = kept.map(|(candidate, _)| candidate.request).collect();
        let mut used: HashSet<Span> = requests.iter().flat_map(|request| request.related.iter().copied()).collect();
        self.resolver.namer.index.also_used(&mut used);
        let mut alone: HashSet<Span> = requests.iter().map(|request| request.span).collect();
        let fates = Rows::fates(self.resolver, self.rows, self.tainted);
        let bare = std::mem::take(&mut self.bare);
        let ruled = |text: &Text| parse(text).filter(|url| self.interest.url_is_ruled(url, false, false));
        // What the path of a ruled text is made of is none by itself either.
        let path = |text: &Text| text.text.split('?').next().unwrap_or_default().to_owned();
        let texts: HashMap<Span, String> = bare.iter().map(|one| (one.span, one.text.text.clone())).collect();
        for Bare { text, span, .. } in
            bare.iter().filter(|one| !self.quiet.contains(&one.span) && ruled(&one.text).is_some())
        {
            let path = path(text);
            let is_part = |origin: &&Span| {
                !span.contains(**origin) && texts.get(origin).is_some_and(|part| path.contains(part.as_str()))
            };
            used.extend(text.origins.iter().filter(is_part));
        }
        for Bare { text, span, told, answered } in bare {
            let ruled = ruled(&text);
            let fate = fates.of(span);
            // A test's table is given to what only tells of it, unless the test asks for what is in it.
            let is_told = *fate == Fate::Told && ruled.as_ref().is_none_or(|url| url.host.is_none());
            let is_quiet = is_told || self.quiet.contains(&span) && *fate != Fate::Asked;
            if is_told {
                note(&mut self.passed, self.tainted, span, Does::Tells);
            }
            let is_used = used.contains(&span) || is_quiet;
            let Some(url) = ruled.filter(|_| !is_used && alone.insert(span)) else { continue };
            let mut collector = Collector::of_expression(self.rows, About::Request);
            if let Fate::Doubted(rows) = fate {
                rows.iter().for_each(|row| collector.row(row, Some(span), ""));
            }
            if answered {
                collector.row("stub", Some(span), "");
            }
            collector.text(&text.text, Some(span));
            text.holes.iter().for_each(|hole| collector.name(hole, None));
            self.circumstances(&mut collector, std::slice::from_ref(&url), Spelling::Bare, self.side, span);
            requests.push(Request {
                methods: split_method(&text.text).0.map_or(told, |method| vec![method]),
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
        (requests, self.passed)
    }

    /// Which candidates are calls that the path of another one goes through, or the same request seen again.
    fn dropped(&self) -> Vec<bool> {
        let candidates = &self.candidates;
        let mut dropped = vec![false; candidates.len()];
        let mut at_span: HashMap<Span, Vec<usize>> = HashMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            at_span.entry(candidate.request.span).or_default().push(at);
        }
        for (outer_at, outer) in candidates.iter().enumerate() {
            let inner = outer.through.iter().filter_map(|span| at_span.get(span)).flatten();
            for inner_at in inner.copied().filter(|inner_at| *inner_at != outer_at) {
                match outer.knows() > candidates.get(inner_at).map_or((Spelling::Bare, false), Candidate::knows) {
                    true => dropped[inner_at] = true,
                    false => dropped[outer_at] = true,
                }
            }
        }
        let best = |at: &usize| candidates.get(*at).map(|candidate| candidate.request.spelling);
        for same in at_span.values().filter(|same| same.len() > 1) {
            let best_of_all = same.iter().filter_map(best).max();
            same.iter().filter(|at| best(at) < best_of_all).for_each(|at| dropped[*at] = true);
        }
        self.drop_vague(&mut dropped);
        dropped
    }

    /// Drops what hands on a path that another call of the same function is given too: a path that one function hands to
    /// several calls, none of which tells a method, is one request, the first.
    fn drop_vague(&self, dropped: &mut [bool]) {
        let index = self.resolver.namer.index;
        let scopes: Vec<Option<usize>> =
            self.candidates.iter().map(|candidate| index.scope_at(candidate.request.span)).collect();
        let mut by_place: HashMap<(Span, Option<usize>), Vec<usize>> = HashMap::new();
        for (at, (candidate, scope)) in self.candidates.iter().zip(&scopes).enumerate() {
            for place in &candidate.request.related {
                by_place.entry((*place, *scope)).or_default().push(at);
            }
        }
        for (at, (candidate, scope)) in self.candidates.iter().zip(&scopes).enumerate() {
            let related = &candidate.request.related;
            if !candidate.is_vague() || related.is_empty() {
                continue;
            }
            let is_it = |other_at: &usize| {
                let Some(other) = self.candidates.get(*other_at).filter(|_| *other_at != at) else { return false };
                (!other.is_vague() || *other_at < at)
                    && related.iter().all(|place| other.request.related.binary_search(place).is_ok())
            };
            // What has all its places has the rarest of them.
            let lists = related.iter().filter_map(|place| by_place.get(&(*place, *scope)));
            let beside = lists.min_by_key(|list| list.len()).into_iter().flatten();
            let around = at.saturating_sub(AROUND)..(at + AROUND).min(self.candidates.len());
            let holds = |other_at: &usize| {
                let other = self.candidates.get(*other_at);
                other.is_some_and(|other| other.request.span.contains(candidate.request.span))
            };
            dropped[at] |=
                beside.copied().any(|other| is_it(&other)) || around.filter(holds).any(|other| is_it(&other));
        }
    }
}

impl Candidate {
    /// What makes one of two calls with the same path the request. A function of the project that only carries out what
    /// was made before (`execute(call)`) is a call like any other.
    fn knows(&self) -> (Spelling, bool) {
        let has_method = !self.request.methods.is_empty();
        let is_own = self.request.spelling == Spelling::Declared && self.request.via.is_none();
        (if is_own && !has_method { Spelling::Called } else { self.request.spelling }, has_method)
    }

    /// Whether only its argument says that it is a request.
    fn is_vague(&self) -> bool {
        self.request.spelling == Spelling::Called && self.request.methods.is_empty()
    }
}
