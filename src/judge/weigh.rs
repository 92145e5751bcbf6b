//! Weighs evidence: from what speaks for and against to a confidence, or to silence.

use super::finding::Confidence;
use crate::meaning::evidence::{Row, Weight};
use crate::meaning::fact::{Evidence, Reach, Spelling};

/// What a fact itself says, beside the evidence around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Nothing: a cookie's name is anybody's.
    Nothing,
    /// A path that a rule names.
    Hint,
    /// A path that only Okta has.
    Proof,
}

/// Why a fact is silent, for people: what speaks against it, or that nothing speaks for it.
pub fn silence(own: Own, evidence: &[Evidence], rows: &[Row]) -> String {
    let row = |evidence: &Evidence| rows.iter().find(|row| row.id == evidence.id);
    let near = |evidence: &&Evidence| evidence.reach != Reach::Package;
    let mut against = evidence.iter().filter(near).filter_map(row).filter(|row| row.against).collect::<Vec<_>>();
    against.sort_by_key(|row| std::cmp::Reverse(row.weight));
    let speaks = evidence.iter().any(|evidence| row(evidence).is_some_and(|row| !row.against));
    match (against.first(), own) {
        (Some(row), _) => format!("{} ({})", row.why, row.id),
        (None, _) if speaks => "too little says that it is Okta's: a cookie asks for two hints or a proof".to_owned(),
        (None, _) => "nothing says that it is Okta's".to_owned(),
    }
}

/// The confidence that a fact is about Okta; `None` for silence.
///
/// Evidence in the expression is nearer than that in the file, and that nearer than the package's, where a proof counts as
/// a hint and a hint not at all. A proof against that is at least as near as every proof for is silence; a hint against
/// takes one hint away, or makes a proof likely instead of certain. A hint that the path implies adds nothing to it. A row of
/// doubt leaves nothing above possible.
pub fn weigh(own: Own, spelling: Spelling, evidence: &[Evidence], rows: &[Row]) -> Option<Confidence> {
    let row = |evidence: &Evidence| rows.iter().find(|row| row.id == evidence.id);
    let nearest = |against: bool| {
        let proofs = evidence.iter().filter(|evidence| {
            evidence.reach != Reach::Package
                && row(evidence).is_some_and(|row| row.weight == Weight::Proof && row.against == against)
        });
        proofs.map(|evidence| evidence.reach).max()
    };
    let proof_for = match own {
        Own::Proof => Some(Reach::Expression),
        _ => nearest(false),
    };
    if let Some(against) = nearest(true)
        && proof_for.is_none_or(|own| own <= against)
    {
        return None;
    }
    let hints = |against: bool| {
        let mut ids: Vec<&str> = evidence
            .iter()
            .filter(|evidence| match row(evidence) {
                Some(row) if row.against != against || row.implied && own != Own::Nothing => false,
                Some(row) => match evidence.reach {
                    Reach::Package => row.weight == Weight::Proof,
                    _ => row.weight == Weight::Hint,
                },
                None => false,
            })
            .map(|evidence| evidence.id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    };
    // A proof elsewhere in the file does not outweigh a host that is not Okta's, unless the expression says something for
    // it as well; what the package holds says nothing of it at all.
    let mut near = evidence.iter().filter(|evidence| evidence.reach == Reach::Expression).filter_map(row);
    let is_outranked = near.clone().any(|row| row.against && row.outranks) && !near.any(|row| !row.against);
    let is_contradicted = proof_for == Some(Reach::File) && is_outranked;
    // However many proofs the package holds, they tell one thing: that it deals with Okta somewhere.
    let package = evidence.iter().filter(|evidence| evidence.reach == Reach::Package).count();
    let told_again = if is_outranked { package } else { package.saturating_sub(1) };
    let pro = hints(false).saturating_sub(told_again) + usize::from(own == Own::Hint);
    let contra = hints(true);
    // Where nothing but its sign-in names Okta, that says which host is Okta's, and this is another.
    let mut speaks = evidence.iter().filter_map(row).filter(|row| !row.against);
    if is_contradicted && speaks.clone().any(|row| row.signs_in) && !speaks.any(|row| row.sessions) {
        return None;
    }
    let confidence = match (proof_for.is_some(), contra) {
        _ if is_contradicted => Confidence::Possible,
        (true, 0) if spelling != Spelling::Bare => Confidence::Certain,
        (true, _) => Confidence::Likely,
        (false, _) if pro >= contra + 2 => Confidence::Likely,
        (false, _) if pro == contra + 1 => Confidence::Possible,
        (false, _) => return None,
    };
    let doubtful = evidence.iter().any(|evidence| row(evidence).is_some_and(|row| row.doubt));
    Some(if doubtful { confidence.min(Confidence::Possible) } else { confidence })
}
