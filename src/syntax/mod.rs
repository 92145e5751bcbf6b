//! Text to `Expr`: grammars and the language-neutral form. Only the reader of lines knows that there are
//! requests; nothing here knows whose.

pub mod embed;
pub mod expr;
mod extract;
mod holes;
pub mod language;
pub mod lexical;
pub mod lines;
mod lower;
mod parts;
mod place;
mod plain;
pub mod rust;
pub mod scripts;
pub mod spelled;
pub mod spelling;
mod switched_off;
pub mod table;
