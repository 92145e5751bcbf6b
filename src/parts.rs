//! What a file means: each of its parts is read with the libraries of its language, and what speaks for one part speaks for
//! the others.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::data;
use crate::judge::rules::Rules;
use crate::meaning;
use crate::meaning::evidence::{Row, of_file, with_hosts};
use crate::meaning::fact::{Evidence, Fact, Reading, Side};
use crate::meaning::interest::Interest;
use crate::meaning::library::Library;
use crate::meaning::vocabulary::Vocabulary;
use crate::syntax::embed::{Part, Runs};
use crate::syntax::expr::{Parsed, Unit};
use crate::syntax::language;
use crate::worker::Job;

/// What files of one kind are read with.
struct Known {
    families: Vec<String>,
    runs: Runs,
    okta_domains: Vec<String>,
    libraries: Arc<Vec<Library>>,
    words: Vocabulary<'static>,
    interest: Interest,
    rows: Cow<'static, [Row]>,
}

impl Known {
    fn new(families: &[&str], runs: Runs, job: &Job) -> Self {
        // A run has one configuration, so a process comes here once for each set of language families.
        let own: &'static [Library] = Box::leak(job.libraries.to_vec().into_boxed_slice());
        let spoken = |library: &&Library| {
            library.languages.is_empty()
                || library.languages.iter().any(|language| families.contains(&language.as_str()))
        };
        // What the repository says of its own client goes first.
        let mut words = Vocabulary::new(own.iter().filter(spoken).chain(data::libraries(families)));
        words.side = match runs {
            Runs::AsItSays => words.side,
            Runs::InPage => Side::Browser,
            Runs::OnServer => Side::Server,
        };
        Self {
            families: families.iter().map(|family| (*family).to_owned()).collect(),
            runs,
            okta_domains: job.okta_domains.clone(),
            libraries: job.libraries.clone(),
            words,
            interest: Rules::built_in().interest(),
            rows: with_hosts(data::evidence(), &job.okta_domains),
        }
    }

    fn is_for(&self, families: &[&str], runs: Runs, job: &Job) -> bool {
        self.families == families
            && self.runs == runs
            && self.okta_domains == job.okta_domains
            && self.libraries == job.libraries
    }
}

/// What the parts of a file do.
pub fn meaning(parts: &[Part], job: &Job) -> Reading {
    let known: Vec<Rc<Known>> = parts.iter().map(|part| known(part, job)).collect();
    let parts = parts.iter().zip(&known);
    let mut all = Vec::new();
    let own: Vec<Vec<Evidence>> = parts.clone().map(|(part, known)| evidence_of(&part.unit, known, job)).collect();
    own.iter().for_each(|own| add(&mut all, own.clone()));
    let mut readings = parts.zip(own).map(|((part, known), mut evidence)| {
        add(&mut evidence, all.clone());
        of_part(part, known, job, evidence)
    });
    if known.len() == 1 {
        return readings.next().unwrap_or_default();
    }
    let mut whole = Reading::default();
    readings.for_each(|reading| join(&mut whole, reading));
    whole.facts.sort_by_key(Fact::span);
    whole.comments.sort_unstable();
    whole
}

/// What a unit that is a whole file does.
pub fn meaning_of_file(unit: Unit, job: &Job) -> Reading {
    meaning(&[Part { language: job.language.to_string(), runs: Runs::AsItSays, unit }], job)
}

fn evidence_of(unit: &Unit, known: &Known, job: &Job) -> Vec<Evidence> {
    of_file(unit, &job.path, &known.rows, &known.words.libraries)
}

fn of_part(part: &Part, known: &Known, job: &Job, evidence: Vec<Evidence>) -> Reading {
    let implied = language::implied(&part.language);
    meaning::read(&part.unit, &known.words, &known.rows, &known.interest, &implied, &job.constants, evidence)
}

fn known(part: &Part, job: &Job) -> Rc<Known> {
    thread_local! {
        static KNOWN: RefCell<Vec<Rc<Known>>> = RefCell::default();
    }
    let mut scripts: Vec<&str> = part.unit.scripts.iter().map(|script| language::family(script)).collect();
    scripts.sort_unstable();
    let mut families = vec![language::family(&part.language)];
    families.extend(scripts);
    families.dedup();
    KNOWN.with_borrow_mut(|have| match have.iter().find(|known| known.is_for(&families, part.runs, job)) {
        Some(known) => known.clone(),
        None => {
            let known = Rc::new(Known::new(&families, part.runs, job));
            have.push(known.clone());
            known
        }
    })
}

/// Adds evidence of rows that are not there yet.
fn add(evidence: &mut Vec<Evidence>, more: Vec<Evidence>) {
    for one in more {
        if !evidence.iter().any(|have| have.id == one.id) {
            evidence.push(one);
        }
    }
}

/// Adds what a further part does.
fn join(whole: &mut Reading, part: Reading) {
    whole.facts.extend(part.facts);
    add(&mut whole.evidence, part.evidence);
    whole.comments.extend(part.comments);
    whole.exports.extend(part.exports);
    whole.imports.extend(part.imports);
    whole.passed.extend(part.passed);
    whole.wanted.extend(part.wanted);
    whole.handed.extend(part.handed);
    whole.cut |= part.cut;
    whole.beyond.join(part.beyond);
    whole.left_out += part.left_out;
    whole.keep_most();
    whole.parsed = match (std::mem::take(&mut whole.parsed), part.parsed) {
        (Parsed::WithErrors(mut errors), Parsed::WithErrors(more)) => {
            errors.extend(more);
            errors.sort_unstable();
            Parsed::WithErrors(errors)
        }
        (Parsed::Whole, parsed) | (parsed, Parsed::Whole) => parsed,
        (Parsed::Lexical(reason), _) | (_, Parsed::Lexical(reason)) => Parsed::Lexical(reason),
        (Parsed::Tokens | Parsed::Text, parsed) | (parsed, Parsed::Tokens | Parsed::Text) => parsed,
    };
}
