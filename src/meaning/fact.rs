//! What the recognisers found out about a file, before any rule has judged it. Plain data: it crosses processes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::outline::{Export, Imported};
use crate::syntax::expr::{Parsed, Span};

/// Most facts of one file that are kept. Generated clients and collections have some hundred; a file with more is nothing
/// that anybody reads, and each finding costs kilobytes in a report.
pub const MOST: usize = 10_000;

/// Everything one file yields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Requests, cookie uses and uses of parts that keep working, in source order.
    pub facts: Vec<Fact>,
    /// Evidence that holds for the whole file.
    pub evidence: Vec<Evidence>,
    /// Spans of the comments, for suppression.
    pub comments: Vec<Span>,
    /// How the file was read.
    pub parsed: Parsed,
    /// What other files can take from it.
    #[serde(default)]
    pub exports: Vec<Export>,
    /// What it imports.
    #[serde(default)]
    pub imports: Vec<Imported>,
    /// Names from elsewhere that its requests depend on.
    #[serde(default)]
    pub wanted: Vec<String>,
    /// Names from elsewhere that what it has for others depends on.
    #[serde(default)]
    pub handed: Vec<String>,
    /// Types from elsewhere that its classes take members from: what those have is theirs too.
    #[serde(default)]
    pub bases: Vec<String>,
    /// Calls with a ruled path that are no requests.
    #[serde(default)]
    pub passed: Vec<Passed>,
    /// Whether the budget for following values ran out before the end of the file.
    #[serde(default)]
    pub cut: bool,
    /// Names for other files, and names of others, beyond those that are followed.
    #[serde(default)]
    pub beyond: Beyond,
    /// How many facts there are beyond [`MOST`].
    #[serde(default)]
    pub left_out: usize,
}

/// Names that a file has too many of to be followed: whether that costs anything, only the other files tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beyond {
    /// Names that it has for others.
    pub exports: Vec<String>,
    /// Names of others that its requests, or what it has for others, depend on.
    pub wanted: Vec<String>,
    /// Whether there are more than [`Beyond::MOST`] of either.
    pub cut: bool,
}

impl Beyond {
    /// Most names of each kind: a generated client has thousands, and they are only looked up.
    pub const MOST: usize = 4_096;

    /// Names beyond, as many as are kept.
    pub fn new(exports: BTreeSet<String>, wanted: BTreeSet<String>) -> Self {
        let cut = exports.len() > Self::MOST || wanted.len() > Self::MOST;
        let list = |names: BTreeSet<String>| names.into_iter().take(Self::MOST).collect();
        Self { exports: list(exports), wanted: list(wanted), cut }
    }

    /// Adds those of a further part of a file.
    pub fn join(&mut self, part: Self) {
        let both = |have: &mut Vec<String>, more: Vec<String>| {
            std::mem::take(have).into_iter().chain(more).collect::<BTreeSet<String>>()
        };
        let cut = self.cut || part.cut;
        *self = Self::new(both(&mut self.exports, part.exports), both(&mut self.wanted, part.wanted));
        self.cut |= cut;
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.exports.is_empty() && self.wanted.is_empty()
    }
}

impl Reading {
    /// Leaves out the facts beyond [`MOST`], the last ones, and counts them.
    pub fn keep_most(&mut self) {
        self.left_out += self.facts.len().saturating_sub(MOST);
        self.facts.truncate(MOST);
    }
}

/// A call with a ruled path that is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The call.
    pub span: Span,
    /// What it does instead.
    pub does: Does,
}

/// What a call does with a ruled path instead of asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Does {
    /// Serves it.
    Serves,
    /// Tells people of it, or only looks at it.
    Tells,
}

/// One thing the code does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fact {
    /// An HTTP request, however it is spelled.
    Request(Request),
    /// A cookie read, written, sent or deleted.
    Cookie(CookieUse),
    /// A use of something a library declares by name (the Sign-In Widget).
    Used {
        /// The library's name for it.
        what: String,
        /// Where it stands.
        span: Span,
    },
}

impl Fact {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Fact::Request(request) => request.span,
            Fact::Cookie(cookie) => cookie.span,
            Fact::Used { span, .. } => *span,
        }
    }
}

/// Where code runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// In a page.
    Browser,
    /// On a server, or in a program of which it is only known that it is no page.
    Server,
    /// In a command-line program or script.
    Cli,
    /// Not told by the code.
    #[default]
    Unknown,
}

/// How sure it is that text is a request at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Spelling {
    /// A path in a string that no call was seen to use.
    Bare,
    /// A call that no library declares.
    Called,
    /// A call that a library declares.
    Declared,
}

/// A request that the code makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Methods in upper case; empty where none was seen.
    pub methods: Vec<String>,
    /// The alternatives of its URL.
    pub urls: Vec<Url>,
    /// The cookie that is handed to it explicitly, if one is.
    pub cookie: Option<Carried>,
    /// How it is spelled.
    pub spelling: Spelling,
    /// The library that declares the call.
    #[serde(default)]
    pub via: Option<String>,
    /// Where it runs.
    pub side: Side,
    /// Where the request is made.
    pub span: Span,
    /// The literals that its path came from.
    pub related: Vec<Span>,
    /// What of other files it is made of: constants in its path, clients, helpers, by the name that this file knows them by.
    pub constants: Vec<String>,
    /// The variables that its path went through on the way from its literals.
    pub binds: Vec<Span>,
    /// Evidence in the expression itself.
    pub evidence: Vec<Evidence>,
}

impl Request {
    /// Whether it may go to another origin than the program's own.
    pub fn leaves(&self) -> bool {
        self.urls.iter().any(|url| url.host.is_some() || !url.relative)
    }
}

/// A cookie that is handed to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carried {
    /// One whose name was not seen, or several: a whole header.
    Unseen,
    /// One with this name.
    Named(String),
}

/// What is done with a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Taken from a jar, a header or a page.
    Read,
    /// Set or changed.
    Write,
    /// Sent with a request.
    Send,
    /// Cleared.
    Delete,
}

/// A cookie that the code touches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CookieUse {
    /// The cookie's name, case kept; `None` where it was not seen (a whole cookie header in a variable).
    pub name: Option<String>,
    /// What is done with it.
    pub verb: Verb,
    /// Where it runs.
    pub side: Side,
    /// Where it is touched.
    pub span: Span,
    /// The other cookies that are touched in the same way beside it.
    #[serde(default)]
    pub beside: Vec<String>,
    /// The literals that its name came from.
    pub related: Vec<Span>,
    /// Evidence in the expression itself.
    pub evidence: Vec<Evidence>,
}

/// A URL, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Url {
    /// The literal host, lower case, without port.
    pub host: Option<String>,
    /// Whether the URL is known to start at its path (`/api/…` with nothing before it).
    pub relative: bool,
    /// Path segments in order.
    pub segments: Vec<Segment>,
    /// Query keys and values.
    pub query: Vec<(String, Segment)>,
}

/// A path segment or a query value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its literal text; holes are left out.
    pub text: String,
    /// The names of the holes in it, in order.
    pub holes: Vec<String>,
}

impl Segment {
    /// Whether it is wholly literal.
    pub fn literal(&self) -> Option<&str> {
        self.holes.is_empty().then_some(self.text.as_str())
    }
}

/// How near evidence is to what it speaks of. Nearer wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Elsewhere in the package.
    Package,
    /// In the same file.
    File,
    /// In the expression itself.
    Expression,
}

/// Something that speaks for or against the code being about Okta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The row of `rules/evidence.toml` it comes from.
    pub id: String,
    /// How near it is.
    pub reach: Reach,
    /// Where it stands; `None` outside the file.
    pub span: Option<Span>,
    /// What it is, as written, clipped.
    pub text: String,
}
