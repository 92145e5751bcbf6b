//! Text calls by style: formats, joins, queries, replacements.

use super::chain::last_name;
use super::library::Style;
use super::resolve::{ALTERNATIVES, Resolver, product};
use super::url::{HOLE, Text};
use crate::syntax::expr::{Arg, Expr, Node};

/// The texts that a call of `style` makes of `of` and the other arguments; `None` where the style does not fit.
pub fn make<'u>(resolver: &Resolver<'_, 'u>, style: Style, of: &'u Node, rest: &[&'u Arg]) -> Option<Vec<Text>> {
    let texts = |node: &'u Node| resolver.texts(node);
    Some(match style {
        Style::First => texts(of),
        Style::Append => rest.iter().fold(texts(of), |before, arg| product(&before, &texts(&arg.value))),
        Style::Segments => {
            let parts = elements(rest).map(&texts).collect::<Vec<_>>();
            parts.iter().fold(texts(of), |before, after| slashed(&before, after))
        }
        Style::Join => joined(resolver, of, rest.first().copied())?,
        Style::Query => vec![query(resolver, of)?],
        Style::Resolve => match rest.first() {
            Some(reference) => resolved(&texts(of), &texts(&reference.value)),
            None => texts(of),
        },
        Style::Relative => match rest.first() {
            Some(base) => resolved(&texts(&base.value), &texts(of)),
            None => texts(of),
        },
        Style::Replace => replaced(resolver, of, rest),
        Style::Printf => filled(resolver, of, rest, printf),
        Style::Braces => filled(resolver, of, rest, braces),
        Style::Addquery => with_query(resolver, of, rest),
        Style::Nothing => vec![Text::default()],
        Style::Parts => return None,
    })
}

/// Arguments, or the elements of the one list among them.
fn elements<'u>(args: &[&'u Arg]) -> impl Iterator<Item = &'u Node> {
    args.iter().flat_map(|arg| arg.value.elements())
}

/// Segments with one slash between them.
pub fn slashed(before: &[Text], after: &[Text]) -> Vec<Text> {
    let before: Vec<Text> = before
        .iter()
        .cloned()
        .map(|mut text| {
            if !text.text.is_empty() {
                text.text.truncate(text.text.trim_end_matches('/').len());
                text.text.push('/');
            }
            text
        })
        .collect();
    let after: Vec<Text> = after
        .iter()
        .cloned()
        .map(|mut text| {
            text.text = text.text.trim_start_matches('/').to_owned();
            text
        })
        .collect();
    product(&before, &after)
}

/// A list joined by a separator, whichever of the two is the list; by nothing where there is none.
fn joined<'u>(resolver: &Resolver<'_, 'u>, of: &'u Node, other: Option<&'u Arg>) -> Option<Vec<Text>> {
    let (list, separator) = match (resolver.list(of), other.map(|other| &other.value)) {
        (Some(list), Some(separator)) => (list, resolver.texts(separator)),
        (Some(list), None) => (list, vec![Text::default()]),
        (None, other) => (resolver.list(other?)?, resolver.texts(of)),
    };
    let mut texts = vec![Text::default()];
    for (at, node) in list.into_iter().enumerate() {
        if at > 0 {
            texts = product(&texts, &separator[..1]);
        }
        texts = product(&texts, &resolver.texts(node));
    }
    Some(texts)
}

/// An object as a query, without its question mark.
fn query<'u>(resolver: &Resolver<'_, 'u>, of: &'u Node) -> Option<Text> {
    query_of(resolver, &resolver.object(of))
}

/// Labelled arguments as a query: `URI.encode_www_form(additionalFields: "cookieToken")`.
pub fn labelled<'u>(resolver: &Resolver<'_, 'u>, args: &'u [Arg]) -> Option<Text> {
    let pairs = args.iter().filter_map(|arg| Some((arg.label.as_ref()?.to_string(), &arg.value)));
    query_of(resolver, &pairs.collect::<Vec<_>>())
}

fn query_of<'u>(resolver: &Resolver<'_, 'u>, pairs: &[(String, &'u Node)]) -> Option<Text> {
    let mut text = Text::default();
    for (at, (key, value)) in pairs.iter().enumerate() {
        let before = if at > 0 { "&" } else { "" };
        text.push(&Text { text: format!("{before}{key}="), ..Text::default() });
        text.push(&value_text(resolver, value));
    }
    (!pairs.is_empty()).then_some(text)
}

/// A text with a key and a value, or an object of them, as a query after it.
fn with_query<'u>(resolver: &Resolver<'_, 'u>, of: &'u Node, rest: &[&'u Arg]) -> Vec<Text> {
    let pair = |key: &str, value: &'u Node| {
        let mut text = Text { text: format!("{key}="), ..Text::default() };
        text.push(&value_text(resolver, value));
        text
    };
    let added = match rest {
        [Arg { label: Some(key), value, .. }] => Some(pair(key, value)),
        [key, value, ..] => resolver.literal(&key.value).map(|key| pair(&key, &value.value)),
        [object] => query(resolver, &object.value),
        [] => None,
    };
    let texts = resolver.texts(of);
    let Some(added) = added else { return texts };
    let mark = |text: &Text| if text.text.contains('?') { "&" } else { "?" };
    let mut made = Vec::new();
    for mut text in texts {
        text.push(&Text { text: mark(&text).into(), ..Text::default() });
        text.push(&added);
        made.push(text);
    }
    made
}

/// A query value: text, or a list joined by commas.
pub fn value_text<'u>(resolver: &Resolver<'_, 'u>, value: &'u Node) -> Text {
    match &value.expr {
        Expr::List(nodes) => {
            let mut text = Text::default();
            for (at, node) in nodes.iter().enumerate() {
                if at > 0 {
                    text.text.push(',');
                }
                resolver.texts(node).first().into_iter().for_each(|one| text.push(one));
            }
            text
        }
        _ => resolver.texts(value).into_iter().next().unwrap_or_default(),
    }
}

/// A reference resolved against a base: `urljoin(base, reference)`.
fn resolved(base: &[Text], reference: &[Text]) -> Vec<Text> {
    let mut texts = Vec::new();
    for reference in reference.iter().take(ALTERNATIVES) {
        match reference.text.contains("://") || base.is_empty() {
            true => texts.push(reference.clone()),
            false => texts.extend(slashed(base, std::slice::from_ref(reference))),
        }
    }
    texts.truncate(ALTERNATIVES);
    texts
}

/// `text.replace("{id}", id)`; a replacement that cannot be followed leaves the text as it is.
fn replaced<'u>(resolver: &Resolver<'_, 'u>, of: &'u Node, rest: &[&'u Arg]) -> Vec<Text> {
    let texts = resolver.texts(of);
    let [old, new, ..] = rest else { return texts };
    let Some(old) = old.value.literal().filter(|old| !old.is_empty()) else { return texts };
    let new = resolver.texts(&new.value);
    let mut made = Vec::new();
    for text in texts {
        let Some((before, after)) = text.text.split_once(old) else {
            made.push(text);
            continue;
        };
        let holes_before = before.matches(HOLE).count().min(text.holes.len());
        for new in &new {
            let mut one = Text { text: format!("{before}{}{after}", new.text), ..text.clone() };
            one.holes.splice(holes_before..holes_before, new.holes.iter().cloned());
            one.push(&Text { text: String::new(), holes: Vec::new(), ..new.clone() });
            made.push(one);
        }
    }
    made.truncate(ALTERNATIVES);
    made
}

/// A format filled by the directives that `next` finds in it.
fn filled<'u>(
    resolver: &Resolver<'_, 'u>,
    of: &'u Node,
    rest: &[&'u Arg],
    next: fn(&str) -> Option<(usize, usize, String)>,
) -> Vec<Text> {
    let positional: Vec<&Node> = elements(rest).collect();
    let labelled = |name: &str| {
        let label = rest.iter().find(|arg| arg.label.as_deref() == Some(name)).map(|arg| &arg.value);
        label.or_else(|| rest.iter().find_map(|arg| resolver.key(&arg.value, name)))
    };
    let mut made = Vec::new();
    for format in resolver.texts(of) {
        let mut holes = format.holes.iter().cloned();
        let mut texts = vec![Text { text: String::new(), holes: Vec::new(), ..format.clone() }];
        let (mut left, mut at) = (format.text.as_str(), 0usize);
        while let Some((start, end, name)) = next(left) {
            push_literal(&mut texts, &left[..start], &mut holes);
            let value = match name.parse::<usize>() {
                Ok(position) => positional.get(position).copied(),
                Err(_) if name.is_empty() => {
                    at += 1;
                    positional.get(at - 1).copied()
                }
                Err(_) => labelled(&name),
            };
            let value = match value {
                Some(node) => resolver.texts(node),
                None => vec![Text::hole(&name)],
            };
            texts = product(&texts, &value);
            left = &left[end..];
        }
        push_literal(&mut texts, left, &mut holes);
        made.extend(texts);
    }
    made.truncate(ALTERNATIVES);
    made
}

fn push_literal(texts: &mut [Text], literal: &str, holes: &mut impl Iterator<Item = String>) {
    let literal = literal.replace("{{", "{").replace("}}", "}").replace("%%", "%");
    let count = literal.matches(HOLE).count();
    let piece = Text { text: literal, holes: holes.take(count).collect(), ..Text::default() };
    texts.iter_mut().for_each(|text| text.push(&piece));
}

/// The next `%s`, `%(name)s`, `%1$s`, `%-10.2f` of a format: start, end and name.
fn printf(format: &str) -> Option<(usize, usize, String)> {
    let mut from = 0;
    loop {
        let start = from + format[from..].find('%')?;
        let rest = &format[start + 1..];
        let (name, rest_at) = match rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            Some((name, _)) => (name.to_owned(), name.len() + 2),
            None => (String::new(), 0),
        };
        let spec = &rest[rest_at..];
        let flags = spec.find(|c: char| !(c.is_ascii_digit() || "-+ #.*$".contains(c))).unwrap_or(spec.len());
        match spec[flags..].chars().next() {
            Some(c)
                if (c.is_ascii_alphabetic() || c == '@')
                    && !spec[..flags].contains(' ')
                    && !is_percent_encoding(rest) =>
            {
                return Some((start, start + 1 + rest_at + flags + 1, name));
            }
            _ => from = start + 1 + usize::from(rest.starts_with('%')),
        }
    }
}

/// What `node` could be where it follows `before`: text for people (`let id = "none yet"`) is no segment of a path, but what
/// a name holds until it is set.
pub fn segments(before: &[Text], node: &Node, texts: Vec<Text>) -> Vec<Text> {
    let is_in_path = before.iter().any(|text| text.text.ends_with('/'));
    let is_prose = |text: &Text| is_in_path && text.text.trim().contains(' ');
    let hole = || Text::hole(last_name(node).map_or("", |name| name));
    texts.into_iter().map(|text| if is_prose(&text) { hole() } else { text }).collect()
}

/// `%2C`, `%3D`: two hexadecimal digits, the first of which would be a width.
fn is_percent_encoding(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next().is_some_and(|c| c.is_ascii_digit()) && chars.next().is_some_and(|c| matches!(c, 'A'..='F'))
}

/// The next `{}`, `{0}`, `{name}`, `{0.id}`, `{name:>8}` of a format: start, end and name.
fn braces(format: &str) -> Option<(usize, usize, String)> {
    let mut from = 0;
    loop {
        let start = from + format[from..].find('{')?;
        if format[start..].starts_with("{{") {
            from = start + 2;
            continue;
        }
        let end = start + format[start..].find('}')? + 1;
        let name: &str = format[start + 1..end - 1].split([':', '!', '.', '[']).next().unwrap_or_default();
        return Some((start, end, name.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::{braces, printf};

    #[test]
    fn directives_are_found_and_percent_encoding_is_not_one() {
        assert_eq!(printf("a%sb"), Some((1, 3, String::new())));
        assert_eq!(printf("%(org)s"), Some((0, 7, "org".into())));
        assert_eq!(printf("a%2Cb"), None);
        assert_eq!(printf("100%"), None);
        assert_eq!(printf("%@/x"), Some((0, 2, String::new())));
        assert_eq!(braces("{{x}}{0}"), Some((5, 8, "0".into())));
    }
}
