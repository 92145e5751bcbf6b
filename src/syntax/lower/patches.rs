//! What the parser sees of a text where a grammar stumbles over what its language allows. The patched text is as long as the
//! other, so that every position holds.

use std::borrow::Cow;

use super::super::table::Table;

/// The text with the groups of the table's patches written over.
pub fn patched<'t>(text: &'t str, table: &Table) -> Cow<'t, str> {
    let mut patched = Cow::Borrowed(text);
    for (pattern, over) in &table.patches {
        let places: Vec<_> = pattern.captures_iter(&patched).filter_map(|found| Some(found.get(1)?.range())).collect();
        if places.is_empty() {
            continue;
        }
        let mut made = String::with_capacity(text.len());
        let mut at = 0;
        for place in places {
            made.push_str(patched.get(at..place.start).unwrap_or_default());
            made.push_str(&written_over(patched.get(place.clone()).unwrap_or_default(), over));
            at = place.end;
        }
        made.push_str(patched.get(at..).unwrap_or_default());
        patched = Cow::Owned(made);
    }
    patched
}

/// As many bytes as `text` has: `over`, its last character repeated.
fn written_over(text: &str, over: &str) -> String {
    let last = over.chars().next_back().filter(char::is_ascii).unwrap_or(' ');
    over.chars().filter(char::is_ascii).chain(std::iter::repeat(last)).take(text.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::written_over;

    #[test]
    fn what_is_written_over_keeps_its_length() {
        assert_eq!(written_over("As", " ="), " =");
        assert_eq!(written_over("\"ä\"", "_"), "____");
    }
}
