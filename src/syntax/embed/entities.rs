//! Entities of markup (`&amp;`): what they stand for.

use quick_xml::escape::resolve_xml_entity;

/// The text of markup with its entities resolved, handed to `piece` with the bytes that each part stands for.
pub fn resolved(text: &str, start: usize, piece: &mut dyn FnMut(&str, usize, usize, bool)) {
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'&', text.as_bytes().get(at..).unwrap_or_default()) {
        let open = at + next;
        let rest = text.get(open..).unwrap_or_default();
        // The longest that is resolved has ten letters: `&#x10FFFF;`.
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        let Some((end, c)) = end.and_then(|end| Some((end, entity(rest.get(1..end)?)?))) else {
            piece(text.get(at..=open).unwrap_or_default(), start + at, start + open + 1, true);
            at = open + 1;
            continue;
        };
        piece(text.get(at..open).unwrap_or_default(), start + at, start + open, true);
        piece(c.encode_utf8(&mut [0; 4]), start + open, start + open + end + 1, false);
        at = open + end + 1;
    }
    piece(text.get(at..).unwrap_or_default(), start + at, start + text.len(), true);
}

fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, base| u32::from_str_radix(digits, base).ok().and_then(char::from_u32);
    let Some(code) = name.strip_prefix('#') else { return resolve_xml_entity(name)?.chars().next() };
    let found = match code.strip_prefix(['x', 'X']) {
        Some(digits) => number(digits, 16),
        None => number(code, 10),
    };
    found.filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn entities_stand_for_what_they_mean_and_others_for_themselves() {
        let mut text = String::new();
        resolved("a&amp;&#39;&#x22;&nbsp;&&x", 0, &mut |part, _, _, _| text.push_str(part));
        assert_eq!(text, "a&'\"&nbsp;&&x");
    }
}
