//! The effective configuration and who said each part of it, and the commented one that `sidestep init` writes.

use super::Settings;
use super::keys::{KEYS, Known, Takes};

impl Settings {
    /// All keys with their values, in TOML; a comment says which file and line, or which option, said it.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        let (tables, plain): (Vec<&Known>, Vec<&Known>) =
            KEYS.iter().partition(|known| matches!(known.takes, Takes::Levels | Takes::Overrides));
        for known in plain {
            let line = match self.said.get(known.name) {
                Some(said) => {
                    let values: Vec<&str> = said.iter().map(|said| said.value.as_str()).collect();
                    let value = match known.takes {
                        Takes::Texts | Takes::OneOrMore => format!("[{}]", values.join(", ")),
                        _ => values.last().copied().unwrap_or_default().to_owned(),
                    };
                    let mut by: Vec<&str> = said.iter().map(|said| said.by.as_str()).collect();
                    by.dedup();
                    format!("{} = {value}  # {}\n", known.name, by.join(", "))
                }
                None if known.default.is_empty() => continue,
                None => format!("{} = {}  # default\n", known.name, known.default),
            };
            out += &line;
        }
        for known in tables {
            out += &self.table(known);
        }
        out
    }

    fn table(&self, known: &Known) -> String {
        if known.takes == Takes::Overrides {
            let said = self.said.get(known.name).map_or(&[][..], Vec::as_slice);
            return said.iter().map(|said| format!("\n# {}\n{}\n", said.by, said.value)).collect();
        }
        let start = format!("{}.", known.name);
        let rules = self.said.iter().filter_map(|(key, said)| Some((key.strip_prefix(&start)?, said.last()?)));
        let lines: String = rules.map(|(rule, said)| format!("{rule} = {}  # {}\n", said.value, said.by)).collect();
        if lines.is_empty() { lines } else { format!("\n[{}]\n{lines}", known.name) }
    }
}

/// A configuration in which every key is explained and none is set.
pub fn template() -> String {
    let mut out = String::from(
        "# How sidestep checks this repository. Every key may be left out; what is in a comment here is an example.\n\
         # All keys: https://github.com/sidestep-lint/sidestep/blob/main/docs/configuration.md\n",
    );
    for known in KEYS {
        let default = match known.default {
            "" => String::new(),
            default => format!(" Default: {default}."),
        };
        out += &format!("\n# {}.{default}\n", known.about);
        out += &match known.takes {
            Takes::Levels => "# [rules]\n# create-session = \"note\"\n".to_owned(),
            Takes::Overrides => {
                "# [[overrides]]\n# files = [\"**/test/**\"]\n# rules = { sid-cookie = \"off\" }\n".to_owned()
            }
            _ => format!("# {} = {}\n", known.name, known.example),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::value;
    use super::*;

    #[test]
    fn the_template_is_toml_with_and_without_its_comments() {
        let text = template();
        assert!(value::of_toml(&text).is_ok());
        let is_example = |line: &&str| line.contains(" = ") || line.starts_with("# [");
        let examples: Vec<&str> = text.lines().filter(is_example).filter_map(|line| line.strip_prefix("# ")).collect();
        assert!(value::of_toml(&examples.join("\n")).is_ok(), "{examples:?}");
        assert!(KEYS.iter().all(|known| text.contains(known.name)), "{text}");
    }
}
