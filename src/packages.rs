//! What the files of a run say together: evidence by package, and versions by folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::versions::Versions;
use crate::files::walk::{Walked, folder};
use crate::meaning::fact::{Evidence, Reach};

/// Evidence by package: a package is the folder of the nearest manifest above a file, else the whole run.
#[derive(Default)]
pub struct Packages {
    manifests: Vec<String>,
    evidence: BTreeMap<String, BTreeSet<String>>,
    /// By folder.
    versions: BTreeMap<String, Versions>,
}

impl Packages {
    /// The packages of a walk.
    pub fn new(walked: &Walked) -> Self {
        let manifests = walked.packages.iter().filter(|(_, package)| package.manifest);
        let mut packages = Self { manifests: manifests.map(|(folder, _)| folder.clone()).collect(), ..Self::default() };
        for (folder, package) in &walked.packages {
            packages.versions.insert(folder.clone(), package.versions.clone());
            let top = packages.of(folder).to_owned();
            packages.evidence.entry(top).or_default().extend(package.evidence.iter().cloned());
        }
        packages
    }

    /// Whether any package of the run has evidence.
    pub fn has_evidence(&self) -> bool {
        self.evidence.values().any(|ids| !ids.is_empty())
    }

    /// The folder of the package that a folder belongs to.
    pub fn of<'a>(&'a self, folder: &'a str) -> &'a str {
        let mut at = folder;
        loop {
            if let Ok(found) = self.manifests.binary_search_by(|have| have.as_str().cmp(at)) {
                return &self.manifests[found];
            }
            match at.rsplit_once('/') {
                Some((above, _)) => at = above,
                None => return "",
            }
        }
    }

    /// The version of a dependency that the nearest folder above a file names.
    pub fn version(&self, path: &str, name: &str) -> Option<String> {
        let mut at = folder(path);
        loop {
            if let Some(version) = self.versions.get(at).and_then(|versions| versions.get(name)) {
                return Some(version.number.clone());
            }
            at = if at.is_empty() { return None } else { folder(at) };
        }
    }

    /// The evidence of the package that a file belongs to.
    pub fn evidence(&self, path: &str) -> Vec<Evidence> {
        let package = |id: &String| Evidence { id: id.clone(), reach: Reach::Package, span: None, text: String::new() };
        self.evidence.get(self.of(folder(path))).into_iter().flatten().map(package).collect()
    }
}
