//! Collects what speaks for or against code being about Okta, by the rows of `rules/evidence.toml`. Decides nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fact::{Evidence, Reach, Side};
use super::library::Library;
use super::url::HOLE;
use super::words::words;
use crate::syntax::expr::{Expr, Node, Piece, Span, Unit};

/// One row of `rules/evidence.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// How much it says.
    pub weight: Weight,
    /// Whether it speaks against.
    #[serde(default)]
    pub against: bool,
    /// Whether it also counts, as a hint, in the other files of the package.
    #[serde(default)]
    pub package: bool,
    /// Whether it counts only in the expression it stands in.
    #[serde(default)]
    pub local: bool,
    /// Whether its names count only where they are part of a text, as the base that a path is put behind.
    #[serde(default)]
    pub base: bool,
    /// Whether what it speaks of is shown only where possible findings are.
    #[serde(default)]
    pub doubt: bool,
    /// Whether it outranks a proof that stands elsewhere in the file.
    #[serde(default)]
    pub outranks: bool,
    /// Whether a ruled path says as much already: anything that has such a path has this too.
    #[serde(default)]
    pub implied: bool,
    /// Where code that has it runs, which is believed where nothing else tells.
    #[serde(default)]
    pub side: Side,
    /// Whether it speaks of Okta's sessions, not only of Okta.
    #[serde(default)]
    pub sessions: bool,
    /// Whether it speaks of signing in by OpenID Connect.
    #[serde(default)]
    pub signs_in: bool,
    /// Whether its names are no evidence, and what they are members of is none either.
    #[serde(default)]
    pub aside: bool,
    /// Words of a base by which a row that the recognisers name does not hold.
    #[serde(default)]
    pub bases: Vec<String>,
    /// Words of a base that say nothing: of such alone it does not hold either.
    #[serde(default)]
    pub plain: Vec<String>,
    /// What it speaks of; anything if absent.
    pub of: Option<About>,
    /// Hosts, and those below them.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Parts of string literals.
    #[serde(default)]
    pub text: Vec<String>,
    /// Words of identifiers, strings that are identifiers, and file names.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whole identifiers, members and hole names, and strings that are identifiers.
    #[serde(default)]
    pub names: Vec<String>,
    /// Modules imported, and those below them.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Why it counts.
    pub why: String,
}

/// What a row of evidence speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// Requests.
    Request,
    /// Cookies.
    Cookie,
}

/// How much a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// One of two is enough with a path.
    Hint,
    /// Enough alone.
    Proof,
}

/// The row of Okta's hosts.
const HOST: &str = "okta-host";
/// The row of words in names, and that of the same words in the file's name.
const WORD: &str = "okta-word";
const FILE: &str = "okta-file";

/// Texts longer than this are clipped where evidence is shown.
const SHOWN: usize = 80;

/// The rows, with further hosts that are Okta's.
pub fn with_hosts<'r>(rows: &'r [Row], hosts: &[String]) -> Cow<'r, [Row]> {
    if hosts.is_empty() {
        return Cow::Borrowed(rows);
    }
    let mut rows = rows.to_vec();
    rows.iter_mut().filter(|row| row.id == HOST).for_each(|row| row.hosts.extend_from_slice(hosts));
    Cow::Owned(rows)
}

/// Collects the first place of every row that matches.
pub struct Collector<'r> {
    rows: &'r [Row],
    reach: Reach,
    about: Option<About>,
    found: BTreeMap<&'r str, Evidence>,
    /// The names that were seen, and whether in a text.
    seen: BTreeSet<(String, bool)>,
    in_text: bool,
}

impl<'r> Collector<'r> {
    /// A collector for a file.
    pub fn of_file(rows: &'r [Row]) -> Self {
        Self::new(rows, Reach::File, None)
    }

    /// A collector for an expression.
    pub fn of_expression(rows: &'r [Row], about: About) -> Self {
        Self::new(rows, Reach::Expression, Some(about))
    }

    fn new(rows: &'r [Row], reach: Reach, about: Option<About>) -> Self {
        Self { rows, reach, about, found: BTreeMap::new(), seen: BTreeSet::new(), in_text: false }
    }

    fn applies(&self, row: &Row) -> bool {
        if row.aside {
            return false;
        }
        match self.reach {
            Reach::Expression => row.of.is_none() || row.of == self.about,
            _ => !row.local,
        }
    }

    fn add(&mut self, row: &'r Row, span: Option<Span>, text: &str) {
        if self.applies(row) {
            let shown: String = text.chars().filter(|c| *c != HOLE).take(SHOWN).collect();
            let evidence = Evidence { id: row.id.clone(), reach: self.reach, span, text: shown };
            self.found.entry(&row.id).or_insert(evidence);
        }
    }

    /// A string literal.
    pub fn text(&mut self, text: &str, span: Option<Span>) {
        let rows = self.rows;
        for row in rows {
            let hit =
                row.hosts.iter().any(|host| names_host(text, host)) || row.text.iter().any(|part| text.contains(part));
            if hit {
                self.add(row, span, text);
            }
        }
        if is_identifier(text) {
            self.name(text, span);
        }
    }

    /// An identifier, a member; without a place a hole's name.
    pub fn name(&mut self, name: &str, span: Option<Span>) {
        let in_text = self.in_text || span.is_none();
        if !self.seen.insert((name.to_owned(), in_text)) {
            return;
        }
        let (rows, parts) = (self.rows, words(name));
        for row in rows {
            let hit = row.words.iter().any(|word| parts.contains(word)) || row.names.iter().any(|have| have == name);
            if hit && (in_text || !row.base) {
                self.add(row, span, name);
            }
        }
    }

    /// An imported module.
    pub fn import(&mut self, module: &str, span: Option<Span>) {
        let rows = self.rows;
        for row in rows {
            if row.imports.iter().any(|have| is_module(module, have)) {
                self.add(row, span, module);
            }
        }
        self.name(module, span);
    }

    /// A row that a library names.
    pub fn row(&mut self, id: &str, span: Option<Span>, text: &str) {
        if let Some(row) = self.rows.iter().find(|row| row.id == id) {
            self.add(row, span, text);
        }
    }

    /// Every string, name and member of a node.
    pub fn node(&mut self, node: &Node) {
        match &node.expr {
            Expr::Str(pieces) => {
                let mut text = String::new();
                pieces.iter().for_each(|piece| match piece {
                    Piece::Text(literal) => text.push_str(literal),
                    Piece::Hole(_) => text.push(HOLE),
                });
                self.text(&text, Some(node.span));
            }
            Expr::Name(name) | Expr::Member(_, name) => self.name(name, Some(node.span)),
            Expr::Call { args, .. } => {
                args.iter().filter_map(|arg| arg.label.as_deref()).for_each(|label| self.name(label, Some(node.span)));
            }
            Expr::Fn { name, params, .. } => {
                name.iter().for_each(|name| self.name(name, Some(node.span)));
                for param in params {
                    self.name(&param.name, Some(param.span));
                    param.of.iter().for_each(|of| self.name(of, Some(param.span)));
                }
            }
            Expr::Bind { of: Some(of), .. } => self.name(of, Some(node.span)),
            _ => {}
        }
        if self.is_aside(node) {
            return;
        }
        let around = self.in_text;
        self.in_text |= matches!(node.expr, Expr::Str(_));
        node.children(&mut |child| self.node(child));
        self.in_text = around;
    }

    /// Whether a node is a member of which the object says nothing of the expression.
    fn is_aside(&self, node: &Node) -> bool {
        let Expr::Member(_, name) = &node.expr else { return false };
        let is_named = |row: &Row| row.aside && row.of == self.about && row.names.iter().any(|have| **have == **name);
        self.reach == Reach::Expression && self.rows.iter().any(is_named)
    }

    /// What was found, by row.
    pub fn finish(self) -> Vec<Evidence> {
        self.found.into_values().collect()
    }
}

/// The evidence that holds for a whole file, its name included.
pub fn of_file(unit: &Unit, path: &str, rows: &[Row], libraries: &[&Library]) -> Vec<Evidence> {
    let mut collector = Collector::of_file(rows);
    for import in &unit.imports {
        collector.import(&import.module, Some(import.span));
        for name in import.name.iter().chain(&import.local).filter(|name| !name.starts_with("require(")) {
            collector.name(name, Some(import.span));
        }
        for library in libraries {
            if let Some(id) = library.evidence.as_deref().filter(|_| library.is_imported_as(import)) {
                collector.row(id, Some(import.span), &import.module);
            }
        }
    }
    unit.root.iter().for_each(|node| collector.node(node));
    // A file's own name says as much as a name in it, and once more.
    let mut of_name = Collector::of_file(rows);
    path.split('/').for_each(|part| of_name.name(part, None));
    if let Some(named) = of_name.finish().iter().find(|evidence| evidence.id == WORD) {
        collector.row(FILE, None, &named.text);
    }
    collector.finish()
}

/// Evidence of a text that was not parsed, for its package: rows that count there, found as plain text. Those in `known`
/// are not looked for again.
pub fn of_text<'r>(text: &str, rows: &'r [Row], known: &BTreeSet<String>) -> Vec<&'r str> {
    let packaged = rows.iter().filter(|row| row.package && !row.against && !known.contains(&row.id));
    packaged
        .filter(|row| {
            row.hosts.iter().any(|host| names_host(text, host))
                || row.text.iter().chain(&row.names).any(|part| holds(text, part))
                || row.imports.iter().any(|module| names_module(text, module))
        })
        .map(|row| row.id.as_str())
        .collect()
}

/// Whether a text holds a word. In a long one the search by vectors is worth setting up.
pub(super) fn holds(text: &str, word: &str) -> bool {
    if text.len() < 512 {
        text.contains(word)
    } else {
        memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
    }
}

/// Whether `module` is `name` or below it.
pub fn is_module(module: &str, name: &str) -> bool {
    let below = |rest: &str| rest.is_empty() || rest.starts_with(['.', '/', ':']) || name.ends_with('/');
    module.strip_prefix(name).is_some_and(below)
}

/// Whether a host stands in the text, by itself or below another: `acme.okta.com`, not `nokta.com`.
fn names_host(text: &str, host: &str) -> bool {
    if !holds(text, host) {
        return false;
    }
    memchr::memmem::find_iter(text.as_bytes(), host).any(|at| {
        let before = text[..at].chars().next_back();
        let after = text[at + host.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_')
            && after.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '.')
    })
}

/// Whether a quoted module or one between tags, a dependency in a manifest, or an import of it stands in the text.
fn names_module(text: &str, module: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), module).any(|at| {
        let before = text[..at].chars().next_back();
        let after = text[at + module.len()..].chars().next();
        let quoted = before.is_some_and(|c| matches!(c, '"' | '\'' | '>'));
        let imported = text[..at].trim_end_matches(' ').ends_with("import") || text[..at].trim_end().ends_with("from");
        let listed = before.is_none_or(|c| c == '\n') && after.is_some_and(|c| "=<>~!; \n[".contains(c));
        (quoted || imported || listed)
            && (module.ends_with('/') || after.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_'))
    })
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

#[cfg(test)]
mod tests {
    use super::{is_module, names_host};

    #[test]
    fn a_host_is_whole_or_below_another() {
        assert!(names_host("https://acme.okta.com/x", "okta.com"));
        assert!(names_host("https://\u{F8FF}.okta.com", "okta.com"));
        assert!(!names_host("https://nokta.com", "okta.com"));
        assert!(!names_host("https://okta.company", "okta.com"));
    }

    #[test]
    fn a_module_stands_for_those_below_it() {
        assert!(is_module("okta.client", "okta"));
        assert!(is_module("@okta/okta-auth-js", "@okta/"));
        assert!(!is_module("oktaawscli", "okta"));
    }
}
