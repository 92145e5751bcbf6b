//! What a file means: each of its parts is read with the libraries of its language, and what speaks for one part speaks for
//! the others.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::data::data;
use crate::judge::rules::Rules;
use crate::meaning::evidence::{Row, of_file, with_hosts};
use crate::meaning::fact::{Evidence, Fact, Reading, Side};
use crate::meaning::interest::Interest;
use crate::meaning::vocabulary::Vocabulary;
use crate::meaning::{self, Elsewhere};
use crate::syntax::embed::{Part, Runs};
use crate::syntax::expr::{Parsed, Unit};
use crate::syntax::language;
use crate::worker::Job;

/// A family of languages, where its code runs, and the hosts that are Okta's by configuration.
type Kind = (String, Runs, Vec<String>);

/// What files of one kind are read with.
struct Known {
    words: Vocabulary<'static>,
    interest: Interest,
    rows: Cow<'static, [Row]>,
}

/// What the parts of a file do.
pub fn meaning(parts: &[Part], job: &Job) -> Reading {
    if let [one] = parts {
        return of_part(one, job, &[]);
    }
    let mut evidence = Vec::new();
    for part in parts {
        let known = known(language::family(&part.language), part.runs, &job.okta_domains);
        add(&mut evidence, of_file(&part.unit, &job.path, &known.rows, &known.words.libraries));
    }
    let mut whole = Reading::default();
    for part in parts {
        join(&mut whole, of_part(part, job, &evidence));
    }
    whole.facts.sort_by_key(Fact::span);
    whole.comments.sort_unstable();
    whole
}

/// What a unit that is a whole file does.
pub fn meaning_of_file(unit: Unit, job: &Job) -> Reading {
    of_part(&Part { language: job.language.clone(), runs: Runs::AsItSays, unit }, job, &[])
}

fn of_part(part: &Part, job: &Job, evidence: &[Evidence]) -> Reading {
    let known = known(language::family(&part.language), part.runs, &job.okta_domains);
    let implied = language::implied(&part.language);
    let elsewhere = Elsewhere { constants: &job.constants, evidence };
    meaning::read(&part.unit, &job.path, &known.words, &known.rows, &known.interest, &implied, &elsewhere)
}

fn known(family: &str, runs: Runs, okta_domains: &[String]) -> Rc<Known> {
    thread_local! {
        static KNOWN: RefCell<HashMap<Kind, Rc<Known>>> = RefCell::default();
    }
    let make = || {
        let mut words = Vocabulary::new(&data().libraries, family);
        words.side = match runs {
            Runs::AsItSays => words.side,
            Runs::InPage => Side::Browser,
            Runs::OnServer => Side::Server,
        };
        let rows = with_hosts(&data().evidence, okta_domains);
        Rc::new(Known { words, interest: Rules::built_in().interest(), rows })
    };
    let kind = (family.to_owned(), runs, okta_domains.to_vec());
    KNOWN.with_borrow_mut(|have| have.entry(kind).or_insert_with(make).clone())
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
    whole.cut |= part.cut;
    whole.parsed = match (std::mem::take(&mut whole.parsed), part.parsed) {
        (Parsed::WithErrors(mut errors), Parsed::WithErrors(more)) => {
            errors.extend(more);
            errors.sort_unstable();
            Parsed::WithErrors(errors)
        }
        (Parsed::Whole, parsed) | (parsed, Parsed::Whole) => parsed,
        (Parsed::Lexical(reason), _) | (_, Parsed::Lexical(reason)) => Parsed::Lexical(reason),
    };
}
