//! The names that a file may define, told by the lines of its text: a file is parsed for others only where it may have
//! what they want.

/// Most names of one file, as many as it may have exports.
const MOST: usize = 400;
/// Longest name, in bytes. What is longer is data.
const LONGEST: usize = 128;

/// The names that lines of `bytes` may define, sorted. A line does if it begins, unindented, with one of `words`, which
/// the name follows, perhaps after the type that it belongs to, in brackets; or if it stands in brackets after such a word.
pub fn names(bytes: &[u8], words: &[&str]) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut is_in_brackets = false;
    let found = text.lines().map(|line| {
        let (first, rest) = word(line);
        if words.contains(&first) {
            is_in_brackets = rest.trim() == "(";
            return name_after(rest);
        }
        is_in_brackets &= !line.starts_with(')');
        let name = if is_in_brackets { word(line.trim_start()).0 } else { "" };
        name.to_owned()
    });
    // Go's `_` names nothing.
    let found = found.filter(|name| name.len() <= LONGEST && name.contains(char::is_alphabetic));
    let mut names: Vec<String> = found.take(MOST).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The name that stands first in a text, behind the type before it and a dot, if there is one.
fn name_after(text: &str) -> String {
    let text = text.trim_start();
    match text.strip_prefix('(').and_then(|within| within.split_once(')')) {
        Some((owner, rest)) => {
            let owner = owner.split_once('[').map_or(owner, |(owner, _)| owner).trim_end();
            let owner = owner.rsplit(|c| !is_of_name(c)).next().unwrap_or_default();
            format!("{owner}.{}", word(rest.trim_start()).0)
        }
        None => word(text).0.to_owned(),
    }
}

/// The word that a text begins with, and the rest.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_of_name(c)).unwrap_or(text.len()))
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_line_defines_what_its_first_words_say() {
        let text = "package okta\n\nconst (\n\tsessionsPath = \"/x\"\n\tsidName string = \"sid\"\n)\n\
            func (c *Client) Close(id string) error {\n\tgot := c.send(id)\n\tif other == id {\n\t\tcall(other)\n\
            type Settings struct {\nvar _ io.Reader = open\nfunc open() {\n";
        let words = ["func", "type", "var", "const"];
        assert_eq!(names(text.as_bytes(), &words), ["Client.Close", "Settings", "open", "sessionsPath", "sidName"]);
        assert!(names(text.as_bytes(), &[]).is_empty());
    }
}
