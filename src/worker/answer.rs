//! What a worker answers is not to be trusted: a parser that was broken into writes what it likes.

use crate::meaning::fact::{Evidence, Fact, Reading};
use crate::syntax::expr::{Parsed, Span};

/// The reading that `line` holds, if it is one and every span in it is a range of characters of `text`.
pub(super) fn reading(line: &[u8], text: &str) -> Option<Reading> {
    let reading: Reading = serde_json::from_slice(line).ok()?;
    let inside = |span: &Span| text.get(span.start as usize..span.end as usize).is_some();
    let evident = |rows: &[Evidence]| rows.iter().filter_map(|row| row.span.as_ref()).all(inside);
    let fact = |fact: &Fact| match fact {
        Fact::Request(request) => {
            let mut places = request.related.iter().chain(&request.binds);
            inside(&request.span) && places.all(inside) && evident(&request.evidence)
        }
        Fact::Cookie(cookie) => inside(&cookie.span) && cookie.related.iter().all(inside) && evident(&cookie.evidence),
        Fact::Used { span, .. } => inside(span),
    };
    let errors = match &reading.parsed {
        Parsed::WithErrors(spans) => spans.as_slice(),
        Parsed::Whole | Parsed::Lexical(_) | Parsed::Tokens | Parsed::Text => &[],
    };
    let sound = reading.facts.iter().all(fact)
        && reading.passed.iter().all(|passed| inside(&passed.span))
        && evident(&reading.evidence)
        && reading.comments.iter().chain(errors).all(inside);
    sound.then_some(reading)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::meaning::fact::{CookieUse, Does, Passed, Reach, Request, Side, Spelling, Verb};

    const TEXT: &str = "aé";

    fn accepted(change: impl FnOnce(&mut Reading)) -> bool {
        let mut answer = Reading::default();
        change(&mut answer);
        reading(&serde_json::to_vec(&answer).unwrap(), TEXT).is_some_and(|read| read == answer)
    }

    fn evidence(span: Span) -> Vec<Evidence> {
        vec![Evidence { id: "host".into(), reach: Reach::File, span: Some(span), text: "a".into() }]
    }

    fn request(span: Span, related: Span, near: Span) -> Fact {
        Fact::Request(Request {
            methods: vec![],
            urls: vec![],
            cookie: None,
            spelling: Spelling::Bare,
            via: None,
            side: Side::Unknown,
            span,
            related: vec![related],
            constants: vec![],
            binds: vec![near],
            evidence: evidence(near),
        })
    }

    fn cookie(span: Span, related: Span, near: Span) -> Fact {
        let (verb, side) = (Verb::Read, Side::Unknown);
        Fact::Cookie(CookieUse {
            name: None,
            verb,
            side,
            span,
            beside: vec![],
            related: vec![related],
            evidence: evidence(near),
        })
    }

    #[test]
    fn a_span_must_be_whole_characters_of_the_text_wherever_it_stands() {
        let good = Span::new(1, 3);
        assert!(accepted(|answer| answer.comments = vec![good, Span::new(0, 0), Span::new(3, 3)]));
        for bad in [(0, 4), (4, 4), (2, 3), (0, 2), (3, 1), (0, usize::MAX)]
            .map(|(start, end)| Span { start, end: end as u32 })
        {
            assert!(!accepted(|answer| answer.comments = vec![good, bad]));
            assert!(!accepted(|answer| answer.evidence = evidence(bad)));
            assert!(!accepted(|answer| answer.parsed = Parsed::WithErrors(vec![bad])));
            assert!(!accepted(|answer| answer.facts = vec![Fact::Used { what: String::new(), span: bad }]));
            assert!(!accepted(|answer| answer.passed = vec![Passed { span: bad, does: Does::Tells }]));
            for [a, b, c] in [[bad, good, good], [good, bad, good], [good, good, bad]] {
                assert!(!accepted(|answer| answer.facts = vec![request(a, b, c)]));
                assert!(!accepted(|answer| answer.facts = vec![cookie(a, b, c)]));
            }
        }
        assert!(accepted(|answer| {
            answer.facts = vec![request(good, good, good), cookie(good, good, good)];
            answer.parsed = Parsed::WithErrors(vec![good]);
        }));
    }

    #[test]
    fn what_is_no_reading_is_none() {
        for line in ["", "\n", "null", "{}", "[]", "{\"facts\":[]", "\u{1b}[2J"] {
            assert_eq!(reading(line.as_bytes(), TEXT), None);
        }
        assert_eq!(reading(b"\xff", TEXT), None);
    }
}
