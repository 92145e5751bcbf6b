//! `Expr` to `Fact`: what code does, by the library files. No rule and no language is known here.

pub mod fact;
pub mod library;
