//! `sidestep languages`: what is read, and by what.

use std::io::{self, Write};

use sidestep::syntax::language::{Listed, all};

use super::ListFormat;

/// Prints every language with what reads it and the names of its files.
pub fn print(format: ListFormat, out: &mut dyn Write) -> io::Result<()> {
    let languages = all();
    match format {
        ListFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&languages)?),
        ListFormat::Text => text(&languages, out),
        ListFormat::Markdown => markdown(&languages, out),
    }
}

fn text(languages: &[Listed], out: &mut dyn Write) -> io::Result<()> {
    let width = |of: fn(&Listed) -> &str| languages.iter().map(|one| of(one).chars().count()).max().unwrap_or(0);
    let (title, reader) = (width(|one| &one.title), width(|one| &one.reader));
    languages
        .iter()
        .try_for_each(|one| writeln!(out, "{:title$}  {:reader$}  {}", one.title, one.reader, names(one).join(" ")))
}

fn markdown(languages: &[Listed], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Language or format | Read by | Files |\n|---|---|---|")?;
    languages.iter().try_for_each(|one| {
        let names: Vec<String> = names(one).iter().map(|name| format!("`{name}`")).collect();
        writeln!(out, "| {} | {} | {} |", one.title, one.reader, names.join(" "))
    })
}

/// The names of its files: `.js`, or a whole name.
fn names(one: &Listed) -> Vec<String> {
    one.extensions.iter().map(|extension| format!(".{extension}")).chain(one.files.iter().cloned()).collect()
}
