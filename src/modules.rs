//! Which file of a run a module is, and what of it a file knows by which name.

mod crowded;
mod names;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use crate::files::walk::folder;
use crate::meaning::fact::Reading;
use crate::meaning::outline::{Constant, Constants, Export, Imported};
use crate::meaning::words::class_in;
use crate::mentions::Mentions;
use crate::syntax::expr::WHOLE;
use crate::syntax::language::{self, Scope};
pub use names::{first_word, word_of};
use names::{is_relative, module_path, plain, wanted};

/// Most files between an import and what it names: files that only hand on what others have.
const HANDED_ON: usize = 4;
/// Most names of others that one file knows. Real files use dozens.
pub const MOST: usize = 2_000;
/// Most files that one name may stand in before it is no one's.
const SAME: usize = 32;
/// Most places told of on the way of a value through files.
const TRAIL: usize = 6;

/// A file of a run.
pub struct File<'r> {
    /// As it is shown.
    pub path: &'r str,
    /// The name of its language.
    pub language: &'r str,
    /// The folder of its package.
    pub package: &'r str,
    /// Its text, if it was read.
    pub text: &'r str,
    /// What it yields and knows of others, if it was read.
    pub read: Option<(&'r Reading, &'r Constants)>,
    /// Names that it may define, sorted, members behind their type, if it was not read and its language's modules are
    /// folders.
    pub defines: &'r [String],
}

impl File<'_> {
    /// Whether it may define `name`, or a member of it that stands in the `text` of who asks.
    fn may_define(&self, name: &str, text: &str) -> bool {
        let start = self.defines.partition_point(|have| have.as_str() < name);
        let near = self.defines.iter().skip(start).take_while(|have| have.starts_with(name));
        near.filter_map(|have| have.strip_prefix(name)).any(|rest| rest.is_empty() || is_taken_from(rest, text))
    }
}

/// The files of a run, found by the names that others know them by.
pub struct Modules<'r> {
    files: Vec<File<'r>>,
    /// By the last word of their module's path.
    by_word: HashMap<String, Vec<usize>>,
    /// Of each file, the words of its module's path.
    paths: Vec<Vec<&'r str>>,
    by_folder: HashMap<&'r str, Vec<usize>>,
    /// Folders by the last word of their path.
    folders: HashMap<&'r str, Vec<&'r str>>,
    /// Read files by the first word of what they export.
    by_export: HashMap<&'r str, Vec<usize>>,
    /// First words of exports that hold a word of a rule.
    ruled: BTreeSet<&'r str>,
    /// Files by the file that imports them and the module that it says: a file that hands on a thousand others is asked for
    /// each of them by everyone who imports it.
    found: RefCell<HashMap<usize, HashMap<String, Option<usize>>>>,
    /// Of each file, whether one of its exports holds a word of a rule.
    rules: Vec<bool>,
    words: &'r [&'r str],
}

/// What one file knows of others, and what it would have to know more.
#[derive(Default)]
pub struct Known {
    /// What it knows.
    pub constants: Constants,
    /// Files that were not read yet, by their place in the list.
    pub unread: BTreeSet<usize>,
    /// Files that were read, and have what it wants.
    pub asked: BTreeSet<usize>,
}

/// An import on the way to what it names.
struct Way<'i, 'r> {
    module: &'i str,
    name: Option<&'i str>,
    /// The name that the file which asked knows it by.
    local: &'i str,
    /// Whether the file that asked wants all of it; else only what holds a word of a rule.
    is_wanted: bool,
    /// What the file that asked spells: it can ask for nothing else.
    spelled: &'i Mentions<'r>,
    /// Whether a class of it takes over all that there is of it.
    is_base: bool,
    /// Names that it wants of others.
    names: &'i BTreeSet<&'i str>,
    left: usize,
}

impl<'r> Modules<'r> {
    /// The modules of a run.
    pub fn new(files: Vec<File<'r>>, words: &'r [&'r str]) -> Self {
        let mut modules = Self {
            paths: files.iter().map(|file| module_path(file.path)).collect(),
            files,
            by_word: HashMap::new(),
            by_folder: HashMap::new(),
            folders: HashMap::new(),
            by_export: HashMap::new(),
            ruled: BTreeSet::new(),
            rules: Vec::new(),
            found: RefCell::default(),
            words,
        };
        for (at, file) in modules.files.iter().enumerate() {
            let word = modules.paths[at].last().copied().unwrap_or_default();
            modules.by_word.entry(plain(word)).or_default().push(at);
            modules.by_folder.entry(folder(file.path)).or_default().push(at);
            let mut is_ruled = false;
            for export in file.read.iter().flat_map(|(reading, _)| &reading.exports) {
                let places = modules.by_export.entry(first_word(&export.name)).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
                if export.item.holds(words) {
                    is_ruled = true;
                    modules.ruled.insert(first_word(&export.name));
                }
            }
            modules.rules.push(is_ruled);
        }
        for folder in modules.by_folder.keys().filter(|folder| !folder.is_empty()) {
            let last = folder.rsplit('/').next().unwrap_or_default();
            modules.folders.entry(last).or_default().push(folder);
        }
        modules
    }

    /// What a file knows of others: what its requests are made of, what holds a word of a rule, and, where others `asked` for
    /// it, what it has for them is made of.
    pub fn known(&self, at: usize, asked: bool) -> Known {
        self.known_with(at, asked, &[])
    }

    /// The same, where it wants `more` names than it says.
    fn known_with(&self, at: usize, asked: bool, more: &[String]) -> Known {
        let mut known = Known::default();
        let Some((reading, _)) = self.files.get(at).and_then(|file| file.read) else { return known };
        let handed = if asked { reading.handed.as_slice() } else { &[] };
        let is_base = |name: &str| asked && reading.bases.iter().any(|base| base == name);
        let asked_for: BTreeSet<&str> = reading.wanted.iter().chain(handed).chain(more).map(String::as_str).collect();
        let text = self.files[at].text;
        let spelled = &Mentions::new(text);
        for import in reading.imports.iter().filter(|import| !import.local.is_empty()) {
            let named = import.name.as_ref().unwrap_or(&import.local);
            let is_wanted = asked_for.contains(import.local.as_str()) || self.ruled.contains(named.as_str());
            let (module, name, local) = (import.module.as_str(), import.name.as_deref(), import.local.as_str());
            let (is_base, names) = (is_base(local), &asked_for);
            let way = Way { module, name, local, is_wanted, spelled, is_base, names, left: HANDED_ON };
            let mut met = BTreeSet::new();
            self.follow(at, &way, &mut met, &mut |name, of, export| {
                self.add(at, &mut known.constants, name, of, export);
            });
            if is_wanted {
                self.note(&mut known, met);
            }
        }
        let takes_over = |import: &Imported| import.local.is_empty() && import.name.is_none();
        let may_know = self.scope(at).is_some() || reading.imports.iter().any(takes_over);
        let ruled = self.ruled.iter().copied().filter(|name| may_know && text.contains(name));
        let names: BTreeSet<&str> = asked_for.iter().copied().chain(ruled).collect();
        for name in names {
            let is_local = reading.imports.iter().any(|import| import.local == name && !self.is_elsewhere(at, import));
            if !is_local {
                self.without_import(at, name, spelled, is_base(name), &mut known);
            }
        }
        known
    }

    /// Takes note of files that were met on the way to something.
    fn note(&self, known: &mut Known, met: BTreeSet<usize>) {
        for of in met {
            let into = if self.files[of].read.is_some() { &mut known.asked } else { &mut known.unread };
            into.insert(of);
        }
    }

    /// Whether an import names something whose file is not found by its module, and may be known by its name alone.
    fn is_elsewhere(&self, at: usize, import: &Imported) -> bool {
        self.scope(at) == Some(Scope::Package)
            && self.files_of(at, &import.module, &BTreeSet::new()).is_empty()
            && import.name.as_ref().is_some_and(|name| {
                self.files_of(at, &format!("{}.{name}", import.module), &BTreeSet::new()).is_empty()
            })
    }

    fn scope(&self, at: usize) -> Option<Scope> {
        self.files.get(at).and_then(|file| language::scope(file.language))
    }

    /// What a name is that no import names: taken over with a whole module, or known in the folder or the package.
    fn without_import(&self, at: usize, name: &str, spelled: &Mentions<'r>, is_base: bool, known: &mut Known) {
        let imports =
            self.files.get(at).and_then(|file| file.read).into_iter().flat_map(|(reading, _)| &reading.imports);
        for import in imports.filter(|import| import.local.is_empty() && import.name.is_none()) {
            let names = &BTreeSet::from([name]);
            let (module, whole) = (&import.module, Some(name));
            let way =
                Way { module, name: whole, local: name, is_wanted: true, spelled, is_base, names, left: HANDED_ON };
            let mut met = BTreeSet::new();
            self.follow(at, &way, &mut met, &mut |name, of, export| {
                self.add(at, &mut known.constants, name, of, export)
            });
            self.note(known, met);
        }
        let (Some(scope), Some(own)) = (self.scope(at), self.files.get(at)) else { return };
        let is_near = |other: &usize| {
            let other = &self.files[*other];
            other.path != own.path
                && language::family(other.language) == language::family(own.language)
                && match scope {
                    Scope::Folder => folder(other.path) == folder(own.path),
                    Scope::Package => other.package == own.package,
                }
        };
        // The files of a folder may have the members of one object between them: `local.sessions`, `local.org`.
        let has_member = |other: &usize| {
            let exports = self.files[*other].read.iter().flat_map(|(reading, _)| &reading.exports);
            let mut own = exports.filter(|export| first_word(&export.name) == name);
            scope == Scope::Package || own.any(|export| spelled.has(&export.name))
        };
        let near = self.by_export.get(name).into_iter().flatten().copied().filter(is_near);
        let found: Vec<usize> = near.filter(has_member).take(SAME).collect();
        let beside: Vec<usize> =
            found.iter().copied().filter(|other| folder(self.files[*other].path) == folder(own.path)).collect();
        if let ([one], _) | ([], [one]) = (beside.as_slice(), found.as_slice()) {
            let exports = self.files[*one].read.iter().flat_map(|(reading, _)| &reading.exports);
            let is_asked =
                |export: &&Export| first_word(&export.name) == name && (is_base || spelled.has(&export.name));
            known.asked.insert(*one);
            exports.filter(is_asked).for_each(|export| {
                self.add(at, &mut known.constants, export.name.clone(), *one, export);
            });
        }
        if found.is_empty() {
            let maybe = match scope {
                Scope::Folder => self.by_folder.get(folder(own.path)),
                Scope::Package => self.by_word.get(&plain(name)),
            };
            // A class may have nothing of its own and take all from one that is known by then.
            let read = maybe.into_iter().flatten().copied().filter(|other| self.files[*other].read.is_some());
            known.asked.extend(read.filter(|_| scope == Scope::Package).filter(is_near).take(SAME));
            let may_define = |other: &usize| scope == Scope::Package || self.files[*other].may_define(name, own.text);
            let unread = maybe.into_iter().flatten().copied().filter(|other| self.files[*other].read.is_none());
            known.unread.extend(unread.filter(is_near).filter(may_define).take(SAME));
        }
    }

    /// Calls `take` with everything that an import gives access to, under the name that it has there. Files on the way are
    /// `met`.
    fn follow(
        &self,
        from: usize,
        way: &Way<'_, 'r>,
        met: &mut BTreeSet<usize>,
        take: &mut dyn FnMut(String, usize, &'r Export),
    ) {
        let Some(left) = way.left.checked_sub(1) else { return };
        // `from app import settings` names a module as well as it names a constant.
        if let Some(name) = way.name {
            let below = self.files_of(from, &format!("{}.{name}", way.module), way.names);
            let whole = Way { name: None, ..*way };
            below.into_iter().for_each(|of| self.take_from(of, &whole, left, met, take));
        }
        self.files_of(from, way.module, way.names).into_iter().for_each(|of| self.take_from(of, way, left, met, take));
    }

    fn take_from(
        &self,
        of: usize,
        way: &Way<'_, 'r>,
        left: usize,
        met: &mut BTreeSet<usize>,
        take: &mut dyn FnMut(String, usize, &'r Export),
    ) {
        met.insert(of);
        let Some((reading, _)) = self.files[of].read else { return };
        let stem = plain(word_of(self.files[of].path));
        let local = way.local;
        let mut is_found = false;
        let is_of_interest = |export: &&Export| way.is_wanted || self.rules[of] && export.item.holds(self.words);
        for export in reading.exports.iter().filter(is_of_interest) {
            let (first, rest) = export.name.split_once('.').map_or((export.name.as_str(), None), |(a, b)| (a, Some(b)));
            let mut take = |rest: Option<&str>| match rest {
                None => take(local.to_owned(), of, export),
                Some(rest) if way.is_base || way.spelled.has(rest) => take(format!("{local}.{rest}"), of, export),
                Some(_) => {}
            };
            match way.name {
                Some(name) if first == name => {
                    is_found = true;
                    take(rest);
                }
                // A static member is imported by its own name.
                Some(name) if plain(first) == stem && rest.is_some_and(|rest| first_word(rest) == name) => {
                    is_found = true;
                    take(rest.and_then(|rest| Some(rest.split_once('.')?.1)));
                }
                Some(_) => {}
                None => {
                    take(Some(&export.name));
                    // The one thing that a file is for goes by any name.
                    let is_constant = rest.is_none() && !export.item.texts.is_empty();
                    if first == local || first == WHOLE || plain(first) == stem && !is_constant {
                        is_found = true;
                        take(rest);
                    }
                }
            }
        }
        if is_found {
            return;
        }
        for import in &reading.imports {
            let (name, local) = match (way.name, import.local.is_empty()) {
                (Some(name), false) if import.local == name => (import.name.as_deref(), local.to_owned()),
                (Some(name), true) if import.name.is_none() => (Some(name), local.to_owned()),
                (None, false) if import.local == WHOLE => (import.name.as_deref(), local.to_owned()),
                (None, false) if way.spelled.has(&import.local) => {
                    (import.name.as_deref(), format!("{local}.{}", import.local))
                }
                (None, true) if import.name.is_none() => (None, local.to_owned()),
                _ => continue,
            };
            let way = Way { module: &import.module, name, local: &local, left, ..*way };
            self.follow(of, &way, met, take);
        }
    }

    fn add(&self, asker: usize, known: &mut Constants, name: String, of: usize, export: &Export) {
        if known.len() >= MOST || known.contains_key(&name) {
            return;
        }
        let bases = self.files[asker].read.map_or(&[][..], |(reading, _)| reading.bases.as_slice());
        if export.item.is_kept() && !bases.iter().any(|base| base == class_in(&name)) {
            return;
        }
        let file = &self.files[of];
        let made_of = file.read.iter().flat_map(|(_, constants)| {
            let names = export.item.all_texts().flat_map(|text| &text.constants);
            names.filter_map(|name| constants.get(name)).next()
        });
        let mut trail = Vec::new();
        for farther in made_of {
            trail.extend(farther.trail.iter().cloned());
            trail.push((farther.path.clone(), farther.span));
            trail.truncate(TRAIL);
        }
        let origins = export.item.all_texts().flat_map(|text| text.origins.iter().copied()).collect();
        let (item, path, span) = (export.item.abroad(), file.path.to_owned(), export.span);
        let constant = Constant { item, path, span, origins, trail };
        known.insert(name, constant);
    }

    /// The file that a module, as written in the file at `from`, is; in a language whose modules are folders, the files of it
    /// that have one of `names` or a name that holds a word of a rule.
    fn files_of(&self, from: usize, module: &str, names: &BTreeSet<&str>) -> Vec<usize> {
        if self.scope(from) == Some(Scope::Folder) {
            let own = self.files.get(from);
            return own.map_or_else(Vec::new, |own| self.folder_of(&wanted(own, module), own, names));
        }
        let known = self.found.borrow().get(&from).and_then(|found| found.get(module)).copied();
        let found = known.unwrap_or_else(|| {
            let found = self.file_of(from, module);
            self.found.borrow_mut().entry(from).or_default().insert(module.to_owned(), found);
            found
        });
        found.into_iter().collect()
    }

    /// The one file that a module, as written in the file at `from`, is.
    fn file_of(&self, from: usize, module: &str) -> Option<usize> {
        let own = self.files.get(from)?;
        let wanted = wanted(own, module);
        let is_relative = is_relative(module);
        let ends = |path: &[&str], same: &dyn Fn(&str, &str) -> bool| {
            let tail = path.len().checked_sub(wanted.len()).filter(|skip| !is_relative || *skip == 0);
            tail.is_some_and(|skip| path.iter().skip(skip).zip(&wanted).all(|(have, want)| same(have, want)))
        };
        let last = plain(wanted.last()?);
        let named = self.by_word.get(&last).map_or(&[][..], Vec::as_slice);
        let fitting = |same: &dyn Fn(&str, &str) -> bool| -> Vec<usize> {
            let fits = |at: &&usize| **at != from && ends(&self.paths[**at], same);
            named.iter().filter(fits).copied().take(SAME).collect()
        };
        let mut found = fitting(&|have, want| have == want);
        if found.is_empty() {
            // `Acme.OrgClient` lies in `acme/org_client`.
            found = fitting(&|have, want| plain(have) == plain(want));
        }
        if let [one] = found.as_slice() {
            return Some(*one);
        }
        // `./client` may be `client.ts` and `client.py`.
        let family = |at: &usize| language::family(self.files[*at].language) == language::family(own.language);
        let mut own = found.into_iter().filter(family);
        own.next().filter(|_| own.next().is_none())
    }

    /// The files of the folder whose path ends as a module does, the longest end first.
    fn folder_of(&self, wanted: &[&str], own: &File, names: &BTreeSet<&str>) -> Vec<usize> {
        let common = |folder: &str| {
            let words = folder.rsplit('/').zip(wanted.iter().rev());
            words.take_while(|(have, want)| have == *want).count()
        };
        let same = wanted.last().and_then(|last| self.folders.get(last)).into_iter().flatten();
        let best = same.map(|folder| (common(folder), *folder)).max();
        let files = best.and_then(|(_, folder)| self.by_folder.get(folder)).into_iter().flatten().copied();
        let has_some = |at: &usize| match self.files[*at].read {
            Some((reading, _)) => {
                self.rules[*at] || reading.exports.iter().any(|export| names.contains(first_word(&export.name)))
            }
            None => names.iter().any(|name| self.files[*at].may_define(name, own.text)),
        };
        files.filter(|at| self.files[*at].language == own.language).filter(has_some).take(SAME).collect()
    }
}

/// Whether a member, with the dot before it, stands in a text.
fn is_taken_from(member: &str, text: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    member.starts_with('.')
        && text.match_indices(member).any(|(at, _)| !text[at + member.len()..].starts_with(is_of_name))
}
