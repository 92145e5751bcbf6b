//! What repeats the version says the one of this package.

mod common;

use common::text;

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
