//! The way of a value to the request that it ends in: where it is defined, imported, put together, sent.

use super::Around;
use super::finding::{Region, Related};
use crate::files::source::Source;
use crate::meaning::fact::{Reading, Request};
use crate::meaning::words::dotted;
use crate::syntax::expr::Span;

/// Most places of one way. Nobody follows more, and each is written out in full.
const MOST: usize = 16;

/// The places that what a request is made of went through, in order, the request last; none where it is made in one place.
pub fn of(
    request: &Request,
    reading: &Reading,
    source: &Source,
    around: &Around,
    end: &Region,
    label: &str,
) -> Vec<Related> {
    let mut steps: Vec<Related> = Vec::new();
    let mut add = |region: Region, message: String| {
        if steps.len() + 1 < MOST && !steps.iter().any(|step| step.region == region) {
            steps.push(Related { region, message });
        }
    };
    for name in &request.constants {
        let trail = (around.elsewhere)(name);
        let last = trail.len().saturating_sub(1);
        for (at, region) in trail.into_iter().enumerate() {
            let message =
                if at == last { format!("`{name}` is defined here") } else { format!("`{name}` is made of this") };
            add(region, message);
        }
        let root = dotted(name).next().unwrap_or_default();
        if let Some(import) = reading.imports.iter().find(|import| import.local == root) {
            add(source.region(import.span), format!("`{root}` is imported here"));
        }
    }
    let mut places: Vec<_> = request.related.iter().map(|span| (*span, "part of it comes from here")).collect();
    places.extend(request.binds.iter().map(|span| (*span, "it is kept here")));
    let is_elsewhere = |span: Span| !span.contains(request.span) && !request.span.contains(span);
    places.sort_by_key(|(span, _)| (span.start, span.end));
    for (span, message) in places.into_iter().filter(|(span, _)| is_elsewhere(*span)) {
        add(source.region(source.first_line(span)), message.to_owned());
    }
    if steps.is_empty() {
        return steps;
    }
    steps.retain(|step| step.region != *end);
    steps.push(Related { region: end.clone(), message: format!("it is requested here: {label}") });
    if steps.len() > 1 { steps } else { Vec::new() }
}
