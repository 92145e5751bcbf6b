//! Where names of a file get their values: binds, parameters, functions and imports, with their scopes.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::annotated::Annotated;
use super::chain::{last_name, root_name};
use super::fields::Fields;
use super::keys;
use super::members::Members;
use super::nested::Nested;
use super::resolve::ALTERNATIVES;
use crate::syntax::expr::{Class, Expr, Import, Node, Param, RETURN, Span, Symbol, Unit};

/// Most binds of a name, or uses of a variable, that are looked at from one place: generated code has thousands in one
/// function, and as many places that ask.
pub(super) const MOST: usize = 500;
/// Most functions that a member's value is looked for in.
const GIVERS: usize = 4;

/// What is known of names, by the function that they are used in.
type ByPlace<'u, T> = HashMap<&'u str, HashMap<Option<usize>, Vec<T>>>;

/// A bind of a name or member.
#[derive(Clone, Copy, Debug)]
pub struct BindAt<'u> {
    /// The bind as a whole.
    pub span: Span,
    /// The value; for a destructured name, what it is taken from.
    pub value: &'u Node,
    /// The key it is taken by, where it is destructured from an object.
    pub key: Option<&'u str>,
    /// The declared type.
    pub of: Option<&'u Symbol>,
    /// The function it stands in, as an index into [`Index::functions`].
    pub scope: Option<usize>,
    /// The member or index it goes to on the bound name (`options.method = …`), if it does.
    pub member: Option<&'u Node>,
}

/// A function of the file.
#[derive(Clone, Copy, Debug)]
pub struct FnAt<'u> {
    /// Its name, or that of the variable it is bound to.
    pub name: Option<&'u Symbol>,
    /// The whole definition.
    pub span: Span,
    /// Its parameters.
    pub params: &'u [Param],
    /// The function around it.
    pub outer: Option<usize>,
}

/// The index of one unit.
pub struct Index<'u> {
    /// The unit.
    pub unit: &'u Unit,
    /// Binds by the name or the last member bound, in source order.
    binds: HashMap<&'u str, Vec<BindAt<'u>>>,
    /// Of those, the binds of names themselves, by function.
    own_binds: ByPlace<'u, BindAt<'u>>,
    /// Binds of members and indexes, by the name of the object and by function, in source order.
    steps: ByPlace<'u, BindAt<'u>>,
    /// All functions, in source order.
    pub functions: Vec<FnAt<'u>>,
    named: HashMap<&'u str, Vec<usize>>,
    /// What classes have, by class.
    pub(super) members: Members<'u>,
    imports: HashMap<&'u str, &'u Import>,
    /// Calls by the name at the root of their callee or of their first arguments, and by function, in source order.
    calls: ByPlace<'u, &'u Node>,
    classes: Nested,
    /// Classes, by name; the first of several.
    class_by_name: HashMap<&'u str, &'u Class>,
    /// Classes, by where they stand.
    class_at: HashMap<Span, &'u Class>,
    /// The types of the receivers of methods, by where the methods stand.
    class_of_method: HashMap<Span, &'u Class>,
    branches: Nested,
    /// Parameters with a declared type, by the classes around them.
    class_params: HashMap<(Span, &'u str), &'u Param>,
    /// What fields are given where a value of their type is made: `&Client{base: url}`.
    pub(super) fields: Fields<'u>,
    /// What stands on classes and beside other annotations.
    pub(super) annotated: Annotated<'u>,
    /// What names mean by the keys of data.
    pub(super) keys: HashMap<&'u str, Vec<&'u Node>>,
    /// Whether more was there than is looked at.
    cut: Cell<bool>,
}

impl<'u> Index<'u> {
    /// Indexes a unit.
    pub fn new(unit: &'u Unit) -> Self {
        let mut index = Index {
            unit,
            binds: HashMap::new(),
            own_binds: HashMap::new(),
            steps: HashMap::new(),
            functions: Vec::new(),
            named: HashMap::new(),
            members: Members::default(),
            imports: HashMap::new(),
            calls: HashMap::new(),
            classes: Nested::new(unit.classes.iter().map(|class| class.span)),
            class_by_name: unit
                .classes
                .iter()
                .rev()
                .filter_map(|class| Some((class.name.as_deref()?, class)))
                .collect(),
            class_at: unit.classes.iter().map(|class| (class.span, class)).collect(),
            class_of_method: unit.methods.iter().map(|class| (class.span, class)).collect(),
            branches: Nested::new(unit.branches.iter().copied()),
            class_params: HashMap::new(),
            fields: Fields::new(unit),
            annotated: Annotated::default(),
            keys: keys::values(unit),
            cut: Cell::new(false),
        };
        for import in &unit.imports {
            if let Some(local) = &import.local {
                index.imports.entry(local).or_insert(import);
            }
        }
        unit.root.iter().for_each(|node| index.visit(node, None));
        index.sort();
        index.members = Members::new(&index, &index.binds);
        index
    }

    /// Puts what was visited in source order, where that is not the order of visiting.
    fn sort(&mut self) {
        let by_place = self.own_binds.values_mut().chain(self.steps.values_mut()).flat_map(HashMap::values_mut);
        for binds in by_place.chain(self.binds.values_mut()) {
            binds.sort_by_key(|bind| bind.span.start);
        }
        for calls in self.calls.values_mut().flat_map(HashMap::values_mut) {
            calls.sort_by_key(|call| call.span.start);
        }
        for (own, function) in self.functions.iter().enumerate() {
            if let Some(name) = function.name {
                self.named.entry(name).or_default().push(own);
            }
            for param in function.params.iter().filter(|param| param.of.is_some()) {
                for class in self.classes.around(function.span) {
                    self.class_params.entry((class, &param.name)).or_insert(param);
                }
            }
        }
    }

    fn visit(&mut self, node: &'u Node, scope: Option<usize>) {
        match &node.expr {
            Expr::Bind { target, value, of } => {
                if let Expr::Fn { name: None, params, .. } = &value.expr
                    && let Some(name) = last_name(target)
                {
                    self.function(value, Some(name), params, scope);
                    self.bind(target, node.span, value, of.as_ref(), scope);
                    return self.visit(target, scope);
                }
                self.bind(target, node.span, value, of.as_ref(), scope);
            }
            Expr::Fn { name, params, .. } => return self.function(node, name.as_ref(), params, scope),
            Expr::Call { callee, args } => {
                let roots = args.iter().take(2).map(|arg| &arg.value).chain([&**callee]);
                for root in roots.filter_map(root_name) {
                    self.calls.entry(root).or_default().entry(scope).or_default().push(node);
                }
                self.fields.add(callee, args, scope);
            }
            Expr::Unknown(nodes) => self.annotated.add(node.span, nodes),
            _ => {}
        }
        node.children(&mut |child| self.visit(child, scope));
    }

    fn function(&mut self, node: &'u Node, name: Option<&'u Symbol>, params: &'u [Param], outer: Option<usize>) {
        let own = self.functions.len();
        self.functions.push(FnAt { name, span: node.span, params, outer });
        node.children(&mut |child| self.visit(child, Some(own)));
    }

    fn bind(&mut self, target: &'u Node, span: Span, value: &'u Node, of: Option<&'u Symbol>, scope: Option<usize>) {
        let at = BindAt { span, value, key: None, of, scope, member: None };
        match &target.expr {
            Expr::Name(name) => self.bind_name(name, at),
            Expr::Member(object, member) => {
                self.binds.entry(member).or_default().push(BindAt { member: Some(target), ..at });
                self.step(object, BindAt { member: Some(target), ..at });
            }
            Expr::Index(object, _) => self.step(object, BindAt { member: Some(target), ..at }),
            Expr::List(names) => {
                for name in names {
                    if let Expr::Name(name) = &name.expr {
                        self.bind_name(name, BindAt { key: Some(name), ..at });
                    }
                }
            }
            Expr::Object(pairs) => {
                for (key, name) in pairs {
                    if let (Some(key), Expr::Name(name)) = (key.word(), &name.expr) {
                        self.bind_name(name, BindAt { key: Some(key), ..at });
                    }
                }
            }
            _ => {}
        }
    }

    fn bind_name(&mut self, name: &'u str, at: BindAt<'u>) {
        self.binds.entry(name).or_default().push(at);
        self.own_binds.entry(name).or_default().entry(at.scope).or_default().push(at);
    }

    fn step(&mut self, object: &'u Node, at: BindAt<'u>) {
        let (last, root) = (last_name(object).map(|name| &**name), root_name(object));
        if let Some(name) = last {
            self.steps.entry(name).or_default().entry(at.scope).or_default().push(at);
        }
        // `request.URL.RawQuery = …` is a step of the request too.
        if let Some(name) = root.filter(|root| last != Some(root)) {
            self.steps.entry(name).or_default().entry(at.scope).or_default().push(at);
        }
    }

    /// What the file imports as `name`.
    pub fn import(&self, name: &str) -> Option<&'u Import> {
        self.imports.get(name).copied()
    }

    /// The innermost function around a place.
    pub fn scope_at(&self, at: Span) -> Option<usize> {
        let mut candidate = self.functions.partition_point(|function| function.span.start <= at.start).checked_sub(1);
        while let Some(own) = candidate {
            let function = self.functions.get(own)?;
            if function.span.contains(at) {
                return Some(own);
            }
            candidate = function.outer;
        }
        None
    }

    /// The parameter that `name` means in function `own`.
    pub fn param(&self, own: usize, name: &str) -> Option<&'u Param> {
        self.functions.get(own)?.params.iter().find(|param| *param.name == *name)
    }

    /// A parameter with this name and a declared type, in any function of the class around a place (`constructor(private
    /// http: HttpClient)`).
    pub fn class_param(&self, at: Span, name: &str) -> Option<&'u Param> {
        self.class_params.get(&(self.class_at(at)?, name)).copied()
    }

    /// The innermost class around a place.
    pub fn class_at(&self, at: Span) -> Option<Span> {
        self.classes.innermost(at)
    }

    /// The same with its name.
    pub fn class_around(&self, at: Span) -> Option<&'u Class> {
        self.class_at.get(&self.classes.innermost(at)?).copied()
    }

    /// The class that a function belongs to: the one around it, or the type of its receiver.
    pub fn class_of(&self, own: usize) -> Option<&'u Class> {
        let span = self.functions.get(own)?.span;
        let method = self.class_of_method.get(&span).copied();
        method.or_else(|| self.class_around(span).filter(|class| class.span != span))
    }

    /// The name of the class around a place, or of the type that the method around it belongs to.
    pub fn class_name(&self, at: Span) -> Option<&'u str> {
        self.class_here(at)?.name.as_deref()
    }

    /// The class of this name.
    pub fn class_named(&self, name: &str) -> Option<&'u Class> {
        self.class_by_name.get(name).copied()
    }

    /// Functions named `name`.
    pub fn functions_named(&self, name: &str) -> &[usize] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }

    /// The function whose definition this is.
    pub fn function_at(&self, span: Span) -> Option<usize> {
        let first = self.functions.partition_point(|function| function.span.start < span.start);
        let here = self.functions.iter().enumerate().skip(first);
        let mut here = here.take_while(|(_, function)| function.span.start == span.start);
        here.find(|(_, function)| function.span == span).map(|(own, _)| own)
    }

    /// The values that function `own` gives back.
    pub fn returns(&self, own: usize) -> Vec<&'u Node> {
        let binds = in_place(&self.own_binds, RETURN, Some(own));
        binds.iter().map(|bind| bind.value).collect()
    }

    /// What function `own` itself binds a name to.
    pub(super) fn bound_by(&self, own: usize, name: &str) -> &[BindAt<'u>] {
        in_place(&self.own_binds, name, Some(own))
    }

    /// What `name` is bound to where it is used at `at`: the last bind before it in the same function, then in the ones
    /// around it, then in the file. Binds that only run under a condition are alternatives to the ones before them.
    pub fn lookup(&self, name: &str, at: Span) -> Found<'u> {
        let mut scope = self.scope_at(at);
        let mut inner = true;
        loop {
            let binds = in_place(&self.own_binds, name, scope);
            // A use in an inner function runs later, so binds after it in the text count there.
            let before = binds.partition_point(|bind| !inner || bind.span.start < at.start);
            let here = binds.iter().take(before).rev().take(MOST).filter(|bind| {
                (!inner || !bind.value.span.contains(at))
                    && (scope.is_some() || self.class_at(bind.span).is_none_or(|class| class.contains(at)))
            });
            let last = self.last(here.copied(), at);
            let is_open = last.len() < ALTERNATIVES && last.last().is_none_or(|bind| self.is_conditional(bind, at));
            self.note_cut(is_open && before > MOST);
            if !last.is_empty() {
                return Found::Binds(last);
            }
            let Some(own) = scope else { break };
            if let Some(param) = self.param(own, name) {
                return Found::Param(own, param);
            }
            scope = self.functions.get(own).and_then(|function| function.outer);
            inner = false;
        }
        match self.key(name, at) {
            binds if binds.is_empty() => Found::Nothing,
            binds => Found::Binds(binds),
        }
    }

    /// Of binds, the last one first, that one and, as long as it only runs under a condition that does not hold the use,
    /// those before it.
    fn last(&self, binds: impl Iterator<Item = BindAt<'u>>, at: Span) -> Vec<BindAt<'u>> {
        let mut found = Vec::new();
        for bind in binds {
            found.push(bind);
            if !self.is_conditional(&bind, at) || found.len() >= ALTERNATIVES {
                break;
            }
        }
        found
    }

    /// Whether a bind only runs under a condition that does not hold a use.
    fn is_conditional(&self, bind: &BindAt, at: Span) -> bool {
        // A branch that holds both is around those that hold only the bind.
        self.branches.innermost(bind.span).is_some_and(|branch| !branch.contains(at))
    }

    /// Whether a name has more binds, or a variable more uses, than were looked at where it mattered.
    pub fn is_cut(&self) -> bool {
        self.cut.get()
    }

    pub(super) fn note_cut(&self, is_cut: bool) {
        self.cut.set(self.cut.get() || is_cut);
    }

    /// What the member `name` of a class or object of this file is bound to: in the class around `at` first.
    pub fn member(&self, name: &str, at: Span) -> Vec<BindAt<'u>> {
        let class = self.class_at(at);
        let mut binds = class.map_or(&[][..], |class| self.binds_within(name, class));
        let mut found: Vec<BindAt> = self.declared(binds);
        if found.is_empty() {
            binds = self.binds.get(name).map_or(&[][..], Vec::as_slice);
            found = self.declared(binds);
        }
        if found.iter().all(BindAt::is_declaration) {
            found.extend(self.given(name, at));
            found.extend(class.filter(|_| !found.is_empty()).map_or_else(Vec::new, |class| self.assigned(name, class)));
        }
        found.retain(|bind| !bind.value.span.contains(at));
        self.note_cut(binds.len() > MOST && found.len() < ALTERNATIVES);
        found.truncate(ALTERNATIVES);
        match found.is_empty() {
            true => self.key(name, at),
            false => found,
        }
    }

    /// Binds of a name that stand in a class: it may be one of thousands that have a member of that name.
    fn binds_within(&self, name: &str, class: Span) -> &[BindAt<'u>] {
        let binds = self.binds.get(name).map_or(&[][..], Vec::as_slice);
        let place = |at: u32| binds.partition_point(|bind| bind.span.start < at);
        binds.get(place(class.start)..place(class.end)).unwrap_or_default()
    }

    /// Of binds of a name, those of a member of a class or object.
    fn declared(&self, binds: &[BindAt<'u>]) -> Vec<BindAt<'u>> {
        binds.iter().take(MOST).filter(|bind| self.is_of_member(bind)).copied().collect()
    }

    /// What methods of a class assign to a field of it that is spelled without a word for the object: `client = make();`;
    /// in a whole file, what its functions assign to a variable of the file.
    pub(super) fn assigned(&self, name: &str, class: Span) -> Vec<BindAt<'u>> {
        let is_bare = |bind: &&BindAt<'u>| bind.member.is_none() && bind.of.is_none();
        let is_field = |bind: &&BindAt<'u>| bind.scope.is_some_and(|own| self.param(own, name).is_none());
        self.binds_within(name, class).iter().take(MOST).filter(is_bare).filter(is_field).copied().collect()
    }

    /// The same for a member of a variable: what many functions give variables of their own says nothing of another one.
    pub fn member_of_variable(&self, name: &str, at: Span) -> Vec<BindAt<'u>> {
        let mut found = self.member(name, at);
        if found.iter().map(|bind| bind.scope).collect::<HashSet<_>>().len() > GIVERS {
            found.retain(|bind| bind.scope == self.scope_at(at));
        }
        found
    }

    pub(super) fn is_declared_in_class(&self, bind: &BindAt) -> bool {
        let Some(class) = self.class_at(bind.span) else { return false };
        bind.scope.and_then(|own| self.functions.get(own)).is_none_or(|function| function.span.contains(class))
    }

    /// Assignments to members and indexes of `name` (`options.method = …`) and of what is below it, in source order: those
    /// in the function `scope` that begin within `within`.
    pub fn steps(&self, name: &str, scope: Option<usize>, within: Span) -> &[BindAt<'u>] {
        self.begin(in_place(&self.steps, name, scope), within, |step| step.span)
    }

    /// Of those, the ones to members and indexes of `name` itself.
    pub fn own_steps<'a>(
        &'a self,
        name: &'a str,
        scope: Option<usize>,
        within: Span,
    ) -> impl Iterator<Item = &'a BindAt<'u>> {
        let own = |step: &&BindAt| match step.member.map(|member| &member.expr) {
            Some(Expr::Member(object, _) | Expr::Index(object, _)) => {
                last_name(object).is_some_and(|last| **last == *name)
            }
            _ => false,
        };
        self.steps(name, scope, within).iter().filter(own)
    }

    /// Calls on `name`, or with it among their first two arguments, in source order: those in the function `scope` that
    /// begin within `within`.
    pub fn calls(&self, name: &str, scope: Option<usize>, within: Span) -> &[&'u Node] {
        self.begin(in_place(&self.calls, name, scope), within, |call| call.span)
    }

    /// Of those, the ones that are no part of a longer chain.
    pub fn chains<'a>(&'a self, name: &str, scope: Option<usize>, within: Span) -> impl Iterator<Item = &'u Node> + 'a {
        let calls = self.calls(name, scope, within);
        let before = std::iter::once(None).chain(calls.iter().map(Some));
        // A chain starts where the calls in it start, and comes before them.
        let is_outer = |(call, before): &(&&'u Node, Option<&&'u Node>)| {
            before.is_none_or(|before| before.span.start != call.span.start || before.span == call.span)
        };
        calls.iter().zip(before).filter(is_outer).map(|(call, _)| *call)
    }

    /// Of what is in source order, what begins within a span; of too much the nearest to its end, where that is where it is
    /// asked from, else to its start.
    fn begin<'a, T>(&self, all: &'a [T], within: Span, span: impl Fn(&T) -> Span) -> &'a [T] {
        let from = all.partition_point(|one| span(one).start < within.start);
        let to = all.partition_point(|one| span(one).start < within.end);
        let here = all.get(from..to).unwrap_or_default();
        self.note_cut(here.len() > MOST);
        match within.end == u32::MAX {
            true => here.get(..MOST).unwrap_or(here),
            false => here.get(here.len().saturating_sub(MOST)..).unwrap_or(here),
        }
    }
}

/// What is known of a name in a function.
fn in_place<'m, T>(known: &'m ByPlace<'_, T>, name: &str, scope: Option<usize>) -> &'m [T] {
    known.get(name).and_then(|places| places.get(&scope)).map_or(&[], Vec::as_slice)
}

/// What a name means.
pub enum Found<'u> {
    /// One of these binds.
    Binds(Vec<BindAt<'u>>),
    /// A parameter of a function.
    Param(usize, &'u Param),
    /// Nothing that this file says.
    Nothing,
}
