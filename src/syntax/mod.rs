//! Text to `Expr`: grammars and the language-neutral form. Nothing here knows of HTTP.

pub mod expr;
pub mod language;
pub mod lexical;
mod lower;
mod parts;
pub mod rust;
pub mod spelling;
pub mod table;
