//! sidestep finds code that breaks, or quietly changes, when an Okta org moves from Classic Engine to Identity Engine.
//!
//! **Grammars spell, libraries mean, rules judge.** A grammar table says which syntax nodes of a language are calls,
//! strings and members. A library file says which calls are HTTP requests; an SDK's method is just another spelling of
//! one. A rule page says which requests and cookies break. None of the three knows the others.
//!
//! ```text
//! paths ─walk─▶ Source ─prefilter─▶ · worker ·─parse─▶ tree ─lower─▶ Unit ─read─▶ Fact + Evidence ─judge─▶ Finding ─▶ Report
//! ```
//!
//! The folders stand in the order in which data flows, and each knows only the ones before it: [`files`] turns paths into
//! text, [`syntax`] text into expressions, [`meaning`] expressions into facts, [`judge`] facts into findings, [`report`]
//! a report into an output format. [`scan`] runs the whole.

pub mod baseline;
pub mod config;
pub mod data;
pub mod files;
pub mod judge;
pub mod meaning;
mod mentions;
mod module_paths;
pub mod modules;
pub mod packages;
mod parts;
pub mod report;
pub mod rounds;
pub mod scan;
pub mod settings;
pub mod syntax;
pub mod worker;
