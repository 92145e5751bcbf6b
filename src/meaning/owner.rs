//! What a receiver belongs to: the name of the class, object or module whose member a call is, as this file knows it.

use super::callee::Namer;
use super::index::{BindAt, Found};
use super::outline::Constant;
use crate::syntax::expr::{Arg, Class, Expr, Node, Span};

/// How many names are followed from a receiver to what it is.
pub(super) const HOPS: usize = 6;
/// How many words of a name may be those of modules or namespaces.
pub(super) const NAMESPACES: usize = 4;
/// The word of a constructor that is a member of its class, in every language that has one.
const NEW: &str = "new";

/// What of a file is called.
#[derive(Clone, Copy, Debug)]
pub enum Called<'a> {
    /// A function of this file.
    Own(usize),
    /// One of another file, and the name that this file knows it by.
    Foreign(&'a str, &'a Constant),
}

impl<'a, 'u> Namer<'a, 'u> {
    /// An imported name with members after it, as one word: `config.endpoints.sessions`. What a variable, a parameter or a
    /// field is made of stands for it: the member of an instance is that of its class.
    pub fn dotted(&self, node: &Node) -> Option<String> {
        if self.known.is_empty() { None } else { self.owner(node, HOPS) }
    }

    /// The name of what a node is or is an instance of.
    pub fn owner(&self, node: &Node, hops: usize) -> Option<String> {
        let hops = hops.checked_sub(1)?;
        match &node.expr {
            Expr::Name(_) if self.is_this(node) => self.index.class_name(node.span).map(str::to_owned),
            Expr::Name(name) => self.owner_of_name(name, node.span, hops),
            Expr::Member(object, member) if self.is_this(object) => {
                let field = self.owner_of_field(member, node.span, hops);
                field.or_else(|| Some(format!("{}.{member}", self.owner(object, hops)?)))
            }
            Expr::Member(object, member) => Some(format!("{}.{member}", self.owner(object, hops)?)),
            Expr::Index(object, index) => Some(format!("{}.{}", self.owner(object, hops)?, index.literal()?)),
            Expr::Call { callee, .. } => {
                // What a class or a factory makes goes by its name.
                let made = self.owner(callee, hops)?;
                Some(made.strip_suffix(NEW).and_then(|class| class.strip_suffix('.')).unwrap_or(&made).to_owned())
            }
            Expr::Choice(nodes) => self.owner(nodes.first()?, hops),
            Expr::Unknown(nodes) => match nodes.as_slice() {
                [one] => self.owner(one, hops),
                _ => None,
            },
            _ => None,
        }
    }

    fn owner_of_name(&self, name: &str, at: Span, hops: usize) -> Option<String> {
        match self.index.lookup(name, at) {
            Found::Binds(binds) => match BindAt::that_tell(binds).as_slice() {
                [one] => self.owner_of_bind(one, name, hops),
                _ => None,
            },
            Found::Param(_, param) => param.of.as_deref().map(str::to_owned),
            // A field of the class around may be spelled without a word for the object.
            Found::Nothing if self.index.import(name).is_none() => {
                self.owner_of_field(name, at, hops).or_else(|| Some(name.to_owned()))
            }
            Found::Nothing => Some(name.to_owned()),
        }
    }

    fn owner_of_field(&self, name: &str, at: Span, hops: usize) -> Option<String> {
        let binds = self.index.member(name, at);
        let bound = binds.iter().find_map(|bind| self.owner_of_bind(bind, name, hops));
        bound.or_else(|| self.index.class_param(at, name)?.of.as_deref().map(str::to_owned))
    }

    fn owner_of_bind(&self, bind: &BindAt<'u>, name: &str, hops: usize) -> Option<String> {
        if let Some(of) = bind.of {
            return Some(of.to_string());
        }
        if matches!(bind.value.expr, Expr::Fn { .. }) {
            return Some(name.to_owned());
        }
        let value = self.owner(bind.value, hops)?;
        Some(bind.key.map_or_else(|| value.clone(), |key| format!("{value}.{key}")))
    }

    /// What the object that a node is was made with, where that is seen.
    pub fn made_with(&self, node: &'u Node, hops: usize) -> Option<&'u [Arg]> {
        let hops = hops.checked_sub(1)?;
        let binds = match &node.expr {
            Expr::Call { args, .. } => return Some(args),
            Expr::Name(name) => match self.index.lookup(name, node.span) {
                Found::Binds(binds) => binds,
                Found::Param(..) => return None,
                Found::Nothing => self.index.member(name, node.span),
            },
            Expr::Member(object, member) if self.is_this(object) => self.index.member(member, node.span),
            _ => return None,
        };
        match BindAt::that_tell(binds).as_slice() {
            [one] if one.key.is_none() => self.made_with(one.value, hops),
            _ => None,
        }
    }

    /// Whether a callee is the constructor of a base, or of a class whose methods are known.
    pub fn makes_own(&self, callee: &Node) -> bool {
        let is_maker = |name: &str| self.implied.maker.iter().any(|maker| *maker == *name);
        match &callee.expr {
            Expr::Name(name) => {
                let members = format!("{name}.");
                let is_known =
                    || self.known.range(members.clone()..).next().is_some_and(|(key, _)| key.starts_with(&members));
                self.is_parent(callee) || self.index.class_named(name).is_some() || is_known()
            }
            Expr::Member(object, maker) => is_maker(maker) && (self.is_parent(object) || self.is_base(object)),
            _ => false,
        }
    }

    /// What of other files a node names.
    pub fn foreign(&self, node: &Node) -> Option<(&'a str, &'a Constant)> {
        self.known_as(&self.dotted(node)?)
    }

    /// What goes by a name, or by that without the namespaces before it.
    pub(super) fn known_as(&self, name: &str) -> Option<(&'a str, &'a Constant)> {
        let mut name = name;
        for _ in 0..NAMESPACES {
            if let Some((name, constant)) = self.known.get_key_value(name) {
                return Some((name, constant));
            }
            let (namespace, rest) = name.split_once('.')?;
            if !namespace.starts_with(char::is_uppercase) {
                return None;
            }
            name = rest;
        }
        None
    }

    /// What a callee calls: a function of this file, or one of another file; nothing where that is not sure.
    pub fn called(&self, callee: &'u Node) -> Option<Called<'a>> {
        let foreign = |name: &str| self.known_as(name).map(|(name, constant)| Called::Foreign(name, constant));
        match &callee.expr {
            Expr::Name(name) => match self.index.lookup(name, callee.span) {
                Found::Binds(binds) => match binds.as_slice() {
                    [one] if matches!(one.value.expr, Expr::Fn { .. }) => {
                        self.index.function_at(one.value.span).map(Called::Own)
                    }
                    _ => foreign(&self.dotted(callee)?),
                },
                Found::Param(..) => None,
                Found::Nothing => {
                    let own = || self.method_of(self.index.class_name(callee.span)?, name);
                    let free = || self.index.method(None, name).map(Called::Own);
                    let found = free().or_else(own).filter(|_| self.index.import(name).is_none());
                    found.or_else(|| foreign(&self.dotted(callee)?))
                }
            },
            Expr::Member(object, member) if self.is_parent(object) => {
                self.inherited(self.index.class_here(callee.span)?, member)
            }
            Expr::Member(object, member) => {
                let owner = self.owner(object, HOPS)?;
                let owners = std::iter::successors(Some(owner.as_str()), |name| Some(name.rsplit_once('.')?.0));
                owners.take(2).find_map(|owner| self.method_of(owner, member))
            }
            _ => None,
        }
    }

    /// A member of a class or object, or of what the class takes members from.
    fn method_of(&self, owner: &str, member: &str) -> Option<Called<'a>> {
        if let Some(own) = self.index.method(Some(owner), member) {
            return Some(Called::Own(own));
        }
        let found = self.elsewhere(owner, member);
        found.or_else(|| self.inherited(self.index.class_named(owner)?, member))
    }

    fn elsewhere(&self, owner: &str, member: &str) -> Option<Called<'a>> {
        let (name, constant) = self.known_as(&format!("{owner}.{member}"))?;
        Some(Called::Foreign(name, constant))
    }

    /// A member of what a class takes members from, near before far.
    fn inherited(&self, class: &'u Class, member: &str) -> Option<Called<'a>> {
        let lineage = self.index.lineage(class);
        let bases = lineage.iter().flat_map(|class| &class.bases);
        bases.into_iter().find_map(|base| {
            let own = self.index.method(Some(base), member).map(Called::Own);
            own.or_else(|| self.elsewhere(base, member))
        })
    }
}
