//! The rows of a table of a language or format as it is written in `tables/`: the only place that knows their keys. What tells
//! which files a table is for stands apart from them ([`crate::data::EmbeddedTable`]).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lines::Line;
use super::scripts::Script;

/// A grammar table as written, rows by name.
#[derive(Clone, Debug, Deserialize)]
pub struct Spelled {
    /// What people call it: `C#`.
    pub title: String,
    /// How it is read; by its grammar where nothing is said.
    #[serde(default)]
    pub reader: Reader,
    /// A comment that ends with its line, or ends itself, with `{}` in place of its text. Where the `comment` row has no
    /// node kinds but spellings, the first of them says it.
    pub remark: Option<String>,
    /// How many lines its grammar can count to, if it cannot count to all of a long file's.
    pub most_lines: Option<usize>,
    /// What the lines of a format look like that has no grammar.
    #[serde(default)]
    pub line: Vec<Line>,
    /// The marks around a name in a text that another program fills in, in pairs: `{{`, `}}`.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Keys of data under which a script stands.
    #[serde(default)]
    pub script: Vec<Script>,
    /// The keys of a pair that says what a name between the marks is: `key value`.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
    /// What switches a pair of a list off: a key and its value, `disabled true`.
    #[serde(default)]
    pub off: Vec<String>,
    /// What the grammar stumbles over: a pattern, and what its group is written over with before parsing, the last
    /// character as often as it takes. Only the parser sees it; texts are read from the file.
    #[serde(default)]
    pub patches: Vec<(String, String)>,
    /// Every other row.
    #[serde(flatten)]
    pub rows: BTreeMap<String, Vec<String>>,
}

impl Spelled {
    /// A comment with `{}` in place of its text; `None` if the language has none.
    pub fn comment(&self) -> Option<String> {
        let first = self.rows.get("comment").and_then(|spellings| spellings.first()).filter(|_| match self.reader {
            Reader::Settings | Reader::Directives | Reader::Lexical => true,
            Reader::Grammar | Reader::Syn | Reader::Lines | Reader::Markup | Reader::Host => false,
        });
        let spelled = first.map(|spelling| {
            let mut words = spelling.split(' ').filter(|word| !word.is_empty() && *word != "line");
            let (open, close) = (words.next().unwrap_or_default(), words.next());
            close.map_or_else(|| format!("{open} {{}}"), |close| format!("{open} {{}} {close}"))
        });
        self.remark.clone().or(spelled)
    }
}

/// How a language is read: the one thing by which languages differ to the rest of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// By a tree-sitter grammar and the rows of its table.
    #[default]
    Grammar,
    /// By syn.
    Syn,
    /// Line by line, as the `[[line]]` entries of its table say.
    Lines,
    /// Line by line, as keys and values.
    Settings,
    /// As directives in blocks.
    Directives,
    /// As elements and attributes.
    Markup,
    /// By its tokens alone, as its table spells them.
    Lexical,
    /// Not by itself: it is taken apart into code of other languages. No table says so; `hosts/*.toml` are these.
    #[serde(skip)]
    Host,
}
