//! Which of many spans is the innermost around a place, without looking at all of them.

use crate::syntax::expr::Span;

/// Spans that nest, as those of classes, branches and statements do.
#[derive(Default)]
pub struct Nested {
    /// In the order of their starts, each with the one around it.
    spans: Vec<(Span, Option<usize>)>,
}

impl Nested {
    /// From spans in any order.
    pub fn new(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        sorted.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        sorted.dedup();
        let mut own = Self { spans: Vec::with_capacity(sorted.len()) };
        for span in sorted {
            let outer = own.from(own.spans.len().checked_sub(1), span);
            own.spans.push((span, outer));
        }
        own
    }

    /// The innermost of the spans around a place.
    pub fn innermost(&self, at: Span) -> Option<Span> {
        self.around(at).next()
    }

    /// The spans around a place, the innermost first.
    pub fn around(&self, at: Span) -> impl Iterator<Item = Span> + '_ {
        let last = self.spans.partition_point(|(span, _)| span.start <= at.start).checked_sub(1);
        let outer = |own: usize| self.spans.get(own).and_then(|(_, outer)| *outer);
        let all = std::iter::successors(self.from(last, at), move |own| outer(*own));
        all.filter_map(|own| self.spans.get(own)).map(|(span, _)| *span)
    }

    /// The first that holds `at`, going outwards from one that starts before it.
    fn from(&self, first: Option<usize>, at: Span) -> Option<usize> {
        let mut own = first;
        while let Some((span, outer)) = own.and_then(|own| self.spans.get(own)) {
            if span.contains(at) {
                return own;
            }
            own = *outer;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_span_is_found() {
        let spans = [(0, 100), (10, 50), (20, 30), (30, 50), (60, 90)].map(|(start, end)| Span::new(start, end));
        let nested = Nested::new(spans);
        let innermost = |start, end| nested.innermost(Span::new(start, end)).map(|span| (span.start, span.end));
        assert_eq!(innermost(25, 26), Some((20, 30)));
        assert_eq!(innermost(15, 16), Some((10, 50)));
        assert_eq!(innermost(25, 35), Some((10, 50)));
        assert_eq!(innermost(95, 96), Some((0, 100)));
        assert_eq!(innermost(95, 120), None);
        assert_eq!(nested.around(Span::new(31, 32)).count(), 3);
    }
}
