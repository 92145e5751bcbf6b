//! The JSON schema of a configuration, made from the list of keys that the reader goes by.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Known, Takes};
use crate::judge::finding::Level;
use crate::judge::rules::Rules;
use crate::report::Format;

/// The schema, for editors: draft 2020-12.
pub fn schema() -> Value {
    let properties: Map<String, Value> = KEYS.iter().map(|known| (known.name.to_owned(), property(known))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sidestep.toml",
        "description": "How sidestep checks a repository.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(known: &Known) -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let mut property = match known.takes {
        Takes::Texts => texts,
        Takes::OneOrMore => json!({"oneOf": [{"type": "string"}, texts]}),
        Takes::Text => json!({"type": "string"}),
        Takes::Date => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"}),
        Takes::Word(words) => json!({"enum": words}),
        Takes::Format => {
            let one = json!({"enum": Format::names()});
            json!({"oneOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 1}]})
        }
        Takes::Flag => json!({"type": "boolean"}),
        Takes::Levels => levels(),
        Takes::Overrides => json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"files": texts, "rules": levels()},
                "required": ["files", "rules"],
                "additionalProperties": false,
            },
        }),
    };
    property["description"] = format!("{}.", known.about).into();
    property
}

fn levels() -> Value {
    let level = json!({"enum": Level::words()});
    let rules: Map<String, Value> =
        Rules::built_in().ids().iter().map(|id| ((*id).to_owned(), level.clone())).collect();
    json!({"type": "object", "properties": rules, "additionalProperties": false})
}
