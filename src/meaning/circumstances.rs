//! What speaks for or against a request in how its URL is used, rather than in a word of it.

use super::carrier;
use super::evidence::Collector;
use super::fact::{Side, Spelling, Url};
use super::recognise::Recogniser;
use super::url::HOLE;
use super::words::words;
use crate::syntax::expr::Span;

/// The row for what is asked of an interface of the program's own.
const OWN_API: &str = "own-api";

impl Recogniser<'_, '_> {
    /// Whether the host of a URL is one word that says nothing of Okta.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        let is_word = |host: &&str| !host.contains(['.', HOLE]);
        url.host.as_deref().filter(is_word).is_some_and(|host| !carrier::speaks(self.rows, host))
    }

    /// Whether the base of a URL is not known but by a name, and that is neither one for Okta's nor one for any.
    fn is_own_base(&self, url: &Url) -> bool {
        let holes = url.segments.first().map_or(&[][..], |first| first.holes.as_slice());
        let Some(row) = self.rows.iter().find(|row| row.id == OWN_API) else { return false };
        let may_be_any = |hole: &String| {
            let words = words(hole);
            words.iter().any(|word| row.bases.contains(word)) || words.iter().all(|word| row.plain.contains(word))
        };
        !url.relative && url.host.is_none() && !holes.iter().any(may_be_any)
    }

    /// Evidence that lies in how a URL is used rather than in a word.
    pub(super) fn circumstances(
        &self,
        collector: &mut Collector,
        urls: &[Url],
        spelling: Spelling,
        side: Side,
        span: Span,
    ) {
        // A client of the page's own or of this server's own; what an unknown wrapper puts before the path is not known.
        let own = self.serves || spelling == Spelling::Declared && !matches!(side, Side::Server | Side::Cli);
        let is_relative = own && urls.iter().all(|url| url.relative && url.host.is_none());
        // Who only signs in has no token for sessions by their id: a base that does not say whose it is, is another's.
        if self.signs_in && (is_relative || urls.iter().all(|url| self.is_own_base(url))) {
            collector.row(OWN_API, Some(span), "");
        } else if is_relative {
            collector.row("relative-path", Some(span), "");
        }
        if let Some(host) = carrier::foreign_host(self.rows, urls) {
            collector.row("foreign-host", Some(span), host);
        }
    }
}
