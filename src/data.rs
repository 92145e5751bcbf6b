//! The data that the build script embedded: rules, libraries, evidence, what keeps working, and grammar tables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::judge::rules::{Rule, Working};
use crate::meaning::evidence::Row;
use crate::meaning::library::Library;
use crate::syntax::embed::host::Host;
use crate::syntax::table::Spelled;

/// Everything in `rules/`, `src/syntax/tables/` and `src/syntax/hosts/`.
#[derive(Deserialize)]
pub struct Data {
    /// The rule pages, by id.
    pub rules: Vec<Rule>,
    /// The library files, by name.
    pub libraries: Vec<Library>,
    /// The rows of `evidence.toml`.
    pub evidence: Vec<Row>,
    /// The rows of `keeps-working.toml`.
    pub working: Vec<Working>,
    /// The grammar tables by language.
    pub tables: BTreeMap<String, Spelled>,
    /// The formats that hold code of other languages, by name.
    pub hosts: BTreeMap<String, Host>,
}

/// The embedded data, read on first use.
pub fn data() -> &'static Data {
    static DATA: LazyLock<Data> = LazyLock::new(|| {
        let text = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));
        serde_json::from_str(text).unwrap_or_else(|error| {
            // A test reads the data, so a build with malformed data does not ship.
            panic!("the embedded data is malformed: {error}; correct the file in rules/ that it names")
        })
    });
    &DATA
}
