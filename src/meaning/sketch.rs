//! What a function gives back or requests, with places where its parameters stand, and how a call fills them.

use serde::{Deserialize, Serialize};

use super::asks::{self, Ask};
use super::draft::{Draft, Drafter};
use super::fact::{Carried, Side};
use super::instance::Instance;
use super::library::{Library, Role};
use super::outline::Item;
use super::resolve::{ALTERNATIVES, product};
use super::url::{HOLE, Text};
use super::words::method;
use crate::syntax::expr::{Arg, Node};

/// What the name of a hole starts with that stands for a parameter. No identifier of a language starts with it and goes on
/// with a number.
pub(super) const MARK: char = '$';

/// A parameter of a function that other code calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// What it is where a call does not give it.
    pub default: Vec<Text>,
}

/// A request that a function makes, as far as its body tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// Methods; one may be a place.
    pub methods: Vec<String>,
    /// Its URL's alternatives.
    pub urls: Vec<Text>,
    /// What comes before the URL.
    pub bases: Vec<Text>,
    /// Query parameters beside those in the URL.
    pub query: Vec<(String, Text)>,
    /// The cookie that it hands over.
    pub cookie: Option<Carried>,
    /// Where its library runs.
    pub side: Side,
    /// Rows of evidence that its body counts as.
    pub rows: Vec<String>,
    /// Places of objects whose keys are options of the request, or of what an option is.
    pub options: Vec<(Option<Role>, String)>,
    /// The library that says what the keys mean.
    pub library: String,
    /// How many functions stand between this one and the client.
    pub hops: usize,
}

/// The hole that stands for a parameter.
pub fn place(at: usize) -> String {
    format!("{MARK}{at}")
}

/// The parameter, and the key of it, that the name of a hole stands for.
pub fn parameter(hole: &str) -> Option<(usize, Option<&str>)> {
    let (at, key) = match hole.strip_prefix(MARK)?.split_once('.') {
        Some((at, key)) => (at, Some(key)),
        None => (hole.strip_prefix(MARK)?, None),
    };
    Some((at.parse().ok()?, key))
}

/// The place that a text wholly is.
pub fn whole_place(text: &Text) -> Option<&str> {
    match text.holes.as_slice() {
        [one] if text.text.chars().eq([HOLE]) => parameter(one).map(|_| one.as_str()),
        _ => None,
    }
}

/// What of a request is told by those who use the function that makes it, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opens {
    /// Nothing.
    Not,
    /// All of it, by the object.
    ByObject,
    /// A part of it, by the object.
    ByObjectInPath,
    /// What the function is given.
    ByGiven,
}

/// Whether a hole stands for a member that is given a parameter.
fn asks_for_given(hole: &str) -> bool {
    match asks::of(hole) {
        Some(Ask::Member(_, args)) => args.iter().any(has_place),
        _ => false,
    }
}

/// Whether a hole stands for a parameter, or for what the object of a function tells.
fn is_place(hole: &str) -> bool {
    parameter(hole).is_some() || asks::of(hole).is_some()
}

/// Whether a place stands in a text.
pub fn has_place(text: &Text) -> bool {
    text.holes.iter().any(|hole| is_place(hole))
}

/// Whether a text is a parameter with something before it that is no parameter and not known: `org.site + org.version + path`.
pub fn is_put_before(text: &Text) -> bool {
    let whole = |hole: &String| matches!(parameter(hole), Some((_, None)));
    let [before @ .., last] = text.holes.as_slice() else { return false };
    text.text.chars().all(|c| c == HOLE) && whole(last) && before.iter().any(|hole| !whole(hole))
}

/// What fills the places of parameters.
#[derive(Clone, Copy)]
pub enum Filled<'d, 'u> {
    /// The arguments of a call.
    By(&'u [Arg]),
    /// Texts, in order.
    With(&'d [Vec<Text>]),
    /// Nothing: they stay.
    Kept,
}

/// What a call gives a function, by its parameters.
pub struct Call<'a, 'd, 'u> {
    /// Resolves the arguments.
    pub drafter: &'d Drafter<'a, 'u>,
    /// The function.
    pub item: &'d Item,
    /// What it is given.
    pub args: Filled<'d, 'u>,
    /// The object that it is called on.
    pub on: Option<Instance<'u>>,
    /// The class that it is of.
    pub of: &'d str,
}

impl<'u> Call<'_, '_, 'u> {
    /// The argument for the parameter at a position, by its label or its own position.
    fn argument(&self, at: usize) -> Option<&'u Node> {
        let Filled::By(args) = self.args else { return None };
        let name = &self.item.params.get(at)?.name;
        let labelled = args.iter().find(|arg| arg.label.as_deref() == Some(name.as_str()));
        let positional = || args.iter().filter(|arg| arg.label.is_none() && !arg.spread).nth(at);
        labelled.or_else(positional).map(|arg| &arg.value)
    }

    /// The argument, or the value of its key, that a place stands for.
    pub fn node(&self, hole: &str) -> Option<&'u Node> {
        let (at, key) = parameter(hole)?;
        let node = self.argument(at)?;
        match key {
            Some(key) => self.drafter.resolver.key(node, key),
            None => Some(node),
        }
    }

    /// What stands in a place: the argument's texts, the parameter's default, or a hole by its name.
    fn texts(&self, hole: &str) -> Vec<Text> {
        if let Some(node) = self.node(hole) {
            return self.drafter.resolver.texts(node);
        }
        if let Some(ask) = asks::of(hole) {
            return self.told(&ask);
        }
        let Some((at, key)) = parameter(hole).filter(|_| !matches!(self.args, Filled::Kept)) else {
            return vec![Text::hole(hole)];
        };
        if let (Filled::With(given), None) = (self.args, key)
            && let Some(texts) = given.get(at)
        {
            return texts.clone();
        }
        match (self.item.params.get(at), key) {
            (_, Some(key)) => vec![Text::hole(key)],
            (Some(given), None) if !given.default.is_empty() && self.argument(at).is_none() => given.default.clone(),
            (given, None) => vec![Text::hole(given.map_or("", |given| &given.name))],
        }
    }

    /// What the object that the function is called on tells.
    fn told(&self, ask: &Ask) -> Vec<Text> {
        let resolver = self.drafter.resolver;
        match ask {
            Ask::Made(at) => {
                let given = self.item.made.get(*at);
                let label = given.map_or("", |given| given.name.as_str());
                let handed = self.on.and_then(|on| resolver.handed_in(&on, self.of, *at, label));
                let default = || given.map(|given| given.default.clone()).filter(|default| !default.is_empty());
                handed.or_else(default).unwrap_or_else(|| vec![Text::hole(label)])
            }
            Ask::Member(name, args) => {
                let Some(on) = self.on else { return vec![Text::hole(name)] };
                resolver.member_with(&on, name, args.iter().map(|arg| self.fill(arg)).collect())
            }
        }
    }

    /// A text with its places filled.
    pub fn fill(&self, text: &Text) -> Vec<Text> {
        if !has_place(text) {
            return vec![text.clone()];
        }
        let mut whole = vec![Text { text: String::new(), holes: Vec::new(), ..text.clone() }];
        let (mut holes, mut literal) = (text.holes.iter(), String::new());
        let flush = |whole: &mut Vec<Text>, literal: &mut String| {
            let text = std::mem::take(literal);
            whole.iter_mut().for_each(|before| before.text.push_str(&text));
        };
        for c in text.text.chars() {
            if c != HOLE {
                literal.push(c);
                continue;
            }
            flush(&mut whole, &mut literal);
            let hole = holes.next().map_or("", String::as_str);
            let next = match is_place(hole) {
                true => self.texts(hole),
                false => vec![Text::hole(hole)],
            };
            whole = product(&whole, &next);
        }
        flush(&mut whole, &mut literal);
        whole
    }

    /// Whether every parameter that stands in a text is given or has a default.
    fn is_given(&self, text: &Text) -> bool {
        let has_default = |at: usize| self.item.params.get(at).is_some_and(|given| !given.default.is_empty());
        let is_with = |at: usize| match self.args {
            Filled::With(given) => at < given.len(),
            Filled::By(_) => false,
            Filled::Kept => true,
        };
        let places = text.holes.iter().filter_map(|hole| parameter(hole));
        places.map(|(at, _)| at).all(|at| self.argument(at).is_some() || is_with(at) || has_default(at))
    }

    /// All texts with their places filled.
    pub fn fill_all(&self, texts: &[Text]) -> Vec<Text> {
        // Of functions of one name, one that takes no more than is given.
        let fits = texts.iter().any(|text| self.is_given(text));
        let texts = texts.iter().filter(|text| !fits || self.is_given(text));
        let mut filled: Vec<Text> = texts.flat_map(|text| self.fill(text)).collect();
        filled.truncate(ALTERNATIVES);
        filled
    }

    /// Fills what the object tells in a sketch.
    pub fn hand_down(&self, sketch: &mut Sketch) {
        sketch.urls = self.fill_all(&sketch.urls);
        sketch.bases = self.fill_all(&sketch.bases);
        for (_, value) in &mut sketch.query {
            *value = self.fill(value).into_iter().next().unwrap_or_default();
        }
    }

    fn methods(&self, methods: &[String]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for have in methods {
            match (parameter(have), self.node(have)) {
                (None, _) => found.push(have.clone()),
                (Some(_), Some(node)) => found.extend(self.drafter.methods_of(node)),
                (Some(_), None) => {
                    found.extend(self.texts(have).iter().filter_map(|text| text.whole().and_then(method)));
                }
            }
        }
        found.dedup();
        // `method || "GET"`: what the call gives wins.
        if methods.len() > 1 && methods.iter().any(|have| parameter(have).is_some()) {
            found.truncate(1);
        }
        found
    }

    /// The request that the call makes by a sketch.
    pub fn draft(&self, sketch: &Sketch) -> Draft {
        let mut draft = Draft {
            methods: self.methods(&sketch.methods),
            urls: self.fill_all(&sketch.urls),
            bases: self.fill_all(&sketch.bases),
            cookie: sketch.cookie.clone(),
            side: sketch.side,
            rows: sketch.rows.clone(),
            ..Draft::default()
        };
        for (key, value) in &sketch.query {
            draft.query.extend(self.fill(value).into_iter().next().map(|value| (key.clone(), value)));
        }
        // A library that is not known here says nothing of what options mean.
        let nothing = Library::default();
        let library = self.drafter.resolver.namer.words.library(&sketch.library).unwrap_or(&nothing);
        for (role, hole) in &sketch.options {
            match (role, self.node(hole)) {
                (Some(role), Some(node)) => self.drafter.apply(&mut draft, library, *role, node),
                (None, Some(node)) => self.drafter.options(&mut draft, library, node),
                (_, None) => {}
            }
        }
        draft
    }
}

impl Sketch {
    /// The sketch of a draft that a function's body makes.
    pub fn new(draft: &Draft, library: &str, hops: usize) -> Self {
        Self {
            methods: draft.methods.clone(),
            urls: draft.urls.clone(),
            bases: draft.bases.clone(),
            query: draft.query.clone(),
            cookie: draft.cookie.clone(),
            side: draft.side,
            rows: draft.rows.clone(),
            options: draft.options.clone(),
            library: library.to_owned(),
            hops,
        }
    }

    /// What tells what it requests.
    pub fn opens(&self) -> Opens {
        let texts = || self.urls.iter().chain(&self.bases);
        let is_given = |text: &Text| text.holes.iter().any(|hole| parameter(hole).is_some() || asks_for_given(hole));
        if texts().any(is_given) || !self.options.is_empty() && self.urls.is_empty() {
            return Opens::ByGiven;
        }
        match texts().find(|text| asks::any_in(text)) {
            Some(text) if super::url::is_holes(&text.text) => Opens::ByObject,
            Some(_) => Opens::ByObjectInPath,
            None => Opens::Not,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parameter, place};

    #[test]
    fn a_place_is_a_parameter_or_a_key_of_it() {
        assert_eq!(parameter(&place(3)), Some((3, None)));
        assert_eq!(parameter("$0.method"), Some((0, Some("method"))));
        assert_eq!(parameter("$id"), None);
        assert_eq!(parameter("id"), None);
    }
}
