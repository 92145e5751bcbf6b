//! The configuration: `sidestep.toml`, which says what is checked here and how bad it is. It names no file to write and no
//! program to run, so that of a repository that may be anyone's can be read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::files::open;
use crate::files::path::Paths;
use crate::judge::finding::{Confidence, Level, Severity};
use crate::judge::guidance::Guidance;
use crate::judge::nearest::did_you_mean;
use crate::judge::rules::Rules;

/// The names of the file. In one folder the first wins.
const FILES: &[&str] = &["sidestep.toml", ".sidestep.toml"];
/// Most bytes read of one.
const LARGEST: u64 = 1 << 20;

/// What fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Every finding.
    Note,
    /// No finding.
    Never,
}

/// What a configuration says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is passed over.
    pub exclude: Gitignore,
    /// What fails a run.
    pub fail_on: Option<FailOn>,
    /// The least confidence shown.
    pub confidence: Option<Confidence>,
    /// Hosts that are Okta's.
    pub okta_domains: Vec<String>,
    /// The date of the guidance to judge by.
    pub guidance: Option<Guidance>,
    /// How bad findings of a rule are; `None` where they are not reported.
    pub severities: BTreeMap<String, Option<Severity>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            exclude: Gitignore::empty(),
            fail_on: None,
            confidence: None,
            okta_domains: Vec::new(),
            guidance: None,
            severities: BTreeMap::new(),
        }
    }
}

/// The file as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Written {
    exclude: Vec<Spanned<String>>,
    fail_on: Option<FailOn>,
    confidence: Option<Confidence>,
    okta_domains: Vec<Spanned<String>>,
    guidance: Option<Spanned<String>>,
    rules: BTreeMap<Spanned<String>, Level>,
}

impl Settings {
    /// Reads a configuration. One that is `named` by the user may be a link.
    ///
    /// # Errors
    /// What is wrong, with the file and the line, as a sentence for people.
    pub fn read(file: &Path, named: bool) -> Result<Self, String> {
        let paths = Paths::here();
        let shown = paths.shown(file);
        let bytes = open::read_whole(file, named, LARGEST, &shown)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| format!("{shown}: not UTF-8"))?;
        let whole = paths.whole(file);
        parse(text, whole.parent().unwrap_or(&whole)).map_err(|(line, message)| format!("{shown}:{line}: {message}"))
    }

    /// Reads the nearest configuration upwards from the current folder to the top of its repository, if there is one.
    ///
    /// # Errors
    /// Like [`Settings::read`].
    pub fn here() -> Result<Self, String> {
        let found = Paths::here().up().iter().find_map(|folder| {
            let files = FILES.iter().map(|name| folder.join(name));
            files.into_iter().find(|file| file.symlink_metadata().is_ok())
        });
        found.map_or_else(|| Ok(Self::default()), |file: PathBuf| Self::read(&file, false))
    }
}

/// The settings in a text that lies in `folder`, or the line and what is wrong there.
fn parse(text: &str, folder: &Path) -> Result<Settings, (usize, String)> {
    let at = |span: Range<usize>, message: String| {
        let before = text.get(..span.start).unwrap_or(text);
        (before.matches('\n').count() + 1, message)
    };
    let written: Written =
        toml::from_str(text).map_err(|error| at(error.span().unwrap_or_default(), explained(error.message())))?;
    let mut exclude = GitignoreBuilder::new(folder);
    for glob in &written.exclude {
        let wrong = |error: ignore::Error| at(glob.span(), format!("`exclude` has no such pattern: {error}"));
        exclude.add_line(None, glob.get_ref()).map_err(wrong)?;
    }
    let exclude = exclude.build().map_err(|error| (1, format!("`exclude`: {error}")))?;
    let mut okta_domains = Vec::new();
    for domain in &written.okta_domains {
        if !is_host(domain.get_ref()) {
            let message = format!("`{}` is no host: write it like `login.example.com`", domain.get_ref());
            return Err(at(domain.span(), message));
        }
        okta_domains.push(domain.get_ref().to_ascii_lowercase());
    }
    let guidance = match &written.guidance {
        Some(date) => Some(date.get_ref().parse().map_err(|wrong| at(date.span(), format!("`guidance`: {wrong}")))?),
        None => None,
    };
    let known = Rules::built_in();
    let ids = known.ids();
    let mut severities = BTreeMap::new();
    for (rule, level) in written.rules {
        if !ids.contains(&rule.get_ref().as_str()) {
            let near = did_you_mean(rule.get_ref(), ids.iter().copied());
            return Err(at(rule.span(), format!("no rule `{}`{near}", rule.get_ref())));
        }
        severities.insert(rule.into_inner(), level.severity());
    }
    let Written { fail_on, confidence, .. } = written;
    Ok(Settings { exclude, fail_on, confidence, okta_domains, guidance, severities })
}

/// What the parser says, on one line, with what was probably meant: it quotes what is wrong, then what could stand there.
fn explained(message: &str) -> String {
    let line = message.lines().collect::<Vec<_>>().join(": ");
    let mut quoted = line.split('`').skip(1).step_by(2);
    match (line.starts_with("unknown "), quoted.next()) {
        (true, Some(wrong)) => format!("{line}{}", did_you_mean(wrong, quoted)),
        _ => line,
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

    fn read(text: &str) -> Result<Settings, (usize, String)> {
        parse(text, Path::new("/top"))
    }

    fn wrong(text: &str) -> (usize, String) {
        read(text).unwrap_err()
    }

    #[test]
    fn every_key_is_read() {
        let text = "exclude = [\"legacy/**\"]\nfail-on = \"never\"\nconfidence = \"possible\"\n\
                    okta-domains = [\"Login.Example.com\"]\n[rules]\nsid-cookie = \"off\"\nget-session = \"note\"\n";
        let settings = read(text).unwrap();
        assert!(settings.exclude.matched("/top/legacy/a.js", false).is_ignore());
        assert!(!settings.exclude.matched("/top/a.js", false).is_ignore());
        assert_eq!((settings.fail_on, settings.confidence), (Some(FailOn::Never), Some(Confidence::Possible)));
        assert_eq!(settings.okta_domains, ["login.example.com"]);
        assert_eq!(settings.severities["sid-cookie"], None);
        assert_eq!(settings.severities["get-session"], Some(Severity::Note));
        assert!(read("").unwrap().severities.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_a_suggestion() {
        let (line, message) = wrong("# a\nexlude = []\n");
        assert!(line == 2 && message.starts_with("unknown field `exlude`, expected one of"), "{message}");
        assert!(message.ends_with("; did you mean `exclude`?"), "{message}");
        let (line, message) = wrong("\n\nfail-on = \"warnin\"\n");
        assert!(line == 3 && message.ends_with("; did you mean `warning`?"), "{message}");
        let (line, message) = wrong("exclude = []\nokta-domains = \"a.b\"\n");
        assert!(line == 2 && message.starts_with("invalid type: string"), "{message}");
        assert_eq!(
            wrong("[rules]\nget-session = \"off\"\nsid-cooki = \"off\"\n"),
            (3, "no rule `sid-cooki`; did you mean `sid-cookie`?".into())
        );
        let (line, message) = wrong("[rules]\nsid-cookie = \"of\"\n");
        assert!(line == 2 && message.ends_with("; did you mean `off`?"), "{message}");
        assert_eq!(wrong("okta-domains = [\n  \"a.example.com\",\n  \"https://b.example.com\",\n]\n").0, 3);
        assert_eq!(wrong("exclude = [\n  \"a{b\",\n]\n").0, 2);
        assert_eq!(wrong("exclude = [\n").0, 1);
    }

    #[test]
    fn a_host_has_neither_scheme_nor_port() {
        assert!(is_host("login.example.com"));
        for text in ["", "com", "https://a.b", "a.b:443", "a.b/", "*.a.b", ".a.b", "a..b", "-a.b"] {
            assert!(!is_host(text), "{text}");
        }
    }
}
