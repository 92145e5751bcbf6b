//! Rule pages and what they ask of facts. Reads the pages that the build script embedded; knows no language and no client.

use serde::{Deserialize, Serialize};

use super::finding::Severity;
use crate::meaning::fact::{Side, Verb};

/// One rule page, `rules/<id>.md`, taken apart by the build script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Kebab-case id: the page's stem and first heading.
    pub id: String,
    /// The sentence below the heading.
    pub summary: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Measured precision: `very-high`, `high`, `medium` or `low`.
    pub precision: String,
    /// What breaks: one sentence, no full stop.
    pub message: String,
    /// What to write instead where it is not known what kind of program it is.
    pub advice: String,
    /// What to write instead in each kind of program.
    pub instead: Instead,
    /// The version of sidestep that first had it.
    pub since: String,
    /// What it matches.
    pub when: When,
    /// What Okta said of it, oldest first.
    pub status: Vec<Status>,
    /// The sections of the page in order, without `Examples`.
    pub sections: Vec<Section>,
    /// The examples of the page.
    pub examples: Vec<Example>,
}

/// Advice per kind of program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// In a browser page.
    pub browser: String,
    /// On a server.
    pub server: String,
    /// In a command-line program or script.
    pub cli: String,
}

/// A dated state of Okta's guidance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// ISO date.
    pub date: String,
    /// The Okta release, if it came with one.
    pub release: Option<String>,
    /// What changed.
    pub what: String,
    /// The Okta page it was read from.
    pub source: String,
}

/// A section of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its Markdown.
    pub text: String,
}

/// An example of the page, which is also a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The fence's language, which is also the extension of the file it is tested as.
    pub language: String,
    /// Whether the rule must fire on it.
    pub bad: bool,
    /// The code.
    pub code: String,
}

/// What a rule matches: any of these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Requests.
    pub request: Vec<WhenRequest>,
    /// Cookies.
    pub cookie: Vec<WhenCookie>,
}

/// A request that a rule matches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WhenRequest {
    /// Methods; empty for any.
    pub method: Vec<String>,
    /// Whether a request whose method was not seen matches.
    pub unseen: bool,
    /// The end of the path; `{x}` matches any segment.
    pub path: String,
    /// Query keys, each with a word that its value must hold as one of its comma-separated parts.
    pub query: std::collections::BTreeMap<String, String>,
    /// Where it runs; empty for anywhere.
    pub side: Vec<Side>,
    /// Whether a cookie must be handed to it explicitly.
    pub cookie: bool,
    /// Values that a `{x}` of the path must not have.
    pub except: std::collections::BTreeMap<String, Vec<String>>,
    /// Whether the path alone proves that it is Okta's.
    pub proof: bool,
}

/// A cookie that a rule matches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WhenCookie {
    /// The names.
    pub name: Vec<String>,
    /// What is done; empty for anything.
    pub verb: Vec<Verb>,
    /// Where it runs; empty for anywhere.
    pub side: Vec<Side>,
}

/// A row of `rules/keeps-working.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Working {
    /// What it is called in the inventory.
    pub what: String,
    /// The request that it is.
    pub request: WhenRequest,
}
