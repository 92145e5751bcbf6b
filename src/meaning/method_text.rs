//! The method that stands in the same text as a URL: `DELETE /api/…`, `/api/…-DELETE`, `GET:/api/…`, `[PUT] /api/…`.

use super::url::HOLE;
use super::words::method;

/// What stands between a URL and its method, and what stands around a method.
const BETWEEN: &[char] = &[' ', ':', '-', '_', '|', ',', '#', '@', '[', ']', '(', ')'];

/// The method that a text has beside its URL, and the URL.
pub fn split_method(text: &str) -> (Option<String>, &str) {
    before(text).or_else(|| after(text)).map_or((None, text), |(method, url)| (Some(method), url))
}

/// A method before the URL. After a space anything may be one; after another sign a path or a host has to follow.
fn before(text: &str) -> Option<(String, &str)> {
    let start = text.trim_start_matches(['[', '(']);
    let end = start.find(|c: char| !c.is_ascii_uppercase())?;
    let (word, rest) = start.split_at(end);
    let url = rest.trim_start_matches(BETWEEN);
    let is_url = rest.starts_with(' ') || url.starts_with(['/', '{', HOLE]) || url.contains("://");
    method(word).filter(|_| url.len() < rest.len() && is_url).map(|method| (method, url.trim_start()))
}

/// A method after the URL: `/api/v1/users/{id}-DELETE`.
fn after(text: &str) -> Option<(String, &str)> {
    let end = text.trim_end_matches([']', ')']);
    let rest = end.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let url = rest.trim_end_matches(BETWEEN);
    method(end.get(rest.len()..)?).filter(|_| url.len() < rest.len() && url.contains('/')).map(|method| (method, url))
}

#[cfg(test)]
mod tests {
    use super::split_method;

    #[test]
    fn a_method_is_told_before_or_after_its_url() {
        for text in [
            "DELETE /a/b",
            "DELETE:/a/b",
            "[DELETE] /a/b",
            "DELETE_/a/b",
            "/a/b-DELETE",
            "/a/b:DELETE",
            "/a/b (DELETE)",
        ] {
            assert_eq!(split_method(text), (Some("DELETE".to_owned()), "/a/b"), "{text}");
        }
        for text in ["/a/b/DELETE", "DELETE", "/a/get-it", "https://a.example/b?x=GET", "delete /a/b"] {
            assert_eq!(split_method(text), (None, text));
        }
    }
}
