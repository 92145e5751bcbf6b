//! Which language a file is in, by its name and, where several share that, by what it holds. A tree has hundreds of thousands
//! of files in no language that is known, so a look-up is a binary search in what the build script sorted, and takes no memory.

use std::cmp::Ordering;

use super::{Language, of_host, of_table};
use crate::data::{self, EmbeddedHost, EmbeddedTable, Index};

/// What the name of a file says of its language.
enum Named {
    /// It is in one of these, in the order of the tables.
    Tables(&'static [usize]),
    /// It is a host.
    Host(&'static EmbeddedHost),
}

/// Whether files with this extension are known to be no text.
pub fn is_binary(extension: &str) -> bool {
    data::file_names().binary.binary_search_by(|have| in_lower_case(have, extension)).is_ok()
}

/// The language of a file by its name; `None` for a format that is not known.
pub fn of_path(path: &str) -> Option<Language> {
    match named(path)? {
        Named::Tables(tables) => tables_at(tables).next().map(of_table),
        Named::Host(host) => {
            // `app.js.erb` is JavaScript with Ruby in it.
            let inner = path.rsplit_once('.').and_then(|(inner, _)| of_path(inner));
            of_host(host, inner.filter(|inner| !inner.is_host()))
        }
    }
}

/// The language of a file that was taken for `language` by its name, by what it holds: of several that share an extension,
/// the one whose tells stand in it.
pub fn told(language: Language, path: &str, bytes: &[u8]) -> Language {
    let Some(Named::Tables(tables)) = named(path) else { return language };
    if tables.len() < 2 || tables_at(tables).all(|table| table.name != language.name) {
        return language;
    }
    let holds = |tell: &&str| memchr::memmem::find(bytes, tell.as_bytes()).is_some();
    // One that has tells says more than one that takes whatever is left.
    let told = tables_at(tables).find(|table| table.tells.iter().any(holds));
    let told = told.or_else(|| tables_at(tables).find(|table| table.tells.is_empty()));
    told.map_or(language, of_table)
}

/// What the name of a file says: all of it, else its extension, else a pattern of names.
fn named(path: &str) -> Option<Named> {
    let (folder, file) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let folder = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let names = data::file_names();
    let by_extension = |index: Index| {
        let at = index.binary_search_by(|(have, _)| in_lower_case(have, extension)).ok()?;
        index.get(at)
    };
    let whole = names.files.binary_search_by(|(have, _)| (*have).cmp(file)).ok().and_then(|at| names.files.get(at));
    let found = whole.or_else(|| by_extension(names.extensions));
    let found = found.or_else(|| names.patterns.iter().find(|(pattern, _)| fits(pattern, folder, file)));
    if let Some((_, tables)) = found {
        return Some(Named::Tables(tables));
    }
    let (_, hosts) = by_extension(names.host_extensions)?;
    hosts.first().and_then(|host| data::hosts().get(*host)).map(Named::Host)
}

/// How a word in lower case compares with one in any.
fn in_lower_case(word: &str, any: &str) -> Ordering {
    word.bytes().cmp(any.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn tables_at(places: &'static [usize]) -> impl Iterator<Item = &'static EmbeddedTable> {
    places.iter().filter_map(|at| data::tables().get(*at))
}

/// Whether a file fits a pattern with one `*` in its name and perhaps a folder before it.
fn fits(pattern: &str, folder: &str, file: &str) -> bool {
    let (in_folder, name) = pattern.split_once('/').map_or((None, pattern), |(folder, name)| (Some(folder), name));
    let Some((start, end)) = name.split_once('*') else { return false };
    in_folder.is_none_or(|wanted| wanted == folder)
        && file.len() >= start.len() + end.len()
        && file.starts_with(start)
        && file.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::{data, fits, is_binary, of_path, told};

    fn name_of(path: &str) -> Option<String> {
        of_path(path).map(|language| language.name.into_owned())
    }

    #[test]
    fn a_pattern_of_names_has_one_star() {
        assert!(fits(".env.*", "app", ".env.local"));
        assert!(fits("sites-available/*", "sites-available", "acme.example.com"));
        assert!(!fits("sites-available/*", "app", "acme.example.com"));
        assert!(!fits(".env", "app", ".env"));
    }

    #[test]
    fn every_name_that_a_table_or_a_host_gives_is_found() {
        for table in data::tables() {
            for extension in table.extensions {
                let found = of_path(&format!("a/b.{extension}")).expect(extension);
                let shares =
                    data::tables().iter().any(|have| have.name == found.name && have.extensions.contains(extension));
                assert!(shares, "{extension}: {}", found.name);
            }
            for file in table.files {
                let path = file.replace('*', "x");
                assert!(of_path(&format!("a/{path}")).is_some(), "{path}");
            }
        }
        for host in data::hosts() {
            for extension in host.extensions {
                assert!(of_path(&format!("b.{extension}")).is_some(), "{extension}");
            }
        }
    }

    #[test]
    fn a_whole_name_goes_before_an_extension_and_that_before_a_pattern() {
        for (path, language) in [
            ("src/main.RS", Some("rust")),
            ("a\\b\\App.TSX", Some("tsx")),
            ("deploy/nginx.conf", Some("nginx")),
            ("sites-available/acme", Some("nginx")),
            ("app/.env.production", Some("env")),
            ("Makefile", Some("make")),
            ("views/app.js.erb", Some("erb+javascript")),
            ("views/app.html.erb", Some("erb")),
            ("a/b.unknown", None),
            ("a.b/none", None),
            ("", None),
        ] {
            assert_eq!(name_of(path).as_deref(), language, "{path}");
        }
    }

    #[test]
    fn what_a_file_holds_tells_languages_that_share_an_extension_apart() {
        let shared = data::file_names().extensions.iter().filter(|(_, tables)| tables.len() > 1);
        let mut seen = 0;
        for (extension, tables) in shared {
            let path = format!("a.{extension}");
            let language = of_path(&path).expect(extension);
            for table in tables.iter().filter_map(|at| data::tables().get(*at)) {
                if let Some(tell) = table.tells.first() {
                    assert_eq!(told(language.clone(), &path, tell.as_bytes()).name, table.name, "{extension}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 0);
    }

    #[test]
    fn extensions_of_files_that_are_no_text_are_known_in_any_case() {
        assert!(is_binary("png") && is_binary("PNG") && !is_binary("py") && !is_binary(""));
    }
}
