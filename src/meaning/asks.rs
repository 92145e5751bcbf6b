//! Places in a text for what the object that a method is called on tells: what its constructor is given, and members that a
//! class which takes members from the method's own defines. Like those of parameters they are names of holes.

use super::sketch::MARK;
use super::url::{HOLE, Text};

/// What the name of a hole begins with that stands for an argument of the constructor, by its position.
const MADE: &str = "$new.";
/// What the name of a hole begins with that stands for a member of the object.
const MEMBER: &str = "$this.";
/// Around each argument that a member is called with, and around each hole in one. Private-use characters, as [`HOLE`] is.
const ARG: (char, char) = ('\u{F8F0}', '\u{F8F1}');
const INNER: (char, char) = ('\u{F8F2}', '\u{F8F3}');
/// Longest name in bytes; a member that is given more is asked for without that.
const LONGEST: usize = 300;

/// What a place asks of an object.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask<'h> {
    /// What its constructor is given at a position.
    Made(usize),
    /// A member, and what it is called with.
    Member(&'h str, Vec<Text>),
}

/// The hole that stands for what the constructor is given at a position.
pub fn made(at: usize) -> Text {
    Text::hole(&format!("{MADE}{at}"))
}

/// The hole that stands for a member of the object, called with `args`.
pub fn member(name: &str, args: &[Text]) -> Text {
    let given: String = args.iter().map(spelled).collect();
    let whole = format!("{MEMBER}{name}{given}");
    let hole = if whole.len() > LONGEST { format!("{MEMBER}{name}") } else { whole };
    let mut text = Text::hole(&hole);
    // What it is made of is found in it, and told of, like that of any other text.
    for arg in args {
        let parts = Text { text: String::new(), holes: Vec::new(), ..arg.clone() };
        text.push(&parts);
    }
    text
}

/// What a hole asks of an object, if it does.
pub fn of(hole: &str) -> Option<Ask<'_>> {
    if !hole.starts_with(MARK) {
        return None;
    }
    if let Some(at) = hole.strip_prefix(MADE) {
        return at.parse().ok().map(Ask::Made);
    }
    let whole = hole.strip_prefix(MEMBER)?;
    let (name, given) = whole.split_at(whole.find(ARG.0).unwrap_or(whole.len()));
    Some(Ask::Member(name, args(given)))
}

/// Whether a text asks something of an object.
pub fn any_in(text: &Text) -> bool {
    text.holes.iter().any(|hole| of(hole).is_some())
}

/// Whether a text asks for a member of an object.
pub fn any_member_in(text: &Text) -> bool {
    text.holes.iter().any(|hole| hole.starts_with(MEMBER))
}

/// An argument as part of a hole's name.
fn spelled(arg: &Text) -> String {
    let mut holes = arg.holes.iter();
    let mut whole = String::from(ARG.0);
    for c in arg.text.chars() {
        match c {
            HOLE => {
                let name = holes.next().map_or("", String::as_str);
                whole.extend([INNER.0]);
                whole.push_str(name);
                whole.extend([INNER.1]);
            }
            _ if [ARG.0, ARG.1, INNER.0, INNER.1].contains(&c) => {}
            c => whole.push(c),
        }
    }
    whole.push(ARG.1);
    whole
}

/// The arguments in the rest of a hole's name.
fn args(given: &str) -> Vec<Text> {
    let mut found = Vec::new();
    // How deep the place is in arguments, and in holes of the argument at hand.
    let (mut depth, mut inner) = (0_usize, 0_usize);
    let mut arg = Text::default();
    let mut hole = String::new();
    for c in given.chars() {
        match c {
            c if c == ARG.0 && inner == 0 => depth += 1,
            c if c == ARG.1 && inner == 0 && depth > 0 => {
                depth -= 1;
                found.push(std::mem::take(&mut arg));
            }
            c if c == INNER.0 => {
                inner += 1;
                if inner > 1 {
                    hole.push(c);
                }
            }
            c if c == INNER.1 && inner > 0 => {
                inner -= 1;
                if inner == 0 {
                    arg.text.push(HOLE);
                    arg.holes.push(std::mem::take(&mut hole));
                } else {
                    hole.push(c);
                }
            }
            c if inner > 0 => hole.push(c),
            c => arg.text.push(c),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Ask, any_in, made, member, of};
    use crate::meaning::url::Text;

    #[test]
    fn a_place_gives_back_what_it_was_made_of() {
        let mut path = Text { text: "/a/".into(), ..Text::default() };
        path.push(&Text::hole("$0"));
        let inner = member("full", &[path.clone()]);
        let outer = member("url", &[inner.clone(), Text::hole("id")]);
        assert_eq!(of(&inner.holes[0]), Some(Ask::Member("full", vec![path])));
        assert_eq!(of(&outer.holes[0]), Some(Ask::Member("url", vec![inner, Text::hole("id")])));
        assert_eq!(of(&made(2).holes[0]), Some(Ask::Made(2)));
    }

    #[test]
    fn what_is_too_long_is_asked_for_without_what_it_is_given() {
        let long = Text { text: "x".repeat(400), ..Text::default() };
        assert_eq!(of(&member("full", &[long]).holes[0]), Some(Ask::Member("full", Vec::new())));
    }

    #[test]
    fn other_holes_ask_for_nothing() {
        for hole in ["id", "$0", "$0.url", "$id", ""] {
            assert!(!any_in(&Text::hole(hole)), "{hole}");
        }
    }
}
