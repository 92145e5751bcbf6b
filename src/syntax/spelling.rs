//! How strings, sums and types are spelled, as far as it is the same in every language.

use super::expr::{Expr, Node, Piece, RETURN, Span, Symbol};

/// The lines of a text, their ends included, each with where it starts.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line))
    })
}

/// The pieces of a literal: one, or none where there is no text.
pub fn text_piece(text: impl Into<String>) -> Option<Piece> {
    let text = text.into();
    (!text.is_empty()).then_some(Piece::Text(text))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A literal without its prefix letters (`r"…"`, `b'…'`) and matching quotes, a symbol (`:sid`) without its colon, a block
/// of text without the line that opens it (`|`, `>-`); any other text as it is.
pub fn unquoted(text: &str) -> &str {
    if let Some(symbol) = text.strip_prefix(':').filter(|symbol| is_word(symbol)) {
        return symbol;
    }
    let block = text.split_once('\n').filter(|(head, _)| head.starts_with(['|', '>']));
    if let Some((_, inner)) = block.filter(|(head, _)| head.trim_end().len() <= 3) {
        return inner;
    }
    if let ("@\"" | "@'", _) = quotes_of(text) {
        return text.get(2..text.len() - 2).unwrap_or_default();
    }
    let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '@');
    for quote in ["\"\"\"", "'''", "\"", "'", "`"] {
        if let Some(inner) = body.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    // `#define PATH "/x" // of it` takes the comment for a part of the value.
    let before_remark = body.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    before_remark.filter(|(_, rest)| rest.trim_start().starts_with("//")).map_or(text, |(inner, _)| inner)
}

/// The quotes around a literal: before it and after it.
pub fn quotes_of(text: &str) -> (&'static str, &'static str) {
    let pairs = [("@\"", "\"@"), ("@'", "'@"), ("\"", "\""), ("'", "'"), ("`", "`")];
    let around = |(open, close): &(&str, &str)| text.len() > 1 && text.starts_with(open) && text.ends_with(close);
    pairs.into_iter().find(around).unwrap_or_default()
}

/// What an escape sequence stands for, where that is the same everywhere; else as written.
pub fn unescaped(sequence: &str) -> String {
    match sequence.strip_prefix('\\') {
        Some("n") => "\n".into(),
        Some("r") => "\r".into(),
        Some("t") => "\t".into(),
        Some(rest @ ("\\" | "/" | "\"" | "'" | "`" | "$" | "{" | "}" | ";" | "." | "?")) => rest.into(),
        _ => sequence.into(),
    }
}

/// A text with each escape sequence in it as what it stands for; a line break that is escaped is none.
pub fn unescaped_text(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(next)) => {
                chars.next();
                if next != '\n' {
                    made.push_str(&unescaped(&format!("\\{next}")));
                }
            }
            _ => made.push(c),
        }
    }
    made
}

/// Whether an operator between two operands puts one text after the other.
pub fn is_concatenation(operator: &str) -> bool {
    matches!(operator, "+" | "." | "" | ".." | "<>")
}

/// The operands of a sum as the pieces of one string.
pub fn concatenated(operands: Vec<Node>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for operand in operands {
        match operand.expr {
            Expr::Str(more) => pieces.extend(more),
            _ => pieces.push(Piece::Hole(Box::new(operand))),
        }
    }
    pieces
}

/// A name, and each of `rest` as a member of what stands before it; all of them at `span`.
pub fn members<'a>(first: &str, rest: impl Iterator<Item = &'a str>, span: Span) -> Expr {
    rest.fold(Expr::Name(first.into()), |object, name| Expr::Member(Box::new(Node::new(span, object)), name.into()))
}

/// `return value`.
pub fn bind_return(value: Box<Node>) -> Expr {
    Expr::bind(Node::new(value.span, Expr::Name(RETURN.into())), value)
}

/// Whether a word of a module's path is its version: `v2`.
pub fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
}

/// The name of a declared type: its leading path without references and type arguments (`: Promise<X>` gives `Promise`).
pub fn type_symbol(text: &str) -> Option<Symbol> {
    let start = text.trim_start_matches(|c: char| !c.is_alphabetic() && c != '_' && c != '\'' && c != '"');
    let start = start.trim_start_matches(['\'', '"']);
    let end = start.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))).unwrap_or(start.len());
    let name = start[..end].trim_end_matches(':');
    (!name.is_empty()).then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::{type_symbol, unquoted};

    #[test]
    fn prefixes_and_quotes_vanish() {
        assert_eq!(unquoted("rb'x'"), "x");
        assert_eq!(unquoted("\"\"\"x\"\"\""), "x");
        assert_eq!(unquoted("sid=(.*)"), "sid=(.*)");
        assert_eq!(unquoted(":sid"), "sid");
    }

    #[test]
    fn a_type_is_its_leading_path() {
        assert_eq!(type_symbol(": Promise<Response>").as_deref(), Some("Promise"));
        assert_eq!(type_symbol("'requests.Session'").as_deref(), Some("requests.Session"));
        assert_eq!(type_symbol("?").as_deref(), None);
    }
}
