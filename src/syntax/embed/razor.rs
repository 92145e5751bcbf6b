//! What an `@` begins in Razor: expressions, statements and blocks of code, in which elements may stand that hold code again.

use super::super::expr::Span;
use super::Runs;
use super::host::{Is, Transition};
use super::markup::Scanner;
use super::pieces::{Bit, Key, Piece};
use super::template::{Hit, string_end};

/// Deeper code in elements in code is read as code.
const DEPTH: usize = 32;
/// Longest expression in brackets, in bytes.
const LONGEST: usize = 16 << 10;
/// Longest character literal, in bytes: `'\U0010FFFF'`. An apostrophe that closes later is one of prose.
const LONGEST_CHAR: usize = 12;

/// What the `@` at `at` begins; its code is taken along.
pub fn at(scanner: &mut Scanner, at: usize) -> Option<Hit> {
    let host = scanner.host;
    let transition = host.at.as_ref()?;
    // An address of mail.
    if at.checked_sub(1).is_some_and(|before| scanner.byte(before).is_ascii_alphanumeric()) {
        return None;
    }
    let start = at + 1;
    match scanner.byte(start) {
        b'@' => hit(Is::Other, (start, start + 1), start + 1),
        b'*' => {
            let end = scanner.find("*@", start + 1).map_or(scanner.text.len(), |end| end + 2);
            scanner.comments.push(Span::new(at, end));
            hit(Is::Comment, (at, end), end)
        }
        b'{' => {
            let end = code(scanner, transition, start, false);
            hit(Is::Code, (start, end), end)
        }
        b'(' => {
            let end = bracketed(scanner, start)?;
            value(scanner, transition, (start, end));
            hit(Is::Value, (start, end), end)
        }
        byte if byte.is_ascii_alphabetic() || byte == b'_' => word(scanner, transition, start),
        _ => None,
    }
}

/// A tag whose code was taken along, if it has any.
fn hit(is: Is, inner: (usize, usize), end: usize) -> Option<Hit> {
    Some(Hit { is, language: None, inner, end })
}

fn word(scanner: &mut Scanner, transition: &Transition, start: usize) -> Option<Hit> {
    let end = name_end(scanner, start);
    let word = scanner.slice(start, end);
    let is_one = |words: &[String]| words.iter().any(|have| have == word);
    let next = scanner.after_space(end);
    let line_end = memchr::memchr(b'\n', scanner.slice(end, scanner.text.len()).as_bytes());
    let line_end = line_end.map_or(scanner.text.len(), |at| end + at);
    let opens = match scanner.byte(next) {
        b'(' => bracketed(scanner, next).map(|end| scanner.after_space(end)),
        _ => Some(next),
    };
    let opens_block = opens.is_some_and(|at| scanner.byte(at) == b'{');
    match () {
        () if is_one(&transition.statements) && opens_block => {
            let end = code(scanner, transition, start, true);
            hit(Is::Code, (start, end), end)
        }
        () if is_one(&transition.blocks) && opens_block => {
            let end = code(scanner, transition, next, false);
            hit(Is::Code, (start, end), end)
        }
        () if is_one(&transition.sections) => {
            let end = memchr::memchr(b'{', scanner.slice(end, line_end).as_bytes()).map_or(line_end, |at| end + at + 1);
            hit(Is::Other, (start, end), end)
        }
        () if is_one(&transition.lines) => {
            line(scanner, transition, start, line_end);
            hit(Is::Other, (start, line_end), line_end)
        }
        () if is_one(&transition.members) => {
            line(scanner, transition, end, line_end);
            hit(Is::Other, (start, line_end), line_end)
        }
        () if is_one(&transition.others) => hit(Is::Other, (start, line_end), line_end),
        () => {
            let from = if is_one(&transition.before) { next } else { start };
            let end = expression_end(scanner, from);
            value(scanner, transition, (start, end));
            hit(Is::Value, (start, end), end)
        }
    }
}

fn key(transition: &Transition) -> Key {
    Key { language: transition.language.clone(), runs: Runs::OnServer, is_long: false }
}

fn add(scanner: &mut Scanner, transition: &Transition, bits: Vec<Bit>, around: [String; 2]) {
    let piece = Piece { bits, around, entities: false };
    scanner.pieces.add(scanner.text, &transition.language, Runs::OnServer, piece);
}

fn value(scanner: &mut Scanner, transition: &Transition, (start, end): (usize, usize)) {
    let around = scanner.host.wrap(&transition.language).value;
    add(scanner, transition, vec![Bit::Same(start, end)], around);
}

/// A line that is a statement, with or without its semicolon.
fn line(scanner: &mut Scanner, transition: &Transition, start: usize, end: usize) {
    let text = scanner.slice(start, end).trim_end().trim_end_matches(';');
    let end = start + text.len();
    add(scanner, transition, vec![Bit::Same(start, end)], [String::new(), ";\n".to_owned()]);
}

fn name_end(scanner: &Scanner, mut at: usize) -> usize {
    while scanner.byte(at).is_ascii_alphanumeric() || scanner.byte(at) == b'_' {
        at += 1;
    }
    at
}

/// Where the bracket at `at` is closed.
fn bracketed(scanner: &Scanner, at: usize) -> Option<usize> {
    let bytes = scanner.text.as_bytes();
    let bytes = bytes.get(..bytes.len().min(at + LONGEST))?;
    let (mut depth, mut end) = (0usize, at);
    loop {
        match bytes.get(end)? {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => end = string_end(bytes, end).unwrap_or(end),
            b'\'' => end = char_end(bytes, end).unwrap_or(end),
            _ => {}
        }
        end += 1;
        if depth == 0 {
            return Some(end);
        }
    }
}

fn char_end(bytes: &[u8], at: usize) -> Option<usize> {
    string_end(bytes, at).filter(|end| end - at <= LONGEST_CHAR)
}

/// Where the expression ends that starts with the name at `at`: names, members, calls and indexes.
fn expression_end(scanner: &Scanner, at: usize) -> usize {
    let mut end = name_end(scanner, at);
    loop {
        let starts_name = |at: usize| scanner.byte(at).is_ascii_alphabetic() || scanner.byte(at) == b'_';
        end = match scanner.byte(end) {
            b'(' | b'[' => match bracketed(scanner, end) {
                Some(end) => end,
                None => return end,
            },
            b'.' if starts_name(end + 1) => name_end(scanner, end + 1),
            b'?' if scanner.byte(end + 1) == b'.' && starts_name(end + 2) => name_end(scanner, end + 2),
            _ => return end,
        };
    }
}

/// Takes the code from `start` to the end of its block along, and of those that go on with its statement. Gives where it
/// ends.
fn code(scanner: &mut Scanner, transition: &Transition, start: usize, is_statement: bool) -> usize {
    let (mut bits, mut run, mut at, mut depth) = (Vec::new(), start, start, 0usize);
    // Whether a statement may begin: only there an element does.
    let mut is_fresh = false;
    let bytes = scanner.text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        let next = scanner.byte(at + 1);
        let island = match (byte, next) {
            (b'@', b'*') => scanner.find("*@", at + 2).map(|end| end + 2),
            (b'@', b':') if is_fresh => memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).map(|end| at + end),
            (b'<', b'a'..=b'z' | b'A'..=b'Z') if is_fresh => Some(element_end(scanner, transition, at)),
            _ => None,
        };
        if let Some(end) = island.filter(|_| scanner.depth < DEPTH) {
            bits.push(Bit::Same(run, at));
            bits.extend(inside(scanner, transition, at, end));
            at = end.max(at + 1);
            run = at;
            continue;
        }
        let was_fresh = is_fresh;
        is_fresh = matches!(byte, b'{' | b'}' | b';' | b':');
        match (byte, next) {
            (b'@', b'"') => at = verbatim_end(bytes, at + 1),
            (b'"', _) => at = string_end(bytes, at).unwrap_or(at),
            (b'\'', _) => at = char_end(bytes, at).unwrap_or(at),
            (b'/', b'/') => {
                at += memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).unwrap_or(1) - 1;
                is_fresh = was_fresh;
            }
            (b'/', b'*') => at = scanner.find("*/", at + 2).map_or(at, |end| end + 1),
            (b'{', _) => depth += 1,
            (b'}', _) => depth = depth.saturating_sub(1),
            (byte, _) if byte.is_ascii_whitespace() => is_fresh = was_fresh,
            _ => {}
        }
        at += 1;
        if depth == 0 && *byte == b'}' {
            let next = scanner.after_space(at);
            let word = scanner.slice(next, name_end(scanner, next));
            if !is_statement || !transition.continues.iter().any(|have| have == word) {
                break;
            }
        }
    }
    let end = at.min(scanner.text.len());
    bits.push(Bit::Same(run, end));
    let around = scanner.host.wrap(&transition.language).code;
    let bits = if is_statement { bits } else { without_braces(bits, start, end, scanner) };
    add(scanner, transition, bits, around);
    end
}

/// The code of a block without the braces around it.
fn without_braces(bits: Vec<Bit>, start: usize, end: usize, scanner: &Scanner) -> Vec<Bit> {
    let last = if end > start + 1 && scanner.byte(end - 1) == b'}' { end - 1 } else { end };
    let inner = |bit| match bit {
        Bit::Same(from, to) => {
            let from = if from == start { start + 1 } else { from };
            Bit::Same(from, if to == end { last.max(from) } else { to })
        }
        other => other,
    };
    bits.into_iter().map(inner).collect()
}

/// The markup within code from `at` to `end`: the code in it belongs to the code around it.
fn inside(scanner: &mut Scanner, transition: &Transition, at: usize, end: usize) -> Vec<Bit> {
    let own = key(transition);
    let before = scanner.pieces.of(own.clone()).len();
    scanner.depth += 1;
    scanner.page(if scanner.byte(at) == b'@' && scanner.byte(at + 1) == b':' { at + 2 } else { at }, end);
    scanner.depth -= 1;
    let pieces = scanner.since(&own, before);
    let mut bits = vec![Bit::Gap(at, at)];
    bits.extend(pieces.into_iter().flat_map(Piece::whole));
    bits
}

/// Where a verbatim string ends whose quote opens at `at`: a doubled quote does not close it.
fn verbatim_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let Some(found) = memchr::memchr(b'"', rest) else { return at };
        at += found + 1;
        match bytes.get(at + 1) {
            Some(b'"') => at += 1,
            _ => return at,
        }
    }
}

/// Where the element at `at` ends, by the tags of its own name; the end of its tag where it does not close.
fn element_end(scanner: &mut Scanner, transition: &Transition, at: usize) -> usize {
    let name = scanner.slice(at + 1, name_end(scanner, at + 1)).to_ascii_lowercase();
    let tag_end = |from: usize| scanner.find(">", from).map_or(scanner.text.len(), |end| end + 1);
    let first = tag_end(at);
    if scanner.slice(at, first).ends_with("/>") || transition.void.contains(&name) {
        return first;
    }
    let (mut depth, mut from) = (1usize, first);
    while let Some(open) = scanner.find("<", from).filter(|open| open - first < scanner.ahead) {
        let is_end = scanner.byte(open + 1) == b'/';
        let start = open + 1 + usize::from(is_end);
        let is_same = scanner.is_at(start, &name) && name_end(scanner, start) == start + name.len();
        from = open + 1;
        if is_same {
            from = tag_end(open);
            match is_end {
                true => depth -= 1,
                false if !scanner.slice(open, from).ends_with("/>") => depth += 1,
                false => {}
            }
            if depth == 0 {
                scanner.ahead = scanner.ahead.saturating_sub(from - first);
                return from;
            }
        }
    }
    scanner.ahead = scanner.ahead.saturating_sub(from - first);
    first
}
