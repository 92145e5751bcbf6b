//! What a host file was taken apart into: pieces of code by language and by where they run, put together in the order of
//! the host.

use std::collections::BTreeMap;

use super::Runs;
use super::entities::resolved;
use crate::syntax::extract::Extract;

/// Longest line of a script that is parsed, in bytes: a script that holds a longer one is minified or data.
const LONGEST_LINE: usize = 64 << 10;
/// Why such a script is not parsed.
pub const LONG: &str = "a line is longer than 64 KiB";

/// A part of a piece of code.
#[derive(Clone, Debug)]
pub enum Bit {
    /// The host's own text.
    Same(usize, usize),
    /// What a template fills in: what is inside its tag, and the tag.
    Hole((usize, usize), (usize, usize)),
    /// Nothing, for a part of the host.
    Gap(usize, usize),
    /// Text that stands nowhere.
    Glue(String, usize),
}

/// Which code can see each other's names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The language.
    pub language: String,
    /// Where it runs.
    pub runs: Runs,
    /// Whether it has a line that is too long to be parsed.
    pub is_long: bool,
}

/// A piece of code.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its parts in order.
    pub bits: Vec<Bit>,
    /// What stands around it.
    pub around: [String; 2],
    /// Whether entities stand for characters in it.
    pub entities: bool,
}

impl Piece {
    /// Where it starts.
    pub fn start(&self) -> usize {
        self.bits.first().map_or(0, |bit| match bit {
            Bit::Same(start, _) | Bit::Hole(_, (start, _)) | Bit::Gap(start, _) | Bit::Glue(_, start) => *start,
        })
    }

    /// Its parts with what stands around it.
    pub fn whole(self) -> Vec<Bit> {
        let (start, [before, after]) = (self.start(), self.around);
        let end = self.bits.last().map_or(start, |bit| match bit {
            Bit::Same(_, end) | Bit::Hole(_, (_, end)) | Bit::Gap(_, end) | Bit::Glue(_, end) => *end,
        });
        let mut bits = vec![Bit::Glue(before, start)];
        bits.extend(self.bits);
        bits.push(Bit::Glue(after, end));
        bits
    }
}

/// Pieces of code by language and by where they run.
#[derive(Debug, Default)]
pub struct Pieces {
    kinds: BTreeMap<Key, Vec<Piece>>,
}

impl Pieces {
    /// Adds a piece. One with a line that is too long is kept apart, so that the others are still parsed.
    pub fn add(&mut self, text: &str, language: &str, runs: Runs, piece: Piece) {
        let is_long = |bit: &Bit| match bit {
            Bit::Same(start, end) => {
                text.get(*start..*end).is_some_and(|text| text.lines().any(|line| line.len() > LONGEST_LINE))
            }
            _ => false,
        };
        let is_long = piece.bits.iter().any(is_long);
        self.of(Key { language: language.to_owned(), runs, is_long }).push(piece);
    }

    /// The pieces of a kind.
    pub fn of(&mut self, key: Key) -> &mut Vec<Piece> {
        self.kinds.entry(key).or_default()
    }

    /// Whether there is code in this language.
    pub fn holds(&self, language: &str) -> bool {
        self.kinds.keys().any(|key| key.language == language)
    }

    /// Reads as `to` what is written in `from` and runs on the same side.
    pub fn rename(&mut self, from: &str, to: &str, runs: Runs) {
        let is_one = |key: &Key| key.language == from && key.runs == runs;
        let renamed: Vec<Key> = self.kinds.keys().filter(|key| is_one(key)).cloned().collect();
        for key in renamed {
            let pieces = self.kinds.remove(&key).unwrap_or_default();
            self.of(Key { language: to.to_owned(), ..key }).extend(pieces);
        }
    }

    /// The code of each kind, in the order of the host.
    pub fn extracts(self, text: &str) -> Vec<(Key, Extract)> {
        let put = |(key, mut pieces): (Key, Vec<Piece>)| {
            pieces.sort_by_key(Piece::start);
            let mut code = Extract::default();
            for piece in pieces {
                let entities = piece.entities;
                piece.whole().iter().for_each(|bit| put(text, bit, entities, &mut code));
            }
            (key, code)
        };
        self.kinds.into_iter().map(put).collect()
    }
}

fn put(text: &str, bit: &Bit, entities: bool, code: &mut Extract) {
    let slice = |start: usize, end: usize| text.get(start..end).unwrap_or_default();
    match bit {
        Bit::Same(start, end) if entities => {
            resolved(slice(*start, *end), *start, &mut |text, start, end, same| match same {
                true => code.same(text, start),
                false => code.instead(text, start, end),
            });
        }
        Bit::Same(start, end) => code.same(slice(*start, *end), *start),
        Bit::Hole((from, to), (start, end)) => code.hole(slice(*from, *to), *start, *end),
        Bit::Gap(start, end) => code.instead(" ", *start, *end),
        Bit::Glue(text, at) => code.instead(text, *at, *at),
    }
}
