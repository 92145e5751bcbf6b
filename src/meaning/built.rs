//! URLs that are built: from parts named in one call, or by later assignments and calls on an object.

use super::chain::{chain, last_name, root_name};
use super::draft::{Draft, Drafter};
use super::index::BindAt;
use super::library::{Library, Role, Style, TextEntry};
use super::resolve::{Resolver, product};
use super::url::{HOLE, Text};
use super::vocabulary::Of;
use crate::syntax::expr::{Arg, Expr, Node, Span};

/// A text call that is spelled without parentheses.
pub struct Bare {
    /// What it gives.
    pub texts: Vec<Text>,
    /// Whether what it is called on is known to be the library's: no member of a class in the file is meant.
    pub of_client: bool,
}

impl<'a, 'u> Resolver<'a, 'u> {
    /// The text call that a member is: `uri.path`, `components.url`.
    pub fn called_bare(&self, node: &'u Node, member: &str) -> Option<Bare> {
        let words = self.namer.words;
        if !words.texts.ends_in(member) {
            return None;
        }
        let named = self.namer.name(node);
        let declared = words.texts.find(&named.path, &self.namer.imported);
        let texts = declared.iter().find_map(|(of, _)| self.text_call(of.library, of.entry, node, &[]))?;
        Some(Bare { texts, of_client: named.client.is_some() })
    }

    /// The texts of a URL whose parts are labelled arguments, by the library's `config`, or what `roles` says in order.
    pub fn parts(&self, library: &'a Library, roles: &[Role], args: &'u [Arg]) -> Vec<Text> {
        let mut draft = Draft::default();
        let drafter = Drafter { resolver: self };
        for (role, arg) in roles.iter().zip(args) {
            drafter.apply(&mut draft, library, *role, &arg.value);
        }
        drafter.labels(&mut draft, library, args);
        draft.with_query()
    }

    /// What `texts`, the value that `bind` gave a name, have become where the name is used at `at`: the steps of the library
    /// that made the value, taken in between and in the same function.
    pub fn stepped(&self, name: &str, bind: &BindAt<'u>, at: Span, texts: Vec<Text>) -> Vec<Text> {
        let index = self.namer.index;
        let scope = index.scope_at(at);
        if bind.scope != scope {
            return texts;
        }
        let between = Span { start: bind.span.end, end: at.start.max(bind.span.end) };
        let ends = |span: Span| span.end <= at.start;
        let binds: Vec<&BindAt> = index.own_steps(name, scope, between).filter(|step| ends(step.span)).collect();
        let is_own = |call: &&'u Node| root_name(call) == Some(name) && ends(call.span);
        let calls: Vec<&'u Node> = index.chains(name, scope, between).filter(is_own).collect();
        if binds.is_empty() && calls.is_empty() {
            return texts;
        }
        let makers = self.makers(bind.value);
        let made = |library: &Library| makers.iter().any(|maker| maker.name == library.name);
        let drafter = Drafter { resolver: self };
        let mut draft = Draft { urls: texts.clone(), ..Draft::default() };
        let mut is_changed = false;
        for step in binds {
            let Some(Expr::Member(_, member)) = step.member.map(|member| &member.expr) else { continue };
            let words = self.namer.words;
            let imported =
                |library: &Library| library.request.is_empty() && self.namer.imported.contains(library.name.as_str());
            let known = |library: &Library| made(library) || makers.is_empty() && imported(library);
            let found = words.step_binds.find(&[member.to_string()], &self.namer.imported);
            let Some((of, _)) = found.into_iter().find(|(of, _)| known(of.library)) else { continue };
            is_changed = true;
            begin(&mut draft, of.entry.sets.contains_key(&Role::Url));
            self.enter(step.span, || drafter.step_bind(&mut draft, of, step));
            // `u.Path = u.Path + "/sessions"` goes on from what it was.
            for url in draft.urls.iter_mut().filter(|url| url.holes.first().is_some_and(|hole| **hole == **member)) {
                if let Some(rest) = url.text.strip_prefix(HOLE) {
                    url.text = rest.to_owned();
                    url.holes.remove(0);
                }
            }
        }
        for call in calls {
            is_changed |= self.called_on(&mut draft, &made, call);
        }
        if is_changed { draft.with_query() } else { texts }
    }

    /// Applies the calls of a chain that are steps of a library that `made` the value, innermost first.
    fn called_on(&self, draft: &mut Draft, made: &dyn Fn(&Library) -> bool, node: &'u Node) -> bool {
        let mut is_changed = false;
        for link in chain(node) {
            let Some(name) = last_name(link.callee) else { continue };
            let found = self.namer.words.step_calls.find(&[name.to_string()], &self.namer.imported);
            let Some((of, captured)) = found.into_iter().find(|(of, _)| made(of.library)) else { continue };
            is_changed = true;
            begin(draft, of.entry.sets.contains_key(&Role::Url));
            self.enter(node.span, || (Drafter { resolver: self }).step_call(draft, of, &captured, link.args));
        }
        is_changed
    }

    /// The libraries whose text calls made a value.
    fn makers(&self, value: &'u Node) -> Vec<&'a Library> {
        let namer = self.namer;
        let has_steps = |of: &Of<'a, TextEntry>| !of.library.step.is_empty() && of.entry.style != Style::Query;
        let (mut makers, mut at) = (Vec::new(), value);
        loop {
            match &at.expr {
                Expr::Call { callee, .. } => {
                    let found = namer.words.texts.find(&namer.name(callee).path, &namer.imported);
                    makers.extend(found.into_iter().map(|(of, _)| of).filter(has_steps).map(|of| of.library));
                    at = callee;
                }
                Expr::Member(object, _) => at = object,
                _ => return makers,
            }
        }
    }
}

/// A step that sets the path sets it below what there is.
fn begin(draft: &mut Draft, sets_url: bool) {
    if sets_url && !draft.urls.is_empty() {
        draft.bases = draft.composed();
        draft.urls.clear();
    }
}

impl Draft {
    /// The URL's texts with base and query.
    pub fn with_query(&self) -> Vec<Text> {
        let mut texts = self.composed();
        for (key, value) in &self.query {
            for text in &mut texts {
                let mark = if text.text.contains('?') { "&" } else { "?" };
                text.push(&Text { text: format!("{mark}{key}="), ..Text::default() });
            }
            texts = product(&texts, std::slice::from_ref(value));
        }
        texts
    }
}
