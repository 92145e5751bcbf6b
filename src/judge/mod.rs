//! `Fact` to `Report`: rule pages, evidence weighed, findings.

pub mod advice;
mod around;
pub mod asked;
pub mod finding;
pub mod flow;
pub mod guidance;
pub mod levels;
pub mod nearest;
mod quoted;
pub mod rules;
mod statement;
pub mod suppress;
pub mod weigh;

use std::cell::OnceCell;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::files::source::Source;
use crate::meaning::evidence::{Row, Weight};
use crate::meaning::fact::{CookieUse, Evidence, Fact, Reach, Reading, Request, Side, Spelling};
use crate::syntax::embed::{Cell, place_in};
use crate::syntax::expr::{Parsed, Span};
use crate::syntax::language;
use advice::{Program, advice};
use around::Excerpts;
use asked::Answer;
use finding::{Confidence, Finding, Region, Related, Shown, Working};
use quoted::one_line;
use rules::{Matched, Rule, Rules};
use weigh::{Own, weigh};

/// Most places listed as related.
const RELATED: usize = 8;

/// What judging one file gives.
#[derive(Default)]
pub struct Judged {
    /// Its findings, in order of place.
    pub findings: Vec<Finding>,
    /// What keeps working in it.
    pub working: Vec<Working>,
    /// What became of what is no finding, if that is asked.
    pub answers: Vec<Answer>,
}

/// What lies around a file.
pub struct Around<'a> {
    /// The evidence of its package.
    pub package: &'a [Evidence],
    /// Places of constants that requests of other files are built from, by file.
    pub used: &'a HashMap<String, Vec<Span>>,
    /// Where a constant of another file stands, by the name that this file knows it by, after the places in further files
    /// that it is made of.
    pub elsewhere: &'a dyn Fn(&str) -> Vec<Region>,
    /// The program that it belongs to.
    pub program: Program<'a>,
    /// Whether somebody asks why nothing was reported in it.
    pub asked: bool,
}

/// Judges one file.
pub fn judge(reading: &Reading, source: &Source, rules: &Rules, rows: &[Row], around: &Around) -> Judged {
    let used = around.used.get(&source.path).map_or(&[][..], Vec::as_slice);
    let (cells, excerpts) = (OnceCell::new(), Excerpts::new(source));
    let judge = Judge { reading, source, rules, rows, around, used, cells, excerpts };
    let mut judged = Judged::default();
    for fact in &reading.facts {
        match fact {
            Fact::Request(request) => judge.request(request, &mut judged),
            Fact::Cookie(cookie) => judged.findings.extend(judge.cookie(cookie)),
            Fact::Used { what, span } => {
                judged.working.push(Working { what: what.clone(), region: source.region(*span) })
            }
        }
    }
    judge.settle(&mut judged.findings);
    if around.asked {
        judged.answers = judge.answers();
    }
    judged
}

/// What a fact says of itself.
struct Seen<'f> {
    own: Own,
    spelling: Spelling,
    via: Option<&'f str>,
    side: Side,
    span: Span,
    related: &'f [Span],
    evidence: &'f [Evidence],
}

struct Judge<'a> {
    reading: &'a Reading,
    source: &'a Source,
    rules: &'a Rules,
    rows: &'a [Row],
    around: &'a Around<'a>,
    /// Constants of this file that requests of other files are built from.
    used: &'a [Span],
    excerpts: Excerpts<'a>,
    /// The cells of a notebook; none elsewhere. Known once something was found.
    cells: OnceCell<Vec<Cell>>,
}

impl Judge<'_> {
    fn request(&self, request: &Request, judged: &mut Judged) {
        if self.is_used_elsewhere(request) {
            return;
        }
        let Some(matched) = self.rules.of_request(request) else {
            if let Some(what) = self.rules.working(request) {
                let evidence = self.around(&request.evidence);
                if weigh(Own::Hint, request.spelling, &evidence, self.rows) >= Some(Confidence::Likely) {
                    judged.working.push(Working { what: what.to_owned(), region: self.source.region(request.span) });
                }
            }
            return;
        };
        let seen = self.seen_request(request, matched.proof);
        judged.findings.extend(self.finding(&matched, &seen).map(|mut finding| {
            let named = request.constants.iter().filter_map(|name| Some((name, (self.around.elsewhere)(name).pop()?)));
            let related = named.map(|(name, region)| Related { region, message: format!("`{name}` comes from here") });
            finding.related.extend(related);
            finding.related.truncate(RELATED);
            finding.flow = flow::of(request, self.reading, self.source, self.around, &finding.region, &finding.label);
            finding
        }));
    }

    /// Whether a path that stands alone is a constant that a request of another file is built from.
    fn is_used_elsewhere(&self, request: &Request) -> bool {
        request.spelling == Spelling::Bare && self.used.iter().any(|span| span.contains(request.span))
    }

    fn cookie(&self, cookie: &CookieUse) -> Option<Finding> {
        let matched = self.rules.of_cookie(cookie)?;
        let seen = self.seen_cookie(cookie);
        let mut finding = self.finding(&matched, &seen)?;
        let beside = matched.rule.beside.as_ref().filter(|beside| cookie.beside.contains(&beside.cookie));
        if let Some(beside) = beside {
            finding.severity = beside.severity.min(finding.severity);
            finding.message.clone_from(&beside.message);
            finding.advice.clone_from(&beside.advice);
        }
        Some(finding)
    }

    /// The evidence of an expression with that of its file and package. A row counts once, where it is nearest.
    fn around(&self, own: &[Evidence]) -> Vec<Evidence> {
        let mut all = own.to_vec();
        for evidence in self.reading.evidence.iter().chain(self.around.package) {
            if !all.iter().any(|have| have.id == evidence.id) {
                all.push(evidence.clone());
            }
        }
        all
    }

    fn finding(&self, matched: &Matched, seen: &Seen) -> Option<Finding> {
        let Seen { own, spelling, via, side, span, related, evidence } = *seen;
        let evidence = self.around(evidence);
        let mut confidence = weigh(own, spelling, &evidence, self.rows)?;
        if matches!(self.reading.parsed, Parsed::Lexical(_) | Parsed::Tokens | Parsed::Text) {
            confidence = confidence.min(Confidence::Likely);
        }
        let rule = matched.rule;
        let region = self.source.region(self.source.first_line(span));
        let related = related.iter().filter(|place| **place != span).take(RELATED);
        let related: Vec<Related> = related
            .map(|place| Related {
                region: self.source.region(*place),
                message: format!("part of it comes from here: {}", quoted::of_place(self.source, *place)),
            })
            .collect();
        let mut message = match (matched.unseen, &self.reading.parsed) {
            (true, Parsed::Text) => format!("{} (read as plain text; the HTTP method was not seen)", rule.message),
            (false, Parsed::Text) => format!("{} (read as plain text)", rule.message),
            (true, _) => format!("{} (the HTTP method was not seen)", rule.message),
            (false, _) => rule.message.clone(),
        };
        // People know a place in a notebook by its cell.
        let cells = self.cells.get_or_init(|| language::cells(&self.source.path, &self.source.text));
        if let Some((cell, line)) = place_in(cells, span.start as usize) {
            message.push_str(&format!(" (cell {cell}, line {line})"));
        }
        Some(Finding {
            rule: rule.id.clone(),
            severity: rule.severity,
            confidence,
            excerpt: self.excerpts.of(&region, &related),
            region,
            label: matched.label.clone(),
            message,
            advice: advice(rule, self.side(side, &evidence), via, &self.around.program),
            related,
            flow: Vec::new(),
            evidence: self.shown(&evidence),
            fingerprint: fingerprint(rule, self.source.slice(span)),
            line_hash: String::new(),
        })
    }

    /// Where code runs: as its recogniser saw, else as evidence in the file says.
    fn side(&self, seen: Side, evidence: &[Evidence]) -> Side {
        let near = evidence.iter().filter(|one| one.reach != Reach::Package);
        let mut sides = near.filter_map(|one| self.rows.iter().find(|row| row.id == one.id)).map(|row| row.side);
        match seen {
            Side::Unknown => sides.find(|side| *side != Side::Unknown).unwrap_or_default(),
            seen => seen,
        }
    }

    /// Evidence as it is shown: nearest and weightiest first.
    fn shown(&self, evidence: &[Evidence]) -> Vec<Shown> {
        let mut known: Vec<(&Evidence, &Row)> =
            evidence.iter().filter_map(|one| Some((one, self.rows.iter().find(|row| row.id == one.id)?))).collect();
        known.sort_by_key(|(one, row)| (row.against, std::cmp::Reverse(row.weight), std::cmp::Reverse(one.reach)));
        let shown = |(one, row): (&Evidence, &Row)| Shown {
            id: row.id.clone(),
            weight: match (row.weight, one.reach) {
                (Weight::Proof, Reach::Expression | Reach::File) => "proof".into(),
                (Weight::Hint, _) | (_, Reach::Package) => "hint".into(),
            },
            against: row.against,
            reach: match one.reach {
                Reach::Expression => "expression".into(),
                Reach::File => "file".into(),
                Reach::Package => "package".into(),
            },
            text: if one.text.is_empty() { row.why.clone() } else { one_line(&one.text) },
            region: one.span.map(|span| self.source.region(span)),
        };
        known.into_iter().map(shown).collect()
    }

    /// Sorts findings, leaves one for each place, and makes fingerprints of equal expressions differ by their order.
    fn settle(&self, findings: &mut Vec<Finding>) {
        findings.sort_by(|one, other| (&one.region, &one.rule).cmp(&(&other.region, &other.rule)));
        let mut kept: Vec<Finding> = Vec::new();
        // How far the findings of a rule on its last line reach: what begins later and ends before is within one.
        let mut reached: HashMap<String, (u32, u32)> = HashMap::new();
        for finding in findings.drain(..) {
            let (line, end) = (finding.region.line, finding.region.byte_end);
            match reached.get_mut(&finding.rule) {
                Some((on, to)) if *on == line && end <= *to => continue,
                Some((on, to)) if *on == line => *to = end,
                Some(reach) => *reach = (line, end),
                None => drop(reached.insert(finding.rule.clone(), (line, end))),
            }
            kept.push(finding);
        }
        if kept.is_empty() {
            return;
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let hashes = crate::files::linehash::line_hashes(&self.source.bytes);
        for finding in &mut kept {
            let count = seen.entry(finding.fingerprint.clone()).or_default();
            *count += 1;
            if *count > 1 {
                finding.fingerprint = hex(&Sha256::digest(format!("{}\0{count}", finding.fingerprint)));
            }
            let line = finding.region.line.saturating_sub(1) as usize;
            finding.line_hash = hashes.get(line).cloned().unwrap_or_default();
        }
        *findings = kept;
    }
}

/// Stable over moved lines and reformatting: rule id and the expression's text without what formatters change, white space,
/// the kind of quotes, and commas before a closing bracket.
fn fingerprint(rule: &Rule, expression: &str) -> String {
    let mut text = String::with_capacity(expression.len());
    for c in expression.chars().filter(|c| !c.is_whitespace()) {
        if matches!(c, ')' | ']' | '}') && text.ends_with(',') {
            text.pop();
        }
        text.push(if c == '\'' { '"' } else { c });
    }
    hex(&Sha256::digest(format!("{}\0{text}", rule.id)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
