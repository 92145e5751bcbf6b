//! Cookie text: headers, `document.cookie`, and the patterns that search them.

use super::url::HOLE;
use crate::syntax::expr::{Expr, Node, Piece, Span};

/// The names in the text of a `Cookie` or `Set-Cookie` header: what stands before `=` in each part. A `=` before the text
/// marks an expression in workflow tools.
pub fn names(text: &str) -> Vec<String> {
    let parts = text.trim_start_matches('=').split([';', '\n', '\r', ',']).filter_map(|part| part.split_once('='));
    parts
        .map(|(name, _)| name.trim().trim_start_matches("Cookie:").trim_start_matches("Set-Cookie:"))
        // In a pattern (`(^|; )sid=`) what stands around a name is no part of it.
        .map(|name| name.rsplit(['(', ')', '|', '^']).next().unwrap_or(name).trim())
        .filter(|name| !name.is_empty() && !name.contains(HOLE))
        .map(str::to_owned)
        .collect()
}

/// Names and values of headers that are written as lines of text, or as the pattern of one: `Cookie: sid=1`, `/^Cookie: sid=/`.
pub fn header_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| {
        let value = value.trim_start_matches("\\s*").trim_start_matches("\\s+").trim();
        (name.trim_start_matches(['/', '~', '^', '(']).trim(), value)
    })
}

/// Whether a pattern or prefix that is searched in cookie text means the cookie `name`: `sid=` at the start, after a
/// separator or an alternative, or as a whole word. Case-sensitive: `SID` and `connect.sid` are other cookies.
pub fn searches(pattern: &str, name: &str) -> bool {
    pattern.match_indices(name).any(|(at, _)| {
        let before = &pattern[..at];
        let after = pattern[at + name.len()..].trim_start_matches("\\s*").trim_start();
        let starts = before.is_empty()
            || before.ends_with([';', ' ', '|', '(', '^', ',', ')', '?', '*'])
            || before.ends_with("\\b")
            || before.ends_with("\\s");
        starts && after.starts_with('=')
    })
}

/// Calls `visit` with the literal text of every string below a node.
pub fn literals(node: &Node, visit: &mut dyn FnMut(&str, Span)) {
    if let Expr::Str(pieces) = &node.expr {
        for piece in pieces {
            if let Piece::Text(text) = piece {
                visit(text, node.span);
            }
        }
    }
    node.children(&mut |child| literals(child, visit));
}

#[cfg(test)]
mod tests {
    use super::{header_lines, names, searches};

    #[test]
    fn a_header_stands_in_a_line_or_in_a_pattern() {
        let first = |text| header_lines(text).next();
        assert_eq!(first("Cookie: sid=1"), Some(("Cookie", "sid=1")));
        assert_eq!(first(r"/^Set-Cookie:\s*sid=([^;]+)/"), Some(("Set-Cookie", "sid=([^;]+)/")));
    }

    #[test]
    fn names_stand_before_equals_signs() {
        assert_eq!(names("sid=\u{F8FF}; Path=/"), ["sid", "Path"]);
        assert_eq!(names("connect.sid=1"), ["connect.sid"]);
        assert_eq!(names("(^|; )sid=([^;]+)"), ["sid"]);
        assert!(names("\u{F8FF}").is_empty());
    }

    #[test]
    fn patterns_mean_a_whole_name() {
        assert!(searches("(^|; )sid=([^;]+)", "sid"));
        assert!(searches("sid=", "sid"));
        assert!(!searches("connect.sid=", "sid"));
        assert!(!searches("(?:^|;\\s*)ssid=", "sid"));
    }
}
