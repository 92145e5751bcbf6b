//! Text to `Expr`: grammars and the language-neutral form. Nothing here knows of HTTP.

pub mod embed;
pub mod expr;
pub mod language;
pub mod lexical;
mod lower;
pub mod rust;
pub mod spelling;
pub mod table;
