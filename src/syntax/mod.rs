//! Text to `Expr`: grammars and the language-neutral form. Nothing here knows of HTTP.

pub mod expr;
pub mod rust;
