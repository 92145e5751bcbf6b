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

/// A text without what stands after `//~` and the like, up to the end of the line.
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.find('~').filter(|at| line[..*at].ends_with(['/', '#'])) {
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
    let untold: Vec<&String> =
        after.iter().filter(|path| *path != "warning" && !said.contains(&format!("warning: {path}: "))).collect();
    assert!(untold.is_empty(), "{untold:?}\n{said}");
    for name in &languages {
        let of = |places: &[String]| places.iter().filter(|path| path.starts_with(&format!("{name}/"))).count();
        let (had, left) = (of(&before), of(&after));
        assert!(name == "data" || left * 5 <= had, "{name}: {left} of {had} are left\n{said}");
    }
}
