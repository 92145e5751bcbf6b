//! Mistakes in a configuration, told with their place.

use std::fmt::Write as _;

use super::value::Wrong;
use crate::report::masked;

/// Most mistakes told at once.
const MOST_WRONG: usize = 10;
/// Columns of a source line that are shown.
const WIDEST: usize = 100;
/// Characters of a source line that are looked at.
const LOOKED_AT: usize = 4096;

/// Mistakes for people: each with its line and a mark below it.
pub fn told(shown: &str, text: &str, wrongs: &[Wrong]) -> String {
    let mut blocks: Vec<String> = wrongs.iter().take(MOST_WRONG).map(|wrong| block(shown, text, wrong)).collect();
    if wrongs.len() > MOST_WRONG {
        blocks.push(format!("{shown}: and {} more", wrongs.len() - MOST_WRONG));
    }
    blocks.join("\n")
}

fn block(shown: &str, text: &str, wrong: &Wrong) -> String {
    let start = text.floor_char_boundary(wrong.span.start);
    let before = &text[..start];
    let number = before.matches('\n').count() + 1;
    let from = before.rfind('\n').map_or(0, |at| at + 1);
    let column = text[from..start].chars().count();
    let near: String = text[from..].lines().next().unwrap_or_default().chars().take(LOOKED_AT).collect();
    // Masked before it is cut: the part of a secret that is left may not look like one.
    let line: String = masked(&near).chars().take(WIDEST).collect();
    let line = line.replace('\t', " ");
    let marked =
        text.get(start..wrong.span.end).and_then(|span| span.lines().next()).unwrap_or_default().chars().count();
    let marks = "^".repeat(marked.min(line.chars().count().saturating_sub(column)).max(1));
    let mut out = format!("{shown}:{number}:{}: {}", column + 1, masked(&wrong.message));
    if !line.trim().is_empty() && column <= WIDEST {
        let gutter = " ".repeat(number.to_string().len());
        // Writing to a String cannot fail.
        let _ = write!(out, "\n{gutter} |\n{number} | {line}\n{gutter} | {}{marks}", " ".repeat(column));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_on_the_line_is_masked_and_the_mark_stays_in_place() {
        let text = "token = \"00aBcD3fGh1jKlMn0pQrStUvWxYz01234567890_Ab";
        let said = told("sidestep.toml", text, &[Wrong::new(51..52, "invalid basic string")]);
        assert!(!said.contains("00aBcD") && said.contains("token = \"***"), "{said}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[3].chars().position(|c| c == '^'), Some(4 + 51), "{said}");
    }
}
