//! Paths to text: the walk, encodings, lines, which files hold a word of interest, which versions manifests name, and how a file is written.

mod defined;
pub mod diff;
pub mod globs;
pub mod linehash;
mod looks;
pub mod open;
pub mod other;
pub mod passed;
pub mod path;
pub mod prefilter;
pub mod progress;
pub mod replace;
pub mod source;
pub mod versions;
pub mod walk;
