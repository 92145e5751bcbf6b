//! The rows of a table of a format without a grammar, compiled.

use std::collections::BTreeMap;

use super::holes::Holes;

/// How a format without a grammar is spelled.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// What starts a comment.
    pub comment: Vec<String>,
    /// What starts a comment in the middle of a line, after white space.
    pub trailing: Vec<String>,
    /// What stands between a key and its value.
    pub separator: Vec<String>,
    /// Words that may stand before a key.
    pub before: Vec<String>,
    /// What joins a line with the next.
    pub joined: Vec<String>,
    /// Whether lines that are indented go on with the value above.
    pub indented: bool,
    /// What ends a directive; the end of its line where there is nothing here.
    pub end: Option<char>,
    /// What opens and closes a block.
    pub block: Option<(char, char)>,
    /// Whether a block is opened and closed by a tag (`<Location /x>`).
    pub tag: bool,
    /// Whether words may be calls: `req.cook(sid)`.
    pub call: bool,
    /// Whether words may stand in parentheses: `if ($a = b)`.
    pub group: bool,
    /// First words of names that are written with their members: `req.http.Cookie`.
    pub member: Vec<String>,
    /// Ends of the names of directives whose block is code of another language.
    pub opaque: Vec<String>,
    /// Directives that are also given what a block around them is about: directive and block.
    pub within: Vec<(String, String)>,
    /// Directives that are also given the words of another one of the same block: directive and the other.
    pub beside: Vec<(String, String)>,
    /// Directives that give a value to the name after them, and what stands before the name where it is used.
    pub define: Vec<(String, String)>,
    /// Attributes that name what an element stands for.
    pub name: Vec<String>,
    /// Attributes that give what an element so named is.
    pub value: Vec<String>,
    /// Elements that go by their name also where there are elements in them.
    pub named: Vec<String>,
    /// Holes in text.
    pub holes: Holes,
}

impl Form {
    /// Compiles the rows of a table.
    ///
    /// # Errors
    /// Names a row that does not exist or an entry that is none.
    pub fn compile(rows: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut form = Form::default();
        for (row, entries) in rows {
            for entry in entries {
                form.entry(row, entry).ok_or_else(|| format!("{row} = \"{entry}\": no such row or entry"))?;
            }
        }
        Ok(form)
    }

    fn entry(&mut self, row: &str, entry: &str) -> Option<()> {
        let pair = || entry.split_once(' ').map(|(one, other)| (one.to_owned(), other.to_owned()));
        let list = match row {
            "comment" => &mut self.comment,
            "trailing" => &mut self.trailing,
            "separator" => &mut self.separator,
            "before" => &mut self.before,
            "joined" => &mut self.joined,
            "member" => &mut self.member,
            "opaque" => &mut self.opaque,
            "name" => &mut self.name,
            "value" => &mut self.value,
            "named" => &mut self.named,
            "flag" => {
                match entry {
                    "indented" => self.indented = true,
                    "tag" => self.tag = true,
                    "call" => self.call = true,
                    "group" => self.group = true,
                    _ => return None,
                }
                return Some(());
            }
            "end" => {
                self.end = Some(entry.chars().next()?);
                return Some(());
            }
            "block" => {
                let (open, close) = pair()?;
                self.block = Some((open.chars().next()?, close.chars().next()?));
                return Some(());
            }
            "within" => {
                self.within.push(pair()?);
                return Some(());
            }
            "beside" => {
                self.beside.push(pair()?);
                return Some(());
            }
            "define" => {
                self.define.push(pair().unwrap_or_else(|| (entry.to_owned(), String::new())));
                return Some(());
            }
            "hole" => {
                self.holes.pairs.push(pair()?);
                return Some(());
            }
            "sigil" => {
                self.holes.sigils.push(entry.chars().next()?);
                return Some(());
            }
            "variable" => {
                self.holes.variables.push(pair()?);
                return Some(());
            }
            "default" => {
                self.holes.defaults.push(entry.to_owned());
                return Some(());
            }
            _ => return None,
        };
        list.push(entry.to_owned());
        Some(())
    }

    /// The comment that starts `text`, if one does.
    pub fn starts_comment(&self, text: &str) -> bool {
        self.comment.iter().any(|mark| text.starts_with(mark.as_str()))
    }

    /// Where a comment starts in the middle of a line, outside quotes.
    pub fn trailing_comment(&self, line: &str) -> Option<usize> {
        let mut quote = None;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            match quote {
                Some(open) if c == open => quote = None,
                Some(_) => {}
                // An apostrophe inside a word quotes nothing.
                None if matches!(c, '"' | '\'') && !before.is_alphanumeric() => quote = Some(c),
                None if before.is_whitespace() => {
                    let rest = line.get(at..).unwrap_or_default();
                    if self.trailing.iter().any(|mark| rest.starts_with(mark.as_str())) {
                        return Some(at);
                    }
                }
                None => {}
            }
            before = c;
        }
        None
    }
}
