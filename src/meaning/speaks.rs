//! Whether the names along a request speak for it: `okta.delete(path)`, `callOkta("GET", path)`, `"/sessions/" + oktaId`.

use super::chain::root_words;
use super::draft::Draft;
use super::evidence::{About, Collector};
use super::recognise::Recogniser;
use crate::syntax::expr::Node;

impl<'u> Recogniser<'_, 'u> {
    /// Whether a name of what is called is evidence for: then its base may hold the start of a path.
    pub(super) fn callee_speaks(&self, callee: &'u Node) -> bool {
        self.speak(root_words(callee).into_iter())
    }

    /// Whether the name of a hole in the URL, or of what made the URL in another file, is evidence for by itself
    /// (`"/sessions/" + oktaSessionId`, `Okta.url("/sessions")`).
    pub(super) fn holes_speak(&self, draft: &Draft) -> bool {
        let names = draft.urls.iter().flat_map(|text| text.holes.iter().chain(&text.constants));
        self.speak(names.map(String::as_str))
    }

    fn speak<'n>(&self, names: impl Iterator<Item = &'n str>) -> bool {
        let mut collector = Collector::of_expression(self.rows, About::Request);
        names.for_each(|name| collector.name(name, None));
        let is_for = |id: &str| self.rows.iter().any(|row| row.id == id && !row.against);
        collector.finish().iter().any(|evidence| is_for(&evidence.id))
    }
}
