//! What speaks for a program's having an interface or sessions of its own, beside what it does with Okta.

use std::collections::BTreeSet;

use super::callee::Namer;
use super::evidence::{About, Collector, Row};
use super::fact::{CookieUse, Evidence, Reach, Side, Verb};
use super::index::Found;
use super::library::Library;
use super::resolve::Resolver;
use crate::syntax::expr::{Expr, Node};

/// What libraries name as their evidence: those that serve requests, those of sign-in by OpenID Connect, and stores of a
/// program's own sessions.
const SERVER: &str = "server-framework";
const SIGN_IN: &str = "sign-in";
const STORE: &str = "session-store";
/// The end of the evidence that an SDK's library names.
const SDK: &str = "-sdk";

/// What a file's imports say of its program.
pub struct Program {
    /// Whether it serves requests.
    pub serves: bool,
    /// Whether it has to do with Okta only to sign its users in.
    pub signs_in: bool,
    /// Whether it has sessions of its own, and the file does not speak of Okta's.
    pub has_sessions: bool,
}

impl Program {
    /// What the imports of a file say, and its evidence.
    pub fn new(namer: &Namer, rows: &[Row], evidence: &[Evidence]) -> Self {
        let imported = |library: &&&Library| namer.imported.contains(library.name.as_str());
        let imports = |is: &dyn Fn(&Library, &str) -> bool| {
            let mut known = namer.words.libraries.iter().filter(imported);
            known.any(|library| library.evidence.as_deref().is_some_and(|row| is(library, row)))
        };
        let of_sessions = |id: &str| rows.iter().any(|row| row.id == id && row.sessions);
        let speaks = evidence.iter().any(|evidence| of_sessions(&evidence.id));
        let of_sign_in = |id: &str| rows.iter().any(|row| row.id == id && row.signs_in);
        let told = evidence.iter().any(|evidence| evidence.reach != Reach::Package && of_sign_in(&evidence.id));
        let in_page = |library: &Library, row: &str| row.ends_with(SDK) && library.side == Side::Browser;
        Self {
            serves: imports(&|_, row| row == SERVER),
            signs_in: !speaks && (told || imports(&|library, row| row == SIGN_IN || in_page(library, row))),
            has_sessions: !speaks && (told || imports(&|_, row| row == SIGN_IN || row == STORE)),
        }
    }
}

/// The rows of a cookie whose value the program makes itself, and of one that is its own.
const MADE: &str = "own-session";
const OWN: &str = "own-cookie";

/// Adds to cookies that the program itself makes the value of one of that name elsewhere in the file. What it sends out is
/// another's for all that.
pub fn note(uses: &mut [CookieUse], rows: &[Row]) {
    let made = |touch: &&CookieUse| {
        touch.verb == Verb::Write && touch.side != Side::Browser && touch.evidence.iter().any(|one| one.id == MADE)
    };
    let names: BTreeSet<Option<String>> = uses.iter().filter(made).map(|touch| touch.name.clone()).collect();
    let others = uses.iter_mut().filter(|touch| touch.verb != Verb::Send && names.contains(&touch.name));
    for touch in others.filter(|touch| touch.evidence.iter().all(|one| one.id != OWN)) {
        let mut collector = Collector::of_expression(rows, About::Cookie);
        collector.row(OWN, Some(touch.span), "");
        touch.evidence.extend(collector.finish());
    }
}

/// Collects from what the variables in a statement were made by, where that is no longer than `longest` bytes.
pub fn made<'u>(resolver: &Resolver<'_, 'u>, statement: &'u Node, longest: u32, collector: &mut Collector) {
    if let Expr::Name(name) = &statement.expr
        && let Found::Binds(binds) = resolver.namer.index.lookup(name, statement.span)
    {
        let short = binds.iter().filter(|bind| bind.value.span.end - bind.value.span.start < longest);
        short.for_each(|bind| collector.node(bind.value));
    }
    statement.children(&mut |child| made(resolver, child, longest, collector));
}
