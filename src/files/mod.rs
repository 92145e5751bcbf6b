//! Paths to text: the walk, encodings, lines, which files hold a word of interest, and how a file is written.

pub mod diff;
pub mod globs;
pub mod linehash;
pub mod open;
mod passed;
pub mod path;
pub mod prefilter;
pub mod progress;
pub mod replace;
pub mod source;
pub mod walk;
