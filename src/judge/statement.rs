//! How far the statement reaches that begins on a line, by its brackets and by how lines end and begin: for a comment above it,
//! in any language.

use crate::files::source::Source;

/// Most lines of a statement that a comment above it covers.
const MOST: u32 = 20;
/// What a line ends with if the next one goes on.
const OPEN_ENDS: &[char] = &['\\', ',', '=', '+', '.', '(', '[', '?', '|', '&'];
/// What a line starts with if it goes on from the one before.
const GOES_ON: &[&str] = &[".", "?.", "->", "::", "&&", "||", "??", "+", "|>", ")", "]"];

/// The last line of the statement that begins on `first`. A block that it opens (the body of a function that is passed on) is
/// not a part of it: a comment above should hide a call, not all that is called within.
pub fn last_line(source: &Source, first: u32) -> u32 {
    let mut depth = 0i32;
    let mut last = first;
    for line in first..first.saturating_add(MOST) {
        let text = source.line(line);
        let trimmed = text.trim();
        last = line;
        if trimmed.ends_with(['{', ':']) && line > first || opens_block(trimmed) {
            break;
        }
        depth += balance(text);
        let next = source.line(line + 1).trim_start();
        // Of a string over several lines, or of a line that is continued.
        let is_cut = trimmed.ends_with('`') && trimmed.matches('`').count() % 2 == 1;
        let goes_on =
            depth > 0 || is_cut || trimmed.ends_with(OPEN_ENDS) || GOES_ON.iter().any(|start| next.starts_with(start));
        if !goes_on || next.is_empty() {
            break;
        }
    }
    last
}

/// Whether a line ends in the start of a block of statements.
fn opens_block(line: &str) -> bool {
    line.ends_with("=> {") || line.ends_with(") {") || line.ends_with("do |") || line.ends_with("-> {")
}

/// Opening brackets less closing ones, outside of strings that end on the line.
fn balance(line: &str) -> i32 {
    let (mut depth, mut quote) = (0, None);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, _) => {}
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(text: &str) -> u32 {
        last_line(&Source::new("a".into(), text.as_bytes().to_vec()), 1)
    }

    #[test]
    fn a_statement_ends_where_its_brackets_close() {
        assert_eq!(last("const r = await fetch(url);\nnext();"), 1);
        assert_eq!(last("const r =\n  await fetch(\n    url,\n  );\nnext();"), 4);
        assert_eq!(last("const r = api\n  .get(url)\n  .send();\nnext();"), 3);
        assert_eq!(last("x = get(\n    \"(\",\n)\nnext()"), 3);
        assert_eq!(last("Invoke-RestMethod `\n  -Uri $u\nnext"), 2);
        assert_eq!(last("curl -X DELETE \\\n  url\nnext"), 2);
    }

    #[test]
    fn the_body_of_what_is_passed_on_is_not_covered() {
        assert_eq!(last("app.get(\"/x\", (req, res) => {\n  a();\n  b();\n});"), 1);
        assert_eq!(last("if (x) {\n  a();\n}"), 1);
        assert!(last(&"f(\n".repeat(100)) <= MOST);
    }
}
