//! A value of a configuration with the place that it stands at, read from TOML or from a JSON manifest.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

/// Deepest nesting of a value that is looked into; no key has more than three.
const DEEPEST: usize = 8;

/// A value and where it stands, in bytes.
#[derive(Clone, Debug)]
pub struct Value {
    pub span: Range<usize>,
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    Text(String),
    Flag(bool),
    List(Vec<Value>),
    Table(Table),
    /// What no key takes, by its name.
    Other(&'static str),
}

/// Keys with their values.
pub type Table = Vec<(Key, Value)>;

/// A key and where it stands.
#[derive(Clone, Debug)]
pub struct Key {
    pub name: String,
    pub span: Range<usize>,
}

/// What is wrong at a place.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub span: Range<usize>,
    pub message: String,
}

impl Wrong {
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

impl Value {
    /// What a value is called where another is wanted.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Text(_) => "a text",
            Kind::Flag(_) => "true or false",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
            Kind::Other(name) => name,
        }
    }

    /// The value below some keys.
    pub fn into_below(self, keys: &[&str]) -> Option<Value> {
        keys.iter().try_fold(self, |value, key| match value.kind {
            Kind::Table(table) => table.into_iter().find(|(have, _)| have.name == *key).map(|(_, value)| value),
            _ => None,
        })
    }
}

/// Reads TOML.
pub fn of_toml(text: &str) -> Result<Value, Wrong> {
    match DeTable::parse(text) {
        Ok(table) => Ok(Value { span: table.span(), kind: table_of_toml(table.get_ref(), 0) }),
        Err(error) => {
            let message = error.message().lines().collect::<Vec<_>>().join(": ");
            Err(Wrong::new(error.span().unwrap_or_default(), message))
        }
    }
}

fn table_of_toml(table: &DeTable, depth: usize) -> Kind {
    if depth > DEEPEST {
        return Kind::Other("a value this deep");
    }
    let pair = |(key, value): (&toml::Spanned<Cow<str>>, &toml::Spanned<DeValue>)| {
        let key = Key { name: key.get_ref().clone().into_owned(), span: key.span() };
        (key, value_of_toml(value, depth + 1))
    };
    Kind::Table(table.iter().map(pair).collect())
}

fn value_of_toml(value: &toml::Spanned<DeValue>, depth: usize) -> Value {
    let kind = match value.get_ref() {
        _ if depth > DEEPEST => Kind::Other("a value this deep"),
        DeValue::String(text) => Kind::Text(text.clone().into_owned()),
        DeValue::Boolean(flag) => Kind::Flag(*flag),
        DeValue::Array(list) => Kind::List(list.iter().map(|value| value_of_toml(value, depth + 1)).collect()),
        DeValue::Table(table) => table_of_toml(table, depth),
        DeValue::Integer(_) | DeValue::Float(_) => Kind::Other("a number"),
        DeValue::Datetime(_) => Kind::Other("a date"),
    };
    Value { span: value.span(), kind }
}

/// Reads JSON. Of a manifest that a package manager could not read either, nothing is said: `None`.
pub fn of_json(text: &str) -> Option<Value> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    Some(value_of_json(raw, text, 0))
}

fn value_of_json(raw: &RawValue, text: &str, depth: usize) -> Value {
    let own = raw.get();
    // The raw value is a part of the text, so the distance of their starts is where it stands.
    let start = (own.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let kind = match own.as_bytes().first() {
        _ if depth > DEEPEST => Kind::Other("a value this deep"),
        Some(b'"') => serde_json::from_str(own).map_or(Kind::Other("a text"), Kind::Text),
        Some(b't' | b'f') => Kind::Flag(own == "true"),
        Some(b'n') => Kind::Other("null"),
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_str(own).unwrap_or_default();
            Kind::List(list.into_iter().map(|raw| value_of_json(raw, text, depth + 1)).collect())
        }
        Some(b'{') => {
            let table: BTreeMap<Cow<str>, &RawValue> = serde_json::from_str(own).unwrap_or_default();
            let pair = |(name, raw): (Cow<str>, &RawValue)| {
                let value = value_of_json(raw, text, depth + 1);
                (Key { span: key_before(text, &name, &value), name: name.into_owned() }, value)
            };
            Kind::Table(table.into_iter().map(pair).collect())
        }
        _ => Kind::Other("a number"),
    };
    Value { span: start..start + own.len(), kind }
}

/// Where the key of a value stands: the last place before it that spells it, else the value itself.
fn key_before(text: &str, name: &str, value: &Value) -> Range<usize> {
    let before = text.get(..value.span.start).unwrap_or_default();
    let quoted = format!("\"{name}\"");
    before.rfind(&quoted).map_or(value.span.clone(), |at| at..at + quoted.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_toml_give_values_with_their_places() {
        let text = "{\"name\": \"x\", \"sidestep\": {\"output\": [\"text\"], \"n\": 3}}";
        let value = of_json(text).and_then(|value| value.into_below(&["sidestep"])).expect("a section");
        let Kind::Table(table) = &value.kind else { panic!("{value:?}") };
        let (key, number) = &table[0];
        assert_eq!((key.name.as_str(), &text[key.span.clone()], number.name()), ("n", "\"n\"", "a number"));
        assert_eq!(&text[table[1].1.span.clone()], "[\"text\"]");
        let text = "[tool.sidestep]\nfail-on = \"error\"\n";
        let value = of_toml(text).expect("TOML").into_below(&["tool", "sidestep"]).expect("a section");
        let Kind::Table(table) = &value.kind else { panic!("{value:?}") };
        assert_eq!((&text[table[0].0.span.clone()], &text[table[0].1.span.clone()]), ("fail-on", "\"error\""));
        assert!(of_toml("a = [").is_err() && of_json("{").is_none());
        let deep = format!("a = {}{}", "[".repeat(60), "]".repeat(60));
        assert!(of_toml(&deep).is_ok());
    }
}
