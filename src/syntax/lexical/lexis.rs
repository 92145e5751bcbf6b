//! How a language that is read without a grammar spells comments, strings, holes, operators and words: its table, compiled.
//!
//! A row is a list of entries; most are one spelling. The others: `comment` is an opening and, for a block, a closing
//! (`/* */`), with `line` where it only opens at the start of a line. `string` is an opening, a closing and an escape (`-`
//! for none), then `holes`, `lines` (it may run over lines) and `doubled` (a doubled closing is a quote). `quote` is a word
//! that any delimiter may follow (`qq`), with `holes`, or `twice` where two parts follow. `hole` is a sigil that a name
//! follows (`$`) or an opening and a closing (`#{ }`).

use std::collections::HashMap;

use super::super::spelled::Spelled;

/// What an operator does to the operands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// A member is taken: `.`, `->`.
    Member,
    /// Text is put after text.
    Join,
    /// A segment is put after a path: `/:`.
    Below,
    /// A key and its value.
    Pair,
    /// A target is bound to a value.
    Bind,
    /// Text is put after what the target was.
    Append,
    /// One of both.
    Choice,
    /// Both are compared.
    Compare,
    /// The right one is searched in the left one.
    Search,
    /// The left one is given to the right one: `|>`.
    Pipe,
    /// The right one is given to the left one: `$`, `<|`.
    Apply,
    /// `?` before two alternatives.
    Ternary,
    /// `:` between them.
    Else,
    /// Anything else.
    Other,
}

/// What a word of the language itself does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is passed over.
    Skip,
    /// What follows is given back.
    Return,
    /// A function follows.
    Function,
    /// Modules follow.
    Import,
    /// A name and what it is follow.
    Define,
    /// What follows runs only under a condition.
    Branch,
    /// An operator that is spelled as a word.
    Op(Op),
}

/// How far a name takes what follows it as arguments without parentheses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Juxtaposed {
    /// Not at all.
    #[default]
    Nothing,
    /// A text and, after commas, more.
    Text,
    /// Anything, with commas between the arguments.
    List,
    /// Anything, each argument by itself.
    Each,
}

/// A comment.
#[derive(Debug)]
pub struct Comment {
    pub open: String,
    /// What ends it; the end of the line if absent.
    pub close: Option<String>,
    /// Whether it only opens at the start of a line.
    pub leads: bool,
}

/// A string.
#[derive(Clone, Debug, Default)]
pub struct Quote {
    pub open: String,
    pub close: String,
    pub escape: Option<char>,
    pub holes: bool,
    pub lines: bool,
    pub doubled: bool,
    /// Whether a second part follows (`s/old/new/`).
    pub twice: bool,
}

/// A hole in a string.
#[derive(Debug)]
pub struct Hole {
    pub open: String,
    /// What ends it; where absent a name follows the opening.
    pub close: Option<String>,
}

/// A compiled table.
#[derive(Debug, Default)]
pub struct Lexis {
    pub comments: Vec<Comment>,
    /// Longest opening first.
    pub strings: Vec<Quote>,
    pub quotes: HashMap<String, Quote>,
    pub heredocs: Vec<String>,
    pub holes: Vec<Hole>,
    /// Longest first.
    pub operators: Vec<(String, Op)>,
    pub words: HashMap<String, Word>,
    /// Characters that stand before names and say nothing here.
    pub sigils: Vec<char>,
    /// Characters of names beside letters, digits and `_`.
    pub letters: Vec<char>,
    /// Whether words may be written in any case.
    pub any_case: bool,
    /// Whether the end of a line ends a statement.
    pub newline: bool,
    /// What stands at the end of a line that goes on.
    pub continued: Vec<String>,
    pub juxtaposed: Juxtaposed,
    /// Whether a call before a brace defines a function.
    pub brace_defines: bool,
    /// Whether a call that is bound defines a function.
    pub bind_defines: bool,
    /// Whether braces after a value index it.
    pub brace_index: bool,
    /// Whether braces hold keys and values by turns.
    pub turns: bool,
    /// Whether braces hold the elements of a tuple.
    pub tuples: bool,
    /// Whether a name in lower case by itself is a text.
    pub atoms: bool,
    /// Names of the list of arguments that the first bind of a function takes its parameters from.
    pub params: Vec<String>,
    /// What lines of commands begin with; an entry that is empty stands for every line.
    pub commands: Vec<String>,
    /// Characters before a command that are no part of it.
    pub strip: Vec<char>,
    /// Words before a name that a line sets.
    pub settings: Vec<String>,
    /// What parts a name that a line sets from its value.
    pub assigns: Vec<String>,
    /// Whether lines are cells with gaps between them.
    pub cells: bool,
    pub this: Vec<String>,
}

impl Lexis {
    /// Compiles `spelled`.
    ///
    /// # Errors
    /// Names the row that does not exist, or the entry that is malformed.
    pub fn compile(spelled: &Spelled) -> Result<Self, String> {
        let mut lexis = Lexis::default();
        for (row, entries) in &spelled.rows {
            for entry in entries {
                lexis.entry(row, entry).map_err(|what| format!("{row} = \"{entry}\": {what}"))?;
            }
        }
        lexis.strings.sort_by_key(|quote| std::cmp::Reverse(quote.open.len()));
        lexis.operators.sort_by_key(|(spelled, _)| std::cmp::Reverse(spelled.len()));
        lexis.holes.sort_by_key(|hole| std::cmp::Reverse(hole.open.len()));
        Ok(lexis)
    }

    fn entry(&mut self, row: &str, entry: &str) -> Result<(), String> {
        let own = || entry.to_owned();
        if let Some(op) = operator(row) {
            self.operator(entry, op);
            return Ok(());
        }
        let word = match row {
            "word" => Some(Word::Skip),
            "return" => Some(Word::Return),
            "function" => Some(Word::Function),
            "import" => Some(Word::Import),
            "define" => Some(Word::Define),
            "branch" => Some(Word::Branch),
            _ => None,
        };
        if let Some(word) = word {
            self.words.insert(own(), word);
            return Ok(());
        }
        match row {
            "comment" => self.comments.push(comment(entry)?),
            "string" => self.strings.push(string(entry)?),
            "quote" => {
                let (word, flags) = entry.split_once(' ').unwrap_or((entry, ""));
                self.quotes.insert(word.to_owned(), quote(flags)?);
            }
            "heredoc" => self.heredocs.push(own()),
            "hole" => {
                let (open, close) = entry.split_once(' ').map_or((entry, None), |(open, close)| (open, Some(close)));
                self.holes.push(Hole { open: open.to_owned(), close: close.map(str::to_owned) });
            }
            "sigil" => self.sigils.extend(entry.chars()),
            "letter" => self.letters.extend(entry.chars()),
            "strip" => self.strip.extend(entry.chars()),
            "ternary" => {
                let (question, colon) = entry.split_once(' ').ok_or("two operators are wanted")?;
                self.operator(question, Op::Ternary);
                if !self.operators.iter().any(|(have, _)| have == colon) {
                    self.operator(colon, Op::Else);
                }
            }
            "continued" => self.continued.push(own()),
            "params" => self.params.push(own()),
            "command" => self.commands.push(own()),
            "setting" => self.settings.push(own()),
            "assign" => self.assigns.push(own()),
            "this" => self.this.push(own()),
            "juxtaposed" => {
                self.juxtaposed = match entry {
                    "text" => Juxtaposed::Text,
                    "list" => Juxtaposed::List,
                    "each" => Juxtaposed::Each,
                    _ => return Err("no such way".into()),
                }
            }
            "law" => match entry {
                "any_case" => self.any_case = true,
                "newline" => self.newline = true,
                "brace_defines" => self.brace_defines = true,
                "bind_defines" => self.bind_defines = true,
                "brace_index" => self.brace_index = true,
                "turns" => self.turns = true,
                "tuples" => self.tuples = true,
                "atoms" => self.atoms = true,
                "cells" => self.cells = true,
                _ => return Err("no such law".into()),
            },
            _ => return Err("no such row".into()),
        }
        Ok(())
    }

    fn operator(&mut self, spelled: &str, op: Op) {
        match spelled.chars().all(char::is_alphabetic) {
            true => {
                self.words.insert(spelled.to_owned(), Word::Op(op));
            }
            // Of rows that name the same operator the first has it.
            false if self.operators.iter().any(|(have, old)| have == spelled && *old != Op::Else) => {}
            false => {
                self.operators.retain(|(have, _)| have != spelled);
                self.operators.push((spelled.to_owned(), op));
            }
        }
    }

    /// What a word is to the language.
    pub fn word(&self, word: &str) -> Option<Word> {
        match self.any_case {
            true => self.words.get(&word.to_lowercase()).copied(),
            false => self.words.get(word).copied(),
        }
    }

    /// Whether what stands behind `before` has a sigil.
    pub fn is_after_sigil(&self, before: &str) -> bool {
        before.ends_with(self.sigils.as_slice())
    }

    /// Whether a character may stand in a name.
    pub fn is_letter(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_' || self.letters.contains(&c)
    }
}

fn operator(row: &str) -> Option<Op> {
    Some(match row {
        "member" => Op::Member,
        "join" => Op::Join,
        "below" => Op::Below,
        "pair" => Op::Pair,
        "bind" => Op::Bind,
        "append" => Op::Append,
        "choice" => Op::Choice,
        "compare" => Op::Compare,
        "search" => Op::Search,
        "pipe" => Op::Pipe,
        "apply" => Op::Apply,
        "operator" => Op::Other,
        _ => return None,
    })
}

fn comment(entry: &str) -> Result<Comment, String> {
    let mut words = entry.split(' ');
    let open = words.next().filter(|open| !open.is_empty()).ok_or("an opening is wanted")?.to_owned();
    let mut comment = Comment { open, close: None, leads: false };
    for word in words {
        match word {
            "line" => comment.leads = true,
            close => comment.close = Some(close.to_owned()),
        }
    }
    Ok(comment)
}

fn string(entry: &str) -> Result<Quote, String> {
    let mut words = entry.splitn(4, ' ');
    let mut next =
        || words.next().filter(|word| !word.is_empty()).ok_or("an opening, a closing and an escape are wanted");
    let (open, close, escape) = (next()?.to_owned(), next()?.to_owned(), next()?);
    let escape = escape.chars().next().filter(|_| escape != "-");
    let flags = quote(words.next().unwrap_or_default())?;
    Ok(Quote { open, close, escape, ..flags })
}

fn quote(flags: &str) -> Result<Quote, String> {
    let mut quote = Quote { escape: Some('\\'), ..Quote::default() };
    for flag in flags.split(' ').filter(|flag| !flag.is_empty()) {
        match flag {
            "holes" => quote.holes = true,
            "lines" => quote.lines = true,
            "doubled" => quote.doubled = true,
            "twice" => quote.twice = true,
            _ => return Err(format!("no such flag: `{flag}`")),
        }
    }
    Ok(quote)
}
