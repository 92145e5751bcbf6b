//! Formats that need no grammar: settings line by line, directives in blocks, markup. What marks a comment, a hole or a
//! block in which of them is data (`tables/*.toml`); nothing here knows a format by its name.

pub mod directives;
mod form;
mod holes;
pub mod markup;
pub mod settings;

pub use form::Form;
pub use holes::Holes;
