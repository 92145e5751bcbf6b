//! `Fact` to `Report`: rule pages, evidence weighed, findings.

pub mod finding;
pub mod rules;
