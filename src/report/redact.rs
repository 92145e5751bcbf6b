//! What looks like a secret in text from a scanned file, so that no report carries it further.
//!
//! Errs on the side of hiding: a report is uploaded, mailed and kept.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// Stands where a secret stood.
pub const MASK: &str = "***";

/// Each pattern's first group is the secret. A secret begins with a letter or digit, so `${token}` and `%s` are none.
const PATTERNS: [&str; 8] = [
    // The value of an Authorization header.
    r"(?i)\b(?:SSWS|Bearer|DPoP|Basic)(?:\s+|%20)([A-Za-z0-9][A-Za-z0-9._~+/=-]*)",
    // user:password@host
    r#"[A-Za-z0-9._%+~-]*:([^\s/@"'`<>(){}$]+)@"#,
    // Form or query data: token=value.
    r"(?i)(?:token|secret|password|passwd|session_?id|api_?key|\bsid|\bidx)=([A-Za-z0-9][A-Za-z0-9._~+/%=-]*)",
    // A setting, key or cookie of that name: token: "value".
    r#"(?i)(?:token|secret|password|passwd|session_?id|api_?key|\bsid|\bidx)["'`]?\s*(?:=>|:=|=|:)\s*["'`]([A-Za-z0-9][A-Za-z0-9._~+/%=-]*)["'`]"#,
    // A cookie set by a call: set("sid", "value").
    r#"["'`](?:sid|idx)["'`]\s*,\s*["'`]([A-Za-z0-9][A-Za-z0-9._~+/%=-]*)["'`]"#,
    // A long run of what tokens are made of.
    r"([A-Za-z0-9_-]{32,})",
    // A variable of that name with its value behind it: set $sid "value", Define token value.
    r#"(?i)(?:token|secret|password|passwd|session_?id|api_?key|\bsid|\bidx)["'`}]?[ \t]+["'`]?([A-Za-z0-9][A-Za-z0-9._~+=-]{7,})"#,
    // A literal that is one run of letters and digits.
    r#"["'`]([A-Za-z0-9][A-Za-z0-9_-]{15,})["'`]"#,
];
/// Indexes into [`PATTERNS`] that take a second look.
const AUTHORIZATION: usize = 0;
const FORM: usize = 2;
const RUN: usize = 5;
const BESIDE: usize = 6;
const LITERAL: usize = 7;
/// Shortest text without a telling name before it that is taken for a token.
const SHORTEST: usize = 16;
/// Fewest digits of such a text: names have a version or a standard's number in them.
const DIGITS: usize = 3;

/// Whether there is anything to mask: one pass over a text, and most have nothing.
static ANY: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(PATTERNS).expect("the patterns are constant"));

static SECRETS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PATTERNS.iter().map(|pattern| Regex::new(pattern).expect("the patterns are constant")).collect());

/// Words that follow `Basic` or `Bearer` in prose.
const PROSE: [&str; 10] = [
    "auth",
    "authentication",
    "authorization",
    "credential",
    "credentials",
    "header",
    "scheme",
    "token",
    "tokens",
    "value",
];

/// The text with a mask for each secret.
pub fn redact(text: &str) -> String {
    replaced(text, |_| MASK.to_owned())
}

/// Text with every secret in it masked, each character for itself, so that what stands behind keeps its column.
pub fn masked(text: &str) -> String {
    replaced(text, |secret| "*".repeat(secret.chars().count()))
}

fn replaced(text: &str, mask: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for secret in secrets(text) {
        out += &text[done..secret.start];
        out += &mask(&text[secret.clone()]);
        done = secret.end;
    }
    out + &text[done..]
}

/// Part of a text as it is shown: what is a secret by what stands around it is masked too, and so is all of it if it looks
/// like a token.
pub fn part(text: &str, part: Range<usize>) -> String {
    let Some(own) = text.get(part.clone()) else { return String::new() };
    if looks_like_token(own.trim_matches(['"', '\'', '`'])) {
        return MASK.to_owned();
    }
    let mut out = String::with_capacity(own.len());
    let mut done = part.start;
    for secret in secrets(text).into_iter().filter(|secret| secret.start < part.end && secret.end > part.start) {
        out += text.get(done..secret.start).unwrap_or_default();
        out += MASK;
        done = secret.end;
    }
    out + text.get(done..part.end).unwrap_or_default()
}

/// Whether a text is nothing but a run of letters and digits as no name is.
fn looks_like_token(text: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.len() >= SHORTEST && text.bytes().all(is_of_token) && is_mixed(text)
}

/// Whether letters and more digits than a name has stand in a text.
fn is_mixed(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= DIGITS && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Where secrets stand in a text, in bytes, in order and apart from each other.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    if !ANY.is_match(text) {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, pattern) in SECRETS.iter().enumerate() {
        let groups = pattern.captures_iter(text).filter_map(|groups| groups.get(1));
        found.extend(groups.map(|group| group.range()).filter(|range| is_secret(index, text, range)));
    }
    found.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn is_secret(pattern: usize, text: &str, range: &Range<usize>) -> bool {
    let value = &text[range.clone()];
    match pattern {
        AUTHORIZATION => !PROSE.contains(&value.trim_end_matches('.').to_ascii_lowercase().as_str()),
        FORM => !is_expression(value, &text[range.end..]),
        // A long name in camel case is no token; a token of 32 characters without a digit is one in three hundred.
        BESIDE | LITERAL => is_mixed(value),
        RUN => value.bytes().any(|byte| byte.is_ascii_digit()),
        _ => true,
    }
}

/// Whether what follows `token=` is code (`token=api_token`, `sid=req.sid`, `token=get(…)`) or a small number.
fn is_expression(value: &str, rest: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let lower = value.to_ascii_lowercase();
    let names_a_secret = ["token", "secret", "password", "key", "sid", "idx", "id", "value"];
    let is_named_so = !has_digit && names_a_secret.iter().any(|name| lower.ends_with(name));
    let is_small = value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    rest.starts_with(['(', '[', '{']) || is_named_so || is_small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        for (text, want) in [
            ("Authorization: SSWS 00aBcD-eFg_hIjK", "Authorization: SSWS ***"),
            ("'Authorization': 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'", "'Authorization': 'Bearer ***'"),
            ("DPoP abc123== and basic dXNlcjpwYXNz", "DPoP *** and basic ***"),
            ("https://ann:hunter2@acme.okta.com/api", "https://ann:***@acme.okta.com/api"),
            ("redis://:p4ss@db", "redis://:***@db"),
            ("?token=abc123&x=1 client_secret=s3cr3t", "?token=***&x=1 client_secret=***"),
            ("curl -b 'sid=102aBcD; idx=eyJx; lang=en'", "curl -b 'sid=***; idx=***; lang=en'"),
            ("cookies.set(\"sid\", \"102aBcD\")", "cookies.set(\"sid\", \"***\")"),
            ("const apiToken = \"00abcd\"", "const apiToken = \"***\""),
            ("GET /api/v1/sessions/101W_juydrDRByB7fUdRyE2JQ-x9fUdRyE2JQ", "GET /api/v1/sessions/***"),
            ("set $sid \"102SECRETxyz\";", "set $sid \"***\";"),
            ("Define API_TOKEN 00aBcD3Fgh", "Define API_TOKEN ***"),
            ("const session = \"102SECRETxyzABC45\";", "const session = \"***\";"),
        ] {
            assert_eq!(redact(text), want);
        }
    }

    #[test]
    fn a_part_is_masked_by_what_stands_around_it() {
        for (text, own, want) in [
            ("set $sid \"102SECRETxyz\";", "102SECRETxyz", "***"),
            ("const sid = '102SECRET'", "'102SECRET'", "'***'"),
            ("Define session 102SECRETxyzABC45", "102SECRETxyzABC45", "***"),
            ("const path = \"/api/v1/sessions/\" + token", "\"/api/v1/sessions/\"", "\"/api/v1/sessions/\""),
            ("const name = \"sid\"", "\"sid\"", "\"sid\""),
            ("set $sid $cookie_sid;", "$cookie_sid", "$cookie_sid"),
        ] {
            let at = text.find(own).expect("it is a part");
            assert_eq!(part(text, at..at + own.len()), want);
        }
    }

    #[test]
    fn code_and_prose_stay() {
        for text in [
            "fetch(`${OKTA}/api/v1/sessions/${sid}`, { headers: { Authorization: `SSWS ${token}` } })",
            "document.cookie = 'sid=' + sid + '; path=/'",
            "requests.get(url, token=api_token, sid=session.sid, secret=load(name))",
            "for (let idx=0; idx<9; idx++)",
            "call it with a Bearer token; Basic authentication ends",
            "OktaSessionManagementServiceImplementationFactory",
            "const sid = req.cookies.sid;",
            "the token authentication_v2 takes; set $sid $cookie_sid_okta2024;",
            "import \"OktaSessionsOAuth2Client\"",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
