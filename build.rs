//! Embeds `rules/`, the grammar tables and the host formats as one JSON text: rule pages taken apart, library files, evidence,
//! and what keeps working. Reading TOML and Markdown here and not at start-up is what keeps a run on one file in milliseconds.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/syntax/tables");
    println!("cargo::rerun-if-changed=src/syntax/hosts");
    let pages: Vec<Value> = files("rules", "md").iter().map(|path| page(path)).collect();
    let libraries: Vec<Value> = files("rules/libraries", "toml").iter().map(|path| library(path)).collect();
    let data = json!({
        "rules": pages,
        "libraries": libraries,
        "evidence": toml_file(Path::new("rules/evidence.toml"))["evidence"],
        "working": toml_file(Path::new("rules/keeps-working.toml"))["working"],
        "tables": extended("src/syntax/tables", "extensions"),
        "hosts": extended("src/syntax/hosts", "title"),
    });
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("rules.json");
    fs::write(&out, data.to_string()).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
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

/// The tables in a folder by name; one that `extends` another adds its entries to those of the other. One that lacks the
/// `needed` key only serves others.
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
                match (base[&key].as_array_mut(), value) {
                    // What a file is called is its own.
                    (Some(have), Value::Array(more)) if key != "extensions" => have.extend(more),
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

/// A rule page: `# id`, a summary line, the `toml rule` block, and sections of which `Examples` holds the tests.
fn page(path: &Path) -> Value {
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
    rule.insert("sections".into(), sections.into());
    rule.insert("examples".into(), examples.into());
    Value::Object(rule)
}
