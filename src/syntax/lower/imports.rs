//! Imports: which names a file takes from which module.

use tree_sitter::Node as Tree;

use super::super::expr::{Import, Symbol};
use super::super::spelling::unquoted;
use super::super::table::{Role, named, one};
use super::{Lowering, span};

impl Lowering<'_> {
    /// An import of names from one module.
    pub(super) fn import(&mut self, tree: Tree, module_at: Tree) {
        let module = unquoted(self.slice(module_at)).to_owned();
        let mut names: Vec<(Option<&str>, Option<&str>)> = Vec::new();
        let mut open = vec![(tree, false)];
        while let Some((at, is_default)) = open.pop() {
            for child in named(at).into_iter().filter(|child| *child != module_at) {
                let flags = self.table.flags(child);
                let text = |part: usize| {
                    let parts = self.table.inside(child);
                    parts.get(part).and_then(|part| one(child, *part)).map(|node| &self.text[node.byte_range()])
                };
                match () {
                    () if flags.alias => names.push((text(0), text(1).or(text(0)))),
                    () if flags.namespace => names.push((None, text(0))),
                    () if child.named_child_count() == 0 || self.is_path(child) => {
                        let name = &self.text[child.byte_range()];
                        names.push(((!is_default).then_some(name), Some(name)));
                    }
                    () => open.push((child, flags.default)),
                }
            }
        }
        if names.is_empty() {
            names.push((None, None));
        }
        self.unit.imports.extend(names.into_iter().map(|(name, local)| Import {
            module: module.clone(),
            name: name.map(Symbol::from),
            local: local.map(Symbol::from),
            span: span(tree),
        }));
    }

    /// Whether every child is a name: a dotted path.
    fn is_path(&self, tree: Tree) -> bool {
        !self.table.flags(tree).default
            && named(tree).iter().all(|child| self.table.rows(*child).iter().any(|row| row.role == Role::Name))
    }

    /// An import of one path: the last part is the name, what stands before it the module; `a.*` is an import of everything.
    pub(super) fn qualified(&mut self, tree: Tree, path: Tree, alias: Option<Tree>) {
        let path = self.slice(path);
        let takes_all = self.slice(tree).trim_end_matches([';', ' ']).ends_with('*');
        let (module, name) = match path.rsplit_once('.').filter(|_| !takes_all) {
            Some((module, name)) => (module, Some(name)),
            None => (path, None),
        };
        let alias = alias.map(|alias| self.slice(alias)).filter(|_| !takes_all);
        let local = alias.or(name).map(Symbol::from);
        self.unit.imports.push(Import { module: module.into(), name: name.map(Symbol::from), local, span: span(tree) });
    }

    /// An import of whole modules: `import a.b` makes `a` known, `import a.b as c` makes `c` known.
    pub(super) fn modules(&mut self, tree: Tree) {
        for child in named(tree) {
            let parts = self.table.inside(child);
            let text = |part: usize| {
                parts.get(part).and_then(|part| one(child, *part)).map(|node| &self.text[node.byte_range()])
            };
            let (module, alias) = match self.table.flags(child).alias {
                true => (text(0).unwrap_or_default(), text(1)),
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
}
