//! Custom domains that a code base itself says are Okta's, by the rows of `rules/evidence.toml` that teach a host: a URL with
//! a path that only Okta has, or the value of a setting of Okta's. Knows neither the paths nor the settings.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::evidence::holds;
use crate::data;

/// Most hosts learned in one run: a code base has a few.
pub const MOST: usize = 16;
/// Fewest labels of a custom domain: Okta takes subdomains only, and what holds for a host holds for those below it.
const LABELS: usize = 3;

/// A row that teaches a host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Starts of paths: the host of a literal URL with one of them is Okta's.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Settings: the literal host or URL that one is set to is Okta's.
    #[serde(default)]
    pub keys: Vec<String>,
    /// The file must hold one of these as well, if there are any.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Why it teaches a host.
    pub why: String,
}

/// A lesson ready to be looked for.
struct Taught {
    words: Vec<&'static str>,
    beside: &'static [String],
    shape: Regex,
}

/// The hosts that a text teaches, lower case.
pub fn taught(text: &str) -> BTreeSet<String> {
    static LESSONS: LazyLock<Vec<Taught>> = LazyLock::new(|| data::teaches().iter().filter_map(compiled).collect());
    let mut hosts = BTreeSet::new();
    for lesson in &*LESSONS {
        let is_told = lesson.words.iter().any(|word| holds(text, word));
        if !is_told || !lesson.beside.is_empty() && !lesson.beside.iter().any(|word| holds(text, word)) {
            continue;
        }
        let found = lesson.shape.captures_iter(text).filter_map(|found| found.name("host").or(found.name("bare")));
        hosts.extend(found.map(|host| host.as_str().to_ascii_lowercase()).filter(|host| is_custom(host)).take(MOST));
    }
    hosts
}

fn compiled(lesson: &'static Lesson) -> Option<Taught> {
    let any = |words: &[String]| words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|");
    const HOST: &str = "[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+";
    let shape = match lesson.keys.is_empty() {
        true => format!("https://(?P<host>{HOST})(?:{})", any(&lesson.paths)),
        // A value in quotes after the key, as a pair, an assignment, a default or an argument; or the rest of a line of a
        // settings file. What stands without quotes in code is a name, not a host.
        false => format!(
            "\\b(?:{0})(?:[\"'`\\])]*[\\s:=>|?,(]{{1,12}}[\"'`](?:https://)?(?P<host>{HOST})|\\s?[=:]\\s?(?:https://)?(?P<bare>{HOST})/?(?:[\\r\\n]|$))",
            any(&lesson.keys)
        ),
    };
    let words = lesson.keys.iter().chain(&lesson.paths).map(String::as_str).collect();
    Some(Taught { words, beside: &lesson.beside, shape: Regex::new(&shape).ok()? })
}

/// Whether a host may be a custom domain: one below another's, and no address.
fn is_custom(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let ends_in_word = labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    labels.len() >= LABELS && ends_in_word
}

#[cfg(test)]
mod tests {
    use super::taught;

    fn hosts(text: &str) -> Vec<String> {
        taught(text).into_iter().collect()
    }

    #[test]
    fn an_issuer_and_a_setting_teach_their_host() {
        for text in [
            "issuer: \"https://login.acme.io/oauth2/default\"",
            "OKTA_DOMAIN=login.acme.io\n",
            "export OKTA_ORG_URL=https://login.acme.io/\n",
            "okta.client.orgUrl=https://Login.acme.io",
            "const org = process.env.OKTA_ORG_URL || 'https://login.acme.io';",
            "os.environ.get(\"OKTA_DOMAIN\", \"login.acme.io\")",
            "{ \"OKTA_ORG_URL\": \"https://login.acme.io\" }",
            "import okta from '@okta/okta-sdk-nodejs'\nnew okta.Client({ orgUrl: 'https://login.acme.io' })",
        ] {
            assert_eq!(hosts(text), ["login.acme.io"], "{text}");
        }
    }

    #[test]
    fn names_other_products_and_whole_domains_teach_nothing() {
        for text in [
            "OKTA_ORG_URL=https://acme.io\n",
            "orgUrl: 'https://dev.azure.com/acme'",
            "orgUrl: 'https://ci.azure.example.com/acme'",
            "const org = { OKTA_DOMAIN: process.env.OKTA_DOMAIN };",
            "OKTA_DOMAIN = settings.okta.domain.strip()",
            "issuer: \"https://accounts.login.acme.io/oauth2/v1\"",
            "https://127.0.0.1/oauth2/default",
        ] {
            assert_eq!(hosts(text), Vec::<String>::new(), "{text}");
        }
    }
}
