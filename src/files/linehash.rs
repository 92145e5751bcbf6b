//! Code scanning's `primaryLocationLineHash`: the value by which GitHub follows an alert from run to run.
//!
//! It has to equal what `src/fingerprints.ts` of github/codeql-action computes from the file on disk: a hash over the 100
//! UTF-16 units from a line's start, spaces and tabs left out, going on into the next lines.

use std::collections::HashMap;

/// Units that one hash covers.
const WINDOW: usize = 100;
/// Base of the polynomial.
const BASE: u64 = 37;
/// Stands for the end of the file; zeros follow it.
const END: u64 = 65535;

/// The hash of every line of a file, `hex:count`; line `n` is at index `n - 1`. The bytes are those on disk, whatever
/// their encoding: the original reads them as UTF-8 too.
///
/// A file that ends in a line end has one more hash than it has lines of text.
pub fn line_hashes(bytes: &[u8]) -> Vec<String> {
    let (units, starts) = kept_units(&String::from_utf8_lossy(bytes));
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let numbered = |hash: u64| {
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:x}:{count}")
    };
    hashes_at(&units, &starts).into_iter().map(numbered).collect()
}

/// The units that count, with the end mark and enough zeros behind them, and where in them the lines start.
fn kept_units(text: &str) -> (Vec<u64>, Vec<usize>) {
    let (mut units, mut starts) = (Vec::with_capacity(text.len() + WINDOW + 1), Vec::new());
    let (mut at_start, mut after_cr) = (true, false);
    for unit in text.encode_utf16() {
        let (is_blank, is_cr) = (unit == 0x20 || unit == 0x09, unit == 0x0d);
        // A blank forgets the CR before it, so that CR SPACE LF is two line ends. The original does the same.
        let is_rest_of_crlf = after_cr && unit == 0x0a;
        after_cr = is_cr;
        if is_blank || is_rest_of_crlf {
            continue;
        }
        if at_start {
            starts.push(units.len());
        }
        at_start = is_cr || unit == 0x0a;
        units.push(if is_cr { 0x0a } else { u64::from(unit) });
    }
    if at_start {
        starts.push(units.len());
    }
    units.push(END);
    units.resize(units.len() + WINDOW, 0);
    (units, starts)
}

/// The hash of the window at each start, by one rolling pass.
fn hashes_at(units: &[u64], starts: &[usize]) -> Vec<u64> {
    let push = |hash: u64, unit: u64| hash.wrapping_mul(BASE).wrapping_add(unit);
    let weight_of_oldest = (0..WINDOW).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = units.iter().take(WINDOW).fold(0, |hash, unit| push(hash, *unit));
    let (mut at, mut found) = (0, Vec::with_capacity(starts.len()));
    for start in starts {
        while at < *start {
            hash = push(hash, units[at + WINDOW]).wrapping_sub(weight_of_oldest.wrapping_mul(units[at]));
            at += 1;
        }
        found.push(hash);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("../../tests/data/line-hash-vectors.tsv");

    fn base64(text: &str) -> Vec<u8> {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let (mut bits, mut held, mut out) = (0u32, 0, Vec::new());
        for digit in text.bytes().filter(|byte| *byte != b'=') {
            bits = bits << 6 | DIGITS.iter().position(|have| *have == digit).expect("a base64 digit") as u32;
            held += 6;
            if held >= 8 {
                held -= 8;
                out.push((bits >> held) as u8);
                bits &= (1 << held) - 1;
            }
        }
        out
    }

    fn input(encoding: &str, input: &str) -> Vec<u8> {
        match encoding {
            "json" => serde_json::from_str::<String>(input).expect("a JSON string").into_bytes(),
            "pairs" => {
                let pairs: Vec<(String, usize)> = serde_json::from_str(input).expect("pairs");
                pairs.iter().map(|(text, times)| text.repeat(*times)).collect::<String>().into_bytes()
            }
            "base64" => base64(input),
            other => panic!("unknown encoding {other}"),
        }
    }

    #[test]
    fn every_vector_of_the_original_is_reproduced() {
        let (mut rows, mut lines_of) = (0, HashMap::<Vec<u8>, usize>::new());
        for row in VECTORS.lines().skip(1) {
            let [case, encoding, text, line, want] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
            let (bytes, line) = (input(encoding, text), line.parse::<usize>().expect("a line number"));
            assert_eq!(line_hashes(&bytes)[line - 1], want, "{case}, line {line}");
            let most = lines_of.entry(bytes).or_default();
            *most = line.max(*most);
            rows += 1;
        }
        assert_eq!(rows, 146);
        for (bytes, most) in lines_of {
            assert_eq!(line_hashes(&bytes).len(), most, "one hash a line, no more");
        }
    }

    #[test]
    fn indenting_changes_nothing_and_equal_lines_are_counted() {
        assert_eq!(line_hashes(b"a\nb\n"), line_hashes(b"\ta\r\n  b\r\n"));
        let far_apart = [b"x\n".as_slice(), &b"y".repeat(100), b"\n", b"x\n", &b"y".repeat(100)].concat();
        let hashes = line_hashes(&far_apart);
        assert!(hashes[0].ends_with(":1") && hashes[2].ends_with(":2"), "{hashes:?}");
    }
}
