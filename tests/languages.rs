//! What is said of languages is what the program reads.

use std::process::Command;

#[test]
fn the_table_in_the_documentation_is_what_the_program_prints() {
    let out = Command::new(env!("CARGO_BIN_EXE_sidestep")).args(["languages", "--format", "markdown"]).output();
    let printed = String::from_utf8(out.expect("it runs").stdout).expect("UTF-8");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/languages.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let table = page.split_once("<!-- languages -->\n").and_then(|(_, rest)| rest.split_once("<!-- end -->"));
    let table = table.map_or("", |(table, _)| table);
    assert!(
        table.trim() == printed.trim(),
        "docs/languages.md is not up to date; between its marks should stand:\n{printed}"
    );
}
