//! Keys of data that are names: what `{{host}}` stands for is said elsewhere in the file, as a pair with a name and a value
//! (a collection's variables, a container's environment) or under a key of its own.

use std::collections::{HashMap, HashSet};

use super::index::{BindAt, Index};
use crate::syntax::expr::{Expr, Node, Span, Unit};

/// Most values of one name: a file with more has a table of something, not variables.
const MOST: usize = 8;

/// Keys of a value that is described beside it.
const VALUES: [&str; 4] = ["value", "default", "Default", "defaultValue"];

/// The values of the names that a unit uses.
pub fn values(unit: &Unit) -> HashMap<&str, Vec<&Node>> {
    if unit.variables.is_empty() {
        return HashMap::new();
    }
    let mut used = HashSet::new();
    unit.root.iter().for_each(|node| names(node, &mut used));
    let mut said = Said { unit, used, pairs: HashMap::new(), keys: HashMap::new() };
    unit.root.iter().for_each(|node| said.visit(node));
    // A key that stands more than once is a word of the format, not a name, and no name is said by itself.
    said.keys.retain(|name, values| match values.as_slice() {
        [one] => matches!(one.expr, Expr::Str(_)) && !is_in(name, one),
        _ => false,
    });
    said.pairs.retain(|_, values| values.len() <= MOST);
    for (name, values) in said.keys {
        said.pairs.entry(name).or_insert(values);
    }
    said.pairs
}

impl<'u> Index<'u> {
    /// The values that data has under a name, but for the one that the name is used in.
    pub(super) fn key(&self, name: &str, at: Span) -> Vec<BindAt<'u>> {
        let bind =
            |value: &&'u Node| BindAt { span: value.span, value, key: None, of: None, scope: None, member: None };
        let values = self.keys.get(name).into_iter().flatten().filter(|value| !value.span.contains(at));
        values.map(bind).collect()
    }

    /// Adds to values that are used the others of the same names.
    pub fn also_used(&self, used: &mut HashSet<Span>) {
        for values in self.keys.values() {
            if values.iter().any(|value| used.contains(&value.span)) {
                used.extend(values.iter().map(|value| value.span));
            }
        }
    }

    /// Whether data has values for a name.
    pub fn has_key(&self, node: &Node) -> bool {
        matches!(&node.expr, Expr::Name(name) if self.keys.contains_key(&**name))
    }

    /// The names that data has values for.
    pub fn keys(&self) -> impl Iterator<Item = (&'u str, &'u Node)> {
        self.keys.iter().flat_map(|(name, values)| values.iter().map(|value| (*name, *value)))
    }
}

/// The names that are used in a node.
fn names<'u>(node: &'u Node, used: &mut HashSet<&'u str>) {
    if let Expr::Name(name) | Expr::Member(_, name) = &node.expr {
        used.insert(name);
    }
    node.children(&mut |child| names(child, used));
}

/// Whether a name is used in a node.
fn is_in(name: &str, node: &Node) -> bool {
    let mut used = HashSet::new();
    names(node, &mut used);
    used.contains(name)
}

/// What a file says of names.
struct Said<'u> {
    unit: &'u Unit,
    used: HashSet<&'u str>,
    /// In pairs with a name and a value.
    pairs: HashMap<&'u str, Vec<&'u Node>>,
    /// Under keys.
    keys: HashMap<&'u str, Vec<&'u Node>>,
}

impl<'u> Said<'u> {
    fn visit(&mut self, node: &'u Node) {
        if let Expr::Object(pairs) = &node.expr {
            let get = |want: &str| pairs.iter().find(|(key, _)| key.literal() == Some(want)).map(|(_, value)| value);
            for (name, value) in &self.unit.variables {
                let name = get(name).and_then(Node::literal).filter(|name| self.used.contains(name));
                if let (Some(name), Some(value)) = (name, get(value)) {
                    self.pairs.entry(name).or_default().push(value);
                }
            }
            for (key, value) in pairs {
                let Some(key) = key.literal().filter(|key| self.used.contains(key)) else { continue };
                // `host: { value: "…", description: "…" }`
                let said = match &value.expr {
                    Expr::Object(pairs) => {
                        let is_value = |key: &Node| key.literal().is_some_and(|key| VALUES.contains(&key));
                        pairs.iter().find(|(key, _)| is_value(key)).map(|(_, value)| value)
                    }
                    _ => Some(value),
                };
                self.keys.entry(key).or_default().push(said.unwrap_or(value));
            }
        }
        node.children(&mut |child| self.visit(child));
    }
}

#[cfg(test)]
mod tests {
    use super::values;
    use crate::syntax::language::read;

    #[test]
    fn a_pair_goes_before_a_key_and_a_key_that_stands_twice_is_no_name() {
        let text = r#"{ "a": "{{host}}/{{id}}/{{url}}", "host": "x", "vars": [{ "key": "host", "value": "y" }], "id": "1",
            "items": [{ "url": "2" }, { "url": { "raw": "3" } }], "org": "{{org}}/x" }"#;
        let unit = read("json", text, &mut || true);
        let values = values(&unit);
        let one =
            |name| values.get(name).map(|values| values.iter().filter_map(|value| value.literal()).collect::<Vec<_>>());
        assert_eq!((one("host"), one("id"), one("url")), (Some(vec!["y"]), Some(vec!["1"]), None));
        assert_eq!(one("org"), None);
    }
}
