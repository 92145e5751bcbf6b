//! Paths to text: the walk, encodings, lines, and which files hold a word of interest.

pub mod linehash;
pub mod open;
pub mod path;
pub mod prefilter;
pub mod source;
pub mod walk;
