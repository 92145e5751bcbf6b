//! A request under construction: what the arguments, options and steps of a call say, by the entry of a library.

use super::callee::Callee;
use super::fact::{Carried, Segment, Side, Url};
use super::library::{ClientEntry, Library, Method, RequestEntry, Role, Where};
use super::resolve::Resolver;
use super::steps::given_back;
use super::text_calls::{slashed, value_text};
use super::url::{HOLE, Text, is_holes, parse, split_method};
use super::words::{method, method_in, words};
use super::{cookie_text, vocabulary::Of};
use crate::syntax::expr::{Arg, Expr, Node};

/// What is known of a request so far.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Methods in upper case; empty where none was seen.
    pub methods: Vec<String>,
    /// The URL's alternatives.
    pub urls: Vec<Text>,
    /// What comes before the URL.
    pub bases: Vec<Text>,
    /// Query parameters beside those in the URL.
    pub query: Vec<(String, Text)>,
    /// The cookie that is handed to it.
    pub cookie: Option<Carried>,
    /// The library that declares the call.
    pub library: Option<String>,
    /// Where its library runs.
    pub side: Side,
    /// Rows of evidence that its entry counts as.
    pub rows: Vec<String>,
    /// Places of objects whose keys are further options of it, or of what an option is.
    pub options: Vec<(Option<Role>, String)>,
    /// Clients and helpers of other files that it is made by, by the name that this file knows them by.
    pub constants: Vec<String>,
    /// Whether an SDK makes it: it knows the host.
    pub by_sdk: bool,
}

/// Fills drafts from calls.
pub struct Drafter<'a, 'u> {
    /// Resolves their arguments.
    pub resolver: &'a Resolver<'a, 'u>,
}

/// The place of what a call is made on, beside those of its arguments.
const RECEIVER: &str = "receiver";

/// An argument with its label, or, of a list, each element but lists: several of those are a request each.
fn elements(arg: &Arg) -> impl Iterator<Item = (Option<&str>, &Node)> {
    let nodes = arg.value.elements().iter().filter(|node| !matches!(node.expr, Expr::List(_)));
    nodes.map(|node| (arg.label.as_deref(), node))
}

pub(super) const COOKIE: &str = "cookie";

/// The name that a header goes by: text, or a constant (`header::COOKIE`).
pub fn header_word(node: &Node) -> Option<String> {
    match &node.expr {
        Expr::Member(_, member) => Some(member.to_string()),
        Expr::Name(name) if name.chars().all(|c| c.is_uppercase() || c == '_') => Some(name.to_string()),
        _ => node.literal().map(str::to_owned),
    }
}

/// Arguments without labels, in order.
pub(super) fn positional(args: &[Arg]) -> impl Iterator<Item = &Node> {
    args.iter().filter(|arg| arg.label.is_none() && !arg.spread).map(|arg| &arg.value)
}

impl<'a, 'u> Drafter<'a, 'u> {
    /// The draft of a call that matches a request entry.
    pub fn declared(
        &self,
        of: Of<'a, RequestEntry>,
        captured: &str,
        named: &Callee<'a, 'u>,
        callee: &'u Node,
        args: &'u [Arg],
    ) -> Option<Draft> {
        let Of { library, entry, .. } = of;
        if entry.needs.as_ref().is_some_and(|needs| self.argument(args, needs).is_none()) {
            return None;
        }
        let is_text = |at: &Where| self.argument(args, at).is_some_and(|node| matches!(node.expr, Expr::Str(_)));
        if entry.without.as_ref().is_some_and(is_text) {
            return None;
        }
        let mut draft = Draft { side: library.side, library: Some(library.name.clone()), ..Draft::default() };
        draft.rows.extend(entry.evidence.clone());
        if let Some((client, call)) = &named.client {
            self.client(&mut draft, *client, *call);
        }
        if let Some((made, name)) = named.made {
            made.give(&mut draft, name);
        }
        if let Some(spelled) = &entry.request {
            self.spelled(&mut draft, spelled, args);
            draft.by_sdk = true;
        }
        if let Some(method) = &entry.method {
            draft.methods = self.method(method, captured, args);
        }
        let roles = [
            (Role::Base, &entry.base),
            (Role::Url, &entry.url),
            (Role::Query, &entry.query),
            (Role::Headers, &entry.headers),
            (Role::Cookies, &entry.cookies),
            (Role::Cookie, &entry.cookie),
        ];
        for (role, at) in roles {
            let node = match at {
                Some(Where::Label(label)) if label == RECEIVER => callee.receiver(),
                at => at.as_ref().and_then(|at| self.argument(args, at)),
            };
            if let Some(node) = node {
                self.apply(&mut draft, library, role, node);
            }
        }
        if let Some(config) = entry.config.as_ref().and_then(|at| self.argument(args, at)) {
            self.options(&mut draft, library, config);
        }
        self.labels(&mut draft, library, args);
        if let Some(before) = &entry.after {
            draft.urls = draft.urls.iter().filter_map(|text| text.after(before)).collect();
            if draft.urls.is_empty() {
                return None;
            }
        }
        Some(draft)
    }

    /// The draft of a call that no library knows, if a text in it is `ruled`: its URL is that text, its method comes from
    /// an argument that is one, else from the words of the callee.
    pub fn called(&self, callee: &'u Node, args: &'u [Arg], ruled: &dyn Fn(&Text) -> bool) -> Option<Draft> {
        let generic = Library::default();
        let mut draft = Draft::default();
        if let Some(pieces) =
            args.iter().find_map(|arg| self.pieces(&arg.value)).filter(|texts| texts.iter().any(ruled))
        {
            draft.urls = pieces;
        }
        for arg in args.iter().flat_map(elements) {
            let (label, value) = arg;
            let texts = self.resolver.texts(value);
            if draft.urls.is_empty() && texts.iter().any(ruled) {
                draft.methods.extend(texts.iter().find_map(|text| split_method(&text.text).0));
                draft.urls = texts;
            } else if label.is_none_or(|label| label.starts_with('-')) && draft.methods.is_empty() {
                draft.methods = self.methods_of(value);
            }
        }
        self.labels(&mut draft, &generic, args);
        if draft.urls.is_empty() || !draft.urls.iter().any(ruled) {
            draft.urls.clear();
            for arg in args {
                self.options(&mut draft, &generic, &arg.value);
            }
        } else {
            let options = args.iter().filter(|arg| matches!(arg.value.expr, Expr::Object(_) | Expr::Name(_)));
            options.for_each(|arg| self.options(&mut draft, &generic, &arg.value));
        }
        if draft.methods.is_empty() {
            draft.methods.extend(super::chain::last_name(callee).and_then(|name| method_in(name)));
        }
        draft.composed().iter().any(ruled).then_some(draft)
    }

    /// The path that a list of its pieces is: `["/api/v1/sessions/", id, "/lifecycle/refresh"]`.
    fn pieces(&self, list: &'u Node) -> Option<Vec<Text>> {
        let Expr::List(nodes) = &list.expr else { return None };
        let (first, rest) = nodes.split_first().filter(|(_, rest)| !rest.is_empty())?;
        first.literal().filter(|text| text.starts_with('/') && text.ends_with('/'))?;
        let whole = |before: Vec<Text>, node| super::resolve::product(&before, &self.resolver.texts(node));
        Some(rest.iter().fold(self.resolver.texts(first), whole))
    }

    /// What a client gives all its requests, by the call that made it.
    pub fn client(&self, draft: &mut Draft, of: Of<'a, ClientEntry>, call: Option<&'u Node>) {
        let Of { library, entry, .. } = of;
        if draft.side == Side::Unknown {
            draft.side = library.side;
        }
        let Some(call) = call else { return };
        let Expr::Call { args, .. } = &call.expr else { return };
        for (role, at) in [(Role::Base, &entry.base), (Role::Headers, &entry.headers), (Role::Cookies, &entry.cookies)]
        {
            // A block after the arguments stands in the place of one that is given by its label.
            let places = at.as_ref().map_or(&[][..], |at| match at {
                Where::First(places) => places,
                at => std::slice::from_ref(at),
            });
            let is_value = |node: &&Node| !matches!(node.expr, Expr::Fn { .. });
            if let Some(node) = places.iter().find_map(|at| self.argument(args, at).filter(is_value)) {
                self.apply(draft, library, role, node);
            }
        }
        if let Some(config) = entry.config.as_ref().and_then(|at| self.argument(args, at)) {
            self.options(draft, library, config);
        }
        self.labels(draft, library, args);
        if draft.bases.is_empty() {
            self.based(draft, library, call.span);
        }
    }

    /// The argument at a place.
    pub fn argument(&self, args: &'u [Arg], at: &Where) -> Option<&'u Node> {
        match at {
            Where::Position(at) => positional(args).nth(*at),
            Where::First(places) => places.iter().find_map(|at| self.argument(args, at)),
            Where::Label(label) => match label.split_once('.') {
                Some((at, key)) => self.resolver.key(positional(args).nth(at.parse().ok()?)?, key),
                None => {
                    let labelled = args.iter().find(|arg| arg.label.as_deref() == Some(label)).map(|arg| &arg.value);
                    labelled.or_else(|| {
                        let spread = args.iter().filter(|arg| arg.spread);
                        spread.map(|arg| &arg.value).find_map(|object| self.resolver.key(object, label))
                    })
                }
            },
        }
    }

    pub(super) fn method(&self, spec: &Method, captured: &str, args: &'u [Arg]) -> Vec<String> {
        match spec {
            Method::Position(at) => positional(args).nth(*at).map_or_else(Vec::new, |node| self.methods_of(node)),
            Method::First(specs) => specs
                .iter()
                .map(|spec| self.method(spec, captured, args))
                .find(|found| !found.is_empty())
                .unwrap_or_default(),
            Method::Word(word) => match (word.as_str(), word.strip_prefix("label:")) {
                ("$1", _) => method_in(captured).into_iter().collect(),
                (_, Some(label)) => {
                    self.argument(args, &Where::Label(label.into())).map_or_else(Vec::new, |node| self.methods_of(node))
                }
                (word, None) => vec![word.to_owned()],
            },
        }
    }

    /// The methods that a value is: a method's name as text, or a constant whose last word is one.
    pub fn methods_of(&self, node: &'u Node) -> Vec<String> {
        let texts = self.resolver.texts(node);
        let found = texts.iter().filter_map(|text| match (text.whole(), text.holes.as_slice()) {
            (Some(whole), _) => method(whole.trim()),
            (None, [_]) if let Some(place) = super::sketch::whole_place(text) => Some(place.to_owned()),
            (None, [hole]) if is_holes(&text.text) && is_constant(node) => {
                words(hole).last().and_then(|last| method(last))
            }
            _ => None,
        });
        let mut methods: Vec<String> = found.collect();
        methods.dedup();
        methods
    }

    /// `GET /api/v1/sessions/{0}`, its places filled from the arguments.
    fn spelled(&self, draft: &mut Draft, spelled: &str, args: &'u [Arg]) {
        let (method, path) = split_method(spelled);
        draft.methods.extend(method);
        let mut texts = vec![Text::default()];
        let mut left = path;
        while let Some((before, rest)) = left.split_once('{') {
            let (place, after) = rest.split_once('}').unwrap_or((rest, ""));
            let at = place.parse().map_or_else(|_| Where::Label(place.to_owned()), Where::Position);
            let value =
                self.argument(args, &at).map_or_else(|| vec![Text::hole(place)], |node| self.resolver.texts(node));
            // A value stands in the place of one segment, whatever it holds.
            let value: Vec<Text> = value
                .into_iter()
                .map(|text| match text.whole() {
                    Some(whole) if !whole.is_empty() && !whole.contains(['/', '?', ' ']) => text,
                    _ => Text { origins: text.origins, ..Text::hole(text.holes.first().map_or(place, String::as_str)) },
                })
                .collect();
            let literal = Text { text: before.to_owned(), ..Text::default() };
            texts = super::resolve::product(&super::resolve::product(&texts, &[literal]), &value);
            left = after;
        }
        draft.urls = super::resolve::product(&texts, &[Text { text: left.to_owned(), ..Text::default() }]);
    }

    /// What a labelled argument means, by the library's options or those that mean the same everywhere.
    pub fn labels(&self, draft: &mut Draft, library: &Library, args: &'u [Arg]) {
        for arg in args {
            if let Some(role) = arg.label.as_deref().and_then(|label| self.role(library, label)) {
                self.apply(draft, library, role, &arg.value);
            } else if arg.spread {
                self.options(draft, library, &arg.value);
            }
        }
    }

    fn role(&self, library: &Library, key: &str) -> Option<Role> {
        library.config.get(key).or_else(|| self.resolver.namer.words.config.get(key)).copied()
    }

    /// What the keys of an options object say.
    pub fn options(&self, draft: &mut Draft, library: &Library, options: &'u Node) {
        draft.options.extend(self.resolver.places_spread_in(options).into_iter().map(|place| (None, place)));
        for (key, value) in self.resolver.object(options) {
            if let Some(role) = self.role(library, &key) {
                self.apply(draft, library, role, value);
            }
        }
    }

    /// Sets what `node` is to the request.
    pub fn apply(&self, draft: &mut Draft, library: &Library, role: Role, node: &'u Node) {
        let resolver = self.resolver;
        if matches!(role, Role::Query | Role::Headers | Role::Cookies | Role::Cookie) {
            draft.options.extend(resolver.place_at(node).map(|place| (Some(role), place)));
        }
        match role {
            Role::Url => {
                // `uri(builder -> builder.path("…").build(id))`
                let builder = draft.bases.first().and_then(|_| builder(node));
                let node = given_back(node);
                let mut texts = resolver.texts(node);
                // The builder holds the client's base already.
                texts.iter_mut().for_each(|text| text.strip_hole(builder.unwrap_or_default()));
                let is_text = texts.iter().any(|text| !text.origins.is_empty());
                let options = || resolver.object(node).iter().any(|(key, _)| self.role(library, key).is_some());
                match is_text || !options() {
                    true => draft.urls = texts,
                    false => self.options(draft, library, node),
                }
            }
            Role::Base => draft.bases = resolver.texts(node),
            Role::Host => {
                let scheme = [Text { text: "https://".into(), ..Text::default() }];
                let hosts =
                    resolver.texts(node).into_iter().filter(|host| !host.text.contains("://")).collect::<Vec<_>>();
                draft.bases = super::resolve::product(&scheme, &hosts);
            }
            Role::Method => draft.methods = self.methods_of(node),
            Role::Segment => {
                for segment in node.elements().iter().map(|node| resolver.texts(node)) {
                    draft.urls = match draft.urls.is_empty() {
                        true => segment,
                        false => slashed(&draft.urls, &segment),
                    };
                }
            }
            Role::Tail => draft.urls = super::resolve::product(&draft.urls, &resolver.texts(node)),
            Role::Query => self.query(draft, node),
            Role::Headers => {
                for (key, value) in resolver.object(node) {
                    if key.eq_ignore_ascii_case(COOKIE) {
                        self.cookie(draft, value);
                    }
                }
                // Headers as lines of text: `["Cookie: sid=…"]`.
                for line in node.elements() {
                    let is_cookie = |text: &Text| {
                        cookie_text::header_lines(&text.text).any(|(name, _)| name.eq_ignore_ascii_case(COOKIE))
                    };
                    if resolver.texts(line).iter().any(is_cookie) {
                        self.cookie(draft, line);
                    }
                }
            }
            Role::Cookie => self.cookie(draft, node),
            Role::Cookies => {
                let name = match resolver.cookie_name(node) {
                    Some(name) => resolver.literal(name),
                    None => resolver.object(node).into_iter().map(|(key, _)| key).next(),
                };
                draft.cookie = Some(name.map_or(Carried::Unseen, Carried::Named));
            }
        }
    }

    fn query(&self, draft: &mut Draft, node: &'u Node) {
        for (key, value) in self.resolver.object(node) {
            draft.query.push((key, value_text(self.resolver, value)));
        }
        for text in self.resolver.texts(node) {
            let as_url = Text { text: format!("?{}", text.text.trim_start_matches('?')), ..text };
            let pairs = parse(&as_url).map_or_else(Vec::new, |url| url.query);
            draft.query.extend(
                pairs
                    .into_iter()
                    .filter(|(key, _)| !key.is_empty() && !key.contains(HOLE))
                    .map(|(key, value)| (key, Text { text: value.text, holes: value.holes, ..Text::default() })),
            );
        }
    }

    pub(super) fn cookie(&self, draft: &mut Draft, node: &'u Node) {
        if draft.side == Side::Unknown {
            // A page cannot set a cookie header.
            draft.side = Side::Server;
        }
        let texts = self.resolver.texts(node);
        let name = texts.iter().flat_map(|text| cookie_text::names(&text.text)).next();
        draft.cookie = Some(name.map_or(Carried::Unseen, Carried::Named));
    }
}

impl Draft {
    /// The URL's texts with the base before them.
    pub fn composed(&self) -> Vec<Text> {
        let mut texts = Vec::new();
        for url in &self.urls {
            if self.bases.is_empty() || url.text.contains("://") {
                texts.push(url.clone());
                continue;
            }
            for base in &self.bases {
                let mut text = base.clone();
                text.text.truncate(base.text.trim_end_matches('/').len());
                let mut rest = url.clone();
                rest.text = format!("/{}", url.text.trim_start_matches('/'));
                text.push(&rest);
                texts.push(text);
            }
        }
        if self.urls.is_empty() {
            texts.extend(self.bases.iter().cloned());
        }
        texts.truncate(super::resolve::ALTERNATIVES);
        texts
    }

    /// The URL's alternatives, read, with the query beside them.
    pub fn parsed(&self) -> Vec<Url> {
        let query = |(key, value): &(String, Text)| {
            (key.clone(), Segment { text: value.text.clone(), holes: value.holes.clone() })
        };
        let urls = self.composed();
        urls.iter()
            .filter_map(parse)
            .map(|mut url| {
                url.query.extend(self.query.iter().map(query));
                url
            })
            .collect()
    }
}

/// The name that a function, given in place of a URL, knows the builder of that URL by.
fn builder(node: &Node) -> Option<&str> {
    match &node.expr {
        Expr::Fn { params, .. } => params.first().map(|param| &*param.name),
        _ => None,
    }
}

/// Whether a node is spelled as a constant or an enumeration's member rather than as a variable's name.
fn is_constant(node: &Node) -> bool {
    match &node.expr {
        Expr::Member(..) => true,
        Expr::Name(name) => name.chars().any(|c| c.is_uppercase()),
        _ => false,
    }
}
