//! Embeds `rules/`, grammar tables and host formats as JSON texts: rule pages taken apart, library files, evidence, and what keeps
//! working. Reading TOML and Markdown here and not at start-up, and each library and table apart, is what keeps a run on one
//! file in milliseconds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rustc-env=SIDESTEP_TARGET={}", std::env::var("TARGET").expect("cargo sets TARGET"));
    println!("cargo::rerun-if-changed=src/syntax/tables");
    println!("cargo::rerun-if-changed=src/syntax/hosts");
    println!("cargo::rerun-if-changed=Cargo.toml");
    let (rules, pages): (Vec<Value>, Vec<String>) = files("rules", "md").iter().map(|path| page(path)).unzip();
    let libraries: Vec<Value> = files("rules/libraries", "toml").iter().map(|path| library(path)).collect();
    let evidence = toml_file(Path::new("rules/evidence.toml"));
    let working = &toml_file(Path::new("rules/keeps-working.toml"))["working"];
    let tables = extended("src/syntax/tables", "extensions");
    let hosts = extended("src/syntax/hosts", "title");
    let embedded = [
        constant("RULES", "&str", &literal(&Value::from(rules))),
        constant("PAGES", "&[(&str, &str)]", &list(pages.into_iter())),
        constant("EVIDENCE", "&str", &literal(&evidence["evidence"])),
        constant("TEACHES", "&str", &literal(&evidence["teaches"])),
        constant("WORKING", "&str", &literal(working)),
        constant("SPELLED_CALLS", "&[&str]", &strings(&Value::from(spelled_calls(&libraries)))),
        constant("OWN_CALLS", "&[&str]", &strings(&Value::from(own_calls(&libraries)))),
        constant("PACKAGES", "&[&str]", &strings(&Value::from(packages(&libraries)))),
        constant("COOKIE_PREFIXES", "&[&str]", &strings(&Value::from(cookie_prefixes(&libraries)))),
        constant("LIBRARIES", "&[EmbeddedLibrary]", &list(libraries.iter().map(embedded_library))),
        constant("TABLES", "&[EmbeddedTable]", &list(tables.iter().map(|(name, table)| embedded_table(name, table)))),
        constant("HOSTS", "&[EmbeddedHost]", &list(hosts.iter().map(|(name, host)| embedded_host(name, host)))),
        constant("FILE_NAMES", "FileNames", &file_names(&tables, &hosts)),
    ];
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("embedded.rs");
    fs::write(&out, embedded.concat()).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}

fn constant(name: &str, kind: &str, value: &str) -> String {
    format!("const {name}: {kind} = {value};\n")
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("&[{}]", items.collect::<Vec<_>>().join(",\n"))
}

/// A value as the literal of its JSON text.
fn literal(value: &Value) -> String {
    format!("{:?}", value.to_string())
}

/// A list of strings, or a missing one, as a slice.
fn strings(value: &Value) -> String {
    list(value.as_array().into_iter().flatten().map(|text| format!("{:?}", text.as_str().unwrap_or_default())))
}

/// The callees of `[[request]]` entries that spell a whole request: words that make a file worth reading.
fn spelled_calls(libraries: &[Value]) -> Vec<&str> {
    calls(libraries, |entry| entry["request"].is_string()).collect()
}

/// The last words of calls that no other product has: words that are enough alone.
fn own_calls(libraries: &[Value]) -> Vec<&str> {
    let last_words = calls(libraries, |entry| entry["ungated"] == true).filter_map(|call| call.rsplit('.').next());
    last_words.flat_map(|last| last.trim_matches(['{', '}']).split('|')).collect()
}

/// The callees of the `[[request]]` entries that are asked for.
fn calls(libraries: &[Value], is_asked: impl Fn(&Value) -> bool) -> impl Iterator<Item = &str> {
    let entries = libraries.iter().filter_map(|library| library["request"].as_array()).flatten();
    entries
        .filter(move |entry| is_asked(entry))
        .map(|entry| &entry["call"])
        .flat_map(|call| call.as_array().map_or_else(|| vec![call], |calls| calls.iter().collect()))
        .filter_map(Value::as_str)
}

/// What manifests and lock files call the libraries.
fn packages(libraries: &[Value]) -> Vec<&str> {
    let packages = libraries.iter().filter_map(|library| library["packages"].as_array()).flatten();
    let mut names: Vec<&str> = packages.filter_map(Value::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What `[[cookie]]` entries put before the names of cookies.
fn cookie_prefixes(libraries: &[Value]) -> Vec<&str> {
    let entries = libraries.iter().filter_map(|library| library["cookie"].as_array()).flatten();
    entries.filter_map(|entry| entry["prefix"].as_str()).collect()
}

fn embedded_library(library: &Value) -> String {
    let (name, languages) = (library["name"].as_str().unwrap_or_default(), strings(&library["languages"]));
    format!("EmbeddedLibrary {{ name: {name:?}, languages: {languages}, json: {} }}", literal(library))
}

/// A crate with the version that this package asks for.
fn with_version(name: &str) -> String {
    let dependency = &toml_file(Path::new("Cargo.toml"))["dependencies"][name];
    let version = dependency.as_str().or_else(|| dependency["version"].as_str());
    let version = version.unwrap_or_else(|| panic!("Cargo.toml: no dependency {name}, which a table names"));
    format!("{name} {}", version.trim_start_matches('='))
}

fn embedded_host(name: &str, host: &Value) -> String {
    format!(
        "EmbeddedHost {{ name: {name:?}, title: {:?}, extensions: {}, json: {} }}",
        host["title"].as_str().unwrap_or_default(),
        strings(&host["extensions"]),
        literal(host),
    )
}

/// Keys of a table that only tell which files it is for and what they are: they stand apart, for a run reads few of its rows.
const TELLING: [&str; 9] = ["grammar", "family", "extensions", "files", "tells", "data", "scope", "defines", "binary"];

fn embedded_table(name: &str, table: &Value) -> String {
    let mut rows = table.clone();
    rows.as_object_mut().expect("a file in TOML is a table").retain(|key, _| !TELLING.contains(&key.as_str()));
    let scope = table["scope"].as_str().map(|scope| variant("Scope", scope));
    format!(
        "EmbeddedTable {{ name: {name:?}, title: {:?}, grammar: {:?}, family: {:?}, extensions: {}, files: {}, tells: {}, reader: {}, data: {}, scope: {}, defines: {}, json: {} }}",
        table["title"].as_str().unwrap_or_default(),
        table["grammar"].as_str().map(with_version).unwrap_or_default(),
        table["family"].as_str().unwrap_or_else(|| panic!("{name}.toml: no family")),
        strings(&table["extensions"]),
        strings(&table["files"]),
        strings(&table["tells"]),
        variant("Reader", table["reader"].as_str().unwrap_or("grammar")),
        table["data"].as_bool().unwrap_or_default(),
        scope.map_or("None".to_owned(), |scope| format!("Some({scope})")),
        strings(&table["defines"]),
        literal(&rows),
    )
}

/// The variant of an enum that a table names in lower case.
fn variant(of: &str, name: &str) -> String {
    format!("{of}::{}{}", name[..1].to_uppercase(), &name[1..])
}

/// The names that tables or hosts list under `key`, sorted, each with the places of those that list it.
fn index(tables: &Map<String, Value>, key: &str, is_meant: fn(&str) -> bool) -> String {
    let mut found = BTreeMap::<&str, Vec<usize>>::new();
    for (at, table) in tables.values().enumerate() {
        let names = table[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        names.filter(|name| is_meant(name)).for_each(|name| found.entry(name).or_default().push(at));
    }
    list(found.into_iter().map(|(name, places)| format!("({name:?}, &{places:?})")))
}

/// What names of files say of their language.
fn file_names(tables: &Map<String, Value>, hosts: &Map<String, Value>) -> String {
    let binary = tables.values().filter_map(|table| table["binary"].as_array()).flatten();
    let binary: BTreeSet<&str> = binary.filter_map(Value::as_str).collect();
    format!(
        "FileNames {{ extensions: {}, files: {}, patterns: {}, host_extensions: {}, binary: {} }}",
        index(tables, "extensions", |_| true),
        index(tables, "files", |name| !name.contains('*')),
        index(tables, "files", |name| name.contains('*')),
        index(hosts, "extensions", |_| true),
        list(binary.into_iter().map(|extension| format!("{extension:?}"))),
    )
}

/// The files directly in `folder` with `extension`, sorted by name.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .max_depth(1)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|have| have == extension))
        .collect();
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn parse(path: &Path, source: &str) -> Value {
    toml::from_str(source).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn toml_file(path: &Path) -> Value {
    parse(path, &text(path))
}

/// The tables in a folder by name; one that `extends` another adds its entries to those of the other, but for the names of
/// files, which are its own. One that lacks the `needed` key only serves others.
fn extended(folder: &str, needed: &str) -> Map<String, Value> {
    let mut tables = Map::new();
    for path in files(folder, "toml") {
        let mut table = toml_file(&path);
        if table.get(needed).is_none() {
            continue;
        }
        while let Some(base) = table["extends"].as_str().map(|stem| Path::new(folder).join(stem).with_extension("toml"))
        {
            let (mut base, Some(own)) = (toml_file(&base), table.as_object_mut()) else { break };
            own.remove("extends");
            for (key, value) in std::mem::take(own) {
                let is_own = key == "extensions" || key == "files";
                match (base[&key].as_array_mut(), value) {
                    (Some(have), Value::Array(more)) if !is_own => have.extend(more),
                    (_, value) => base[&key] = value,
                }
            }
            table = base;
        }
        tables.insert(stem(&path), table);
    }
    tables
}

fn library(path: &Path) -> Value {
    let mut library = toml_file(path);
    library["name"] = stem(path).into();
    library
}

/// A rule page: `# id`, a summary line, the `toml rule` block, and sections of which `Examples` holds the tests. Gives the
/// rule, and its id with what the page holds for people.
fn page(path: &Path) -> (Value, String) {
    let source = text(path);
    let mut rule: Option<Map<String, Value>> = None;
    let (mut summary, mut sections, mut examples) = (String::new(), Vec::<(String, String)>::new(), Vec::new());
    let mut lines = source.lines();
    assert_eq!(
        lines.next(),
        Some(format!("# {}", stem(path)).as_str()),
        "{}: the heading is not the stem",
        path.display()
    );
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push((heading.to_owned(), String::new()));
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let (body, words) = (body.join("\n") + "\n", info.split(' ').collect::<Vec<_>>());
            match (words.as_slice(), sections.last_mut()) {
                (["toml", "rule"], _) => rule = parse(path, &body).as_object().cloned(),
                ([language, kind @ ("bad" | "good")], _) => {
                    examples.push(json!({"language": language, "bad": *kind == "bad", "code": body}));
                }
                (_, Some((_, text))) => *text += &format!("{line}\n{body}```\n"),
                (_, None) => panic!("{}: a code block above the first section", path.display()),
            }
        } else if let Some((_, text)) = sections.last_mut() {
            *text += &format!("{line}\n");
        } else if summary.is_empty() {
            summary = line.to_owned();
        }
    }
    let mut rule = rule.unwrap_or_else(|| panic!("{}: no `toml rule` block", path.display()));
    rule.insert("id".into(), stem(path).into());
    rule.insert("summary".into(), summary.into());
    let sections: Vec<Value> = sections
        .iter()
        .filter(|(heading, _)| heading != "Examples")
        .map(|(heading, text)| json!({"heading": heading, "text": text.trim()}))
        .collect();
    let page = json!({"sections": sections, "examples": examples});
    (Value::Object(rule), format!("({:?}, {})", stem(path), literal(&page)))
}
