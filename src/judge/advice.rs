//! What a finding says to do: the page's advice for the kind of program, and how that is written with the SDK at hand, in
//! its version, or in the language. Knows no SDK and no language by name.

use crate::meaning::fact::Side;
use crate::meaning::library::{Advice, Library};

use super::rules::{Instead, Rule};

/// What is known of the program that a finding stands in.
pub struct Program<'a> {
    /// The name that libraries know its language by.
    pub language: &'a str,
    /// The library of a name.
    pub library: &'a dyn Fn(&str) -> Option<&'static Library>,
    /// The version of a dependency, as its package's manifest or lock file has it.
    pub version: &'a dyn Fn(&str) -> Option<String>,
}

/// The whole advice. `via` names the library that declares the call.
pub fn advice(rule: &Rule, side: Side, via: Option<&str>, program: &Program) -> String {
    let Instead { browser, server, cli } = &rule.instead;
    let general = match side {
        Side::Browser => browser,
        Side::Server => server,
        Side::Cli => cli,
        Side::Unknown => &rule.advice,
    };
    let library = via.and_then(program.library);
    match library.and_then(|library| with(library, &rule.id, program)).or_else(|| how(rule, side, program.language)) {
        Some(how) => format!("{general}; {how}"),
        None => general.clone(),
    }
}

/// How it is done with a library, in the version that is used; where that is not known, as every version has it.
fn with(library: &Library, rule: &str, program: &Program) -> Option<String> {
    let version = library.packages.iter().find_map(|package| (program.version)(package));
    let fits = |advice: &&Advice| {
        let is_meant = match (&advice.versions, &version) {
            (None, _) => true,
            (Some(range), Some(version)) => within(version, range),
            (Some(_), None) => false,
        };
        is_meant && advice.rules.iter().any(|have| have == rule)
    };
    let advice = library.advice.iter().find(fits)?;
    Some(advice.text.replace("{version}", version.as_deref().unwrap_or_default()))
}

/// How it is done in a language.
fn how(rule: &Rule, side: Side, language: &str) -> Option<String> {
    let fits = |how: &&super::rules::How| {
        how.languages.iter().any(|have| have == language) && (how.side.is_empty() || how.side.contains(&side))
    };
    rule.how.iter().find(fits).map(|how| how.text.clone())
}

/// Whether a version lies in a range: `<5`, `>=2,<7`.
pub fn within(version: &str, range: &str) -> bool {
    let version = numbers(version);
    range.split(',').map(str::trim).all(|bound| {
        let number = numbers(bound.trim_start_matches(['<', '>', '=']));
        match bound.trim_end_matches(|c: char| !matches!(c, '<' | '>' | '=')) {
            "<" => version < number,
            ">=" => version >= number,
            _ => version == number,
        }
    })
}

/// The numbers of a version, with those at the end that are zero left out, so that `5.0.0` is `5`. What follows the
/// numbers (`-beta.1`) is left out as well.
fn numbers(version: &str) -> Vec<u64> {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let parts = version.get(..end).unwrap_or_default().split('.');
    let mut numbers: Vec<u64> = parts.map_while(|part| part.parse().ok()).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_version_lies_below_the_next_one() {
        assert!(within("4.9.2", "<5") && !within("5.0.0", "<5") && within("5.0.0", ">=5"));
        assert!(within("6.6.0", ">=2,<7") && !within("7.0.0-beta.1", ">=2,<7") && !within("0.0.4", ">=2,<7"));
        assert!(within("0.0.4", "<1") && within("10.0.0", ">=9") && !within("10.0.0", "<9"));
    }
}
