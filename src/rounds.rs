//! Reads the files of a run, round after round: first those that hold a word of a rule, then what they import, then again
//! those that know more of others by then.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::config::{Config, Isolation};
use crate::files::prefilter::Prefilter;
use crate::files::walk::{Candidate, Options, Walked, folder, walk};
use crate::judge::finding::{Notice, NoticeKind};
use crate::meaning::fact::Reading;
use crate::meaning::hosts;
use crate::meaning::interest::Interest;
use crate::meaning::outline::{Constant, Constants};
use crate::modules::{self, File, Known, Modules};
use crate::packages::Packages;
use crate::scan::{read, read_lexically};
use crate::syntax::expr::WHOLE;
use crate::syntax::language;
use crate::worker::Job;
use crate::worker::pool::{Outcome, Pool};

/// Most rounds after the first: how many files a value may go through, and how often one file is read again.
const ROUNDS: usize = 6;
/// Most walks for the users of names: a constant made of another file's is one more only after a round.
const WALKS: usize = 3;
/// Most files that are read because one file imports them.
const ASKED: usize = 32;
/// Most files that are read in one run because others import them.
const ALL_ASKED: usize = 2_000;
/// Most files without evidence that are read because they spell a piece of a rule's path. Trees of 25,000 files have dozens.
const SPELLING: usize = 2_000;

/// A file with what it yields and what it knows of others.
pub struct Entry {
    /// The file.
    pub candidate: Candidate,
    /// What it yields.
    pub reading: Reading,
    /// What it knows of others.
    pub constants: Constants,
    /// Whether it was read because another file imports it.
    pub asked: bool,
    /// How many files were read because it imports them.
    followed: usize,
}

/// What the rounds are run with.
pub struct Rounds<'c> {
    /// How files were walked.
    pub options: &'c Options,
    /// What somebody is interested in.
    pub interest: &'c Interest,
    /// Reads files.
    pub reader: &'c Reader<'c>,
    /// The packages of the run.
    pub packages: &'c Packages,
}

/// Files to be read next, and files whose imports are not all followed.
#[derive(Default)]
struct Next {
    /// By their place among those not read yet.
    unread: BTreeSet<usize>,
    /// Entries that ask for some of them, with how many.
    followed: Vec<(usize, usize)>,
    /// Entries that know more than when they were read, with what they know.
    again: Vec<(usize, Constants)>,
    /// Entries that others ask for something.
    asked: BTreeSet<usize>,
    /// Entries that know the same of others, which stands or comes from elsewhere by now.
    moved: Vec<(usize, Constants)>,
    cut: Vec<String>,
    /// Files that know as much of others as a file may.
    full: Vec<String>,
    /// Files that have more names than are followed, where others have or take what those name.
    crowded: Vec<String>,
}

impl Rounds<'_> {
    /// Reads everything that matters. Adds to the notices of the walk what was not followed.
    pub fn run(&self, walked: &mut Walked) -> Vec<Entry> {
        let mut entries = self.entries(std::mem::take(&mut walked.candidates), false);
        let spelling = self.spelling(walked);
        let spelling = self.load(walked, spelling.into_iter());
        entries.extend(self.entries(spelling, false));
        let (mut asked, mut names, mut cut, mut unread) = (0, BTreeSet::new(), BTreeSet::new(), Vec::new());
        let (mut full, mut crowded) = (BTreeSet::new(), Vec::new());
        for round in 0..=ROUNDS {
            if round < WALKS {
                let more = self.users(&entries, &walked.hosts, &mut names);
                let more = self.entries(more, false);
                forget(walked, &more);
                entries.extend(more);
            }
            let next = self.next(&entries, walked);
            full.extend(next.full);
            crowded = next.crowded;
            next.asked.iter().for_each(|at| entries[*at].asked = true);
            next.moved.into_iter().for_each(|(at, known)| entries[at].constants = known);
            if asked < ALL_ASKED {
                cut.extend(next.cut);
                next.followed.iter().for_each(|(at, count)| entries[*at].followed += count);
                unread = next.unread.iter().filter_map(|at| Some(walked.others.get(*at)?.path.clone())).collect();
            }
            if round == ROUNDS {
                for (at, _) in next.again {
                    let path = entries[at].candidate.source.path.clone();
                    walked.notices.push(unfollowed(path, "takes values through more files than are followed"));
                }
                break;
            }
            if next.again.is_empty() && (unread.is_empty() || asked == ALL_ASKED) {
                break;
            }
            self.read_again(&mut entries, next.again);
            let loaded = self.load(walked, unread.drain(..unread.len().min(ALL_ASKED - asked)));
            asked += loaded.len();
            entries.extend(self.entries(loaded, true));
        }
        let message = "imports more files than are followed; what the others hold is not known";
        walked.notices.extend(cut.into_iter().map(|path| unfollowed(path, message)));
        let message = "takes more names from other files than are followed; URLs made of the rest were not read";
        walked.notices.extend(full.into_iter().map(|path| unfollowed(path, message)));
        let message = "has more names for other files, or takes more from them, than are followed; URLs made of the rest were not read";
        walked.notices.extend(crowded.into_iter().map(|path| unfollowed(path, message)));
        let what = "is imported, but more is imported than is followed in one run; it was not read";
        walked.notices.extend(left_unread(&unread, what));
        entries.sort_by(|one, other| one.candidate.source.path.cmp(&other.candidate.source.path));
        entries
    }

    fn read_again(&self, entries: &mut [Entry], again: Vec<(usize, Constants)>) {
        let round: Vec<(&Candidate, &Constants)> =
            again.iter().map(|(at, known)| (&entries[*at].candidate, known)).collect();
        let readings = self.reader.read(&round);
        for ((at, constants), reading) in again.into_iter().zip(readings) {
            (entries[at].reading, entries[at].constants) = (reading, constants);
        }
    }

    /// Files without evidence that spell a piece of a rule's path, where something else in the run has evidence: a client with
    /// Okta's address stands in one file, and the paths that it is given in others.
    fn spelling(&self, walked: &mut Walked) -> Vec<String> {
        if !self.packages.has_evidence() {
            return Vec::new();
        }
        let mut paths: Vec<String> =
            walked.others.iter().filter(|other| other.spells).map(|other| other.path.clone()).collect();
        let what =
            "may give a client of another file a path, but more files may than are read in one run; it was not read";
        walked.notices.extend(left_unread(paths.get(SPELLING..).unwrap_or_default(), what));
        paths.truncate(SPELLING);
        paths
    }

    /// Files to be read because others import them. Whatever becomes of it, none of them is asked for again.
    fn load(&self, walked: &mut Walked, paths: impl Iterator<Item = String>) -> Vec<Candidate> {
        let paths: HashSet<String> = paths.collect();
        let (asked, others) =
            std::mem::take(&mut walked.others).into_iter().partition(|other| paths.contains(&other.path));
        walked.others = others;
        let mut loaded = Vec::new();
        for other in asked {
            match other.load(self.options) {
                Some(candidate) => loaded.push(candidate),
                None => {
                    let message = "is needed for others, but could not be read again; what it holds is not known";
                    walked.notices.push(unfollowed(other.path, message));
                }
            }
        }
        loaded
    }

    fn entries(&self, candidates: Vec<Candidate>, asked: bool) -> Vec<Entry> {
        let none = Constants::new();
        let round: Vec<(&Candidate, &Constants)> = candidates.iter().map(|one| (one, &none)).collect();
        let readings = self.reader.read(&round);
        let entry =
            |(candidate, reading)| Entry { candidate, reading, constants: Constants::new(), asked, followed: 0 };
        candidates.into_iter().zip(readings).map(entry).collect()
    }

    /// Files that hold no word of a rule but the name of a constant that holds one. Names that are `known` were looked for.
    fn users(
        &self,
        entries: &[Entry],
        hosts: &BTreeSet<String>,
        known: &mut BTreeSet<(String, String)>,
    ) -> Vec<Candidate> {
        let words = self.interest.words();
        let mut pairs = BTreeSet::new();
        for Entry { candidate, reading, .. } in entries {
            let module = modules::word_of(&candidate.source.path);
            let is_known_by_name = language::scope(&candidate.language.name).is_some();
            for export in reading.exports.iter().filter(|export| export.item.may_end_in(&words)) {
                let first = modules::first_word(&export.name);
                let last = export.name.rsplit_once('.').map_or(first, |(_, last)| last);
                // A class goes by its name wherever it is imported from.
                if first != WHOLE && (is_known_by_name || first != last) {
                    pairs.insert((first.to_owned(), last.to_owned()));
                }
                // The module itself goes by any name.
                pairs.insert((module.to_owned(), if last == WHOLE { module } else { last }.to_owned()));
            }
        }
        // A cookie beside a host that was learned in the walk: neither was a word of it.
        let learned = hosts.iter().take(hosts::MOST);
        pairs
            .extend(learned.flat_map(|host| self.interest.cookies.iter().map(|cookie| (host.clone(), cookie.clone()))));
        let new: Vec<(String, String)> = pairs.difference(known).cloned().collect();
        if new.is_empty() {
            return Vec::new();
        }
        known.extend(pairs);
        let mut more = walk(self.options, &Prefilter::of_names(new), &[]).candidates;
        let known: HashSet<&str> = entries.iter().map(|entry| entry.candidate.source.path.as_str()).collect();
        more.retain(|candidate| !known.contains(candidate.source.path.as_str()));
        more
    }

    /// What is to be read next.
    fn next(&self, entries: &[Entry], walked: &Walked) -> Next {
        // Where nothing was parsed nothing is imported.
        if entries.iter().all(|entry| entry.candidate.lexical.is_some()) {
            return Next::default();
        }
        let words = self.interest.words();
        let read = entries.iter().map(|entry| File {
            path: &entry.candidate.source.path,
            language: &entry.candidate.language.name,
            package: self.packages.of(folder(&entry.candidate.source.path)),
            text: &entry.candidate.source.text,
            read: Some((&entry.reading, &entry.constants)),
            defines: &[],
        });
        let others = walked.others.iter().map(|other| File {
            path: &other.path,
            language: &other.language.name,
            package: self.packages.of(folder(&other.path)),
            text: "",
            read: None,
            defines: &other.defines,
        });
        let modules = Modules::new(read.chain(others).collect(), &words);
        let mut next = Next::default();
        let known = knowledge(entries, &modules, &mut next.asked);
        let is_asked = |at: usize| next.asked.contains(&at) || entries.get(at).is_some_and(|entry| entry.asked);
        let crowded = modules.crowded(&known, is_asked);
        next.crowded = crowded.iter().filter_map(|at| Some(entries.get(*at)?.candidate.source.path.clone())).collect();
        for (at, known) in known {
            let Some(entry) = entries.get(at) else { continue };
            let left = ASKED.saturating_sub(entry.followed);
            if known.unread.len() > left {
                next.cut.push(entry.candidate.source.path.clone());
            }
            if known.constants.len() >= modules::MOST {
                next.full.push(entry.candidate.source.path.clone());
            }
            next.followed.push((at, known.unread.len().min(left)));
            next.unread.extend(known.unread.iter().take(left).filter_map(|other| other.checked_sub(entries.len())));
            match known.constants == entry.constants {
                true => {}
                false if is_same(&known.constants, &entry.constants) => next.moved.push((at, known.constants)),
                false => next.again.push((at, known.constants)),
            }
        }
        next
    }
}

/// What each parsed file knows of others. Files that others ask for something that is made of what they take from further
/// ones are `asked`, and know those.
fn knowledge(entries: &[Entry], modules: &Modules, asked: &mut BTreeSet<usize>) -> BTreeMap<usize, Known> {
    let parsed = entries.iter().enumerate().filter(|(_, entry)| entry.candidate.lexical.is_none());
    let mut open: BTreeSet<usize> = parsed.map(|(at, _)| at).collect();
    let mut known = BTreeMap::new();
    while !open.is_empty() {
        let mut next = BTreeSet::new();
        for at in open {
            let Some(entry) = entries.get(at) else { continue };
            let one = modules.known(at, entry.asked || asked.contains(&at));
            let is_new = |of: &usize| {
                entries.get(*of).is_some_and(|entry| !entry.asked && entry.candidate.lexical.is_none())
                    && !asked.contains(of)
            };
            next.extend(one.asked.iter().copied().filter(is_new));
            known.insert(at, one);
        }
        asked.extend(&next);
        open = next;
    }
    known
}

/// Whether a file that knows one thing reads like one that knows the other.
fn is_same(one: &Constants, other: &Constants) -> bool {
    let is_same = |((name, one), (as_name, other)): ((&String, &Constant), (&String, &Constant))| {
        name == as_name && one.item == other.item
    };
    one.len() == other.len() && one.iter().zip(other).all(is_same)
}

/// Files that were read are no others any more.
fn forget(walked: &mut Walked, read: &[Entry]) {
    let read: HashSet<&str> = read.iter().map(|entry| entry.candidate.source.path.as_str()).collect();
    if !read.is_empty() {
        walked.others.retain(|other| !read.contains(other.path.as_str()));
    }
}

/// What is said of files that were not read any more.
fn left_unread(paths: &[String], what: &str) -> Option<Notice> {
    let (first, others) = paths.split_first()?;
    let like_it = match others.len() {
        0 => String::new(),
        count => format!(" ({count} more like it)"),
    };
    Some(unfollowed(first.clone(), &format!("{what}{like_it}")))
}

fn unfollowed(path: String, message: &str) -> Notice {
    Notice { kind: NoticeKind::Unresolved, path, line: None, message: message.to_owned() }
}

/// Reads the files of a run, round after round: what unreadable files cost is counted over all of them.
pub struct Reader<'c> {
    /// How.
    pub config: &'c Config,
    /// Made for the first file that is parsed.
    pub pool: OnceCell<Pool>,
}

impl Reader<'_> {
    /// Reads candidates, in order, each with the constants of other files that it knows.
    pub fn read(&self, round: &[(&Candidate, &Constants)]) -> Vec<Reading> {
        let parsed: Vec<Job> =
            round.iter().filter(|(candidate, _)| candidate.lexical.is_none()).map(|one| self.job(one)).collect();
        let mut outcomes = self.outcomes(parsed).into_iter();
        let mut reading = |one: &(&Candidate, &Constants)| match &one.0.lexical {
            Some(reason) => read_lexically(&self.job(one), reason.clone()),
            None => match outcomes.next() {
                Some(Outcome::Read(reading)) => *reading,
                Some(Outcome::Failed(reason)) => read_lexically(&self.job(one), reason),
                None => read_lexically(&self.job(one), "no worker took it".to_owned()),
            },
        };
        round.iter().map(&mut reading).collect()
    }

    fn outcomes(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let Config { threads, timeout, isolation, .. } = self.config;
        match isolation {
            Isolation::Workers if jobs.is_empty() => Vec::new(),
            Isolation::Workers => self.pool.get_or_init(|| Pool::new(*threads, *timeout)).read_all(jobs),
            Isolation::Off => jobs.iter().map(|job| Outcome::Read(Box::new(read(job)))).collect(),
        }
    }

    fn job(&self, (candidate, constants): &(&Candidate, &Constants)) -> Job {
        Job {
            path: candidate.words.clone(),
            language: candidate.language.name.clone(),
            text: candidate.source.text.clone(),
            constants: Constants::clone(constants),
            okta_domains: self.config.okta_domains.clone(),
            libraries: self.config.libraries.clone(),
            limit: None,
        }
    }
}
