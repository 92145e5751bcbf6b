//! Reads a library file of the repository's own: the form is that of the built-in ones, and mistakes are told with their place.

use std::path::Path;

use crate::data;
use crate::files::open;
use crate::judge::nearest::did_you_mean;
use crate::meaning::library::Library;
use crate::syntax::language;

/// Most bytes of one: each file that is read is read with it.
const LARGEST_LIBRARY: u64 = 64 << 10;

/// Reads a library file; what is wrong with it is told with its own place.
pub fn library(file: &Path, shown: &str) -> Result<Library, String> {
    let bytes = open::read_whole(file, false, LARGEST_LIBRARY, shown)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{shown}: not UTF-8"))?;
    let mut library: Library = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let message = explained(error.message());
        format!("{shown}:{}: {message}", before.matches('\n').count() + 1)
    })?;
    if let Some(row) = library.evidence.iter().find(|row| data::evidence().iter().all(|have| have.id != **row)) {
        return Err(format!("{shown}: there is no evidence `{row}`"));
    }
    let families = language::families();
    if let Some(wrong) = library.languages.iter().find(|name| !families.contains(&name.as_str())) {
        let near = did_you_mean(wrong, families.iter().copied());
        return Err(format!("{shown}: no language `{wrong}`{near}"));
    }
    library.name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(library)
}

/// What the parser says, on one line, with what was probably meant: it quotes what is wrong, then what could stand there.
fn explained(message: &str) -> String {
    let line = message.lines().collect::<Vec<_>>().join(": ");
    let mut quoted = line.split('`').skip(1).step_by(2);
    match (line.starts_with("unknown "), quoted.next()) {
        (true, Some(wrong)) => format!("{line}{}", did_you_mean(wrong, quoted)),
        _ => line,
    }
}
