//! Settings, one a line: `KEY=value`, `key: value`, `[section]`. A key with its value is a bind, so that `${KEY}` elsewhere
//! in the file is what the key is.

use super::super::expr::{Expr, Node, Span, Unit};
use super::super::spelling::lines;
use super::form::Form;
use super::holes::unquote;

/// A setting that further lines may go on with.
struct Setting<'a> {
    key: (&'a str, usize),
    /// Parts of the value with their places, one for each line.
    values: Vec<(String, usize)>,
    end: usize,
}

/// Lowers `text`, whose lines are settings. Reading ends early when `go_on` says no.
///
/// # Errors
/// The reading took too long.
pub fn lower(text: &str, form: &Form, go_on: &mut dyn FnMut() -> bool) -> Result<Unit, String> {
    let mut unit = Unit::default();
    let mut open: Option<Setting> = None;
    // Whether the line before ended in the mark that joins it with the next.
    let mut joins = false;
    for (count, (at, line)) in lines(text).enumerate() {
        if count % 256 == 255 && !go_on() {
            return Err("the parser took too long".into());
        }
        let line = line.trim_end();
        let own = line.trim_start();
        let indent = line.len() - own.len();
        if form.starts_comment(own) && !joins {
            unit.comments.push(Span::new(at + indent, at + line.len()));
            continue;
        }
        let own = match form.trailing_comment(own) {
            Some(comment) => {
                unit.comments.push(Span::new(at + indent + comment, at + line.len()));
                own.get(..comment).unwrap_or_default().trim_end()
            }
            None => own,
        };
        let mark = form.joined.iter().find_map(|mark| own.strip_suffix(mark.as_str()));
        let content = mark.unwrap_or(own);
        let place = at + indent;
        let goes_on = joins || form.indented && indent > 0 && !content.is_empty() && open.is_some();
        match open.as_mut().filter(|_| goes_on) {
            Some(setting) => {
                match setting.values.last_mut().filter(|_| joins) {
                    Some((value, _)) => value.push_str(content),
                    None => setting.values.push((content.to_owned(), place)),
                }
                setting.end = place + content.len();
            }
            None => {
                unit.root.extend(open.take().map(|setting| setting.node(form)));
                open = line_of(content, place, form, &mut unit.root);
            }
        }
        joins = mark.is_some();
    }
    unit.root.extend(open.map(|setting| setting.node(form)));
    Ok(unit)
}

/// The setting on a line; sections and lines without a key go to `root` as names and words.
fn line_of<'a>(line: &'a str, place: usize, form: &Form, root: &mut Vec<Node>) -> Option<Setting<'a>> {
    if line.is_empty() {
        return None;
    }
    if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        root.push(form.holes.name(section, place + 1));
        return None;
    }
    let before =
        form.before.iter().find_map(|word| line.strip_prefix(word.as_str()).filter(|rest| rest.starts_with(' ')));
    let line_place = place + (line.len() - before.map_or(line.len(), str::len));
    let line = before.unwrap_or(line);
    let found = form.separator.iter().filter_map(|mark| Some((line.find(mark.as_str())?, mark.len()))).min();
    let Some((at, length)) = found else {
        root.extend(words(line, line_place).map(|(word, at)| form.holes.node(unquote(word), at)));
        return None;
    };
    let (key, value) = (line.get(..at).unwrap_or_default(), line.get(at + length..).unwrap_or_default());
    let key_at = line_place + (key.len() - key.trim_start().len());
    let value_at = line_place + at + length + (value.len() - value.trim_start().len());
    let values = Some(value.trim()).filter(|value| !value.is_empty()).map(|value| (value.to_owned(), value_at));
    let end = line_place + line.len();
    Some(Setting { key: (unquote(key.trim()), key_at), values: values.into_iter().collect(), end })
}

/// The words of a line with their places.
fn words(line: &str, place: usize) -> impl Iterator<Item = (&str, usize)> {
    line.split_whitespace().scan(0, move |from, word| {
        let at = line.get(*from..)?.find(word)? + *from;
        *from = at + word.len();
        Some((word, place + at))
    })
}

impl Setting<'_> {
    fn node(self, form: &Form) -> Node {
        let mut values: Vec<Node> = self
            .values
            .iter()
            .map(|(value, at)| {
                let inner = unquote(value);
                form.holes.node(inner, at + (value.len() - inner.len()) / 2)
            })
            .collect();
        let (key, start) = self.key;
        let span = Span::new(start, self.end);
        let value = match values.len() {
            1 => values.remove(0),
            _ => Node::new(span, Expr::Unknown(values)),
        };
        let target = Node::new(Span::new(start, start + key.len()), Expr::Name(key.into()));
        Node::new(span, Expr::bind(target, value))
    }
}
