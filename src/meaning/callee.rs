//! Names what a callee is: the path of words that library patterns are matched with, its root traced to an import, a
//! client or a declared type.

use std::borrow::Cow;
use std::collections::HashSet;

use super::index::{BindAt, Found, Index};
use super::library::{ClientEntry, Library, RequestEntry};
use super::outline::{Constants, Made};
use super::vocabulary::{Of, Vocabulary};
use crate::syntax::expr::{Expr, Implied, Import, Node, Span};
use crate::syntax::spelling::is_version;

/// The word for the object around, in every language.
const THIS: &str = "this";

/// How many aliases of a name are followed.
const HOPS: usize = 6;

/// What a callee is.
#[derive(Clone, Debug, Default)]
pub struct Callee<'l, 'u> {
    /// Its words: the root, then members; calls in between are dropped to their names.
    pub path: Vec<String>,
    /// The client that its root is, and the call that made it.
    pub client: Option<(Of<'l, ClientEntry>, Option<&'u Node>)>,
    /// The client of another file that its root is, with the name that this file knows it by.
    pub made: Option<(&'l Made, &'l str)>,
    /// Whether its root is imported from a module that no library knows.
    pub foreign: bool,
}

impl Callee<'_, '_> {
    fn unknown() -> Self {
        Self { path: vec!["?".into()], ..Self::default() }
    }

    /// Whether the place where its client is made is known.
    fn is_made(&self) -> bool {
        self.made.is_some() || matches!(self.client, Some((_, Some(_))))
    }

    fn with(mut self, word: &str) -> Self {
        if word != "default" {
            self.path.push(word.to_owned());
        }
        self
    }
}

/// Traces callees of one file.
pub struct Namer<'a, 'u> {
    /// The index of the file.
    pub index: &'a Index<'u>,
    /// The vocabulary of its language.
    pub words: &'a Vocabulary<'a>,
    /// Names of objects that no expression spells out.
    pub implied: &'a Implied,
    /// The libraries that the file imports.
    pub libraries: Vec<&'a Library>,
    /// Their names.
    pub imported: HashSet<&'a str>,
    /// What the file knows of others.
    pub known: &'a Constants,
}

impl<'a, 'u> Namer<'a, 'u> {
    /// A namer for a file.
    pub fn new(index: &'a Index<'u>, words: &'a Vocabulary<'a>, implied: &'a Implied, known: &'a Constants) -> Self {
        let imports = |library: &&&Library| index.unit.imports.iter().any(|import| library.is_imported_as(import));
        let libraries: Vec<&Library> = words.libraries.iter().filter(imports).copied().collect();
        let imported = libraries.iter().map(|library| library.name.as_str()).collect();
        Self { index, words, implied, libraries, imported, known }
    }

    /// Whether a node is a name for the object around.
    pub fn is_this(&self, node: &Node) -> bool {
        matches!(&node.expr, Expr::Name(name) if self.implied.this.iter().any(|this| **this == **name))
    }

    /// Whether a node is the object around as what its class takes members from made it: `super`, `super()`.
    pub fn is_parent(&self, node: &Node) -> bool {
        match &node.expr {
            Expr::Name(name) => self.implied.parent.iter().any(|parent| **parent == **name),
            Expr::Call { callee, .. } => matches!(callee.expr, Expr::Name(_)) && self.is_parent(callee),
            _ => false,
        }
    }

    /// Whether a node gives the class of the object around: `self.class`, `type(self)`.
    pub fn is_kind(&self, node: &Node) -> bool {
        let gives = |name: &str| self.implied.kind.iter().any(|kind| *kind == *name);
        match &node.expr {
            Expr::Member(object, member) => gives(member) && self.is_this(object),
            Expr::Call { callee, args } => {
                let is_given = |arg: &crate::syntax::expr::Arg| self.is_this(&arg.value);
                matches!(&callee.expr, Expr::Name(name) if gives(name)) && args.iter().any(is_given)
            }
            _ => false,
        }
    }

    /// Whether a node names a type that the class around takes members from.
    pub fn is_base(&self, node: &Node) -> bool {
        let Expr::Name(name) = &node.expr else { return false };
        self.index.class_here(node.span).is_some_and(|class| class.bases.iter().any(|base| base == name))
    }

    /// What `node` is as a callee or receiver.
    pub fn name(&self, node: &'u Node) -> Callee<'a, 'u> {
        self.trace(node, HOPS)
    }

    /// The entries that a callee is a request by, with what their braces matched. An SDK's method is none on an object that
    /// comes from a module which no library knows; on a client from elsewhere it counts without the import.
    pub fn requests(&self, named: &Callee<'a, 'u>) -> Vec<(Of<'a, RequestEntry>, String)> {
        let mut imported = Cow::Borrowed(&self.imported);
        if let Some((made, _)) = named.made {
            imported.to_mut().insert(&made.library);
        }
        let gated = self.words.requests.find(&named.path, &imported).into_iter();
        let gated = gated.filter(|(of, _)| !named.foreign || of.entry.request.is_none());
        self.words.ungated.find(&named.path, &imported).into_iter().chain(gated).collect()
    }

    fn trace(&self, node: &'u Node, hops: usize) -> Callee<'a, 'u> {
        // What the file itself tells of a library's object is more than what another file says.
        let own = self.trace_here(node, hops);
        if self.known.is_empty() {
            return own;
        }
        let is_library = |root: &String| self.words.library(root).is_some();
        let is_known = own.client.is_some() || own.made.is_some() || own.path.first().is_some_and(is_library);
        if is_known { own } else { self.client_elsewhere(node).unwrap_or(own) }
    }

    fn trace_here(&self, node: &'u Node, hops: usize) -> Callee<'a, 'u> {
        match &node.expr {
            Expr::Name(_) if self.is_this(node) => Callee { path: vec![THIS.into()], ..Callee::default() },
            Expr::Name(name) if self.implied.global.iter().any(|global| **global == **name) => Callee::default(),
            Expr::Name(name) => self.trace_name(name, node.span, hops),
            Expr::Member(object, member) if self.is_this(object) => self.trace_member(member, node.span, hops),
            Expr::Member(object, member) => self.trace(object, hops).with(member),
            Expr::Index(object, index) => self.trace(object, hops).with(index.literal().unwrap_or("[]")),
            Expr::Call { callee, .. } => self.trace_call(node, callee, hops),
            Expr::Choice(nodes) => nodes.first().map_or_else(Callee::unknown, |first| self.trace(first, hops)),
            _ => Callee::unknown(),
        }
    }

    /// A client that another file makes.
    fn client_elsewhere(&self, node: &'u Node) -> Option<Callee<'a, 'u>> {
        if !matches!(node.expr, Expr::Name(_) | Expr::Member(..) | Expr::Call { .. }) {
            return None;
        }
        let (name, constant) = self.foreign(node)?;
        let made = constant.item.client.as_ref()?;
        // A factory that is a member is no client before it is called.
        if made.by_call && matches!(node.expr, Expr::Member(..)) {
            return None;
        }
        Some(Callee { path: made.path.clone(), made: Some((made, name)), ..Callee::default() })
    }

    fn trace_call(&self, call: &'u Node, callee: &'u Node, hops: usize) -> Callee<'a, 'u> {
        let mut named = self.trace(callee, hops);
        if let Some((of, _)) = self.words.clients.first(&named.path, &self.imported) {
            named.path = of.entry.is.split('.').map(str::to_owned).collect();
            // A step that says nothing of the client (`.build()`) leaves it what it was.
            let says = of.entry.base.is_some()
                || of.entry.headers.is_some()
                || of.entry.cookies.is_some()
                || of.entry.config.is_some();
            if says || named.client.is_none() {
                named.client = Some((of, Some(call)));
            }
        }
        named
    }

    fn trace_name(&self, name: &str, at: Span, hops: usize) -> Callee<'a, 'u> {
        let own = || Callee { path: vec![name.to_owned()], ..Callee::default() };
        let Some(hops) = hops.checked_sub(1) else { return own() };
        match self.index.lookup(name, at) {
            // A field may be spelled without a word for the object, and be made elsewhere.
            Found::Binds(binds) if binds.iter().all(BindAt::is_declaration) => {
                let set = self.index.member(name, at);
                self.trace_binds(if set.is_empty() { &binds } else { &set }, hops).unwrap_or_else(own)
            }
            Found::Binds(binds) => binds.first().and_then(|bind| self.trace_bind(bind, hops)).unwrap_or_else(own),
            Found::Param(_, param) => param.of.as_ref().and_then(|of| self.of_type(of)).unwrap_or_else(own),
            Found::Nothing => self.index.import(name).map_or_else(own, |import| self.of_import(import)),
        }
    }

    fn trace_member(&self, name: &str, at: Span, hops: usize) -> Callee<'a, 'u> {
        let own = || Callee { path: vec![THIS.into(), name.to_owned()], ..Callee::default() };
        let Some(hops) = hops.checked_sub(1) else { return own() };
        let binds = self.index.member(name, at);
        let traced = self.trace_binds(&binds, hops);
        let typed = || self.index.class_param(at, name)?.of.as_ref().and_then(|of| self.of_type(of));
        traced.or_else(typed).unwrap_or_else(own)
    }

    /// What the first bind that tells makes of its name. Where a field is declared in one place and made in another, how it
    /// is made says more than its type.
    fn trace_binds(&self, binds: &[BindAt<'u>], hops: usize) -> Option<Callee<'a, 'u>> {
        let mut traced: Vec<Callee> = binds.iter().filter_map(|bind| self.trace_bind(bind, hops)).collect();
        let made = traced.iter().position(Callee::is_made).unwrap_or(0);
        (made < traced.len()).then(|| traced.swap_remove(made))
    }

    /// What a bind makes of its name, if that is more than the name itself says.
    fn trace_bind(&self, bind: &BindAt<'u>, hops: usize) -> Option<Callee<'a, 'u>> {
        let value = self.trace(bind.value, hops);
        let value = match bind.key {
            Some(key) => value.with(key),
            None => value,
        };
        if let Some(typed) = bind.of.filter(|_| !value.is_made()).and_then(|of| self.of_type(of)) {
            return Some(typed);
        }
        let is_alias = matches!(bind.value.expr, Expr::Name(_) | Expr::Member(..) | Expr::Index(..) | Expr::Choice(_));
        let is_client = value.client.is_some() || value.made.is_some();
        (is_client || is_alias && value.path != ["?"]).then_some(value)
    }

    /// A declared type: what a call of it would make, or the type's own name where it is a library's.
    fn of_type(&self, of: &str) -> Option<Callee<'a, 'u>> {
        let mut words = of.split(['.', ':']).filter(|word| !word.is_empty());
        let root = words.next()?;
        let mut named = match self.index.import(root) {
            Some(import) => self.of_import(import),
            None => Callee { path: vec![root.to_owned()], ..Callee::default() },
        };
        named.path.extend(words.map(str::to_owned));
        let made = [named.path.clone(), [named.path.clone(), vec!["new".into()]].concat()];
        let client = made.iter().find_map(|path| self.words.clients.first(path, &self.imported));
        let (of, _) = client?;
        Some(Callee {
            path: of.entry.is.split('.').map(str::to_owned).collect(),
            client: Some((of, None)),
            ..Callee::default()
        })
    }

    fn of_import(&self, import: &Import) -> Callee<'a, 'u> {
        let library = self.words.libraries.iter().find_map(|library| {
            let module = library.imports.iter().find(|have| super::evidence::is_module(&import.module, have))?;
            let below = import.module[module.len()..].split(['.', '/', ':']);
            Some((library, below.filter(|word| !word.is_empty() && !is_version(word))))
        });
        let mut named = Callee::default();
        match library {
            Some((library, below)) => {
                named.path.push(library.name.clone());
                named.path.extend(below.map(str::to_owned));
            }
            None => {
                named.foreign = true;
                named.path.push(import.module.clone());
            }
        }
        match &import.name {
            Some(name) => named.with(name),
            None => named,
        }
    }
}
