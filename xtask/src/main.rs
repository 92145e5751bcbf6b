//! `cargo xtask`: what maintainers run and users do not.

use std::path::Path;
use std::process::ExitCode;

mod accuracy;
mod labels;
mod pages;
mod tally;

const USAGE: &str = "\
Usage: cargo xtask accuracy LABELS CHECKOUTS [--split NAME] [--binary PATH] [--write FILE]
       cargo xtask pages

`pages` writes what target/debug/sidestep prints of rules and languages into docs/.

`accuracy` runs sidestep over repositories with labelled places and says how many it finds, and how many it should not have found.

  LABELS      a table of labels, tab-separated, described in docs/accuracy.md
  CHECKOUTS   a folder with a folder `owner+name` for each repository, at the commit that was labelled
  --split     keep to the labels of one split
  --binary    the program to measure [default: target/release/sidestep]
  --write     put the tables between the marks of this page, which keeps the rest of its text";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        Some((command, rest)) if command == "accuracy" => {
            accuracy::Options::read(rest).and_then(|it| accuracy::run(&it))
        }
        Some((command, [])) if command == "pages" => pages::run(Path::new("target/debug/sidestep")),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
