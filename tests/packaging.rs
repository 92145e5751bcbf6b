//! What repeats the version says the one of this package.

use std::path::Path;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_file_that_repeats_the_version_has_this_one() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, wanted) in [
        ("pyproject.toml", format!("version = \"{version}\"")),
        ("pyproject.toml", format!("\"sidestep-lint=={version}\"")),
        (".pre-commit-hooks.yaml", format!("ghcr.io/sidestep-lint/sidestep:{version}\n")),
        ("action.yml", format!("default: {version}\n")),
        ("packaging/ci/gitlab.yml", format!("sidestep:{version}-shell\n")),
        ("docs/ci.md", format!("rev: v{version}\n")),
        ("docs/ci.md", format!("sidestep:{version}-shell")),
    ] {
        assert!(text(path).contains(&wanted), "{path} does not have {wanted:?}");
    }
}
