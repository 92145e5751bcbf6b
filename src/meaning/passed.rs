//! Notes calls that carry a ruled path and are no requests, for those who ask why nothing was reported.

use super::fact::{Does, Passed};
use super::taint::Places;
use crate::syntax::expr::Span;

/// Most calls noted in one file: they are told only where somebody asks.
const MOST: usize = 200;

/// Notes a call, if a ruled path can be in it.
pub fn note(passed: &mut Vec<Passed>, ruled: &Places, span: Span, does: Does) {
    if passed.len() < MOST && ruled.any_in(span) {
        passed.push(Passed { span, does });
    }
}
