//! A date of Okta's guidance, and a rule as it stands by what Okta had said until then. Knows the dated rows of the pages,
//! and no date of its own.

use std::fmt;
use std::str::FromStr;

use super::finding::Level;
use super::rules::{Rule, Status};
use crate::data;

/// What is accepted, for messages.
const FORMS: &str = "write a month like `2026-09` or a day like `2026-09-30`";

/// A day or a month; a month counts whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guidance {
    written: String,
    /// The last day that counts. Days of this form compare as text.
    last: String,
}

impl FromStr for Guidance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let last = last_day(text).ok_or_else(|| format!("`{text}` is no date; {FORMS}"))?;
        let first = data::rules().iter().flat_map(|rule| &rule.status).map(|status| status.date.as_str()).min();
        match first.filter(|first| last.as_str() < *first) {
            Some(first) => Err(format!("`{text}` is before the first guidance that is known, of {first}; {FORMS}")),
            None => Ok(Self { written: text.to_owned(), last }),
        }
    }
}

impl fmt::Display for Guidance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Guidance {
    /// Whether Okta had said this by then.
    pub fn covers(&self, status: &Status) -> bool {
        status.date <= self.last
    }
}

impl Rule {
    /// The rule by the guidance of a date: each row that had been said by then changes what it names.
    pub fn by(&self, guidance: &Guidance) -> Rule {
        let mut rule = self.clone();
        for status in self.status.iter().filter(|status| guidance.covers(status)) {
            match status.severity {
                Some(Level::Off) => rule.off = true,
                Some(level) => {
                    rule.off = false;
                    rule.severity = level.severity().unwrap_or(rule.severity);
                }
                None => {}
            }
            status.message.iter().for_each(|text| rule.message.clone_from(text));
            status.advice.iter().for_each(|text| rule.advice.clone_from(text));
            status.instead.iter().for_each(|texts| rule.instead.clone_from(texts));
        }
        rule
    }
}

/// The last day of a date: of a month, or the day itself.
fn last_day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize| {
        let part =
            parts.get(at).filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (year, month) = (number(0, 4)?, number(1, 2)?);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => return None,
    };
    let day = match parts.len() {
        2 => days,
        3 => number(2, 2).filter(|day| (1..=days).contains(day))?,
        _ => return None,
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::last_day;

    #[test]
    fn a_month_counts_whole_and_a_day_must_be_one() {
        let last = |text: &str| last_day(text);
        assert_eq!(last("2026-09").as_deref(), Some("2026-09-30"));
        assert_eq!(last("2024-02").as_deref(), Some("2024-02-29"));
        assert_eq!(last("2026-09-05").as_deref(), Some("2026-09-05"));
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-9",
            "2026-02-29",
            "2026-09-00",
            "2026-09-31",
            "2026-09-1-1",
            "+026-09",
        ] {
            assert_eq!(last(text), None, "{text}");
        }
    }
}
