//! Which version of a dependency a manifest or a lock file names. Knows the forms of these files, and no dependency.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;
use serde_json::Value;

use crate::data;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Toml,
    /// Lines; the version stands on the line of the name or, where the file says `version`, on one of the next.
    Lines,
}

/// Ends of the names of files that name versions, how each is read, and whether it locks them.
const FILES: &[(&str, Form, bool)] = &[
    ("package.json", Form::Json, false),
    ("package-lock.json", Form::Json, true),
    ("npm-shrinkwrap.json", Form::Json, true),
    ("yarn.lock", Form::Lines, true),
    ("pnpm-lock.yaml", Form::Lines, true),
    ("requirements.txt", Form::Lines, false),
    ("Pipfile", Form::Toml, false),
    ("Pipfile.lock", Form::Json, true),
    ("pyproject.toml", Form::Toml, false),
    ("poetry.lock", Form::Toml, true),
    ("uv.lock", Form::Toml, true),
    ("go.mod", Form::Lines, true),
    ("pom.xml", Form::Lines, false),
    ("build.gradle", Form::Lines, false),
    ("build.gradle.kts", Form::Lines, false),
    ("gradle.lockfile", Form::Lines, true),
    (".csproj", Form::Lines, false),
    (".fsproj", Form::Lines, false),
    ("Directory.Packages.props", Form::Lines, false),
    ("packages.config", Form::Lines, false),
    ("packages.lock.json", Form::Json, true),
    ("Gemfile", Form::Lines, false),
    ("Gemfile.lock", Form::Lines, true),
    ("composer.json", Form::Json, false),
    ("composer.lock", Form::Json, true),
    ("Cargo.toml", Form::Toml, false),
    ("Cargo.lock", Form::Toml, true),
    ("Package.swift", Form::Lines, false),
    ("Package.resolved", Form::Json, true),
    ("Podfile", Form::Lines, false),
    ("Podfile.lock", Form::Lines, true),
];
/// Keys of an object that name what it describes, and those that hold its version.
const NAMES: &[&str] = &["name", "identity", "package", "location", "repositoryURL"];
const VERSIONS: &[&str] = &["version", "resolved"];
/// Most lines below a name on which its version stands: `<artifactId>` and `<version>`, or an entry of a lock file.
const BELOW: usize = 3;
/// Deepest value that is looked into; lock files of old nest each dependency in the one that needs it.
const DEEPEST: usize = 64;

/// A version of a dependency. A locked one goes before one that a manifest asks for, and of two the lower: the advice for it
/// holds for both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Whether it is locked.
    pub locked: bool,
    /// Its number: of a range the lowest.
    pub number: String,
}

impl Version {
    fn rank(&self) -> (bool, Vec<u64>) {
        (!self.locked, self.number.split('.').map_while(|part| part.parse().ok()).collect())
    }
}

/// Versions by the name of the dependency.
pub type Versions = BTreeMap<String, Version>;

/// Adds versions to others.
pub fn merge(into: &mut Versions, from: Versions) {
    for (name, version) in from {
        match into.get(&name) {
            Some(have) if have.rank() <= version.rank() => {}
            _ => {
                into.insert(name, version);
            }
        }
    }
}

/// The form of a file by its name.
fn form(name: &str) -> Option<(Form, bool)> {
    let is_named = |end: &str| match end.strip_prefix('.') {
        Some(_) => name.ends_with(end),
        None => name == end || end == "requirements.txt" && name.starts_with("requirements") && name.ends_with(".txt"),
    };
    FILES.iter().find(|(end, ..)| is_named(end)).map(|(_, form, locked)| (*form, *locked))
}

/// Whether a file of this name may name versions.
pub fn names_versions(name: &str) -> bool {
    form(name).is_some()
}

/// The versions that a file names of the dependencies that library files speak of. What cannot be read names none.
pub fn of_file(name: &str, bytes: &[u8]) -> Versions {
    static ANY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(data::packages()).ok());
    let wanted = data::packages();
    let (Some((form, locked)), Some(any)) = (form(name), &*ANY) else { return Versions::new() };
    if !any.is_match(bytes) {
        return Versions::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut found = Versions::new();
    let mut take = |name: &str, written: &str| {
        if let Some(number) = number(written) {
            merge(&mut found, Versions::from([(name.to_owned(), Version { locked, number })]));
        }
    };
    match form {
        Form::Json => serde_json::from_str(&text).iter().for_each(|value| of_value(value, wanted, 0, &mut take)),
        Form::Toml => toml::from_str(&text).iter().for_each(|value| of_value(value, wanted, 0, &mut take)),
        Form::Lines => of_lines(&text, wanted, &mut take),
    }
    found
}

/// The first number in a written version or range: of `^4.9.2`, `>=2,<3`, `==0.0.4`, `v2.20.0`.
fn number(written: &str) -> Option<String> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[0-9]+(\.[0-9]+)*").ok());
    NUMBER.as_ref()?.find(written).map(|found| found.as_str().to_owned())
}

/// Versions in a document: `"name": "^1.2"`, `"name": { "version": "1.2" }`, `{ "name": …, "version": … }`, and a
/// requirement in a list (`"name>=1.2"`).
fn of_value(value: &Value, wanted: &[&str], depth: usize, take: &mut dyn FnMut(&str, &str)) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Object(keys) => {
            let named = NAMES.iter().find_map(|key| wanted_in(keys.get(*key)?.as_str()?, wanted));
            if let (Some(name), Some(version)) = (named, version_of(value)) {
                take(name, version);
            }
            for (key, value) in keys {
                if let (Some(name), Some(version)) = (wanted_in(key, wanted), value.as_str().or(version_of(value))) {
                    take(name, version);
                }
                of_value(value, wanted, depth + 1, take);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| of_value(item, wanted, depth + 1, take)),
        Value::String(text) => {
            let split = text.find(|c: char| "=<>~! [(;".contains(c));
            if let Some((name, rest)) = split.and_then(|at| text.split_at_checked(at)) {
                wanted_in(name, wanted).into_iter().for_each(|name| take(name, rest));
            }
        }
        _ => {}
    }
}

fn version_of(value: &Value) -> Option<&str> {
    let own = VERSIONS.iter().find_map(|key| value.get(*key)?.as_str());
    own.or_else(|| value.get("state")?.get("version")?.as_str())
}

/// The name that a key or a text is, by itself or at the end of a path (`node_modules/…`, `https://…/name.git`).
fn wanted_in<'w>(text: &str, wanted: &[&'w str]) -> Option<&'w str> {
    let text = text.trim_end_matches(".git");
    let is_it =
        |name: &&&str| text.strip_suffix(**name).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    wanted.iter().find(is_it).copied()
}

/// Versions in lines: on the line of the name, or on one of the next where that begins with `version`.
fn of_lines(text: &str, wanted: &[&str], take: &mut dyn FnMut(&str, &str)) {
    static DOTTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[0-9]+(\.[0-9]+)+").ok());
    let Some(dotted) = &*DOTTED else { return };
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        for name in wanted {
            let Some(rest) = after(line, name) else { continue };
            let below = lines.iter().skip(at + 1).take(BELOW).map(|line| line.trim_start());
            let said = below.take_while(|line| !line.is_empty()).find_map(|line| {
                line.trim_start_matches('<').strip_prefix("version").filter(|_| !line.starts_with("</"))
            });
            let said = said.map(|said| property(said, text));
            let found = said.as_deref().and_then(|said| dotted.find(said)).or_else(|| dotted.find(rest));
            found.into_iter().for_each(|found| take(name, found.as_str()));
        }
    }
}

/// What follows a name that stands on a line as a whole one.
fn after<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    line.match_indices(name).find_map(|(at, _)| {
        let (before, rest) = (line.get(..at)?, line.get(at + name.len()..)?);
        // A name in a scope or a group of its own is another one: `@types/okta`.
        let is_start = before.chars().next_back().is_none_or(|c| !is_part(c) && c != '.');
        (is_start && rest.chars().next().is_none_or(|c| !is_part(c) && c != '.')).then_some(rest)
    })
}

/// A version, or the property of the file that `${…}` names.
fn property(said: &str, text: &str) -> String {
    let name = said.split_once("${").and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
    let value = name.and_then(|name| text.split_once(&format!("<{name}>"))).map(|(_, rest)| rest);
    value.map_or(said, |value| value.split('<').next().unwrap_or_default()).to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The version that a file names of the dependency.
    fn found(file: &str, text: &str, name: &str) -> Option<String> {
        of_file(file, text.as_bytes()).get(name).map(|version| version.number.clone())
    }

    #[test]
    fn every_form_names_its_version() {
        let js = "@okta/okta-auth-js";
        for (file, text) in [
            ("package.json", r#"{"dependencies": {"@okta/okta-auth-js": "^4.9.2"}}"#),
            ("package-lock.json", r#"{"packages": {"node_modules/@okta/okta-auth-js": {"version": "4.9.2"}}}"#),
            ("package-lock.json", r#"{"dependencies": {"@okta/okta-auth-js": {"version": "4.9.2"}}}"#),
            (
                "yarn.lock",
                "\"@okta/okta-auth-js@^4.0.0\":\n  version \"4.9.2\"\n  resolved \"https://example.org/5.1.0\"\n",
            ),
            ("pnpm-lock.yaml", "      '@okta/okta-auth-js':\n        specifier: ^4.0.0\n        version: 4.9.2\n"),
            ("pnpm-lock.yaml", "  /@okta/okta-auth-js@4.9.2:\n    resolution: {}\n"),
        ] {
            assert_eq!(found(file, text, js).as_deref(), Some("4.9.2"), "{file}: {text}");
        }
        for (file, text) in [
            ("requirements.txt", "flask==3.0\nokta==2.9.0  # sdk\n"),
            ("requirements-dev.txt", "okta ~= 2.9.0\n"),
            ("Pipfile", "[packages]\nokta = \"==2.9.0\"\n"),
            ("Pipfile.lock", r#"{"default": {"okta": {"version": "==2.9.0"}}}"#),
            ("pyproject.toml", "[project]\ndependencies = [\"okta>=2.9.0,<3\"]\n"),
            ("pyproject.toml", "[tool.poetry.dependencies]\nokta = { version = \"^2.9.0\" }\n"),
            ("poetry.lock", "[[package]]\nname = \"okta\"\nversion = \"2.9.0\"\n"),
            ("uv.lock", "[[package]]\nname = \"okta\"\nversion = \"2.9.0\"\n"),
        ] {
            assert_eq!(found(file, text, "okta").as_deref(), Some("2.9.0"), "{file}: {text}");
        }
        let rows = [
            (
                "go.mod",
                "require github.com/okta/okta-sdk-golang/v2 v2.20.0\n",
                "github.com/okta/okta-sdk-golang",
                "2.20.0",
            ),
            (
                "pom.xml",
                "<okta.version>8.2.3</okta.version>\n<artifactId>okta-sdk-api</artifactId>\n<version>${okta.version}</version>\n",
                "okta-sdk-api",
                "8.2.3",
            ),
            ("build.gradle", "implementation 'com.okta.sdk:okta-sdk-api:15.0.0'\n", "okta-sdk-api", "15.0.0"),
            ("Portal.csproj", "<PackageReference Include=\"Okta.Sdk\" Version=\"5.6.0\" />\n", "Okta.Sdk", "5.6.0"),
            ("packages.config", "<package id=\"Okta.Sdk\" version=\"5.6.0\" />\n", "Okta.Sdk", "5.6.0"),
            (
                "packages.lock.json",
                r#"{"dependencies": {"net8.0": {"Okta.Sdk": {"resolved": "5.6.0"}}}}"#,
                "Okta.Sdk",
                "5.6.0",
            ),
            ("Gemfile.lock", "    oktakit (0.2.0)\n", "oktakit", "0.2.0"),
            ("composer.lock", r#"{"packages": [{"name": "okta/sdk", "version": "1.3.0"}]}"#, "okta/sdk", "1.3.0"),
            ("Cargo.lock", "[[package]]\nname = \"okta\"\nversion = \"0.1.2\"\n", "okta", "0.1.2"),
        ];
        for (file, text, name, version) in rows {
            assert_eq!(found(file, text, name).as_deref(), Some(version), "{file}: {text}");
        }
    }

    #[test]
    fn another_name_is_no_version_of_it() {
        for (file, text) in [
            ("requirements.txt", "okta-jwt-verifier==0.2.5\n"),
            ("requirements.txt", "django-okta==0.2.5\n"),
            ("package.json", r#"{"dependencies": {"okta-auth-js-mock": "1.0.0"}}"#),
            ("Cargo.lock", "[[package]]\nname = \"oktaplus\"\nversion = \"0.1.2\"\n"),
            ("package.json", "{\"dependencies\": {\"okta"),
        ] {
            assert_eq!(of_file(file, text.as_bytes()), Versions::new(), "{file}: {text}");
        }
    }

    #[test]
    fn a_lock_goes_before_a_manifest_and_the_lower_before_the_higher() {
        let one = |locked, number: &str| Versions::from([("x".into(), Version { locked, number: number.into() })]);
        let mut all = one(false, "4.0.0");
        for (more, expected) in
            [(one(false, "10.0.0"), "4.0.0"), (one(true, "4.9.2"), "4.9.2"), (one(false, "1.0"), "4.9.2")]
        {
            merge(&mut all, more);
            assert_eq!(all["x"].number, expected);
        }
    }
}
