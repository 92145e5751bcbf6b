//! Comments that hide findings, in every language that has comments: `--add-ignore` writes them into the fixtures, and after that
//! nothing is found in a file that it wrote.

mod common;

use std::fs;
use std::path::Path;

use common::run;

/// Copies a folder without the marks that fixtures have at the ends of lines.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let target = to.join(entry.file_name().expect("a name"));
        match entry.is_dir() {
            true => copy(&entry, &target),
            false => {
                let bytes = fs::read(&entry).expect("read");
                let plain = String::from_utf8(bytes.clone()).map(|text| without_marks(&text).into_bytes());
                fs::write(&target, plain.unwrap_or(bytes)).expect("written");
            }
        }
    }
}

/// A text without what stands after `//~` and the like, where that is a comment up to the end of the line.
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_rule = |c: char| c.is_ascii_lowercase() || "-^, \r\n".contains(c);
        let is_mark = |at: &usize| line[..*at].ends_with(['/', '#']) && line[at + 1..].chars().all(is_rule);
        match line.find('~').filter(is_mark) {
            Some(at) => {
                out += line[..at].trim_end_matches(['/', '#']).trim_end();
                out.push('\n');
            }
            None => out += line,
        }
    }
    out
}

#[test]
fn every_language_with_comments_has_them_written() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = common::repository("comments", "all");
    let languages: Vec<String> = fs::read_dir(&fixtures)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "innocent")
        .collect();
    languages.iter().for_each(|name| copy(&fixtures.join(name), &folder.join(name)));
    let places = |printed: &str| -> Vec<String> {
        printed.lines().filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
    };
    let before = places(&run(&folder, &["-q", "-o", "concise"]).1);
    let (_, said) = run(&folder, &["--add-ignore", "for a test"]);
    let after = places(&run(&folder, &["-q", "-o", "concise"]).1);
    assert!(before.len() > 400, "{said}");
    // What is left was told of, file by file.
    let is_told = |path: &str, why: &str| said.contains(&format!("warning: {path}: {why}"));
    let untold: Vec<&String> = after.iter().filter(|path| *path != "warning" && !is_told(path, "")).collect();
    assert!(untold.is_empty(), "{untold:?}\n{said}");
    for name in &languages {
        let of_it = |path: &&String| path.starts_with(&format!("{name}/"));
        let had = before.iter().filter(of_it).count();
        let left = after.iter().filter(of_it).filter(|path| !is_told(path, "has no comments")).count();
        assert!(left * 5 <= had, "{name}: {left} of {had} are left\n{said}");
    }
}
