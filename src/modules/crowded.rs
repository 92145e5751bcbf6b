//! Which files have more names than are followed where it matters: another file has what one of those names, or takes it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, Modules, first_word};
use crate::meaning::fact::Beyond;
use crate::mentions::Mentions;

impl Modules<'_> {
    /// The files that miss something for the names beyond those that are followed, by their place in the list; `known` is
    /// what each file knows with the others.
    pub fn crowded(&self, known: &BTreeMap<usize, Known>, is_asked: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let beyond = |at: &usize| self.files.get(*at)?.read.map(|(reading, _)| &reading.beyond);
        let all: Vec<(usize, &Beyond)> =
            known.keys().filter_map(|at| Some((*at, beyond(at).filter(|beyond| !beyond.is_empty())?))).collect();
        let mut crowded: BTreeSet<usize> = all.iter().filter(|(_, beyond)| beyond.cut).map(|(at, _)| *at).collect();
        for (at, beyond) in all.iter().filter(|(_, beyond)| !beyond.wanted.is_empty()) {
            let more = self.known_with(*at, is_asked(*at), &beyond.wanted);
            let is_less =
                |have: &Known| have.constants.len() < more.constants.len() || have.unread.len() < more.unread.len();
            if known.get(at).is_some_and(is_less) {
                crowded.insert(*at);
            }
        }
        let holding: Vec<(usize, &Beyond)> = all.into_iter().filter(|(_, beyond)| !beyond.exports.is_empty()).collect();
        if !holding.is_empty() {
            known.iter().for_each(|(by, have)| crowded.extend(self.asked_in_vain(*by, have, &holding)));
        }
        crowded
    }

    /// Of the files that have more for others than is followed, those that the file at `by` may take some of it from: it
    /// asks them, or wants the name, and spells it.
    fn asked_in_vain(&self, by: usize, known: &Known, holding: &[(usize, &Beyond)]) -> Vec<usize> {
        let Some((file, (reading, _))) = self.files.get(by).and_then(|file| Some((file, file.read?))) else {
            return Vec::new();
        };
        let spelled = Mentions::new(file.text);
        let wanted: BTreeSet<&str> = reading.wanted.iter().chain(&reading.handed).map(String::as_str).collect();
        let is_scoped = self.scope(by).is_some();
        let takes = |of: usize, name: &String| {
            let asks = known.asked.contains(&of) || is_scoped && wanted.contains(first_word(name));
            asks && spelled.has(name)
        };
        let takes_some =
            |(of, beyond): &&(usize, &Beyond)| *of != by && beyond.exports.iter().any(|name| takes(*of, name));
        holding.iter().filter(takes_some).map(|(of, _)| *of).collect()
    }
}
