//! How the output looks: what the terminal can show, and what the user and the environment say of it.

use std::env::var_os;

use sidestep::report::Style;

use super::args::{Check, When};

/// Columns where there is no terminal.
const WIDTH: usize = 100;
/// Findings shown on a terminal.
const MOST: usize = 100;

/// The style of a report. Colour: the option, then `NO_COLOR`, then `FORCE_COLOR` and `CLICOLOR_FORCE`, then whether it goes
/// to a terminal, or to the log of a runner, that can show it.
pub fn style(args: &Check, is_terminal: bool) -> Style {
    let is_dumb = var_os("TERM").is_some_and(|term| term == "dumb");
    let colour = match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto if is_set("NO_COLOR") => false,
        When::Auto if is_forced("FORCE_COLOR") || is_forced("CLICOLOR_FORCE") => true,
        When::Auto => !is_dumb && (is_terminal || shows_colours()),
    };
    let links = match args.hyperlinks {
        When::Always => true,
        When::Never => false,
        When::Auto => is_terminal && !is_dumb && supports_hyperlinks::supports_hyperlinks(),
    };
    Style {
        colour,
        links,
        width: if is_terminal { columns() } else { WIDTH },
        ascii: args.ascii || is_terminal && !locale_is_unicode(),
        show_working: args.show_working,
        explain_evidence: args.explain_evidence,
        quiet: args.quiet > 0,
        most: (is_terminal && !args.all).then_some(MOST),
        category: args.sarif_category.clone(),
        web: web(),
    }
}

/// Whether a variable has a value.
pub fn is_set(name: &str) -> bool {
    var_os(name).is_some_and(|value| !value.is_empty())
}

fn is_forced(name: &str) -> bool {
    is_set(name) && var_os(name).is_some_and(|value| value != "0")
}

/// Whether it is a runner whose logs show colours.
fn shows_colours() -> bool {
    is_set("CI") && (is_set("GITHUB_ACTIONS") || is_set("GITLAB_CI"))
}

fn columns() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0))
}

/// Whether the locale has more than ASCII; one that is not told has.
fn locale_is_unicode() -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(|name| is_set(name)).and_then(var_os);
    said.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Where a job of GitHub Actions has its files from. Nothing but an address is taken.
fn web() -> Option<String> {
    let part = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (server, repository) = (part("GITHUB_SERVER_URL")?, part("GITHUB_REPOSITORY")?);
    let web = format!("{server}/{repository}/blob/{}", part("GITHUB_SHA")?);
    let is_address = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    (web.starts_with("https://") && web.chars().all(is_address)).then_some(web)
}
