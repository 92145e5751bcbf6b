//! The library files of one language, compiled so that a callee finds its entries by its last word.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::fact::Side;
use super::library::{
    AroundEntry, ClientEntry, CookieEntry, DocumentEntry, Library, ObjectEntry, Patterns, RequestEntry, Role,
    RouteEntry, StepEntry, TextEntry, UsedEntry,
};

/// The end of the evidence that an SDK's library file names.
const SDK: &str = "-sdk";

/// An entry with the library it comes from.
#[derive(Debug)]
pub struct Of<'l, E> {
    /// The library.
    pub library: &'l Library,
    /// The entry.
    pub entry: &'l E,
    /// Whether its open patterns count only in a file that imports the library: an SDK's method names are anybody's.
    gated: bool,
}

impl<E> Clone for Of<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Of<'_, E> {}

/// A compiled pattern: alternatives for each segment.
#[derive(Clone, Debug)]
struct Pattern {
    open: bool,
    segments: Vec<Vec<String>>,
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        let (open, rest) = match pattern.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let segments = split(rest).into_iter().map(|segment| {
            match segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
                Some(inner) => inner.split('|').map(str::to_owned).collect(),
                None => vec![segment.to_owned()],
            }
        });
        Self { open, segments: segments.collect() }
    }

    /// What the last segment with alternatives matched, or the last segment.
    fn matches(&self, path: &[String]) -> Option<String> {
        let skip = path.len().checked_sub(self.segments.len())?;
        if self.open != (skip > 0) {
            return None;
        }
        let mut captured = None;
        for (wanted, have) in self.segments.iter().zip(&path[skip..]) {
            if !wanted.contains(have) {
                return None;
            }
            if wanted.len() > 1 {
                captured = Some(have);
            }
        }
        captured.or(path.last()).cloned()
    }
}

/// Splits a pattern at dots outside braces: a segment in braces may hold the dots and slashes of a module's name.
pub(super) fn split(pattern: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0usize);
    for (at, c) in pattern.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => {
                parts.push(&pattern[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&pattern[start..]);
    parts
}

/// Entries by the last word of their patterns.
#[derive(Debug)]
pub struct Entries<'l, E> {
    by_last: HashMap<String, Vec<(Pattern, Of<'l, E>)>>,
}

impl<'l, E> Default for Entries<'l, E> {
    fn default() -> Self {
        Self { by_last: HashMap::new() }
    }
}

impl<'l, E> Entries<'l, E> {
    fn add(&mut self, patterns: &Patterns, library: &'l Library, entry: &'l E) {
        self.add_gated(patterns, library, entry, library.evidence.as_deref().is_some_and(|row| row.ends_with(SDK)));
    }

    /// Adds an entry whose open patterns need the import if it is `gated`.
    fn add_gated(&mut self, patterns: &Patterns, library: &'l Library, entry: &'l E, gated: bool) {
        for pattern in patterns.iter().map(Pattern::new) {
            for last in pattern.segments.last().into_iter().flatten() {
                let entries = self.by_last.entry(last.clone()).or_default();
                let at = if pattern.open { entries.len() } else { entries.partition_point(|(have, _)| !have.open) };
                entries.insert(at, (pattern.clone(), Of { library, entry, gated }));
            }
        }
    }

    /// The entries that `path` matches, whole paths before open ones, with what their braces matched. `imported` names
    /// the libraries that the file imports.
    pub fn find(&self, path: &[String], imported: &HashSet<&str>) -> Vec<(Of<'l, E>, String)> {
        let entries = path.last().and_then(|last| self.by_last.get(last)).map_or(&[][..], Vec::as_slice);
        let known = |pattern: &Pattern, of: &Of<'l, E>| {
            let needs_import = of.library.gated || pattern.open && of.gated;
            !needs_import || imported.contains(of.library.name.as_str())
        };
        let known = entries.iter().filter(|(pattern, of)| known(pattern, of));
        known.filter_map(|(pattern, of)| Some((*of, pattern.matches(path)?))).collect()
    }

    /// The first of those entries.
    pub fn first(&self, path: &[String], imported: &HashSet<&str>) -> Option<(Of<'l, E>, String)> {
        self.find(path, imported).into_iter().next()
    }

    /// Whether some entry ends in this word.
    pub fn ends_in(&self, word: &str) -> bool {
        self.by_last.contains_key(word)
    }
}

impl Entries<'_, RequestEntry> {
    /// Whether some entry that ends in this word spells out the request that it is: an SDK's method.
    pub fn spell(&self, word: &str) -> bool {
        self.by_last.get(word).into_iter().flatten().any(|(_, of)| of.entry.request.is_some())
    }
}

/// A command of a library.
#[derive(Clone, Copy, Debug)]
pub struct Command<'l> {
    /// Its name, as the library spells it.
    pub name: &'l str,
    library: &'l Library,
}

impl<'l> Command<'l> {
    /// The flag as the library spells it, if it takes a value.
    pub fn takes(&self, flag: &str) -> Option<&'l str> {
        let own = self.library.config.keys().chain(&self.library.takes).map(String::as_str);
        let is_same = |have: &str| have == flag || self.library.any_case && have.eq_ignore_ascii_case(flag);
        own.into_iter().find(|have| have.starts_with('-') && is_same(have))
    }
}

/// Every entry that code of one language family can use.
#[derive(Default)]
pub struct Vocabulary<'l> {
    /// The libraries themselves.
    pub libraries: Vec<&'l Library>,
    by_name: HashMap<&'l str, &'l Library>,
    /// Requests, by callee.
    pub requests: Entries<'l, RequestEntry>,
    /// Requests whose name alone is enough, by callee.
    pub ungated: Entries<'l, RequestEntry>,
    /// Clients, by callee.
    pub clients: Entries<'l, ClientEntry>,
    /// Steps that are calls, by callee.
    pub step_calls: Entries<'l, StepEntry>,
    /// Steps that assign a member.
    pub step_binds: Entries<'l, StepEntry>,
    /// Steps that assign an index.
    pub step_indexes: Vec<Of<'l, StepEntry>>,
    /// Text calls.
    pub texts: Entries<'l, TextEntry>,
    /// Calls that are objects.
    pub objects: Entries<'l, ObjectEntry>,
    /// Calls that serve a path.
    pub routes: Entries<'l, RouteEntry>,
    /// Annotations whose paths stand before others.
    pub arounds: Entries<'l, AroundEntry>,
    /// Calls whose text is for people, or is only looked at.
    pub prose: Entries<'l, RouteEntry>,
    /// Commands with the library that knows them, by their name in lower case.
    pub commands: HashMap<String, Command<'l>>,
    /// Commands that run another one.
    pub runners: HashSet<&'l str>,
    /// Keys of data whose value is a script; empty where any text may be one.
    pub scripts: Vec<&'l str>,
    /// Keys of what answers a request.
    pub answers: HashSet<&'l str>,
    /// Calls that give a function some of its arguments.
    pub partial: HashSet<&'l str>,
    /// Where data describes requests: whole paths before those that begin anywhere.
    pub documents: Vec<Of<'l, DocumentEntry>>,
    /// Calls that touch a cookie.
    pub cookie_calls: Entries<'l, CookieEntry>,
    /// Members that are jars.
    pub jars: Entries<'l, CookieEntry>,
    /// What stands before the names of cookies in members of jars.
    pub cookie_prefixes: Vec<&'l str>,
    /// Headers of cookie text.
    pub cookie_headers: Entries<'l, CookieEntry>,
    /// Values that are cookie text.
    pub cookie_sources: Entries<'l, CookieEntry>,
    /// Members that take cookie text.
    pub cookie_binds: Entries<'l, CookieEntry>,
    /// Members that hold a cookie's name.
    pub cookie_names: Entries<'l, CookieEntry>,
    /// Words of settings that give a cookie's name.
    pub cookie_settings: Vec<(&'l str, Of<'l, CookieEntry>)>,
    /// Things that keep working.
    pub used: Entries<'l, UsedEntry>,
    /// What option keys mean in every library.
    pub config: BTreeMap<&'l str, Role>,
    /// Where programs in this language run, if the language tells.
    pub side: Side,
}

impl<'l> Vocabulary<'l> {
    /// The vocabulary that the libraries of a language make up.
    pub fn new(libraries: impl Iterator<Item = &'l Library>) -> Self {
        let mut words = Vocabulary::default();
        for library in libraries {
            words.by_name.entry(&library.name).or_insert(library);
            words.libraries.push(library);
            words.add(library);
        }
        words.documents.sort_by_key(|of| of.entry.at.iter().any(|at| at.starts_with("**")));
        words
    }

    /// The library of this name; the first, where the repository has one of its own.
    pub fn library(&self, name: &str) -> Option<&'l Library> {
        self.by_name.get(name).copied()
    }

    /// Whether a command of this name runs another one, a folder before it left out.
    pub fn is_runner(&self, name: &str) -> bool {
        self.runners.contains(name.rsplit('/').next().unwrap_or(name))
    }

    /// The command of this name, a folder before it left out; of an image that is named after it (`curlimages/curl:8.4.0`).
    pub fn command(&self, name: &str) -> Option<Command<'l>> {
        let name = match name.rsplit_once('/') {
            Some((_, image)) => image.split_once(':').map_or(image, |(image, _)| image),
            None => name,
        };
        let name = name.strip_suffix(".exe").unwrap_or(name);
        let command = self.commands.get(&name.to_lowercase()).copied()?;
        (command.name == name || command.library.any_case).then_some(command)
    }

    fn add(&mut self, library: &'l Library) {
        if library.imports.is_empty() && library.languages.is_empty() {
            self.config.extend(library.config.iter().map(|(key, role)| (key.as_str(), *role)));
        }
        if library.imports.is_empty() && library.language_default {
            self.side = library.side;
        }
        for entry in &library.request {
            match entry.ungated {
                true => self.ungated.add_gated(&entry.call, library, entry, false),
                false => self.requests.add(&entry.call, library, entry),
            }
        }
        self.commands.extend(library.commands.iter().map(|name| (name.to_lowercase(), Command { name, library })));
        self.runners.extend(library.runners.iter().map(String::as_str));
        library.client.iter().for_each(|entry| self.clients.add(&entry.call, library, entry));
        library.text.iter().for_each(|entry| self.texts.add(&entry.call, library, entry));
        library.object.iter().for_each(|entry| self.objects.add(&entry.call, library, entry));
        library.route.iter().for_each(|entry| self.routes.add(&entry.call, library, entry));
        library.around.iter().for_each(|entry| self.arounds.add(&entry.call, library, entry));
        library.prose.iter().for_each(|entry| self.prose.add(&entry.call, library, entry));
        self.scripts.extend(library.scripts.iter().map(String::as_str));
        self.partial.extend(library.partial.iter().map(String::as_str));
        self.answers.extend(library.answers.iter().map(String::as_str));
        self.documents.extend(library.document.iter().map(|entry| Of { library, entry, gated: false }));
        library.used.iter().for_each(|entry| self.used.add(&entry.call, library, entry));
        for entry in &library.step {
            entry.call.iter().for_each(|call| self.step_calls.add(call, library, entry));
            entry.bind.iter().for_each(|bind| self.step_binds.add(bind, library, entry));
            self.step_indexes.extend(entry.index.iter().map(|_| Of { library, entry, gated: false }));
        }
        for entry in &library.cookie {
            entry.call.iter().for_each(|call| self.cookie_calls.add(call, library, entry));
            entry.member.iter().for_each(|member| self.jars.add(member, library, entry));
            self.cookie_prefixes.extend(Some(entry.prefix.as_str()).filter(|prefix| !prefix.is_empty()));
            entry.header.iter().for_each(|header| self.cookie_headers.add(header, library, entry));
            entry.source.iter().for_each(|source| self.cookie_sources.add(source, library, entry));
            entry.bind.iter().for_each(|bind| self.cookie_binds.add(bind, library, entry));
            entry.compare.iter().for_each(|compare| self.cookie_names.add(compare, library, entry));
            let settings = entry.setting.iter().flat_map(Patterns::iter);
            self.cookie_settings.extend(settings.map(|words| (words, Of { library, entry, gated: false })));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn matches(pattern: &str, path: &[&str]) -> Option<String> {
        let path: Vec<String> = path.iter().map(|word| (*word).to_owned()).collect();
        Pattern::new(pattern).matches(&path)
    }

    #[test]
    fn a_pattern_matches_whole_paths_and_open_ones_match_ends() {
        assert_eq!(matches("axios.{get|delete}", &["axios", "delete"]).as_deref(), Some("delete"));
        assert_eq!(matches("axios.{get|delete}", &["axios", "put"]), None);
        assert_eq!(matches("axios", &["axios", "get"]), None);
        assert_eq!(matches("*.cookies.get", &["req", "cookies", "get"]).as_deref(), Some("get"));
        assert_eq!(matches("*.get", &["get"]), None);
    }
}
