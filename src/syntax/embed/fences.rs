//! The code in documentation: fences of Markdown, listings of AsciiDoc and code blocks of reStructuredText.

use std::collections::BTreeMap;

use crate::syntax::extract::Extract;
use crate::syntax::spelling::lines;

/// A block of code and where it ends.
struct Block<'t> {
    /// Its language, if that is known.
    language: Option<String>,
    ends: End<'t>,
    /// How far its lines are indented.
    indent: usize,
}

/// Where a block ends.
enum End<'t> {
    /// At a line that starts with this.
    At(&'t str),
    /// Before a line that is indented less.
    Dedent,
}

/// The code of a text by language, as far as `language` knows the words at its blocks.
pub fn code(text: &str, language: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, Extract> {
    let mut found: BTreeMap<String, Extract> = BTreeMap::new();
    let mut open: Option<Block> = None;
    // The language that a line above a listing of AsciiDoc names.
    let mut named: Option<&str> = None;
    for (start, line) in lines(text) {
        let own = line.trim_start();
        let indent = line.len() - own.len();
        let Some(block) = &mut open else {
            open = opened(own, indent, named.take(), language);
            named = own
                .strip_prefix("[source")
                .and_then(|rest| rest.trim_end().strip_suffix(']'))
                .map(|rest| rest.trim_start_matches(',').split(',').next().unwrap_or_default().trim());
            continue;
        };
        let is_end = match block.ends {
            End::At(mark) => own.starts_with(mark) && own.trim_end().trim_start_matches(mark).is_empty(),
            End::Dedent if own.trim().is_empty() || own.starts_with(':') && block.indent == 0 => continue,
            End::Dedent => {
                let first = block.indent == 0;
                block.indent = if first { indent } else { block.indent };
                indent == 0 || indent < block.indent
            }
        };
        if is_end {
            // A block that a line of text ends may be followed at once by another.
            open = if matches!(block.ends, End::Dedent) { opened(own, indent, None, language) } else { None };
            continue;
        }
        let Some(language) = &block.language else { continue };
        let code = found.entry(language.clone()).or_default();
        let from = line.len() - line.trim_start_matches([' ', '\t']).len();
        let from = from.min(block.indent);
        let rest = line.get(from..).unwrap_or_default();
        // The prompt of a shell.
        let prompt = if rest.starts_with("$ ") { 2 } else { 0 };
        code.same(rest.get(prompt..).unwrap_or_default(), start + from + prompt);
        code.end_line();
    }
    found
}

/// The block that a line opens.
fn opened<'t>(
    own: &'t str,
    indent: usize,
    named: Option<&str>,
    language: &dyn Fn(&str) -> Option<String>,
) -> Option<Block<'t>> {
    for fence in ["```", "~~~"] {
        let Some(rest) = own.strip_prefix(fence) else { continue };
        let rest = rest.trim_start_matches(['`', '~']);
        let mark = own.get(..own.len() - rest.len())?;
        let word = rest.trim().trim_start_matches(['{', '.', ' ']);
        let end = word.find(|c: char| c.is_whitespace() || "{},:".contains(c)).unwrap_or(word.len());
        return Some(Block { language: language(word.get(..end)?), ends: End::At(mark), indent });
    }
    for directive in [".. code-block::", ".. code::", ".. sourcecode::"] {
        if let Some(rest) = own.strip_prefix(directive) {
            return Some(Block { language: language(rest.trim()), ends: End::Dedent, indent: 0 });
        }
    }
    let is_listing = own.trim_end().len() >= 4 && own.trim_end().bytes().all(|byte| byte == b'-');
    let word = named.filter(|_| is_listing)?;
    Some(Block { language: language(word), ends: End::At("----"), indent: 0 })
}

#[cfg(test)]
mod tests {
    use super::code;
    use crate::syntax::expr::Span;

    #[test]
    fn fences_listings_and_directives_are_code() {
        let text = "# A\n```js\na\n```\n1. x\n\n   ```sh\n   $ b \\\n      -c\n   ```\n\n[source,ruby]\n----\nc\n----\n\n.. code-block:: python\n   :linenos:\n\n   d\n     e\n\nprose\n~~~\nf\n~~~\n";
        let found = code(text, &|word| (!word.is_empty()).then(|| word.to_owned()));
        let shown: Vec<(&str, &str)> = found.iter().map(|(word, code)| (word.as_str(), code.text.as_str())).collect();
        assert_eq!(shown, [("js", "a\n"), ("python", "d\n  e\n"), ("ruby", "c\n"), ("sh", "b \\\n   -c\n")]);
        let place = found["sh"].place(Span::new(0, 1));
        assert_eq!(text.get(place.start as usize..place.end as usize), Some("b"));
    }
}
