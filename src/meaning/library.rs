//! Library files: the vocabulary of HTTP clients, SDKs, servers and cookie jars. Knows no language and no rule.
//!
//! A library is one TOML file in `rules/libraries/`. Its stem is the name that its modules go by in patterns: a call of
//! something imported from one of `imports` is matched with the stem in place of the module.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::{Side, Verb};
use crate::syntax::expr::Import;

/// One library file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Library {
    /// The file's stem. Not written in the file.
    pub name: String,
    /// Names of the languages it is used from; empty for all.
    pub languages: Vec<String>,
    /// Modules it is imported as. A module also stands for those below it (`okta` for `okta.client`).
    pub imports: Vec<String>,
    /// What manifests and lock files call it.
    pub packages: Vec<String>,
    /// What to write with it in place of what a rule finds; the first that fits counts.
    pub advice: Vec<Advice>,
    /// Where programs that use it run.
    pub side: Side,
    /// Whether its side is that of every program in its languages.
    pub language_default: bool,
    /// The row of `rules/evidence.toml` that importing it, or a request through it, counts as.
    pub evidence: Option<String>,
    /// Whether its entries count only in a file that imports it.
    pub gated: bool,
    /// Commands, which go by `command.NAME` in patterns.
    pub commands: Vec<String>,
    /// Commands that run the command which is among their words.
    pub runners: Vec<String>,
    /// Flags of the commands that take the next word as their value, beside those that `config` explains.
    pub takes: Vec<String>,
    /// Keys of data whose value is a script.
    pub scripts: Vec<String>,
    /// Keys of what answers a request, in a table of answers or of what a test expects: a status.
    pub answers: Vec<String>,
    /// Calls that give a function some of its arguments before it is called: `partial`; `*.bind` on the function itself,
    /// after the object of it.
    pub partial: Vec<String>,
    /// Whether a host of one word is a name of the own network, as where a proxy passes requests on to.
    pub own_hosts: bool,
    /// Whether commands and flags may be written in any case, and flags shortened.
    pub any_case: bool,
    /// Calls that make a request.
    pub request: Vec<RequestEntry>,
    /// Calls that make a client, whose base and headers its requests share.
    pub client: Vec<ClientEntry>,
    /// Calls and assignments on a request under construction.
    pub step: Vec<StepEntry>,
    /// What the keys of an options object mean.
    pub config: BTreeMap<String, Role>,
    /// Calls that build text.
    pub text: Vec<TextEntry>,
    /// Calls whose labelled arguments or pairs are an object (`dict(…)`).
    pub object: Vec<ObjectEntry>,
    /// Calls that serve a path.
    pub route: Vec<RouteEntry>,
    /// Annotations whose paths stand before those of the annotations beside and in what they stand on.
    pub around: Vec<AroundEntry>,
    /// Calls whose text is for people (logs, exceptions, names of tests) or is only looked at (`startsWith`).
    pub prose: Vec<RouteEntry>,
    /// Where data describes requests.
    pub document: Vec<DocumentEntry>,
    /// Ways to touch a cookie.
    pub cookie: Vec<CookieEntry>,
    /// Things whose use keeps working, counted by name.
    pub used: Vec<UsedEntry>,
}

/// An `[[advice]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// The rules whose findings it is for.
    pub rules: Vec<String>,
    /// The versions it is for: `<5`, `>=2,<7`. Any, and one that is not known, if absent.
    pub versions: Option<String>,
    /// What to write: a clause without a full stop. `{version}` stands for the version.
    pub text: String,
}

impl Library {
    /// Whether `import` imports this library: its module, one below it, or a name of one above it.
    pub fn is_imported_as(&self, import: &Import) -> bool {
        let is_name = |have: &str| {
            let below = have.strip_prefix(import.module.as_str()).and_then(|rest| rest.strip_prefix('.'));
            below.is_some_and(|below| import.name.as_deref() == Some(below))
        };
        self.imports.iter().any(|have| super::evidence::is_module(&import.module, have) || is_name(have))
    }
}

/// A callee, or several: segments joined by `.`, `{a|b}` for one of several, a leading `*.` for any receiver.
/// `$1` elsewhere in the entry stands for what the last braces matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Patterns {
    /// One pattern.
    One(String),
    /// Any of several.
    Many(Vec<String>),
}

impl Patterns {
    /// The patterns, one or more.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Patterns::One(one) => std::slice::from_ref(one),
            Patterns::Many(many) => many,
        }
        .iter()
        .map(String::as_str)
    }
}

/// Which argument: a position from 0, a label, `0.key` for a key of an object at a position, or the first of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Where {
    /// The n-th argument without a label.
    Position(usize),
    /// A label, or `position.key`.
    Label(String),
    /// The first of these that is there.
    First(Vec<Where>),
}

/// Where a method comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Method {
    /// The n-th argument.
    Position(usize),
    /// A method (`DELETE`), `$1`, or `label:NAME` for a labelled argument.
    Word(String),
    /// The first of these that gives a method.
    First(Vec<Method>),
}

/// A `[[request]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestEntry {
    /// What is called.
    pub call: Patterns,
    /// The method, where the call tells it. A method in the options object wins over it.
    pub method: Option<Method>,
    /// The argument with the URL; `receiver` where the call is made on it (`"https://…".GetAsync()`).
    pub url: Option<Where>,
    /// What stands before the URL in its argument (`Location:`); a text without it is none.
    pub after: Option<String>,
    /// The argument with a path that a proxy passes on with everything below it, if the URL ends in that.
    pub below: Option<Where>,
    /// The argument with the base of the URL.
    pub base: Option<Where>,
    /// The argument with the query.
    pub query: Option<Where>,
    /// The argument with the headers.
    pub headers: Option<Where>,
    /// The argument with cookies by name.
    pub cookies: Option<Where>,
    /// The argument whose keys `config` explains.
    pub config: Option<Where>,
    /// An SDK call, spelled as a request: `GET /api/v1/sessions/{0}`. `{1}` is the second argument, `{name}` a labelled
    /// one, `{0.key}` a key of an object argument. A query may follow.
    pub request: Option<String>,
    /// Only where this argument is given.
    pub needs: Option<Where>,
    /// Only where this argument is no text.
    pub without: Option<Where>,
    /// The argument that carries a cookie to the request.
    pub cookie: Option<Where>,
    /// Whether the name alone is enough: no other product has it.
    #[serde(default)]
    pub ungated: bool,
    /// A row of `rules/evidence.toml` that the call itself counts as (a stub, a test client).
    pub evidence: Option<String>,
}

/// A `[[client]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientEntry {
    /// What makes it.
    pub call: Patterns,
    /// The argument with the base of its URLs.
    pub base: Option<Where>,
    /// The argument with its headers.
    pub headers: Option<Where>,
    /// The argument with its cookies by name.
    pub cookies: Option<Where>,
    /// The argument whose keys `config` explains.
    pub config: Option<Where>,
    /// The method of its requests.
    pub method: Option<Method>,
    /// The name that its calls are matched as.
    pub is: String,
}

/// A `[[step]]`: exactly one of `call`, `bind` and `index` is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepEntry {
    /// The method called on the request or client (its last segment only).
    pub call: Option<Patterns>,
    /// The member assigned.
    pub bind: Option<Patterns>,
    /// The member whose index is assigned; `*` for the request itself.
    pub index: Option<Patterns>,
    /// The argument that holds the request, where it is not the receiver.
    pub handle: Option<usize>,
    /// What it sets.
    #[serde(default)]
    pub sets: BTreeMap<Role, Part>,
    /// The argument that names what is set, the handle counted (`curl_setopt(handle, KEY, value)`).
    pub key: Option<usize>,
    /// The argument with what is set; without `key`, an object of several by their names.
    pub value: Option<usize>,
    /// What the names mean.
    #[serde(default)]
    pub keys: BTreeMap<String, Meaning>,
}

/// What the name of an option means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Meaning {
    /// What its value is to the request.
    Role(Role),
    /// The method that setting it implies, where none is told.
    Method(String),
}

/// The value of a role in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// The n-th argument; for `bind` and `index`, 0 is what is assigned, 1 for `index` the key's value.
    Position(usize),
    /// A method as a word, or `$1`.
    Word(String),
    /// A name and a value, by position.
    Pair([usize; 2]),
}

/// What a value is to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The URL, or its path where a base or host is given.
    Url,
    /// What comes before the URL.
    Base,
    /// The host alone.
    Host,
    /// The method.
    Method,
    /// The query: an object, pairs, or text. As a [`Part::Pair`], one key and value.
    Query,
    /// A further path segment.
    Segment,
    /// Text that is put after the URL as it is.
    Tail,
    /// Headers as an object. As a [`Part::Pair`], one name and value.
    Headers,
    /// The text of a `Cookie` header.
    Cookie,
    /// Cookies by name. As a [`Part::Pair`], one name and value.
    Cookies,
}

/// A `[[text]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextEntry {
    /// What is called.
    pub call: Patterns,
    /// How the text is made.
    pub style: Style,
    /// The argument with the text or format; the receiver if absent.
    pub of: Option<Where>,
    /// What the arguments of `parts` are, in order, where they have no labels.
    #[serde(default)]
    pub parts: Vec<Role>,
}

/// How a text call makes its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// `%s` directives filled from the arguments.
    Printf,
    /// `{}`, `{0}` and `{name}` filled from the arguments.
    Braces,
    /// The receiver or first argument with the further arguments after it.
    Append,
    /// Path segments joined by `/`.
    Segments,
    /// A list joined by the receiver, or by the first argument (`a.join("/")`, `"/".join(a)`).
    Join,
    /// An object as a query: `k=v&…`.
    Query,
    /// The text as it is (trim, encode, clone, `URL(x)`).
    First,
    /// A base and a relative URL: the first is relative to the second.
    Relative,
    /// A base and a relative URL: the second is relative to the first.
    Resolve,
    /// `text.replace(old, new)`.
    Replace,
    /// No text: an option among texts.
    Nothing,
    /// The text with a query after it: a key and a value, or an object.
    Addquery,
    /// A URL from parts that are labelled arguments, which the library's `config` explains.
    Parts,
}

/// An `[[object]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectEntry {
    /// What is called.
    pub call: Patterns,
}

/// A `[[route]]` or a `[[prose]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteEntry {
    /// What is called.
    pub call: Patterns,
    /// Only where this argument is given.
    pub needs: Option<Where>,
    /// The argument that is served; what else the call is given may be a request. All of them if absent.
    pub path: Option<Where>,
}

/// An `[[around]]`: `@Path("/api/v1")`, `@FeignClient(url = "…", path = "/api/v1")` on an interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AroundEntry {
    /// What is called.
    pub call: Patterns,
    /// The arguments that hold a part of the URL, the first one first.
    pub urls: Vec<Where>,
}

/// A `[[document]]`. A part of a request is keys joined by dots below the place where it sits; after a `/` they start at the
/// top of the document, `@key` is the key of the place itself, and `*@key` each key inside it. A key
/// in braces may hold dots: `{HTTPSampler.path}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentEntry {
    /// Where requests sit: keys from the top, `*` for any key or element, `**` for any number of them.
    pub at: Patterns,
    /// The URL. An entry without one says that what sits there is no request: an example of an answer.
    pub url: Option<Patterns>,
    /// The method.
    pub method: Option<Patterns>,
    /// What comes before the URL.
    pub base: Option<Patterns>,
    /// The host alone; the base comes after it.
    pub host: Option<Patterns>,
    /// The query.
    pub query: Option<Patterns>,
    /// The headers.
    pub headers: Option<Patterns>,
    /// The cookies by name.
    pub cookies: Option<Patterns>,
    /// Only where this part is there.
    pub needs: Option<Patterns>,
    /// Only where this part is not there.
    pub without: Option<Patterns>,
    /// A row of `rules/evidence.toml` that the request counts as. The library's row counts for the whole file.
    pub evidence: Option<String>,
}

/// A `[[cookie]]`: exactly one of `call`, `member`, `header`, `source`, `bind`, `compare` and
/// `setting` is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CookieEntry {
    /// A call that touches a cookie; `name` or `text` says which argument names it.
    pub call: Option<Patterns>,
    /// A jar, by the name of the member or variable it is (`cookies`): indexes and members of it are cookies.
    pub member: Option<Patterns>,
    /// A header whose value is cookie text, lower case.
    pub header: Option<Patterns>,
    /// A value that is cookie text (`document.cookie`): literals in calls on it name cookies.
    pub source: Option<Patterns>,
    /// A member that takes cookie text when assigned (`document.cookie`).
    pub bind: Option<Patterns>,
    /// A member that holds a cookie's name, to be compared with one (`name`).
    pub compare: Option<Patterns>,
    /// A setting whose value is a cookie's name: words, all of which stand in its key.
    pub setting: Option<Patterns>,
    /// Keys of which the object around the setting has one, with a host that rows of evidence know.
    pub beside: Option<Patterns>,
    /// The argument with the cookie's name: text, a list of names, an object (its keys are names if `keys`, else its
    /// `name`), or a list of such objects.
    pub name: Option<Where>,
    /// The argument with cookie text (`sid=1; Path=/`).
    pub text: Option<Where>,
    /// What stands before a cookie's name in a member of the jar: `cookie_` of `ngx.var.cookie_sid`.
    #[serde(default)]
    pub prefix: String,
    /// Whether the keys of the object at `name` are the names.
    #[serde(default)]
    pub keys: bool,
    /// Whether the call is a parameter's default, and the parameter's name that of the cookie.
    #[serde(default)]
    pub param: bool,
    /// A name that one of the arguments is: `INPUT_COOKIE`.
    pub given: Option<String>,
    /// Whether the call names the cookie of the program's own sessions, which is no use of anyone else's.
    #[serde(default)]
    pub own: bool,
    /// What is done.
    pub verb: Verb,
}

/// A `[[used]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsedEntry {
    /// What is called.
    pub call: Patterns,
    /// What it is called in the summary.
    pub what: String,
}
