//! The keys of a configuration: one list, which the reader, the schema, `sidestep init` and `--show-settings` go by.

/// A key.
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it says, for people: one sentence, no full stop.
    pub about: &'static str,
    /// A value that somebody could write, in TOML.
    pub example: &'static str,
    /// What holds where it is not given, in TOML; empty for nothing.
    pub default: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A list of texts.
    Texts,
    /// A list of texts, or one.
    OneOrMore,
    /// A text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A format's name, or a list of one.
    Format,
    /// True or false.
    Flag,
    /// A day or a month.
    Date,
    /// Rules by id, and how bad each is.
    Levels,
    /// A list of tables with `files` and `rules`.
    Overrides,
}

/// All keys, in the order in which they are shown.
pub const KEYS: &[Known] = &[
    Known {
        name: "extends",
        takes: Takes::OneOrMore,
        about: "Configurations that this one adds to, inside this repository",
        example: "\"../sidestep.toml\"",
        default: "",
    },
    Known {
        name: "include",
        takes: Takes::Texts,
        about: "Only what matches one of these patterns is checked; the spelling is that of .gitignore",
        example: "[\"services/**\"]",
        default: "[]",
    },
    Known {
        name: "exclude",
        takes: Takes::Texts,
        about: "What matches one of these patterns is passed over",
        example: "[\"legacy/**\", \"*.gen.ts\"]",
        default: "[]",
    },
    Known {
        name: "okta-domains",
        takes: Takes::Texts,
        about: "Custom domains of your org: a URL there is Okta's",
        example: "[\"login.example.com\"]",
        default: "[]",
    },
    Known {
        name: "assume-okta",
        takes: Takes::Texts,
        about: "Files whose calls about sessions are Okta's without further evidence",
        example: "[\"services/auth/**\"]",
        default: "[]",
    },
    Known {
        name: "libraries",
        takes: Takes::Texts,
        about: "Files that describe HTTP clients of your own, in the form of rules/libraries/",
        example: "[\"tools/ours.toml\"]",
        default: "[]",
    },
    Known {
        name: "fail-on",
        takes: Takes::Word(&["error", "warning", "note", "never"]),
        about: "The lowest severity that makes the exit code 1",
        example: "\"warning\"",
        default: "\"error\"",
    },
    Known {
        name: "confidence",
        takes: Takes::Word(&["certain", "likely", "possible"]),
        about: "The least confidence that a finding is about Okta for it to be shown",
        example: "\"possible\"",
        default: "\"likely\"",
    },
    Known {
        name: "require-reason",
        takes: Takes::Flag,
        about: "Whether a comment without a reason hides nothing",
        example: "false",
        default: "true",
    },
    Known {
        name: "output",
        takes: Takes::Format,
        about: "The format of the standard output; a configuration names no file to write",
        example: "\"concise\"",
        default: "\"text\"",
    },
    Known {
        name: "baseline",
        takes: Takes::Text,
        about: "The file of known findings",
        example: "\"ci/sidestep-baseline.json\"",
        default: "\".sidestep-baseline.json\"",
    },
    Known {
        name: "guidance",
        takes: Takes::Date,
        about: "The day or month of Okta's guidance to judge by, instead of the upgrade guide's list",
        example: "\"2026-09\"",
        default: "",
    },
    Known {
        name: "rules",
        takes: Takes::Levels,
        about: "How bad findings of a rule are: off, note, warning or error",
        example: "{ create-session = \"note\" }",
        default: "",
    },
    Known {
        name: "overrides",
        takes: Takes::Overrides,
        about: "The same for some files; a later entry goes before an earlier one",
        example: "[{ files = [\"**/test/**\"], rules = { sid-cookie = \"off\" } }]",
        default: "",
    },
];

/// The keys of an entry of `overrides`.
pub const OVERRIDE: &[&str] = &["files", "rules"];

impl Takes {
    /// What is taken, for people.
    pub fn name(self) -> String {
        match self {
            Takes::Texts => "a list of texts".into(),
            Takes::OneOrMore | Takes::Text => "a path".into(),
            Takes::Word(words) => format!("one of {}", words.join(", ")),
            Takes::Format => "a format".into(),
            Takes::Flag => "true or false".into(),
            Takes::Date => "a day or a month".into(),
            Takes::Levels => "a table of rules".into(),
            Takes::Overrides => "a list of tables".into(),
        }
    }
}
