//! `Expr` to `Fact`: what code does, by the library files. No rule and no language is known here.

mod annotated;
mod asks;
mod bare;
mod beside;
mod block;
mod built;
mod callee;
mod carrier;
mod chain;
mod circumstances;
mod command;
mod company;
mod cookie;
mod cookie_each;
mod cookie_once;
mod cookie_passed;
mod cookie_setting;
mod cookie_source;
mod cookie_text;
mod document;
mod draft;
mod entered;
pub mod evidence;
pub mod fact;
mod fields;
mod handed_down;
pub mod hosts;
mod index;
mod instance;
pub mod interest;
mod keys;
mod learned;
pub mod library;
mod lineage;
mod members;
mod method_text;
mod nested;
mod objects;
pub mod outline;
mod own;
mod owner;
mod partial;
mod passed;
mod recognise;
mod resolve;
mod rows;
mod sender;
mod settle;
pub mod sketch;
mod speaks;
mod steps;
mod taint;
mod taint_handed;
mod text_calls;
mod told_query;
pub mod url;
pub mod vocabulary;
mod wanted;
pub mod words;

use crate::syntax::expr::{Implied, Node, Unit};
use callee::Namer;
use cookie::Cookies;
use evidence::{Collector, Row, Weight};
use fact::{Beyond, Evidence, Fact, Reading, Side};
use index::Index;
use interest::Interest;
use outline::{Constants, Outline};
use recognise::Recogniser;
use resolve::Resolver;
use url::Text;
use vocabulary::Vocabulary;
use wanted::{Names, Wanted};

/// What a unit does. `constants` are those of other files, `evidence` is what it and other parts of its file say that it is
/// about.
pub fn read(
    unit: &Unit,
    words: &Vocabulary,
    rows: &[Row],
    interest: &Interest,
    implied: &Implied,
    constants: &Constants,
    mut evidence: Vec<Evidence>,
) -> Reading {
    let mut kinds = Collector::of_file(rows);
    for library in document::kinds(&words.documents, &unit.root) {
        library.evidence.iter().for_each(|row| kinds.row(row, None, &library.name));
    }
    evidence.extend(kinds.finish());
    let is_proof = |id: &str| rows.iter().any(|row| row.id == id && row.weight == Weight::Proof && !row.against);
    let proven = evidence.iter().any(|evidence| is_proof(&evidence.id));
    let (unit, mut cut) = partial::rewritten(command::rewritten(unit, words), words);
    let unit = &*unit;
    let index = Index::new(unit);
    let namer = Namer::new(&index, words, implied, constants);
    let is_ruled = |text: &Text| interest.text_is_ruled(text, proven);
    let side = side(&namer);
    let paths = taint::of_paths(&index, interest, constants, implied);
    let resolver = Resolver::new(&namer, &is_ruled, &paths);
    // Its own budget: what a file has for others must not cost it what it does itself.
    let learning = Resolver::new(&namer, &is_ruled, &paths);
    let mut learner = Recogniser::new(&learning, interest, rows, &paths, side);
    learner.proven = proven;
    let learned = learner.learn();
    let mut recogniser = Recogniser::new(&resolver, interest, rows, &paths, side);
    recogniser.proven = proven;
    recogniser.teach(learned.clone());
    let own = own::Program::new(&namer, rows, &evidence);
    recogniser.serves = own.serves;
    recogniser.signs_in = own.signs_in;
    let (requests, passed) = recogniser.requests();
    let mut facts: Vec<Fact> = requests.into_iter().map(Fact::Request).collect();
    cut |= resolver.is_exhausted();
    let (exports, too_many) = Outline::new(&learning, &learned, rows).exports();
    cut |= learning.is_exhausted();
    let names = taint::of_cookies(&index, interest, &words.cookie_prefixes, constants, implied);
    let nothing = |_: &Text| false;
    let resolver = Resolver::new(&namer, &nothing, &names);
    let mut cookies = Cookies::new(&resolver, interest, rows, &names, side);
    let asks = facts.iter().any(|fact| matches!(fact, Fact::Request(request) if request.leaves()));
    cookies.own = own.has_sessions && !asks;
    let mut uses = cookies.uses();
    let quiet = nested::Nested::new(document::quiet(&words.documents, &unit.root, &names));
    uses.retain(|touch| quiet.innermost(touch.span).is_none());
    carrier::note(&mut uses, &resolver, &words.documents, &names, rows);
    company::note(&mut uses, &index);
    if own.serves || own.has_sessions {
        own::note(&mut uses, rows);
    }
    facts.extend(uses.into_iter().map(Fact::Cookie));
    cut |= resolver.is_exhausted();
    unit.root.iter().for_each(|node| used(node, &namer, &mut facts));
    cut |= index.is_cut();
    facts.sort_by_key(|fact| fact.span());
    let (comments, parsed) = (unit.comments.clone(), unit.parsed.clone());
    let Names { own: wanted, handed, bases, beyond } = Wanted::of(&namer, &paths);
    let imports = outline::imports(unit);
    let mut reading = Reading {
        facts,
        evidence,
        comments,
        parsed,
        exports,
        imports,
        passed,
        wanted,
        handed,
        bases,
        cut,
        beyond: Beyond::new(too_many, beyond),
        left_out: 0,
    };
    reading.keep_most();
    reading
}

/// Where a file runs, as far as its imports and its language tell. A command line's own libraries (arguments, prompts) tell
/// more than the HTTP client beside them.
fn side(namer: &Namer) -> Side {
    let sides: Vec<Side> = namer.libraries.iter().map(|library| library.side).collect();
    if sides.contains(&Side::Cli) {
        return Side::Cli;
    }
    match (sides.contains(&Side::Server), sides.contains(&Side::Browser)) {
        (true, false) => Side::Server,
        (false, true) => Side::Browser,
        _ => namer.words.side,
    }
}

/// Uses of what a library declares by name.
fn used<'u>(node: &'u Node, namer: &Namer<'_, 'u>, facts: &mut Vec<Fact>) {
    if let crate::syntax::expr::Expr::Call { callee, .. } = &node.expr
        && chain::last_name(callee).is_some_and(|last| namer.words.used.ends_in(last))
    {
        let named = namer.name(callee);
        if let Some((of, _)) = namer.words.used.first(&named.path, &namer.imported) {
            facts.push(Fact::Used { what: of.entry.what.clone(), span: node.span });
        }
    }
    node.children(&mut |child| used(child, namer, facts));
}
