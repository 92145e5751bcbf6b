//! Words inside identifiers, file names and methods' names.

/// The words of an identifier or file name in lower case: `oktaOrgUrl`, `OKTA_ORG_URL` and `okta-org-url` are three each.
pub fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = identifier.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after_lower = before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
        let ends_capitals =
            before.is_some_and(|c| c.is_uppercase()) && chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && (after_lower || ends_capitals) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        word.extend(c.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// The HTTP method that `word` is, in upper case, in any case of letters.
pub fn method(word: &str) -> Option<String> {
    let upper = word.to_ascii_uppercase();
    matches!(upper.as_str(), "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS").then_some(upper)
}

/// The method among the words of a callee (`deleteJson`, `GetAsync`, `del`); the first one counts.
pub fn method_in(callee: &str) -> Option<String> {
    words(callee).iter().find_map(|word| match word.as_str() {
        "del" => Some("DELETE".to_owned()),
        word => method(word),
    })
}

/// The class that a member's dotted name begins with, without what stands before that: `acme.Client.get` is of `Client`.
pub fn class_in(member: &str) -> &str {
    let of = member.rsplit_once('.').map_or("", |(of, _)| of);
    of.rsplit('.').next().unwrap_or(of)
}

/// The words of a dotted name. Dots between parentheses are those of a module's path.
pub fn dotted(name: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    name.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '.' && depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::{dotted, method_in, words};

    #[test]
    fn a_dotted_name_comes_apart_outside_of_parentheses() {
        assert_eq!(dotted("require(../a.js).b.c").collect::<Vec<_>>(), ["require(../a.js)", "b", "c"]);
    }

    #[test]
    fn identifiers_come_apart_at_case_and_separators() {
        assert_eq!(words("oktaOrgURLBase"), ["okta", "org", "url", "base"]);
        assert_eq!(words("OKTA_ORG_URL"), ["okta", "org", "url"]);
        assert_eq!(words("doktar"), ["doktar"]);
    }

    #[test]
    fn a_callee_tells_its_method() {
        assert_eq!(method_in("deleteJson").as_deref(), Some("DELETE"));
        assert_eq!(method_in("GetAsync").as_deref(), Some("GET"));
        assert_eq!(method_in("budget"), None);
    }
}
