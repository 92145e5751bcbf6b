//! How strings, sums and types are spelled, as far as it is the same in every language.

use super::expr::{Expr, Node, Piece, RETURN, Symbol};

/// The pieces of a literal: one, or none where there is no text.
pub fn text_piece(text: impl Into<String>) -> Option<Piece> {
    let text = text.into();
    (!text.is_empty()).then_some(Piece::Text(text))
}

/// A literal without its prefix letters (`r"…"`, `b'…'`) and matching quotes; any other text as it is.
pub fn unquoted(text: &str) -> &str {
    let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '@');
    for quote in ["\"\"\"", "'''", "\"", "'", "`"] {
        if let Some(inner) = body.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    text
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

/// Whether an operator between two operands puts one text after the other.
pub fn is_concatenation(operator: &str) -> bool {
    matches!(operator, "+" | "." | "" | "..")
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

/// `return value`.
pub fn bind_return(value: Box<Node>) -> Expr {
    Expr::Bind { target: Box::new(Node::new(value.span, Expr::Name(RETURN.into()))), value, of: None }
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
    }

    #[test]
    fn a_type_is_its_leading_path() {
        assert_eq!(type_symbol(": Promise<Response>").as_deref(), Some("Promise"));
        assert_eq!(type_symbol("'requests.Session'").as_deref(), Some("requests.Session"));
        assert_eq!(type_symbol("?").as_deref(), None);
    }
}
