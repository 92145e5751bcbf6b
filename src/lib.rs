//! sidestep finds code that breaks, or quietly changes, when an Okta org moves from Classic Engine to Identity Engine.

pub mod files;
pub mod judge;
pub mod meaning;
pub mod report;
pub mod syntax;
