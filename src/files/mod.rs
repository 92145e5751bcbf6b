//! Paths to text, and what only the bytes of a file can tell.

pub mod linehash;
