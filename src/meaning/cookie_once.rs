//! Leaves one use of a cookie for each place and name, of those that a file was found to have.

use std::collections::HashMap;

use super::fact::{CookieUse, Side};
use super::nested::Nested;
use crate::syntax::expr::Span;

/// The uses in source order, without those that are part of another one.
pub fn once(mut found: Vec<CookieUse>) -> Vec<CookieUse> {
    found.sort_by_key(|touch| (touch.span.start, std::cmp::Reverse(touch.span.end)));
    let texts = by_name(&found, |touch| touch.related.as_slice());
    found.retain(|touch| {
        texts.get(&touch.name).is_none_or(|texts| texts.around(touch.span).all(|span| span == touch.span))
    });
    // Of nested places the outer one is kept: `jar.set("sid", …)`, not the jar inside it. What is read only to be put
    // into another use's text is that use. An outer one comes before those in it.
    let mut reached: HashMap<Option<String>, u32> = HashMap::new();
    found.retain(|touch| {
        let end = touch.span.end;
        let is_new = reached.get(&touch.name).is_none_or(|reach| *reach < end);
        if is_new {
            reached.insert(touch.name.clone(), end);
        }
        is_new
    });
    handed_over(found)
}

/// A cookie that is made in one place and handed over in another (`jar.SetCookies(base, cookies)`) is one use: where it is
/// made. What speaks for or against it where it is handed over speaks of that use.
fn handed_over(found: Vec<CookieUse>) -> Vec<CookieUse> {
    let places = by_name(&found, |touch| std::slice::from_ref(&touch.span));
    let made_at = |touch: &CookieUse| {
        let places = places.get(&touch.name)?;
        let is_own = touch.related.iter().any(|text| touch.span.contains(*text));
        touch.related.first().filter(|_| !is_own).and_then(|text| places.innermost(*text))
    };
    let (mut handed, mut kept) = (Vec::new(), Vec::new());
    for touch in found {
        match made_at(&touch) {
            Some(made) => handed.push((made, touch)),
            None => kept.push(touch),
        }
    }
    let places = kept.iter().enumerate().map(|(at, own)| ((own.span, own.name.clone()), at));
    let places: HashMap<(Span, Option<String>), usize> = places.collect();
    for (made, touch) in handed {
        let own = places.get(&(made, touch.name.clone())).and_then(|at| kept.get_mut(*at));
        match own {
            Some(own) => {
                if own.side == Side::Unknown {
                    own.side = touch.side;
                }
                own.evidence.extend(touch.evidence);
            }
            // What made it was itself handed over.
            None => kept.push(touch),
        }
    }
    kept.sort_by_key(|own| own.span.start);
    kept
}

fn by_name(found: &[CookieUse], spans: impl Fn(&CookieUse) -> &[Span]) -> HashMap<Option<String>, Nested> {
    let mut places: HashMap<Option<String>, Vec<Span>> = HashMap::new();
    for touch in found {
        places.entry(touch.name.clone()).or_default().extend(spans(touch));
    }
    places.into_iter().map(|(name, spans)| (name, Nested::new(spans))).collect()
}
