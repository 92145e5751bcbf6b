//! Whether the names along a call speak for its request: `okta.delete(path)`, `callOkta("GET", path)`.

use super::chain::root_words;
use super::evidence::{About, Collector};
use super::recognise::Recogniser;
use crate::syntax::expr::Node;

impl<'u> Recogniser<'_, 'u> {
    /// Whether a name of what is called is evidence for: then its base may hold the start of a path.
    pub(super) fn callee_speaks(&self, callee: &'u Node) -> bool {
        let mut collector = Collector::of_expression(self.rows, About::Request);
        root_words(callee).into_iter().for_each(|name| collector.name(name, None));
        let is_for = |id: &str| self.rows.iter().any(|row| row.id == id && !row.against);
        collector.finish().iter().any(|evidence| is_for(&evidence.id))
    }
}
