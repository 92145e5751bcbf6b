//! Finds where a cookie of interest is touched: jars, cookie calls, cookie text, comparisons of a cookie's name.

use super::carrier;
use super::chain::root_words;
use super::cookie_each::{Each, each};
use super::cookie_once::once;
use super::cookie_text::{header_lines, literals, names, searches};
use super::draft::{Drafter, header_word};
use super::evidence::{About, Collector, Row};
use super::fact::{CookieUse, Side, Verb};
use super::index::Found;
use super::interest::Interest;
use super::library::{CookieEntry, Part, Role, Where};
use super::own;
use super::resolve::Resolver;
use super::taint::Places;
use super::url::Text;
use super::words::words;
use crate::syntax::expr::{Arg, COMPARE, Expr, Node, Span, Symbol};

/// Recognises the cookie uses of one file.
pub struct Cookies<'a, 'u> {
    /// Resolves values.
    pub resolver: &'a Resolver<'a, 'u>,
    /// What somebody is interested in.
    pub interest: &'a Interest,
    /// The rows of evidence.
    pub rows: &'a [Row],
    /// Where the file runs.
    pub side: Side,
    /// Whether the program has sessions of its own.
    pub own: bool,
    found: Vec<CookieUse>,
    /// The outermost call around a place, inside the innermost function.
    call: Option<&'u Node>,
    /// Where the name of a cookie can be.
    tainted: &'a Places,
    /// Parameters that stand for the elements of lists, innermost last.
    pub(super) over: Vec<Each<'u>>,
}

/// Longest call, in bytes, that is taken for one statement.
const STATEMENT: u32 = 2_000;

/// How many levels up a comparison looks for a word that says what is compared.
const CONTEXT: usize = 8;

impl<'a, 'u> Cookies<'a, 'u> {
    /// A recogniser for a file.
    pub fn new(
        resolver: &'a Resolver<'a, 'u>,
        interest: &'a Interest,
        rows: &'a [Row],
        tainted: &'a Places,
        side: Side,
    ) -> Self {
        Self { resolver, interest, rows, side, own: false, found: Vec::new(), call: None, tainted, over: Vec::new() }
    }

    /// The cookie uses of the file, in source order, one for each place and name.
    pub fn uses(mut self) -> Vec<CookieUse> {
        let unit = self.resolver.namer.index.unit;
        let mut above = Vec::new();
        unit.root.iter().for_each(|node| self.visit(node, &mut above));
        once(std::mem::take(&mut self.found))
    }

    fn visit(&mut self, node: &'u Node, above: &mut Vec<&'u Node>) {
        if !self.tainted.any_in(node.span) {
            return;
        }
        let (around, over) = (self.call, self.over.len());
        match &node.expr {
            Expr::Call { callee, args } => {
                self.call = around.or(Some(node));
                self.call(node, callee, args, above);
            }
            Expr::Member(object, member) => self.jar(node, object, member, Verb::Read, Vec::new()),
            Expr::Index(object, index) => {
                // `headers["Set-Cookie"][/sid=(.*)/]`
                if self.is_cookie_text(object) {
                    self.searched(node);
                }
                for text in self.resolver.texts(index) {
                    let name = text.whole().map(str::to_owned);
                    name.into_iter().for_each(|name| self.jar(node, object, &name, Verb::Read, text.origins.clone()));
                }
            }
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    self.pair(key, value);
                    self.setting(node, key, value, above);
                }
                // `Header.name` is the name of a header too.
                let is_one = |keys: &[&str], key: &str| keys.contains(&key.rsplit('.').next().unwrap_or(key));
                let get = |keys: &[&str]| pairs.iter().find(|(key, _)| key.word().is_some_and(|key| is_one(keys, key)));
                if let (Some((_, name)), Some((_, value))) = (get(&["name", "key"]), get(&["value"])) {
                    self.header_pair(name, value);
                }
            }
            // `[{"cookie", "sid=#{sid}"}]`
            Expr::List(nodes) => {
                if let [name, value] = nodes.as_slice() {
                    self.header_pair(name, value);
                }
            }
            Expr::Bind { target, value, .. } => {
                self.setting(node, target, value, above);
                self.bind(node, target, value);
            }
            Expr::Str(_) => self.lines(node),
            Expr::Fn { params, .. } => self.params(params),
            _ => {}
        }
        above.push(node);
        self.over.extend(each(node));
        if let Expr::Fn { .. } = &node.expr {
            self.call = None;
        }
        if let Expr::Bind { target, value, .. } = &node.expr {
            // The target was looked at as something written.
            if let Expr::Member(object, _) | Expr::Index(object, _) = &target.expr {
                self.visit(object, above);
            }
            self.visit(value, above);
        } else {
            node.children(&mut |child| self.visit(child, above));
        }
        self.call = around;
        self.over.truncate(over);
        above.pop();
    }

    pub(super) fn is_of_interest(&self, name: &str) -> bool {
        self.interest.cookies.iter().any(|have| have == name)
    }

    pub(super) fn add(&mut self, name: &str, verb: Verb, side: Side, at: &'u Node, related: Vec<Span>) {
        if !self.is_of_interest(name) {
            return;
        }
        let mut collector = Collector::of_expression(self.rows, About::Cookie);
        // The request that carries a cookie says whose it is: its host stands beside the header.
        let call = self.call.filter(|call| call.span.contains(at.span) && call.span.end - call.span.start < STATEMENT);
        collector.node(call.unwrap_or(at));
        if let Some(host) = call.and_then(|call| carrier::host_in(self.resolver, call, self.rows)) {
            collector.row("foreign-host", Some(at.span), &host);
        }
        if let (Verb::Write, Expr::Call { args, .. }) = (verb, &call.unwrap_or(at).expr) {
            args.iter().for_each(|arg| own::made(self.resolver, &arg.value, STATEMENT, &mut collector));
        }
        if self.own {
            collector.row("own-cookie", Some(at.span), "");
        }
        let side = if side == Side::Unknown { self.side } else { side };
        let name = Some(name.to_owned());
        self.found.push(CookieUse {
            name,
            verb,
            side,
            span: at.span,
            beside: Vec::new(),
            related,
            evidence: collector.finish(),
        });
    }

    /// A member or index of a jar.
    fn jar(&mut self, node: &'u Node, object: &'u Node, name: &str, verb: Verb, related: Vec<Span>) {
        if !self.interest.cookies.iter().any(|have| name.ends_with(have)) {
            return;
        }
        let Some((side, prefix)) = self.jar_of(object) else { return };
        if let Some(name) = name.strip_prefix(prefix) {
            self.add(name, verb, side, node, related);
        }
    }

    /// Where the jar that `node` is runs, and what stands before the names in it; `None` if it is no jar. A jar is known by
    /// its member, whatever its receiver.
    fn jar_of(&self, node: &'u Node) -> Option<(Side, &'a str)> {
        let namer = self.resolver.namer;
        let path = namer.name(node).path;
        let jars = &namer.words.jars;
        let last = &path[path.len().saturating_sub(1)..];
        let found = jars.first(&path, &namer.imported).or_else(|| jars.first(last, &namer.imported));
        found.map(|(of, _)| (of.library.side, of.entry.prefix.as_str()))
    }

    fn bind(&mut self, node: &'u Node, target: &'u Node, value: &'u Node) {
        match &target.expr {
            Expr::Member(object, member) => {
                self.jar(node, object, member, Verb::Write, Vec::new());
                let namer = self.resolver.namer;
                if namer.words.cookie_binds.first(&namer.name(target).path, &namer.imported).is_some() {
                    self.text(node, value, Verb::Write, Side::Browser);
                }
            }
            Expr::Index(object, index) => {
                for text in self.resolver.texts(index) {
                    let Some(name) = text.whole() else { continue };
                    self.jar(node, object, name, Verb::Write, text.origins.clone());
                    if let Some((verb, side)) = self.header(name) {
                        self.text(node, value, verb, side);
                    }
                }
            }
            Expr::Object(pairs) => {
                let taken: Vec<&str> = pairs.iter().filter_map(|(key, _)| key.word()).collect();
                self.taken(node, value, &taken);
            }
            Expr::List(names) => {
                let taken: Vec<&str> = names.iter().filter_map(Node::word).collect();
                self.taken(node, value, &taken);
            }
            _ => {}
        }
    }

    /// Names taken from a jar: `const { sid } = req.cookies`.
    fn taken(&mut self, node: &'u Node, jar: &'u Node, names: &[&str]) {
        let wanted: Vec<&str> = names.iter().copied().filter(|name| self.is_of_interest(name)).collect();
        if wanted.is_empty() {
            return;
        }
        if let Some(side) = self.jar_of(jar).map(|(side, _)| side) {
            wanted.iter().for_each(|name| self.add(name, Verb::Read, side, node, Vec::new()));
        }
    }

    /// A key and value, in an object or among arguments: a header, or a jar of cookies by name.
    fn pair(&mut self, key: &'u Node, value: &'u Node) {
        if let Some(word) = key.last_word().map(str::to_owned).or_else(|| self.resolver.literal(key)) {
            self.word_pair(&word, value);
        }
    }

    /// A header as an object with a name and a value.
    fn header_pair(&mut self, name: &'u Node, value: &'u Node) {
        if let Some((verb, side)) = name.literal().and_then(|name| self.header(name)) {
            self.text(value, value, verb, side);
        }
    }

    fn word_pair(&mut self, word: &str, value: &'u Node) {
        if let Some((verb, side)) = self.header(word) {
            self.text(value, value, verb, side);
        }
        let namer = self.resolver.namer;
        if namer.words.config.get(word) == Some(&Role::Headers) && matches!(value.expr, Expr::Str(_)) {
            self.lines(value);
        }
        if let Some((of, _)) = namer.words.jars.first(&[word.to_owned()], &namer.imported) {
            // A jar of every language says nothing of where it is sent from.
            let side = if of.library.languages.is_empty() { Side::Unknown } else { of.library.side };
            for (name, _) in self.resolver.object(value) {
                self.add(&name, Verb::Send, side, value, vec![self.resolver.key_place(value, &name)]);
            }
        }
    }

    /// The cookies in headers that are written as text: `"Cookie: sid=" + s`.
    fn lines(&mut self, node: &'u Node) {
        for text in self.resolver.texts(node) {
            for (name, value) in header_lines(&text.text) {
                if let Some((verb, side)) = self.header(name) {
                    let value = Text { text: value.to_owned(), ..text.clone() };
                    self.named(node, &value, verb, side);
                }
            }
        }
    }

    /// The cookies that a cookie text names.
    fn text(&mut self, at: &'u Node, value: &'u Node, verb: Verb, side: Side) {
        if let Expr::List(values) = &value.expr {
            return values.iter().for_each(|one| self.text(at, one, verb, side));
        }
        for text in self.resolver.texts(value) {
            self.named(at, &text, verb, side);
        }
    }

    fn named(&mut self, at: &'u Node, text: &Text, verb: Verb, side: Side) {
        for name in names(&text.text) {
            self.add(&name, verb, side, at, text.origins.clone());
        }
    }

    fn call(&mut self, node: &'u Node, callee: &'u Node, args: &'u [Arg], above: &[&'u Node]) {
        let namer = self.resolver.namer;
        let named = namer.name(callee);
        let last = named.path.last().map_or("", String::as_str);
        if last == COMPARE || last == "in" {
            return self.compared(node, args, above);
        }
        let entries = namer.words.cookie_calls.find(&named.path, &namer.imported);
        if entries.iter().any(|(of, _)| of.entry.own) {
            return;
        }
        let is_known = !entries.is_empty();
        let is_given = |word: &String| args.iter().any(|arg| arg.value.last_word() == Some(word));
        for (of, _) in entries.into_iter().filter(|(of, _)| of.entry.given.as_ref().is_none_or(is_given)) {
            self.declared(node, of.entry, of.library.side, args);
        }
        if !is_known {
            self.passed(node, last, args);
        }
        let steps = namer.words.step_calls.find(&[last.to_owned()], &namer.imported);
        for (of, _) in steps.iter().filter(|(of, _)| namer.imported.contains(of.library.name.as_str())) {
            let text = match of.entry.sets.get(&Role::Cookie) {
                Some(Part::Position(at)) => args.get(*at),
                _ => None,
            };
            text.into_iter().for_each(|arg| self.text(node, &arg.value, Verb::Send, of.library.side));
        }
        let is_source = self.is_source(callee) || args.iter().any(|arg| self.is_cookie_text(&arg.value));
        if is_source || namer.words.cookie_sources.first(&named.path, &namer.imported).is_some() {
            self.searched(node);
        }
        let library = namer.words.requests.first(&named.path, &namer.imported).map(|(of, _)| of.library);
        for arg in args {
            let Some(label) = &arg.label else { continue };
            self.word_pair(label, &arg.value);
            match library.and_then(|library| library.config.get(&**label)) {
                Some(Role::Cookie) => self.text(&arg.value, &arg.value, Verb::Send, Side::Server),
                Some(Role::Headers) => self.lines(&arg.value),
                _ => {}
            }
        }
        // A header's value and, after it, the label that says which header it is for.
        for pair in args.windows(2) {
            if let [value, Arg { label: Some(_), value: key, .. }] = pair
                && let Some((verb, side)) = key.literal().and_then(|word| self.header(word))
            {
                self.text(node, &value.value, verb, side);
            }
        }
        // A header's name and, after it, its value.
        let positional: Vec<&'u Node> = args.iter().filter(|arg| arg.label.is_none()).map(|arg| &arg.value).collect();
        for (at, key) in positional.iter().enumerate() {
            let word = header_word(key);
            let header = word.and_then(|word| self.header(&word));
            if let (Some((verb, side)), Some(value)) = (header, positional.get(at + 1)) {
                self.text(node, value, verb, side);
            }
        }
    }

    /// A call that a library declares.
    fn declared(&mut self, node: &'u Node, entry: &CookieEntry, side: Side, args: &'u [Arg]) {
        let drafter = Drafter { resolver: self.resolver };
        if let Some(value) = entry.text.as_ref().and_then(|at| drafter.argument(args, at)) {
            self.text(node, value, entry.verb, side);
        }
        if entry.keys {
            for arg in args {
                arg.label.iter().for_each(|label| self.add(label, entry.verb, side, node, vec![arg.value.span]));
            }
        }
        let places = match &entry.name {
            Some(Where::First(places)) => places.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        // Where several places can hold the name, the one that holds a name of interest does.
        for name in places.iter().filter_map(|at| drafter.argument(args, at)) {
            let before = self.found.len();
            self.declared_name(node, entry, side, name);
            if self.found.len() > before {
                return;
            }
        }
    }

    fn declared_name(&mut self, node: &'u Node, entry: &CookieEntry, side: Side, name: &'u Node) {
        if entry.keys {
            let pairs = self.resolver.object(name);
            return pairs.iter().for_each(|(key, _)| {
                self.add(key, entry.verb, side, node, vec![self.resolver.key_place(name, key)]);
            });
        }
        self.name_in(node, name, entry.verb, side);
    }

    /// The names in an argument: text, an object with a `name`, or a list of either.
    fn name_in(&mut self, node: &'u Node, name: &'u Node, verb: Verb, side: Side) {
        match &name.expr {
            Expr::List(nodes) => nodes.iter().for_each(|one| self.name_in(node, one, verb, side)),
            Expr::Object(_) => {
                if let Some(inner) = self.resolver.cookie_name(name) {
                    self.name_in(node, inner, verb, side);
                }
            }
            _ => {
                for text in self.resolver.texts(name) {
                    if let Some(whole) = text.whole() {
                        self.add(whole, verb, side, node, text.origins.clone());
                    }
                }
                if let Some(inner) = self.resolver.cookie_name(name) {
                    self.name_in(node, inner, verb, side);
                }
                self.elements(name).iter().for_each(|one| self.name_in(node, one, verb, side));
            }
        }
    }

    /// Literals inside a call on cookie text that search for a cookie of interest.
    fn searched(&mut self, node: &'u Node) {
        let mut found = Vec::new();
        literals(node, &mut |text, span| {
            found.extend(
                self.interest.cookies.iter().filter(|name| searches(text, name)).map(|name| (name.clone(), span)),
            );
        });
        for (name, span) in found {
            self.add(&name, Verb::Read, Side::Unknown, node, vec![span]);
        }
    }

    /// A comparison with a cookie's name: `cookie.name === "sid"`, `"sid" in response.cookies`.
    fn compared(&mut self, node: &'u Node, args: &'u [Arg], above: &[&'u Node]) {
        let literal = |arg: &'u Arg| self.resolver.literal(&arg.value).filter(|text| self.is_of_interest(text));
        let [left, right] = args else { return };
        let (name, other) = match (literal(left), literal(right)) {
            (Some(name), _) => (name, &right.value),
            (None, Some(name)) => (name, &left.value),
            _ => return,
        };
        let namer = self.resolver.namer;
        let callee = namer.name(other);
        let holds_name = namer.words.cookie_names.first(&callee.path, &namer.imported).is_some();
        let is_cookie = self.jar_of(other).is_some()
            || holds_name
                && (self.speaks_of_cookies(other)
                    || above.iter().rev().take(CONTEXT).any(|node| self.speaks_of_cookies(node)));
        if is_cookie {
            self.add(&name, Verb::Read, Side::Unknown, node, Vec::new());
        }
    }

    /// Whether the receiver or callee of a node, or what a name in it was bound to, has a word for cookies.
    fn speaks_of_cookies(&self, node: &'u Node) -> bool {
        let named = |name: &str| words(name).iter().any(|word| matches!(word.as_str(), "cookie" | "cookies" | "jar"));
        let mut at = node;
        loop {
            match &at.expr {
                Expr::Member(object, member) => {
                    if named(member) {
                        return true;
                    }
                    at = object;
                }
                Expr::Index(object, _) => at = object,
                Expr::Call { callee, args } => {
                    // `Arrays.stream(request.getCookies())`
                    if args.iter().any(|arg| root_words(&arg.value).iter().any(|name| named(name))) {
                        return true;
                    }
                    at = callee;
                }
                Expr::Bind { value, .. } => at = value,
                Expr::Name(name) => {
                    let typed = |of: Option<&Symbol>| of.is_some_and(|of| named(of));
                    return named(name)
                        || match self.resolver.namer.index.lookup(name, at.span) {
                            Found::Binds(binds) => binds
                                .first()
                                .is_some_and(|bind| typed(bind.of) || root_words(bind.value).into_iter().any(named)),
                            Found::Param(_, param) => typed(param.of.as_ref()),
                            Found::Nothing => false,
                        };
                }
                _ => return false,
            }
        }
    }
}
