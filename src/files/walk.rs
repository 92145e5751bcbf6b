//! Paths to files worth reading: walks the roots in parallel, honours ignore files, and says of every file that it passes
//! over why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};

use super::defined;
use super::globs::Globs;
use super::looks::{is_minified, is_report, too_big};
use super::open::{self, Read};
use super::other::Other;
use super::passed::{IGNORE_FILES, MANIFESTS, Met, by_pattern, language_of};
use super::path::Paths;
use super::prefilter::{Prefilter, Verdict};
use super::progress::Progress;
use super::source::Source;
use super::versions::{self, Versions};
use crate::config::Text;
use crate::judge::finding::{Notice, NoticeKind};
use crate::meaning::evidence::{self, Row};
use crate::meaning::hosts;
use crate::syntax::language::{self, Language};

/// What to walk and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders, as given.
    pub roots: Vec<PathBuf>,
    /// Files that are given as bytes.
    pub texts: Vec<Text>,
    /// Where there is a pattern, only what matches is read.
    pub include: Globs,
    /// What the configuration passes over.
    pub exclude: Globs,
    /// Whether what is named by hand is passed over like any other file.
    pub force_exclude: bool,
    /// Whether hidden files are read.
    pub hidden: bool,
    /// Languages of further extensions, by name.
    pub extensions: Vec<(String, String)>,
    /// How paths are shown.
    pub paths: Paths,
    /// Counts for somebody who waits.
    pub progress: Arc<Progress>,
    /// Whether ignore files are honoured.
    pub ignore_files: bool,
    /// Whether vendored and minified files are read.
    pub include_vendored: bool,
    /// Whether the code in documentation is read.
    pub include_docs: bool,
    /// Threads.
    pub threads: usize,
    /// Files larger than this, in bytes, are read lexically; those in no known language not at all.
    pub max_file_size: u64,
    /// Whether to list every file.
    pub list: bool,
    /// A file, as it is shown, that is read though no word of a rule stands in it.
    pub asked: Option<String>,
}

impl Options {
    /// Whether a root is there as bytes.
    fn is_given(&self, root: &Path) -> bool {
        self.texts.iter().any(|text| text.path == root)
    }
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
    /// Hosts that the code says are Okta's.
    pub hosts: BTreeSet<String>,
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
    /// Versions that its manifests and lock files name.
    pub versions: Versions,
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
    /// Whether it is only read because it is asked for.
    pub unread: bool,
}

/// Most bytes read of one file.
pub(super) const LARGEST: u64 = 32 << 20;

/// Walks the roots and reads what is in a known language.
pub fn walk(options: &Options, prefilter: &Prefilter, rows: &[Row]) -> Walked {
    let paths = options.paths.clone();
    let mut walked = Walked::default();
    let mut roots = Vec::new();
    for root in options.roots.iter().filter(|root| !options.is_given(root)) {
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
    let merged = Mutex::new(walked);
    let local = || Local { walked: Walked::default(), merged: &merged, paths: &paths, buffer: Vec::new(), root: None };
    options.texts.iter().for_each(|text| given(text, options, prefilter, rows, &mut local()));
    let passed_over = match roots.split_first() {
        Some((first, rest)) => walk_roots(first, rest, options, ignore_files, &local, &|entry, local| match entry {
            Ok(entry) => visit(&entry, options, prefilter, rows, local),
            Err(error) => local.walked.notices.push(walk_notice(&error, local.paths)),
        }),
        None => Vec::new(),
    };
    let mut walked = merged.into_inner().unwrap_or_else(PoisonError::into_inner);
    walked.notices.extend(
        passed_over.iter().map(|path| special(&paths, path, NoticeKind::Unreadable, "its folder was not read")),
    );
    walked.candidates.sort_by(|one, other| one.source.path.cmp(&other.source.path));
    walked.candidates.dedup_by(|one, other| one.source.path == other.source.path);
    walked.listed.sort();
    walked.others.sort_by(|one, other| one.path.cmp(&other.path));
    walked.others.dedup_by(|one, other| one.path == other.path);
    walked.notices.sort_by(|one, other| (&one.path, &one.message).cmp(&(&other.path, &other.message)));
    walked
}

/// What is done with an entry of a walk.
type Take<'t> = dyn Fn(Result<ignore::DirEntry, ignore::Error>, &mut Local) + Sync + 't;

/// Walks the roots, on several threads if they may be had. Gives the ignore files that blocked their folders.
fn walk_roots<'m>(
    first: &Path,
    rest: &[PathBuf],
    options: &Options,
    ignore_files: bool,
    local: &(dyn Fn() -> Local<'m> + Sync),
    take: &Take,
) -> Vec<PathBuf> {
    let passed_over: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let seen = passed_over.clone();
    let (exclude, places, force) = (options.exclude.clone(), options.paths.clone(), options.force_exclude);
    // A thread that comes to a single file without work sleeps before it looks again whether all is done.
    let is_single = rest.is_empty() && !first.is_dir();
    let mut builder = WalkBuilder::new(first);
    rest.iter().for_each(|root| {
        builder.add(root);
    });
    builder
        .hidden(!options.hidden)
        .ignore(ignore_files)
        .git_ignore(ignore_files)
        .parents(ignore_files)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .threads(if is_single { 1 } else { options.threads })
        .filter_entry(move |entry| {
            let blocked = if ignore_files { blocked_by(entry) } else { None };
            let by_hand = entry.depth() == 0 && !force;
            let is_excluded = is_folder(entry) && !by_hand && exclude.matches_itself(&places.whole(entry.path()), true);
            let passes = !is_version_control(entry) && blocked.is_none() && !is_excluded;
            if let Some(blocked) = blocked {
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(blocked);
            }
            passes
        });
    if ignore_files {
        builder.add_custom_ignore_filename(".sidestepignore");
    }
    // With one thread too: the walk in this one tells errors otherwise.
    if can_spawn() {
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
    std::mem::take(&mut *passed_over.lock().unwrap_or_else(PoisonError::into_inner))
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
        self.list(path, || format!("skipped: {why}"), options);
    }

    fn list(&mut self, path: &str, what: impl FnOnce() -> String, options: &Options) {
        let listed = options.list.then(|| Listed { path: path.to_owned(), what: what() });
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
        merged.hosts.extend(own.hosts);
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
            versions::merge(&mut entry.versions, package.versions);
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
    if entry.depth() > 0 && is_folder(entry) { special_ignore_file(entry.path()) } else { None }
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
    // A walk without rows of evidence only looks for further candidates, in files that were seen before.
    if !rows.is_empty() {
        options.progress.saw_file();
    }
    let named = entry.depth() == 0;
    let path = local.paths.shown(entry.path());
    if options.texts.iter().any(|text| local.paths.shown(&text.path) == path) {
        return;
    }
    let depth = if named { path.split('/').count() } else { entry.depth() };
    let name = entry.file_name().to_string_lossy().into_owned();
    let met =
        Met { file: entry.path(), root: root_of(entry), path, name, by_hand: named && !options.force_exclude, depth };
    if let Some(why) = by_pattern(&met, options, named) {
        return local.skip(&met.path, why, options);
    }
    let is_file = kind.is_some_and(|kind| kind.is_file()) || named && entry.path().is_file();
    if !is_file {
        return local.skip(&met.path, "not a regular file", options);
    }
    let names_versions = !rows.is_empty() && versions::names_versions(&met.name);
    let language = match language_of(&met, options) {
        Ok(language) => language,
        Err(why) => {
            // A lock file says nothing but versions. They choose between words of advice, so one that cannot be read is passed over.
            if names_versions && open::read(entry.path(), false, LARGEST, false, &mut local.buffer).is_ok() {
                note_versions(&met, local);
            }
            return local.skip(&met.path, why, options);
        }
    };
    // What is in no known language is opened only as far as it may be text that people write.
    let is_unknown = language.as_ref().is_some_and(Language::is_text);
    let most = if is_unknown { options.max_file_size } else { LARGEST };
    let whole = match open::read(entry.path(), named, most, is_unknown, &mut local.buffer) {
        Ok(Read::Binary) => return local.skip(&met.path, "binary", options),
        Ok(Read::Part) if is_unknown => return local.skip(&met.path, "too large for plain text", options),
        Ok(read) => read == Read::Whole,
        Err(error) => {
            let (path, message) = (met.path, reason(&error));
            return local.walked.notices.push(Notice { kind: NoticeKind::Unreadable, path, line: None, message });
        }
    };
    if names_versions {
        note_versions(&met, local);
    }
    if !whole {
        let message = format!("larger than {} MiB; what is beyond was not read", LARGEST >> 20);
        let path = met.path.clone();
        local.walked.notices.push(Notice { kind: NoticeKind::Unreadable, path, line: None, message });
    }
    take(met, language, options, prefilter, rows, local);
}

/// A file that is given as bytes. What its name excludes is passed over; else it is read as if it were named by hand.
fn given(text: &Text, options: &Options, prefilter: &Prefilter, rows: &[Row], local: &mut Local) {
    let path = local.paths.shown(&text.path);
    let name = text.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let met = Met { file: &text.path, root: &text.path, path, name, by_hand: true, depth: 0 };
    let is_excluded = options.exclude.matches(&local.paths.whole(met.file), false);
    if let Some(why) = is_excluded.then_some("excluded").or_else(|| by_pattern(&met, options, true)) {
        return local.skip(&met.path, why, options);
    }
    let language = match language_of(&met, options) {
        Ok(language) => language,
        Err(why) => return local.skip(&met.path, why, options),
    };
    local.buffer.clear();
    local.buffer.extend_from_slice(&text.bytes);
    take(met, language, options, prefilter, rows, local);
}

/// Keeps what was read of a file, in `local.buffer`, if it is of interest.
fn take(
    met: Met,
    language: Option<Language>,
    options: &Options,
    prefilter: &Prefilter,
    rows: &[Row],
    local: &mut Local,
) {
    let Met { path, by_hand, .. } = met;
    let folder = folder(&path);
    let is_manifest = MANIFESTS.contains(&met.name.as_str());
    if is_manifest {
        package(&mut local.walked, folder, &local.buffer, rows, true);
    }
    let Some(language) = language else { return local.list(&path, || "read as a manifest only".into(), options) };
    let language = language::told(language, &path, &local.buffer);
    let verdict = prefilter.judge(&local.buffer);
    if verdict != Verdict::Nothing {
        if (language.data || language.is_text()) && !by_hand && is_report(&local.buffer) {
            return local.skip(&path, "reports", options);
        }
        if !language.has_long_lines() && !by_hand && !options.include_vendored && is_minified(&local.buffer) {
            if verdict == Verdict::Candidate {
                let message =
                    "minified, so it was not read, although a rule's word stands in it (--include-vendored reads it)";
                let kind = NoticeKind::Minified;
                local.walked.notices.push(Notice { kind, path: path.clone(), line: None, message: message.to_owned() });
            }
            return local.skip(&path, "minified", options);
        }
        // What is said of code in files that are none says nothing of the package.
        if !language.is_text() && !is_manifest {
            package(&mut local.walked, folder, &local.buffer, rows, false);
        }
    }
    local.list(&path, || format!("{}, checked", language.name), options);
    *local.walked.languages.entry(language.family.to_owned()).or_default() += 1;
    let unread = verdict != Verdict::Candidate;
    if !unread || options.asked.as_ref() == Some(&path) {
        let lexical = too_big(&local.buffer, &language, options.max_file_size);
        let words = local.paths.inner(met.file, met.root);
        let source = Source::new(path, local.buffer.clone());
        local.walked.candidates.push(Candidate { source, words, language, lexical, unread });
    } else if !rows.is_empty() && !language.data && !language.is_text() {
        let defines = defined::names(&local.buffer, language::defines(&language.name));
        let spells = prefilter.spells_piece(&local.buffer);
        let root = local.root(met.root);
        local.walked.others.push(Other { path, language, defines, spells, file: met.file.to_owned(), root });
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

/// Notes the versions that a manifest or a lock file, of which `local.buffer` has the text, names.
fn note_versions(met: &Met, local: &mut Local) {
    let found = versions::of_file(&met.name, &local.buffer);
    if !found.is_empty() {
        versions::merge(&mut local.walked.packages.entry(folder(&met.path).to_owned()).or_default().versions, found);
    }
}

/// Notes the evidence that a text holds for its package.
fn package(walked: &mut Walked, folder: &str, bytes: &[u8], rows: &[Row], is_manifest: bool) {
    if rows.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(bytes);
    walked.hosts.extend(hosts::taught(&text));
    let entry = walked.packages.entry(folder.to_owned()).or_default();
    let ids = evidence::of_text(&text, rows, &entry.evidence);
    entry.manifest |= is_manifest;
    entry.evidence.extend(ids.into_iter().map(str::to_owned));
}
