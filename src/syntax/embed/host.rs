//! What a host file is made of, as `src/syntax/hosts/*.toml` spell it: the only place that knows the keys of those files.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The language of a template tag whose code shares names with the scripts of the page.
pub const SCRIPT: &str = "script";

/// A format that holds code of other languages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Host {
    /// What people call it: `Vue`.
    pub title: String,
    /// File name extensions, without the dot.
    pub extensions: Vec<String>,
    /// How its code lies in it.
    pub layout: Layout,
    /// The language of the code between the lines of a front matter above the page, if it has one.
    pub frontmatter: Option<String>,
    /// Whether it is documentation, which is read only where that is asked for.
    pub documentation: bool,
    /// Whether scripts are written as XML: with entities, and elements that may close themselves.
    pub xml: bool,
    /// What an `@` begins, as in Razor.
    pub at: Option<Transition>,
    /// Elements that hold code, with the language that it is in unless they say.
    pub scripts: BTreeMap<String, String>,
    /// The language of scripts that run on the server (`runat="server"`).
    pub server_scripts: Option<String>,
    /// Languages by the words of `type` and `lang` attributes; an empty language is no code, `markup` is part of the page.
    pub types: BTreeMap<String, Vec<String>>,
    /// Elements whose content is only text.
    pub raw: Vec<String>,
    /// Starts of names of attributes that hold statements.
    pub statements: Vec<String>,
    /// Starts of names of attributes that hold an expression.
    pub values: Vec<String>,
    /// Starts of names of attributes that look like these but hold something else.
    pub others: Vec<String>,
    /// What makes a value code (`javascript:`).
    pub schemes: Vec<String>,
    /// Languages of scripts of which each can say all that those before it can.
    pub widens: Vec<String>,
    /// Languages of scripts in which no template tags are looked for, as their own braces look like them.
    pub braced: Vec<String>,
    /// Template tags; the first that fits counts.
    pub template: Vec<Tag>,
    /// A text that says that code of one language is in another.
    pub dialects: Vec<Dialect>,
    /// What stands around pieces of code, by language, so that they can stand beside each other.
    pub wrap: BTreeMap<String, Wrap>,
    /// Of a notebook: what makes a line or a cell one of another language.
    pub magics: Magics,
    /// Of documentation: what language a fence's word means, where it is none of a language's own.
    pub fences: BTreeMap<String, String>,
}

/// What an `@` begins in Razor, by the word after it. Any other word begins an expression.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transition {
    /// The language of the code.
    pub language: String,
    /// Words that begin a statement with a block.
    pub statements: Vec<String>,
    /// Words after a block with which its statement goes on.
    pub continues: Vec<String>,
    /// Words before a block of members.
    pub blocks: Vec<String>,
    /// Words before a block of markup.
    pub sections: Vec<String>,
    /// Words of lines that are code as they are.
    pub lines: Vec<String>,
    /// Words of lines whose rest declares a member.
    pub members: Vec<String>,
    /// Words of lines that are no code.
    pub others: Vec<String>,
    /// Words before an expression.
    pub before: Vec<String>,
    /// Elements without an end.
    pub void: Vec<String>,
}

/// How the code lies in a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Elements, attributes, scripts and template tags.
    #[default]
    Markup,
    /// The code cells of a notebook.
    Notebook,
    /// The code fences of documentation.
    Fences,
}

/// A template tag.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// What it starts with.
    pub open: String,
    /// What it ends with.
    pub close: String,
    /// What it is.
    pub is: Is,
    /// The language of what is inside, if that is read; [`SCRIPT`] for that of the page's scripts.
    pub language: Option<String>,
    /// Whether brackets inside must be balanced before it ends.
    #[serde(default)]
    pub balanced: bool,
    /// Where it counts.
    #[serde(default)]
    pub inside: Inside,
    /// What begins inside so is no value.
    #[serde(default)]
    pub control: Vec<String>,
    /// Words before the value.
    #[serde(default)]
    pub words: Vec<String>,
}

/// Where a template tag counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Inside {
    /// Everywhere.
    #[default]
    Both,
    /// In the page, not in its scripts.
    Page,
    /// In scripts only: in the page it is an element.
    Script,
}

/// What a template tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Is {
    /// A comment.
    Comment,
    /// Statements.
    Code,
    /// An expression whose value is put in its place.
    Value,
    /// Something else.
    Other,
}

/// A text that says that code of one language is in another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// The text, in any case of letters.
    pub text: String,
    /// The language it would be.
    pub from: String,
    /// The language it is.
    pub to: String,
}

/// What stands around a piece of code: before it and after it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wrap {
    /// Around statements.
    pub code: [String; 2],
    /// Around an expression in a template.
    pub value: [String; 2],
    /// Around the statements of an attribute, which are a function of their own.
    pub handler: [String; 2],
}

/// What makes lines and cells of a notebook another language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Magics {
    /// The language of a notebook that names none.
    pub kernel: String,
    /// The first word of a cell whose second names a program: its language is that of a cell with `%%` before that.
    pub program: String,
    /// The first word of a cell that has code beside it.
    pub beside: String,
    /// Starts of lines that are a command line, and its language.
    pub lines: BTreeMap<String, String>,
    /// First words of cells, and their language; an empty one is no code.
    pub cells: BTreeMap<String, String>,
    /// Starts of lines and cells that are for the notebook itself; the code after the first word counts where it is listed.
    pub own: Vec<String>,
    /// Of those, the words that code follows on the same line.
    pub before_code: Vec<String>,
    /// A statement that does nothing, in place of a line that is no code: a block must hold something.
    pub filler: String,
}

impl Host {
    /// What stands around code of `language`.
    pub fn wrap(&self, language: &str) -> Wrap {
        self.wrap.get(language).cloned().unwrap_or_default()
    }

    /// The language that the words of a `type` or `lang` attribute name: `None` for words that say nothing.
    pub fn of_type(&self, text: &str) -> Option<&str> {
        let lower = text.to_ascii_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
        let named = self.types.iter().find(|(_, have)| have.iter().any(|word| words.contains(&word.as_str())));
        named.map(|(language, _)| language.as_str())
    }
}
