//! Reads a configuration key by key. What is wrong is told with its place, all of it at once.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::keys::{KEYS, OVERRIDE, Takes};
use super::library::library;
use super::told::told;
use super::value::{Kind, Table, Value, Wrong};
use super::{FailOn, Settings, locate, value};
use crate::files::globs::Globs;
use crate::files::path::{Paths, repository};
use crate::judge::finding::{Confidence, Level};
use crate::judge::levels::ByRule;
use crate::judge::nearest::did_you_mean;
use crate::judge::rules::Rules;
use crate::report::Format;

/// Most configurations that extend each other.
const LONGEST_CHAIN: usize = 8;
/// Most libraries of one run: each file that is read is read with them.
const MOST_LIBRARIES: usize = 32;

/// Adds what a file says.
pub fn file(settings: &mut Settings, paths: &Paths, file: &Path, named: bool) -> Result<(), String> {
    one(settings, paths, file, named, &mut Vec::new())
}

/// Adds what a text of the command line says.
pub fn text(settings: &mut Settings, paths: &Paths, text: &str) -> Result<(), String> {
    let shown = "--config".to_owned();
    let whole = value::of_toml(text).map_err(|wrong| told(&shown, text, &[wrong]))?;
    let here = paths.whole(Path::new("."));
    Reader { settings, paths, text, shown, folder: here, wrongs: Vec::new(), chain: &mut Vec::new() }.table(whole)
}

fn one(
    settings: &mut Settings,
    paths: &Paths,
    file: &Path,
    named: bool,
    chain: &mut Vec<PathBuf>,
) -> Result<(), String> {
    let (whole, shown) = (paths.whole(file), paths.shown(file));
    let text = locate::read(file, named, &shown)?;
    let section = locate::section(file, &text).map_err(|wrong| told(&shown, &text, &[wrong]))?;
    let Some(section) = section else { return Err(format!("{shown}: has no section for sidestep")) };
    chain.push(whole.clone());
    let folder = whole.parent().unwrap_or(&whole).to_owned();
    let read = Reader { settings, paths, text: &text, shown, folder, wrongs: Vec::new(), chain }.table(section);
    chain.pop();
    read
}

struct Reader<'a> {
    settings: &'a mut Settings,
    paths: &'a Paths,
    text: &'a str,
    shown: String,
    /// What paths and patterns are relative to.
    folder: PathBuf,
    wrongs: Vec<Wrong>,
    /// The configurations that are being read, each extended by the one before.
    chain: &'a mut Vec<PathBuf>,
}

impl Reader<'_> {
    fn table(mut self, section: Value) -> Result<(), String> {
        let Kind::Table(mut table) = section.kind else {
            let wrong = Wrong::new(section.span.clone(), format!("{} where a table is wanted", section.name()));
            return Err(told(&self.shown, self.text, &[wrong]));
        };
        // What it extends goes first, so that its own keys go before that.
        table.sort_by_key(|(key, _)| (key.name != "extends", key.span.start));
        for (key, value) in table {
            if key.name == "extends" {
                self.extends(&value)?;
                continue;
            }
            match KEYS.iter().find(|known| known.name == key.name) {
                Some(known) => self.key(known.name, known.takes, value),
                None => {
                    let near = did_you_mean(&key.name, KEYS.iter().map(|known| known.name));
                    self.wrong(key.span, format!("unknown key `{}`{near}", key.name));
                }
            }
        }
        self.wrongs.sort_by_key(|wrong| wrong.span.start);
        if self.wrongs.is_empty() { Ok(()) } else { Err(told(&self.shown, self.text, &self.wrongs)) }
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.wrongs.push(Wrong::new(span, message));
    }

    fn key(&mut self, name: &'static str, takes: Takes, value: Value) {
        let span = value.span.clone();
        match (takes, value.kind) {
            (Takes::Texts, Kind::List(list)) => {
                let texts = self.texts(name, list);
                self.list(name, texts);
            }
            (Takes::Text, Kind::Text(text)) => self.baseline(span, &text),
            (Takes::Date, Kind::Text(date)) => match date.parse() {
                Ok(guidance) => {
                    self.settings.guidance = Some(guidance);
                    self.say(name, span, false);
                }
                Err(wrong) => self.wrong(span, format!("`{name}`: {wrong}")),
            },
            (Takes::Word(words), Kind::Text(word)) => self.word(name, words, span, &word),
            (Takes::Format, Kind::Text(word)) => self.format(span, &word),
            (Takes::Format, Kind::List(list)) => match &self.texts(name, list)[..] {
                [(span, word)] => self.format(span.clone(), word),
                _ => self.wrong(span, "`output` has one format: a configuration names no file to write"),
            },
            (Takes::Flag, Kind::Flag(flag)) => {
                self.settings.require_reason = Some(flag);
                self.say(name, span, false);
            }
            (Takes::Levels, Kind::Table(table)) => {
                let rules = self.levels(table, true);
                self.settings.levels.all.extend(rules);
            }
            (Takes::Overrides, Kind::List(list)) => list.into_iter().for_each(|entry| self.entry(entry)),
            (_, kind) => {
                let have = Value { span: span.clone(), kind };
                self.wrong(span, format!("`{name}` takes {}, not {}", takes.name(), have.name()));
            }
        }
    }

    /// Notes who said it: the text of the value, and where it stands.
    fn say(&mut self, key: &str, span: Range<usize>, adds: bool) {
        let (value, by) = (self.written(&span), self.by(&span));
        self.settings.say(key, value, by, adds);
    }

    /// The text of a value, on one line.
    fn written(&self, span: &Range<usize>) -> String {
        self.text.get(span.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The place of a value, for people; of an option only its name.
    fn by(&self, span: &Range<usize>) -> String {
        let line = self.text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
        if self.chain.is_empty() { self.shown.clone() } else { format!("{}:{line}", self.shown) }
    }

    fn texts(&mut self, name: &str, list: Vec<Value>) -> Vec<(Range<usize>, String)> {
        let mut texts = Vec::new();
        for value in list {
            match value.kind {
                Kind::Text(text) => texts.push((value.span, text)),
                _ => {
                    self.wrong(value.span.clone(), format!("`{name}` is a list of texts, and this is {}", value.name()))
                }
            }
        }
        texts
    }

    fn list(&mut self, name: &'static str, texts: Vec<(Range<usize>, String)>) {
        match name {
            "okta-domains" => {
                for (span, domain) in &texts {
                    if is_host(domain) {
                        self.settings.okta_domains.push(domain.to_ascii_lowercase());
                    } else {
                        self.wrong(span.clone(), format!("`{domain}` is no host: write it like `login.example.com`"));
                    }
                }
            }
            "libraries" => texts.iter().for_each(|(span, path)| self.library(span.clone(), path)),
            _ => {
                let added = self.settings.globs(name).add(&self.folder, texts.iter().map(|(_, text)| text.as_str()));
                self.patterns(name, added, &texts);
            }
        }
        texts.into_iter().for_each(|(span, _)| self.say(name, span, true));
    }

    /// Tells which of the patterns that were added is none.
    fn patterns(&mut self, name: &str, added: Result<(), (usize, String)>, texts: &[(Range<usize>, String)]) {
        if let Err((at, error)) = added {
            let span = texts.get(at).map(|(span, _)| span.clone()).unwrap_or_default();
            self.wrong(span, format!("`{name}` has no such pattern: {error}"));
        }
    }

    fn word(&mut self, name: &'static str, words: &[&str], span: Range<usize>, word: &str) {
        if !words.contains(&word) {
            let near = did_you_mean(word, words.iter().copied());
            return self.wrong(span, format!("`{name}` is one of {}, not `{word}`{near}", words.join(", ")));
        }
        match name {
            "fail-on" => self.settings.fail_on = FailOn::from_str(word, false).ok(),
            _ => {
                let all = [Confidence::Certain, Confidence::Likely, Confidence::Possible];
                self.settings.confidence = all.into_iter().find(|have| have.as_str() == word);
            }
        }
        self.say(name, span, false);
    }

    fn format(&mut self, span: Range<usize>, word: &str) {
        match Format::from_str(word, false) {
            Ok(format) => {
                self.settings.output = Some(format);
                self.say("output", span, false);
            }
            Err(_) if word.contains('=') => self.wrong(span, "a configuration names no file to write: only a format"),
            Err(_) => {
                let names = Format::names();
                let near = did_you_mean(word, names.iter().map(String::as_str));
                self.wrong(span, format!("there is no format `{word}`{near}"));
            }
        }
    }

    fn levels(&mut self, table: Table, says: bool) -> ByRule {
        let known = Rules::built_in();
        let ids = known.ids();
        let mut rules = ByRule::new();
        for (key, value) in table {
            if !ids.contains(&key.name.as_str()) {
                let near = did_you_mean(&key.name, ids.iter().copied());
                self.wrong(key.span, format!("no rule `{}`{near}", key.name));
                continue;
            }
            let level = match &value.kind {
                Kind::Text(word) => Level::of(word).ok_or_else(|| {
                    let near = did_you_mean(word, Level::words());
                    format!("a rule is one of {}, not `{word}`{near}", Level::words().join(", "))
                }),
                _ => Err(format!("a rule is one of {}, not {}", Level::words().join(", "), value.name())),
            };
            match level {
                Ok(level) => {
                    if says {
                        self.say(&format!("rules.{}", key.name), value.span, false);
                    }
                    rules.insert(key.name, level);
                }
                Err(message) => self.wrong(value.span, message),
            }
        }
        rules
    }

    /// One entry of `overrides`.
    fn entry(&mut self, entry: Value) {
        let span = entry.span.clone();
        let Kind::Table(table) = entry.kind else {
            return self.wrong(span, format!("an entry of `overrides` is a table, not {}", entry.name()));
        };
        let (mut files, mut rules, mut said) = (None, None, Vec::new());
        for (key, value) in table {
            said.push(format!("{} = {}", key.name, self.written(&value.span)));
            match (key.name.as_str(), value.kind) {
                ("files", Kind::List(list)) => {
                    let (mut globs, texts) = (Globs::default(), self.texts("files", list));
                    let added = globs.add(&self.folder, texts.iter().map(|(_, text)| text.as_str()));
                    self.patterns("files", added, &texts);
                    files = Some(globs);
                }
                ("rules", Kind::Table(table)) => rules = Some(self.levels(table, false)),
                ("files" | "rules", kind) => {
                    let have = Value { span: value.span.clone(), kind };
                    self.wrong(value.span, format!("`{}` of `overrides` is not {}", key.name, have.name()));
                }
                _ => {
                    let near = did_you_mean(&key.name, OVERRIDE.iter().copied());
                    self.wrong(key.span, format!("unknown key `{}` of `overrides`{near}", key.name));
                }
            }
        }
        match (files, rules) {
            (Some(files), Some(rules)) => {
                self.settings.levels.some.push((files, rules));
                said.sort_unstable();
                let by = self.by(&span);
                self.settings.say("overrides", format!("[[overrides]]\n{}", said.join("\n")), by, true);
            }
            _ if self.wrongs.is_empty() => self.wrong(span, "an entry of `overrides` has `files` and `rules`"),
            _ => {}
        }
    }

    fn baseline(&mut self, span: Range<usize>, path: &str) {
        match self.inside(path) {
            Ok(file) => {
                self.settings.baseline = Some(file);
                self.say("baseline", span, false);
            }
            Err(message) => self.wrong(span, message),
        }
    }

    fn extends(&mut self, value: &Value) -> Result<(), String> {
        let list = match &value.kind {
            Kind::Text(text) => vec![(value.span.clone(), text.clone())],
            Kind::List(list) => self.texts("extends", list.clone()),
            _ => {
                self.wrong(value.span.clone(), format!("`extends` takes a path, not {}", value.name()));
                Vec::new()
            }
        };
        for (span, path) in list {
            match self.inside(&path) {
                Err(message) => self.wrong(span, message),
                Ok(file) if self.chain.contains(&file) => {
                    self.wrong(span, format!("`{path}` extends this file in turn"));
                }
                Ok(_) if self.chain.len() >= LONGEST_CHAIN => {
                    self.wrong(span, format!("more than {LONGEST_CHAIN} configurations extend each other"));
                }
                Ok(file) => {
                    one(self.settings, self.paths, &file, false, self.chain)?;
                    self.say("extends", span, true);
                }
            }
        }
        Ok(())
    }

    fn library(&mut self, span: Range<usize>, path: &str) {
        if self.settings.libraries.len() >= MOST_LIBRARIES {
            return self.wrong(span, format!("a run has at most {MOST_LIBRARIES} libraries"));
        }
        let read = self.inside(path).and_then(|file| library(&file, &self.paths.shown(&file)));
        match read {
            Ok(library) => self.settings.libraries.push(library),
            Err(message) => self.wrong(span, message),
        }
    }

    /// A path that a configuration names: inside of its repository, links included.
    fn inside(&self, path: &str) -> Result<PathBuf, String> {
        let whole = self.paths.whole(&self.folder.join(path));
        let top = repository(&self.folder).unwrap_or(&self.folder);
        let real = |path: &Path| path.canonicalize().ok();
        let leads_out = real(&whole).is_some_and(|whole| real(top).is_some_and(|top| !whole.starts_with(top)));
        if path.is_empty() || !whole.starts_with(top) || leads_out {
            return Err(format!("`{path}` is not inside of this repository"));
        }
        Ok(whole)
    }
}

/// Whether text is a host below another: no scheme, no port, no path.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(is_inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.contains('.') && text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let mut settings = Settings::default();
        super::text(&mut settings, &Paths::here(), text).map(|()| settings)
    }

    fn wrong(text: &str) -> String {
        read(text).unwrap_err()
    }

    #[test]
    fn every_key_is_read() {
        let text = "exclude = [\"legacy/**\"]\nfail-on = \"never\"\nconfidence = \"possible\"\noutput = [\"json\"]\n\
                    okta-domains = [\"Login.Example.com\"]\nrequire-reason = false\n\
                    [rules]\nsid-cookie = \"off\"\nget-session = \"note\"\n\
                    [[overrides]]\nfiles = [\"test/**\"]\nrules = { get-session = \"off\" }\n";
        let settings = read(text).unwrap();
        let here = Paths::here().whole(Path::new("."));
        assert!(settings.exclude.matches(&here.join("legacy/a.js"), false));
        assert!(!settings.exclude.matches(&here.join("a.js"), false));
        assert_eq!((settings.fail_on, settings.confidence), (Some(FailOn::Never), Some(Confidence::Possible)));
        assert_eq!((settings.output, settings.require_reason), (Some(Format::Json), Some(false)));
        assert_eq!(settings.okta_domains, ["login.example.com"]);
        let level = |rule, file: &str| settings.levels.of(rule, &here.join(file));
        assert_eq!(level("sid-cookie", "a.js"), Some(Level::Off));
        assert_eq!(level("get-session", "a.js"), Some(Level::Note));
        assert_eq!(level("get-session", "test/a.js"), Some(Level::Off));
        assert!(read("").is_ok());
    }

    #[test]
    fn the_examples_of_all_keys_are_read_and_words_are_those_of_the_types() {
        for known in KEYS.iter().filter(|known| !["extends", "libraries"].contains(&known.name)) {
            read(&format!("{} = {}", known.name, known.example)).unwrap_or_else(|error| panic!("{error}"));
        }
        assert!(Level::words().iter().all(|word| Level::of(word).is_some()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_a_suggestion() {
        let said = wrong("# a\nexlude = []\n");
        let expected = "--config:2:1: unknown key `exlude`; did you mean `exclude`?\n  |\n2 | exlude = []\n  | ^^^^^^";
        assert_eq!(said, expected);
        assert!(wrong("\n\nfail-on = \"warnin\"\n").contains(":3:11: `fail-on` is one of"));
        assert!(
            wrong("exclude = []\nokta-domains = \"a.b\"\n")
                .contains(":2:16: `okta-domains` takes a list of texts, not a text")
        );
        assert!(
            wrong("[rules]\nget-session = \"off\"\nsid-cooki = \"off\"\n")
                .contains(":3:1: no rule `sid-cooki`; did you mean")
        );
        assert!(wrong("[rules]\nsid-cookie = \"of\"\n").contains("did you mean `off`?"));
        assert!(wrong("okta-domains = [\n  \"a.example.com\",\n  \"https://b.example.com\",\n]\n").contains(":3:3: "));
        assert!(wrong("exclude = [\n  \"a{b\",\n]\n").contains(":2:3: `exclude` has no such pattern"));
        assert!(wrong("exclude = [\n").starts_with("--config:1:"));
        assert!(wrong("output = \"json=out\"").contains("names no file to write"));
        assert!(wrong("output = \"jsn\"").contains("did you mean `json`?"));
        assert!(
            wrong("[[overrides]]\nfile = []\nrules = {}\n")
                .contains(":2:1: unknown key `file` of `overrides`; did you mean `files`?")
        );
        assert!(wrong("[[overrides]]\nrules = {}\n").contains("has `files` and `rules`"));
        // All at once, in the order of the file.
        let all = wrong("fail-on = 3\nb = 1\n[rules]\nx = 1\n");
        let places: Vec<&str> =
            all.lines().filter_map(|line| line.strip_prefix("--config:")?.split(": ").next()).collect();
        assert_eq!(places, ["1:11", "2:1", "4:1"]);
    }

    #[test]
    fn a_host_has_neither_scheme_nor_port() {
        assert!(is_host("login.example.com"));
        for text in ["", "com", "https://a.b", "a.b:443", "a.b/", "*.a.b", ".a.b", "a..b", "-a.b"] {
            assert!(!is_host(text), "{text}");
        }
    }
}
