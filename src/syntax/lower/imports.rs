//! Imports: which names a file takes from which module.

use tree_sitter::Node as Tree;

use super::super::expr::{Expr, Import, Node, Symbol, WHOLE};
use super::super::spelling::{is_version, members, unquoted};
use super::super::table::{Part, Role, many, named, nth};
use super::{Lowering, span};

/// What stands between the words of a path, in every language.
const SEPARATORS: [char; 4] = ['\\', '.', ':', '/'];

/// The module of a path of words, and the last word.
fn module_and_name(path: &str) -> (String, &str) {
    let words: Vec<&str> = path.split(SEPARATORS).map(str::trim).filter(|word| !word.is_empty()).collect();
    match words.split_last() {
        Some((last, before)) => (before.join("."), last),
        None => (String::new(), ""),
    }
}

impl<'a> Lowering<'a> {
    /// Imports of paths: `use A\B\C` makes `C` of the module `A.B` known, `use A\{B, C as D}` makes `B` and `D` known.
    pub(super) fn paths(&mut self, tree: Tree) {
        let mut before = String::new();
        let mut open: Vec<Tree> = named(tree).into_iter().rev().collect();
        while let Some(at) = open.pop() {
            if self.table.flags(at).alias {
                let path = format!("{before}.{}", self.inner_text(at, 0).unwrap_or_default());
                let (module, name) = module_and_name(&path);
                let local = Some(Symbol::from(self.inner_text(at, 1).unwrap_or(name)));
                self.unit.imports.push(Import { module, name: Some(name.into()), local, span: span(at) });
            } else if self.holds_names(at) {
                before = self.slice(at).to_owned();
            } else {
                open.extend(named(at).into_iter().rev());
            }
        }
    }

    /// The package that the file belongs to, which is known as if it were imported; what is in it comes back.
    pub(super) fn package(&mut self, tree: Tree, path: Tree) -> Vec<Node> {
        let (before, last) = module_and_name(self.slice(path));
        let module = if before.is_empty() { last.to_owned() } else { format!("{before}.{last}") };
        self.unit.imports.push(Import { module, name: None, local: None, span: span(path) });
        self.nodes(named(tree).into_iter().filter(|child| *child != path).collect())
    }

    /// A path as an expression: from the root of all names it is an import by itself, else members of its first word.
    pub(super) fn path(&mut self, tree: Tree) -> Option<Expr> {
        let text = self.slice(tree);
        let (module, name) = module_and_name(text);
        if module.is_empty() {
            return Some(Expr::Name(name.into()));
        }
        if text.starts_with(SEPARATORS) {
            let local = Symbol::from(text);
            let import = Import { module, name: Some(name.into()), local: Some(local.clone()), span: span(tree) };
            self.unit.imports.push(import);
            return Some(Expr::Name(local));
        }
        let mut words = module.split('.').chain([name]);
        Some(members(words.next()?, words, span(tree)))
    }

    /// An import of names from one module.
    pub(super) fn import(&mut self, tree: Tree, module_at: Tree) {
        let module = unquoted(self.slice(module_at)).to_owned();
        let mut names: Vec<(Option<&str>, Option<&str>)> = Vec::new();
        let mut open = vec![(tree, false)];
        while let Some((at, is_default)) = open.pop() {
            for child in named(at).into_iter().filter(|child| *child != module_at) {
                let flags = self.table.flags(child);
                let text = |at| self.inner_text(child, at);
                match () {
                    () if flags.alias => names.push((text(0), text(1).or(text(0)))),
                    () if flags.namespace => names.push((None, text(0))),
                    () if child.named_child_count() == 0 || self.is_path(child) => {
                        let name = self.slice(child);
                        names.push(((!is_default).then_some(name), Some(name)));
                    }
                    () => open.push((child, flags.default)),
                }
            }
        }
        if names.is_empty() {
            names.push((None, None));
        }
        let imports = names.into_iter().map(|(name, local)| Import {
            module: module.clone(),
            name: name.filter(|name| !self.is_whole(name)).map(Symbol::from),
            local: local.map(|local| Symbol::from(if self.is_whole(local) { WHOLE } else { local })),
            span: span(tree),
        });
        let imports: Vec<Import> = imports.collect();
        self.unit.imports.extend(imports);
    }

    /// Whether a name stands for the module itself.
    pub(super) fn is_whole(&self, name: &str) -> bool {
        self.table.whole_as.iter().any(|have| have == name)
    }

    /// What the module itself is: a value, or something that is defined right there and has a name of its own.
    pub(super) fn whole(&mut self, tree: Tree) -> Option<Expr> {
        let node = self.node(tree)?;
        let class =
            self.unit.classes.iter().find(|class| class.span == span(tree)).and_then(|class| class.name.clone());
        let own = match &node.expr {
            Expr::Fn { name: Some(name), .. } => Some(name.clone()),
            _ => class,
        };
        let whole = |value: Node| Expr::bind(Node::new(value.span, Expr::Name(WHOLE.into())), value);
        Some(match own {
            Some(name) => {
                let alias = Node::new(node.span, Expr::Name(name));
                let alias = Node::new(node.span, whole(alias));
                Expr::Unknown(vec![node, alias])
            }
            None => whole(node),
        })
    }

    /// Whether every child is a name: a dotted path.
    fn is_path(&self, tree: Tree) -> bool {
        !self.table.flags(tree).default && self.holds_names(tree)
    }

    fn holds_names(&self, tree: Tree) -> bool {
        named(tree).iter().all(|child| self.table.is(*child, Role::Name))
    }

    /// The text of a part of an alias or of a namespace import.
    fn inner_text(&self, tree: Tree, at: usize) -> Option<&'a str> {
        nth(tree, self.table.inside(tree), at).map(|node| self.slice(node))
    }

    /// An import of one path: the last part is the name, what stands before it the module; `a.*` is an import of everything.
    pub(super) fn qualified(&mut self, tree: Tree, path: Tree, alias: Option<Tree>) {
        let path = self.slice(path);
        let takes_all = self.slice(tree).trim_end_matches([';', ' ']).ends_with('*');
        let (module, name) = module_and_name(path);
        let import = match takes_all || module.is_empty() {
            true => Import { module: path.into(), name: None, local: None, span: span(tree) },
            false => {
                let local = alias.map_or(name, |alias| self.slice(alias));
                Import { module, name: Some(name.into()), local: Some(local.into()), span: span(tree) }
            }
        };
        self.unit.imports.push(import);
    }

    /// An import of names below a path: `import a.b.{C, D => E}`; without braces the last word of the path is the name, or
    /// stands for all of them.
    pub(super) fn selected(&mut self, tree: Tree, path: Part, names: Option<Tree>) {
        let words: Vec<&str> =
            many(tree, path).into_iter().filter(Tree::is_named).map(|word| self.slice(word)).collect();
        let Some((last, before)) = words.split_last() else { return };
        let import = |module: &[&str], name: Option<&str>, local: Option<&str>| {
            let (name, local) = (name.map(Symbol::from), local.map(Symbol::from));
            Import { module: module.join("."), name, local, span: span(tree) }
        };
        let Some(names) = names else {
            return self.unit.imports.push(import(before, Some(last), Some(last)));
        };
        let mut all = named(names);
        if all.is_empty() {
            all.push(names);
        }
        for child in all {
            let flags = self.table.flags(child);
            let found = match (flags.alias, flags.namespace) {
                (true, _) => import(&words, self.inner_text(child, 0), self.inner_text(child, 1)),
                (_, true) => import(&words, None, None),
                _ => import(&words, Some(self.slice(child)), Some(self.slice(child))),
            };
            self.unit.imports.push(found);
        }
    }

    /// An import of whole modules: `import a.b` makes `a` known, `import a.b as c` makes `c` known.
    pub(super) fn modules(&mut self, tree: Tree) {
        for child in named(tree) {
            let (module, alias) = match self.table.flags(child).alias {
                true => (self.inner_text(child, 0).unwrap_or_default(), self.inner_text(child, 1)),
                false => (self.slice(child), None),
            };
            let mut push = |module: &str, local: Option<&str>| {
                let local = local.map(Symbol::from);
                self.unit.imports.push(Import { module: module.into(), name: None, local, span: span(child) });
            };
            let first = module.split('.').next().unwrap_or(module);
            match alias {
                Some(alias) => push(module, Some(alias)),
                None => {
                    if first != module {
                        push(module, None);
                    }
                    push(first, Some(first));
                }
            }
        }
    }

    /// An import of one module as a whole: `import alias "host/owner/name/v2"`. Without an alias it is known by the last word
    /// of its path that is no version; `_` and `.` give it no name.
    pub(super) fn module(&mut self, tree: Tree, module: Tree, alias: Option<Tree>) {
        let module = unquoted(self.slice(module)).trim_matches(['<', '>']).to_owned();
        let local = match alias.map(|alias| self.slice(alias)) {
            Some("_" | ".") => None,
            Some(alias) => Some(alias),
            None => last_word(&module),
        };
        let local = local.map(Symbol::from);
        self.unit.imports.push(Import { module, name: None, local, span: span(tree) });
    }
}

/// The last word of a module's path that is no version: `resty` of `github.com/go-resty/resty/v2` and of `gopkg.in/resty.v1`.
fn last_word(module: &str) -> Option<&str> {
    let last = module.rsplit('/').find(|part| !is_version(part))?;
    let last = last.rsplit_once('.').filter(|(_, end)| is_version(end)).map_or(last, |(name, _)| name);
    Some(last.strip_prefix("go-").or_else(|| last.strip_suffix("-go")).unwrap_or(last))
}

#[cfg(test)]
mod tests {
    use super::last_word;

    #[test]
    fn a_module_is_known_by_its_last_word() {
        assert_eq!(last_word("net/http"), Some("http"));
        assert_eq!(last_word("github.com/go-resty/resty/v2"), Some("resty"));
        assert_eq!(last_word("gopkg.in/resty.v1"), Some("resty"));
        assert_eq!(last_word("github.com/hashicorp/go-retryablehttp"), Some("retryablehttp"));
    }
}
