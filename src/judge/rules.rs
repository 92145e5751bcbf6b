//! Rule pages and what they ask of facts. Reads the pages that the build script embedded; knows no language and no client.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Level, Severity};
use super::guidance::Guidance;
use crate::data;
use crate::meaning::fact::{Carried, CookieUse, Request, Segment, Side, Url, Verb};
use crate::meaning::interest::{Interest, Query};
use crate::meaning::url::Pattern;

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
    /// Whether it is reported only where a guidance or the configuration says so.
    #[serde(default)]
    pub off: bool,
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
    /// How the advice is written in a language.
    #[serde(default)]
    pub how: Vec<How>,
    /// What it matches.
    pub when: When,
    /// How findings are judged that stand beside another cookie.
    pub beside: Option<Beside>,
    /// What Okta said of it, oldest first.
    pub status: Vec<Status>,
}

impl Rule {
    /// The rest of its page.
    pub fn page(&self) -> Page {
        data::page(&self.id)
    }
}

/// What a rule page holds for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The sections in order, without `Examples`.
    pub sections: Vec<Section>,
    /// The examples.
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

/// How the advice is written in a language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// The languages, as library files call them.
    pub languages: Vec<String>,
    /// The kinds of program; any if empty.
    #[serde(default)]
    pub side: Vec<Side>,
    /// What to write: a clause without a full stop.
    pub text: String,
}

/// What is said of a cookie that is touched beside another one, by code that knows both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// The other cookie.
    pub cookie: String,
    /// How bad it is then.
    pub severity: Severity,
    /// What is said then.
    pub message: String,
    /// What to do then, in any kind of program.
    pub advice: String,
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
    /// How bad findings are by the guidance of that day.
    pub severity: Option<Level>,
    /// What is said of them from then on.
    pub message: Option<String>,
    /// The advice from then on.
    pub advice: Option<String>,
    /// The advice for each kind of program from then on.
    pub instead: Option<Instead>,
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
    pub query: BTreeMap<String, String>,
    /// Where it runs; empty for anywhere.
    pub side: Vec<Side>,
    /// Whether a cookie must be handed to it explicitly.
    pub cookie: bool,
    /// Values that a `{x}` of the path must not have.
    pub except: BTreeMap<String, Vec<String>>,
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

/// Every rule and what keeps working, ready to match.
pub struct Rules {
    /// The rules, by id.
    pub rules: Cow<'static, [Rule]>,
    working: &'static [Working],
}

/// Which rule a fact falls under and how it is called there.
pub struct Matched<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// What the fact is, for the label: `GET /api/v1/sessions/{id}`.
    pub label: String,
    /// Whether the path alone proves that it is Okta's.
    pub proof: bool,
    /// Whether it was matched without a method.
    pub unseen: bool,
}

impl Rule {
    /// How bad a finding is, or `off`.
    pub fn level(&self) -> &'static str {
        if self.off { Level::Off.as_str() } else { self.severity.as_str() }
    }
}

impl Rules {
    /// The rules that are built in.
    pub fn built_in() -> Self {
        Self { rules: Cow::Borrowed(data::rules()), working: data::working() }
    }

    /// The rules by the guidance of a date, with those that a configuration turns on. What it turns off is still matched:
    /// a comment that hides such a finding is not unused.
    pub fn of(guidance: Option<&Guidance>, turned_on: &dyn Fn(&str) -> bool) -> Self {
        let mut rules = Self::built_in();
        if let Some(guidance) = guidance {
            rules.rules = rules.rules.iter().map(|rule| rule.by(guidance)).collect();
        }
        let is_turned_on = |rule: &Rule| rule.off && turned_on(&rule.id);
        if rules.rules.iter().any(is_turned_on) {
            rules.rules.to_mut().iter_mut().filter(|rule| is_turned_on(rule)).for_each(|rule| rule.off = false);
        }
        rules
    }

    /// The rule with an id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The ids of all rules, in order.
    pub fn ids(&self) -> Vec<&str> {
        self.rules.iter().map(|rule| rule.id.as_str()).collect()
    }

    /// The paths and cookies that the rules and the inventory speak of.
    pub fn interest(&self) -> Interest {
        let requests = self.rules.iter().flat_map(|rule| &rule.when.request);
        let working = self.working.iter().map(|working| &working.request);
        let mut cookies: Vec<String> =
            self.rules.iter().flat_map(|rule| &rule.when.cookie).flat_map(|when| when.name.clone()).collect();
        cookies.sort_unstable();
        cookies.dedup();
        let proofs = requests.clone().filter(|when| when.proof);
        let queries = proofs.flat_map(|when| {
            let query = |(key, word): (&String, &String)| Query {
                path: when.path.clone(),
                key: key.clone(),
                word: word.clone(),
            };
            when.query.iter().map(query)
        });
        Interest {
            paths: requests.chain(working).map(WhenRequest::pattern).collect(),
            cookies,
            queries: queries.collect(),
        }
    }

    /// Words that are enough alone for a file to be looked at: values of queries, and last words of paths that prove
    /// themselves, and what starts a suppression.
    pub fn strong_words(&self) -> Vec<String> {
        let requests = self.rules.iter().flat_map(|rule| &rule.when.request);
        // A file with a suppression is read even if nothing is left in it to hide.
        let mut words = vec![super::suppress::WORD.to_owned()];
        for when in requests {
            words.extend(when.query.values().cloned());
            let last = Pattern::new(&when.path).literals().last().map(str::to_owned);
            words.extend(last.filter(|_| when.proof && when.query.is_empty()));
        }
        words
    }

    /// The most specific rule that a request falls under: most segments, then most query keys, then one that asks for a
    /// cookie, then the first. Rules that are off take no part.
    pub fn of_request(&self, request: &Request) -> Option<Matched<'_>> {
        let mut best: Option<((usize, usize, bool), Matched)> = None;
        for rule in self.rules.iter().filter(|rule| !rule.off) {
            for when in &rule.when.request {
                let rank = (Pattern::new(&when.path).len(), when.query.len(), when.cookie);
                if best.as_ref().is_none_or(|(have, _)| rank > *have) && when.matches(request) {
                    let method = when.shown_method(&request.methods);
                    let query: Vec<String> = when.query.iter().map(|(key, word)| format!("{key}={word}")).collect();
                    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
                    let label = format!("{method}{}{query}", when.path);
                    let unseen = request.methods.is_empty() && !when.method.is_empty();
                    best = Some((rank, Matched { rule, label, proof: when.proof, unseen }));
                }
            }
        }
        best.map(|(_, matched)| matched)
    }

    /// What a request is in the inventory of what keeps working.
    pub fn working(&self, request: &Request) -> Option<&'static str> {
        self.working.iter().find(|working| working.request.matches(request)).map(|working| working.what.as_str())
    }

    /// The rule that a cookie use falls under.
    pub fn of_cookie(&self, cookie: &CookieUse) -> Option<Matched<'_>> {
        let name = cookie.name.as_deref()?;
        let falls = |when: &WhenCookie| {
            when.name.iter().any(|have| have == name)
                && (when.verb.is_empty() || when.verb.contains(&cookie.verb))
                && runs_on(&when.side, cookie.side)
        };
        let rule = self.rules.iter().find(|rule| !rule.off && rule.when.cookie.iter().any(falls))?;
        let done = match cookie.verb {
            Verb::Read => "read",
            Verb::Write => "written",
            Verb::Send => "sent",
            Verb::Delete => "cleared",
        };
        Some(Matched { rule, label: format!("cookie `{name}` is {done} here"), proof: false, unseen: false })
    }
}

/// Whether code that runs on `side` is meant by `sides`; a command-line program is no browser, so it counts as a server.
fn runs_on(sides: &[Side], side: Side) -> bool {
    sides.is_empty() || sides.contains(&side) || side == Side::Cli && sides.contains(&Side::Server)
}

impl WhenRequest {
    fn pattern(&self) -> Pattern {
        let pattern = Pattern::new(&self.path);
        if self.proof && self.query.is_empty() { pattern.proving() } else { pattern }
    }

    fn matches(&self, request: &Request) -> bool {
        let method = match request.methods.as_slice() {
            [] => self.unseen || self.method.is_empty(),
            methods => self.method.is_empty() || methods.iter().any(|method| self.method.contains(method)),
        };
        let cookie = !self.cookie || request.cookie == Some(Carried::Unseen);
        method && cookie && runs_on(&self.side, request.side) && request.urls.iter().any(|url| self.matches_url(url))
    }

    fn matches_url(&self, url: &Url) -> bool {
        let pattern = self.pattern();
        let Some(named) = pattern.matches(url, true) else { return false };
        let is_excepted = |(name, segment): &(&str, &Segment)| {
            self.except
                .get(*name)
                .is_some_and(|except| segment.literal().is_some_and(|text| except.iter().any(|one| one == text)))
        };
        let holds = |(key, word): (&String, &String)| {
            url.query.iter().any(|(have, value)| {
                have == key && value.text.split([',', '%']).any(|part| part.trim_start_matches("2C") == word)
            })
        };
        !named.iter().any(is_excepted) && self.query.iter().all(holds)
    }

    fn shown_method(&self, seen: &[String]) -> String {
        let both = seen.iter().find(|method| self.method.is_empty() || self.method.contains(method));
        both.or(self.method.first().filter(|_| !self.unseen)).map_or_else(String::new, |method| format!("{method} "))
    }
}
