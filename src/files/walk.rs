//! Paths to files worth reading: walks the roots in parallel, honours ignore files, and says of every file that it passes
//! over why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::Gitignore;
use ignore::{WalkBuilder, WalkState};

use super::open;
use super::path::Paths;
use super::prefilter::{Prefilter, Verdict};
use super::source::Source;
use crate::judge::finding::{Notice, NoticeKind};
use crate::meaning::evidence::{self, Row};
use crate::syntax::language::{self, Language};

/// What to walk and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders, as given.
    pub roots: Vec<PathBuf>,
    /// What the configuration passes over.
    pub exclude: Gitignore,
    /// Whether ignore files are honoured.
    pub ignore_files: bool,
    /// Whether vendored and minified files are read.
    pub include_vendored: bool,
    /// Threads.
    pub threads: usize,
    /// Files larger than this, in bytes, are read lexically.
    pub max_file_size: u64,
    /// Whether to list every file.
    pub list: bool,
}

/// What a walk found.
#[derive(Default)]
pub struct Walked {
    /// Files that may hold findings, sorted by path, with their language and whether they are too big to parse.
    pub candidates: Vec<Candidate>,
    /// What could not be read.
    pub notices: Vec<Notice>,
    /// Files read, by language.
    pub languages: BTreeMap<String, usize>,
    /// Files passed over, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// What folders hold for their package.
    pub packages: BTreeMap<String, Package>,
    /// The other files that hold code, sorted by path: what candidates import may stand in them.
    pub others: Vec<Other>,
    /// Every file with what was done with it, where that was asked for.
    pub listed: Vec<Listed>,
}

/// What was done with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The file, as it is shown.
    pub path: String,
    /// Its language and that it is checked, or why it is passed over.
    pub what: String,
}

/// What a folder holds for its package.
#[derive(Debug, Default)]
pub struct Package {
    /// Whether a manifest lies in it: it is the top of a package.
    pub manifest: bool,
    /// Ids of rows of evidence in its files.
    pub evidence: BTreeSet<String>,
}

/// A file that may hold findings.
pub struct Candidate {
    /// The file.
    pub source: Source,
    /// The part of its path whose words speak of the code.
    pub words: String,
    /// Its language.
    pub language: Language,
    /// Why it is read lexically instead of being parsed, if it is.
    pub lexical: Option<String>,
}

/// A file that holds code and no word of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Other {
    /// As it is shown.
    pub path: String,
    /// The name of its language.
    pub language: String,
    file: PathBuf,
    root: Arc<Path>,
}

impl Other {
    /// Reads the file; `None` where that fails now, though the walk could read it.
    pub fn load(&self, options: &Options) -> Option<Candidate> {
        let mut buffer = Vec::new();
        open::read(&self.file, false, LARGEST, &mut buffer).ok()?;
        let language = language::of_path(&self.path)?;
        let lexical = too_big(&buffer, &language, options.max_file_size);
        let words = Paths::here().inner(&self.file, &self.root);
        Some(Candidate { source: Source::new(self.path.clone(), buffer), words, language, lexical })
    }
}

/// Prose: counted, not read.
const PROSE: &[&str] = &["md", "mdx", "markdown", "adoc", "asciidoc", "rst", "txt", "log"];
/// Our own and other tools' reports.
const REPORTS: &[&str] = &["sarif"];
/// Ends of the names of our own baselines, of lock files and of source maps: data that people do not write.
const GENERATED: &[&str] = &[
    ".sidestep-baseline.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "pubspec.lock.yaml",
    ".lock",
    ".map",
    ".map.json",
];
/// What stands near the start of a report that is written as JSON.
const REPORT_MARKS: &[&str] = &["sarif-2.1.0", "sarif-schema", "\"sidestep\"", "\"check_name\""];
/// How far from the start, in bytes.
const REPORT_HEAD: usize = 512;
/// Files that make their folder a package and name what it depends on.
const MANIFESTS: &[&str] = &[
    "package.json",
    "Cargo.toml",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Gemfile",
    "composer.json",
    "Package.swift",
    "Makefile",
    "redocly.yaml",
];
/// Folders of other people's code.
const VENDORED: &[&str] = &["node_modules", "bower_components", "site-packages", "third_party", "vendor"];
/// Declarations without code.
const DECLARATIONS: &[&str] = &[".d.ts", ".d.mts", ".d.cts", ".pyi"];
/// Longest line that a parser is given, in bytes.
const LONGEST_LINE: usize = 64 << 10;
/// Most bytes read of one file.
const LARGEST: u64 = 32 << 20;
/// Ignore files. One that is a pipe would block its reader for ever.
const IGNORE_FILES: &[&str] = &[".gitignore", ".ignore", ".sidestepignore"];
/// How much of a file tells whether it is minified, in bytes, and the average line that says so.
const SAMPLE: usize = 64 << 10;
const MINIFIED_LINE: usize = 300;

/// Walks the roots and reads what is in a known language.
pub fn walk(options: &Options, prefilter: &Prefilter, rows: &[Row]) -> Walked {
    let paths = Paths::here();
    let mut walked = Walked::default();
    let mut roots = Vec::new();
    for root in &options.roots {
        match root.symlink_metadata() {
            Ok(_) => roots.push(root.clone()),
            Err(error) => walked.notices.push(Notice {
                kind: match error.kind() {
                    std::io::ErrorKind::NotFound => NoticeKind::MissingPath,
                    _ => NoticeKind::Unreadable,
                },
                path: paths.shown(root),
                line: None,
                message: match error.kind() {
                    std::io::ErrorKind::NotFound => String::new(),
                    _ => reason(&error),
                },
            }),
        }
    }
    let blocked: Vec<PathBuf> =
        roots.iter().flat_map(|root| root.ancestors()).filter_map(special_ignore_file).collect();
    let ignore_files = options.ignore_files && blocked.is_empty();
    walked
        .notices
        .extend(blocked.iter().map(|path| special(&paths, path, NoticeKind::IgnoreFile, "no ignore files were read")));
    let Some((first, rest)) = roots.split_first() else { return walked };
    let passed_over: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let seen = passed_over.clone();
    let (exclude, places) = (options.exclude.clone(), paths.clone());
    let mut builder = WalkBuilder::new(first);
    rest.iter().for_each(|root| {
        builder.add(root);
    });
    builder
        .hidden(false)
        .ignore(ignore_files)
        .git_ignore(ignore_files)
        .parents(ignore_files)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .threads(options.threads)
        .filter_entry(move |entry| {
            let blocked = if ignore_files { blocked_by(entry) } else { None };
            let is_excluded = is_folder(entry) && is_excluded(entry, &exclude, &places);
            let passes = !is_version_control(entry) && blocked.is_none() && !is_excluded;
            seen.lock().unwrap_or_else(PoisonError::into_inner).extend(blocked);
            passes
        });
    if ignore_files {
        builder.add_custom_ignore_filename(".sidestepignore");
    }
    let merged = Mutex::new(walked);
    let local = || Local { walked: Walked::default(), merged: &merged, paths: &paths, buffer: Vec::new(), root: None };
    let take = |entry: Result<ignore::DirEntry, ignore::Error>, local: &mut Local| match entry {
        Ok(entry) => visit(&entry, options, prefilter, rows, local),
        Err(error) => local.walked.notices.push(walk_notice(&error, local.paths)),
    };
    if options.threads > 1 && can_spawn() {
        builder.build_parallel().run(|| {
            let mut local = local();
            Box::new(move |entry| {
                take(entry, &mut local);
                WalkState::Continue
            })
        });
    } else {
        let mut local = local();
        builder.build().for_each(|entry| take(entry, &mut local));
    }
    let mut walked = merged.into_inner().unwrap_or_else(PoisonError::into_inner);
    let passed_over = std::mem::take(&mut *passed_over.lock().unwrap_or_else(PoisonError::into_inner));
    walked.notices.extend(
        passed_over.iter().map(|path| special(&paths, path, NoticeKind::Unreadable, "its folder was not read")),
    );
    walked.candidates.sort_by(|one, other| one.source.path.cmp(&other.source.path));
    walked.candidates.dedup_by(|one, other| one.source.path == other.source.path);
    walked.listed.sort();
    walked.others.sort();
    walked.notices.sort_by(|one, other| (&one.path, &one.message).cmp(&(&other.path, &other.message)));
    walked
}

/// Whether the system lets this process have another thread. The parallel walk panics where it does not.
fn can_spawn() -> bool {
    std::thread::Builder::new().spawn(|| ()).is_ok_and(|thread| thread.join().is_ok())
}

/// One thread's part of the walk; merged when the thread ends.
struct Local<'m> {
    walked: Walked,
    merged: &'m Mutex<Walked>,
    paths: &'m Paths,
    buffer: Vec<u8>,
    root: Option<Arc<Path>>,
}

impl Local<'_> {
    /// The root of a file, one copy for all files below it.
    fn root(&mut self, root: &Path) -> Arc<Path> {
        self.root.take_if(|have| **have != *root);
        self.root.get_or_insert_with(|| root.into()).clone()
    }

    /// Counts a file that is passed over.
    fn skip(&mut self, path: &str, why: &str, options: &Options) {
        *self.walked.skipped.entry(why.to_owned()).or_default() += 1;
        self.list(path, &format!("skipped: {why}"), options);
    }

    fn list(&mut self, path: &str, what: &str, options: &Options) {
        let listed = options.list.then(|| Listed { path: path.to_owned(), what: what.to_owned() });
        self.walked.listed.extend(listed);
    }
}

impl Drop for Local<'_> {
    fn drop(&mut self) {
        let mut merged = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        let own = std::mem::take(&mut self.walked);
        merged.candidates.extend(own.candidates);
        merged.notices.extend(own.notices);
        merged.listed.extend(own.listed);
        merged.others.extend(own.others);
        for (language, count) in own.languages {
            *merged.languages.entry(language).or_default() += count;
        }
        for (reason, count) in own.skipped {
            *merged.skipped.entry(reason).or_default() += count;
        }
        for (folder, package) in own.packages {
            let entry = merged.packages.entry(folder).or_default();
            entry.manifest |= package.manifest;
            entry.evidence.extend(package.evidence);
        }
    }
}

/// The ignore file directly in `folder` that is no file, if there is one.
fn special_ignore_file(folder: &Path) -> Option<PathBuf> {
    IGNORE_FILES.iter().map(|name| folder.join(name)).find(|path| open::is_special(path))
}

fn special(paths: &Paths, path: &Path, kind: NoticeKind, consequence: &str) -> Notice {
    let message = format!("not a regular file; {consequence}");
    Notice { kind, path: paths.shown(path), line: None, message }
}

/// The ignore file of a folder that cannot be read. The walk would hang on it, so the folder is passed over.
fn blocked_by(entry: &ignore::DirEntry) -> Option<PathBuf> {
    special_ignore_file(entry.path()).filter(|_| entry.depth() > 0 && is_folder(entry))
}

/// Whether the configuration passes over an entry. What is named by hand is read all the same.
fn is_excluded(entry: &ignore::DirEntry, exclude: &Gitignore, paths: &Paths) -> bool {
    if exclude.is_empty() || entry.depth() == 0 {
        return false;
    }
    let whole = paths.whole(entry.path());
    whole.starts_with(exclude.path()) && exclude.matched(&whole, is_folder(entry)).is_ignore()
}

fn is_folder(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_version_control(entry: &ignore::DirEntry) -> bool {
    entry.depth() > 0 && is_folder(entry) && matches!(entry.file_name().to_str(), Some(".git" | ".hg" | ".svn" | ".jj"))
}

fn walk_notice(error: &ignore::Error, paths: &Paths) -> Notice {
    let path = match error {
        ignore::Error::WithPath { path, .. } => paths.shown(path),
        ignore::Error::WithDepth { err, .. } => return walk_notice(err, paths),
        _ => String::new(),
    };
    let message = error.io_error().map_or_else(|| error.to_string(), reason);
    Notice { kind: NoticeKind::Unreadable, path, line: None, message }
}

/// What the system says, without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

fn visit(entry: &ignore::DirEntry, options: &Options, prefilter: &Prefilter, rows: &[Row], local: &mut Local) {
    let kind = entry.file_type();
    if kind.is_some_and(|kind| kind.is_dir()) {
        return;
    }
    let by_hand = entry.depth() == 0;
    let path = local.paths.shown(entry.path());
    if is_excluded(entry, &options.exclude, local.paths) {
        return local.skip(&path, "excluded", options);
    }
    let name = entry.file_name().to_string_lossy();
    let mut skip = |why: &str| local.skip(&path, why, options);
    let is_file = kind.is_some_and(|kind| kind.is_file()) || by_hand && entry.path().is_file();
    if !is_file {
        return skip("not a regular file");
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let is_manifest = MANIFESTS.contains(&&*name);
    let language = language::of_path(&path);
    if !is_manifest && !by_hand {
        match () {
            () if PROSE.contains(&&*extension) => return skip("documentation"),
            () if REPORTS.contains(&&*extension) => return skip("reports"),
            () if GENERATED.iter().any(|end| name.ends_with(end)) => return skip("lock files"),
            () if language.is_none() => return skip("unknown format"),
            () if DECLARATIONS.iter().any(|end| name.ends_with(end)) => return skip("declarations"),
            () if !options.include_vendored && is_vendored(entry) => return skip("vendored"),
            () if !options.include_vendored && name.contains(".min.") => return skip("minified"),
            () => {}
        }
    }
    if language.is_none() && !is_manifest {
        return skip("unknown format");
    }
    let whole = match open::read(entry.path(), by_hand, LARGEST, &mut local.buffer) {
        Ok(whole) => whole,
        Err(error) => {
            let message = reason(&error);
            return local.walked.notices.push(Notice { kind: NoticeKind::Unreadable, path, line: None, message });
        }
    };
    if !whole {
        let message = format!("larger than {} MiB; what is beyond was not read", LARGEST >> 20);
        local.walked.notices.push(Notice { kind: NoticeKind::Unreadable, path: path.clone(), line: None, message });
    }
    let folder = folder(&path);
    if is_manifest {
        package(&mut local.walked, folder, &local.buffer, rows, true);
    }
    let Some(language) = language else { return };
    let verdict = prefilter.judge(&local.buffer);
    if verdict != Verdict::Nothing {
        if language.data && !by_hand && is_report(&local.buffer) {
            return local.skip(&path, "reports", options);
        }
        if !language.data && !by_hand && !options.include_vendored && is_minified(&local.buffer) {
            if verdict == Verdict::Candidate {
                let message =
                    "minified, so it was not read, although a rule's word stands in it (--include-vendored reads it)";
                let kind = NoticeKind::Minified;
                local.walked.notices.push(Notice { kind, path: path.clone(), line: None, message: message.to_owned() });
            }
            return local.skip(&path, "minified", options);
        }
        package(&mut local.walked, folder, &local.buffer, rows, false);
    }
    local.list(&path, &format!("{}, checked", language.name), options);
    *local.walked.languages.entry(language.family.clone()).or_default() += 1;
    if verdict == Verdict::Candidate {
        let lexical = too_big(&local.buffer, &language, options.max_file_size);
        let words = local.paths.inner(entry.path(), root_of(entry));
        let source = Source::new(path, local.buffer.clone());
        local.walked.candidates.push(Candidate { source, words, language, lexical });
    } else if !language.data {
        let root = local.root(root_of(entry));
        local.walked.others.push(Other { path, language: language.name, file: entry.path().to_owned(), root });
    }
}

/// The root that an entry was found under.
fn root_of(entry: &ignore::DirEntry) -> &Path {
    entry.path().ancestors().nth(entry.depth()).unwrap_or(entry.path())
}

/// The folder of a path; empty for the top.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Notes the evidence that a text holds for its package.
fn package(walked: &mut Walked, folder: &str, bytes: &[u8], rows: &[Row], is_manifest: bool) {
    if rows.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(bytes);
    let entry = walked.packages.entry(folder.to_owned()).or_default();
    let ids = evidence::of_text(&text, rows, &entry.evidence);
    entry.manifest |= is_manifest;
    entry.evidence.extend(ids.into_iter().map(str::to_owned));
}

fn is_vendored(entry: &ignore::DirEntry) -> bool {
    let below_root = entry.path().components().rev().skip(1).take(entry.depth().saturating_sub(1));
    below_root.filter_map(|part| part.as_os_str().to_str()).any(|part| VENDORED.contains(&part))
}

/// Whether data is another tool's or our own report.
fn is_report(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(REPORT_HEAD)];
    REPORT_MARKS.iter().any(|mark| memchr::memmem::find(head, mark.as_bytes()).is_some())
}

fn is_minified(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let lines = memchr::memchr_iter(b'\n', sample).count() + 1;
    sample.len() > 4096 && sample.len() / lines > MINIFIED_LINE
}

/// Why a file is read lexically. In data a long line is as good as any.
fn too_big(bytes: &[u8], language: &Language, max: u64) -> Option<String> {
    if bytes.len() as u64 > max {
        return Some(format!("larger than {} MiB", max >> 20));
    }
    let long = !language.data && bytes.split(|byte| *byte == b'\n').any(|line| line.len() > LONGEST_LINE);
    long.then(|| format!("a line is longer than {} KiB", LONGEST_LINE >> 10))
}
