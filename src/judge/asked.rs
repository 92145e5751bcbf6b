//! Why nothing was reported at a place: what was recognised there, and what became of it.

use super::finding::{Finding, Region, Severity, Shown};
use super::rules::Rules;
use super::weigh::{Own, silence};
use super::{Judge, Seen};
use crate::meaning::fact::{CookieUse, Does, Fact, Request, Spelling};

/// Something that was recognised and not reported, or reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where.
    pub region: Region,
    /// What it is: `GET /api/v1/sessions/{id}`.
    pub what: String,
    /// What became of it: a clause after "was".
    pub became: String,
    /// The evidence that was weighed.
    pub evidence: Vec<Shown>,
}

/// Why a finding is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// A comment hides it.
    Suppressed,
    /// The baseline lists it.
    Baselined,
    /// It is less certain than what is asked for.
    Unsure,
    /// It is less severe than what is asked for.
    Minor,
    /// Its rule is off by the configuration.
    Off,
}

impl Answer {
    /// What became of a finding, which is as bad as `severity` says in this run.
    pub fn of(finding: &Finding, severity: Severity, hidden: Option<Hidden>) -> Self {
        let (rule, confidence) = (&finding.rule, finding.confidence.as_str());
        let became = match hidden {
            None => format!("reported: {}[{rule}], {confidence}", severity.as_str()),
            Some(Hidden::Suppressed) => format!("hidden by a comment ({rule}); --no-suppress shows it"),
            Some(Hidden::Baselined) => format!("hidden as known from the baseline ({rule}); --no-baseline shows it"),
            Some(Hidden::Unsure) => {
                format!("hidden, as it is only {confidence} ({rule}); --confidence {confidence} shows it")
            }
            Some(Hidden::Minor) => {
                format!("hidden, as it is only a {} ({rule}); --min-severity {0} shows it", severity.as_str())
            }
            Some(Hidden::Off) => format!("not reported, as the configuration turns {rule} off"),
        };
        let evidence = finding.evidence.clone();
        Self { region: finding.region.clone(), what: finding.label.clone(), became, evidence }
    }
}

impl Judge<'_> {
    /// What became of everything in the file that is no finding.
    pub(super) fn answers(&self) -> Vec<Answer> {
        let mut answers: Vec<Answer> = self.reading.facts.iter().filter_map(|fact| self.answer(fact)).collect();
        for passed in &self.reading.passed {
            let became = match passed.does {
                Does::Serves => "passed over: the call serves this path, it does not ask for it",
                Does::Tells => "passed over: the text is for people, or only looked at",
            };
            let mut region = self.source.region(passed.span);
            // The body of a handler among its arguments is another matter.
            region.end_line = region.line;
            let what = "a call with a path that a rule names".to_owned();
            answers.push(Answer { region, what, became: became.to_owned(), evidence: Vec::new() });
        }
        answers
    }

    fn answer(&self, fact: &Fact) -> Option<Answer> {
        let region = self.source.region(fact.span());
        let plain =
            |what: String, became: String| Some(Answer { region: region.clone(), what, became, evidence: Vec::new() });
        match fact {
            Fact::Used { what, .. } => plain(what.clone(), "counted as what keeps working".to_owned()),
            Fact::Cookie(cookie) => match self.rules.of_cookie(cookie) {
                Some(matched) => self.silent(matched.label.clone(), &self.seen_cookie(cookie)),
                None => {
                    plain(format!("cookie `{}`", cookie.name.as_deref().unwrap_or("?")), self.unruled_cookie(cookie))
                }
            },
            Fact::Request(request) if self.is_used_elsewhere(request) => plain(
                shown(request),
                "passed over: a request of another file is built from it, and found there".to_owned(),
            ),
            Fact::Request(request) => match (self.rules.of_request(request), self.rules.working(request)) {
                (Some(matched), _) => self.silent(matched.label.clone(), &self.seen_request(request, matched.proof)),
                (None, Some(what)) => {
                    plain(what.to_owned(), "no finding: it keeps working after the upgrade".to_owned())
                }
                (None, None) => plain(shown(request), "passed over: no rule names this method and path".to_owned()),
            },
        }
    }

    /// What became of a fact that falls under a rule, if that is silence.
    fn silent(&self, what: String, seen: &Seen) -> Option<Answer> {
        let evidence = self.around(seen.evidence);
        if super::weigh::weigh(seen.own, seen.spelling, &evidence, self.rows).is_some() {
            return None;
        }
        let became = format!("rejected: {}", silence(seen.own, &evidence, self.rows));
        Some(Answer { region: self.source.region(seen.span), what, became, evidence: self.shown(&evidence) })
    }

    fn unruled_cookie(&self, cookie: &CookieUse) -> String {
        let name = cookie.name.as_deref().unwrap_or_default();
        let is_named = |rules: &Rules| {
            rules.rules.iter().flat_map(|rule| &rule.when.cookie).any(|when| when.name.iter().any(|have| have == name))
        };
        match is_named(self.rules) {
            true => format!("passed over: no rule asks for `{name}` in this kind of program"),
            false => "passed over: no rule names this cookie".to_owned(),
        }
    }
}

impl<'f> Judge<'f> {
    /// What a request says of itself.
    pub(super) fn seen_request<'s>(&self, request: &'s Request, proof: bool) -> Seen<'s> {
        Seen {
            own: if proof { Own::Proof } else { Own::Hint },
            spelling: request.spelling,
            via: request.via.as_deref(),
            side: request.side,
            span: request.span,
            related: &request.related,
            evidence: &request.evidence,
        }
    }

    /// What a cookie use says of itself.
    pub(super) fn seen_cookie<'s>(&self, cookie: &'s CookieUse) -> Seen<'s> {
        Seen {
            own: Own::Nothing,
            spelling: Spelling::Declared,
            via: None,
            side: cookie.side,
            span: cookie.span,
            related: &cookie.related,
            evidence: &cookie.evidence,
        }
    }
}

/// A request as far as it was seen.
fn shown(request: &Request) -> String {
    let path: String = request
        .urls
        .first()
        .into_iter()
        .flat_map(|url| &url.segments)
        .map(|segment| {
            let text = if segment.text.is_empty() {
                segment.holes.first().map_or("{}".to_owned(), |hole| format!("{{{hole}}}"))
            } else {
                segment.text.clone()
            };
            format!("/{text}")
        })
        .collect();
    format!("{} {path}", request.methods.first().map_or("?", String::as_str))
}
