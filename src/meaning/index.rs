//! Where names of a file get their values: binds, parameters, functions and imports, with their scopes.

use std::collections::HashMap;

use crate::syntax::expr::{Arg, Class, Expr, Import, Node, Param, RETURN, Span, Symbol, Unit};

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
    /// Binds of members and indexes, by the name of the object.
    steps: HashMap<&'u str, Vec<BindAt<'u>>>,
    /// All functions, in source order.
    pub functions: Vec<FnAt<'u>>,
    imports: HashMap<&'u str, &'u Import>,
    /// Calls by the name at the root of their callee or of their first arguments, in source order.
    calls: HashMap<&'u str, Vec<&'u Node>>,
}

impl<'u> Index<'u> {
    /// Indexes a unit.
    pub fn new(unit: &'u Unit) -> Self {
        let mut index = Index {
            unit,
            binds: HashMap::new(),
            steps: HashMap::new(),
            functions: Vec::new(),
            imports: HashMap::new(),
            calls: HashMap::new(),
        };
        for import in &unit.imports {
            if let Some(local) = &import.local {
                index.imports.entry(local).or_insert(import);
            }
        }
        unit.root.iter().for_each(|node| index.visit(node, None));
        index
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
                    self.calls.entry(root).or_default().push(node);
                }
            }
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
            Expr::Name(name) => self.binds.entry(name).or_default().push(at),
            Expr::Member(object, member) => {
                self.binds.entry(member).or_default().push(BindAt { member: Some(target), ..at });
                self.step(object, BindAt { member: Some(target), ..at });
            }
            Expr::Index(object, _) => self.step(object, BindAt { member: Some(target), ..at }),
            Expr::List(names) => {
                for name in names {
                    if let Expr::Name(name) = &name.expr {
                        self.binds.entry(name).or_default().push(BindAt { key: Some(name), ..at });
                    }
                }
            }
            Expr::Object(pairs) => {
                for (key, name) in pairs {
                    if let (Some(key), Expr::Name(name)) = (key.word(), &name.expr) {
                        self.binds.entry(name).or_default().push(BindAt { key: Some(key), ..at });
                    }
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, object: &'u Node, at: BindAt<'u>) {
        let (last, root) = (last_name(object).map(|name| &**name), root_name(object));
        if let Some(name) = last {
            self.steps.entry(name).or_default().push(at);
        }
        // `request.URL.RawQuery = …` is a step of the request too.
        if let Some(name) = root.filter(|root| last != Some(root)) {
            self.steps.entry(name).or_default().push(at);
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
        let class = self.class_at(at)?;
        let inside = self.functions.iter().filter(|function| class.contains(function.span));
        inside.flat_map(|function| function.params).find(|param| *param.name == *name && param.of.is_some())
    }

    /// The innermost class around a place.
    pub fn class_at(&self, at: Span) -> Option<Span> {
        self.class_around(at).map(|class| class.span)
    }

    /// The same with its name.
    pub fn class_around(&self, at: Span) -> Option<&'u Class> {
        self.unit.classes.iter().filter(|class| class.span.contains(at)).max_by_key(|class| class.span.start)
    }

    /// The class that a function belongs to: the one around it, or the type of its receiver.
    pub fn class_of(&self, own: usize) -> Option<&'u Class> {
        let span = self.functions.get(own)?.span;
        let method = self.unit.methods.iter().find(|method| method.span == span);
        method.or_else(|| self.class_around(span).filter(|class| class.span != span))
    }

    /// The name of the class around a place, or of the type that the method around it belongs to.
    pub fn class_name(&self, at: Span) -> Option<&'u str> {
        let mut scope = self.scope_at(at);
        while let Some(own) = scope {
            if let Some(name) = self.class_of(own).and_then(|class| class.name.as_deref()) {
                return Some(name);
            }
            scope = self.functions.get(own).and_then(|function| function.outer);
        }
        self.class_around(at)?.name.as_deref()
    }

    /// The class of this name.
    pub fn class_named(&self, name: &str) -> Option<&'u Class> {
        self.unit.classes.iter().find(|class| class.name.as_deref() == Some(name))
    }

    /// The one function of this name in a class; without one, outside of all.
    pub fn method(&self, class: Option<&str>, name: &str) -> Option<usize> {
        let is_in = |own: &usize| self.class_of(*own).and_then(|class| class.name.as_deref()) == class;
        let is_top = |own: &usize| class.is_some() || self.functions.get(*own).is_some_and(|at| at.outer.is_none());
        let mut found = self.functions_named(name).filter(is_in).filter(is_top);
        let own = found.next()?;
        found.next().is_none().then_some(own)
    }

    /// The function that stands at a place.
    pub fn function_at(&self, span: Span) -> Option<usize> {
        let from = self.functions.partition_point(|function| function.span.start < span.start);
        let here = self.functions.iter().enumerate().skip(from).take_while(|(_, at)| at.span.start == span.start);
        here.into_iter().find(|(_, function)| function.span == span).map(|(own, _)| own)
    }

    /// Functions named `name`.
    pub fn functions_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let named = move |function: &FnAt| function.name.is_some_and(|have| **have == *name);
        self.functions.iter().enumerate().filter(move |(_, function)| named(function)).map(|(own, _)| own)
    }

    /// The values that function `own` gives back.
    pub fn returns(&self, own: usize) -> Vec<&'u Node> {
        let binds = self.binds.get(RETURN).map_or(&[][..], Vec::as_slice);
        binds.iter().filter(|bind| bind.scope == Some(own)).map(|bind| bind.value).collect()
    }

    /// What `name` is bound to where it is used at `at`: the last bind before it in the same function, then in the ones
    /// around it, then in the file. Binds that only run under a condition are alternatives to the ones before them.
    pub fn lookup(&self, name: &str, at: Span) -> Found<'u> {
        let binds = self.binds.get(name).map_or(&[][..], Vec::as_slice);
        let mut scope = self.scope_at(at);
        let mut inner = true;
        loop {
            let here: Vec<BindAt> = binds
                .iter()
                .filter(|bind| bind.member.is_none() && bind.scope == scope)
                // A use in an inner function runs later, so binds after it in the text count there.
                .filter(|bind| !inner || bind.span.start < at.start && !bind.value.span.contains(at))
                .filter(|bind| scope.is_some() || self.class_at(bind.span).is_none_or(|class| class.contains(at)))
                .copied()
                .collect();
            if !here.is_empty() {
                return Found::Binds(self.last(here, at));
            }
            let Some(own) = scope else { break };
            if let Some(param) = self.param(own, name) {
                return Found::Param(own, param);
            }
            scope = self.functions.get(own).and_then(|function| function.outer);
            inner = false;
        }
        Found::Nothing
    }

    /// The last bind and, as long as it only runs under a condition that does not hold the use, those before it.
    fn last(&self, binds: Vec<BindAt<'u>>, at: Span) -> Vec<BindAt<'u>> {
        let mut found = Vec::new();
        for bind in binds.into_iter().rev() {
            let conditional =
                self.unit.branches.iter().any(|branch| branch.contains(bind.span) && !branch.contains(at));
            found.push(bind);
            if !conditional || found.len() >= 8 {
                break;
            }
        }
        found
    }

    /// What the member `name` of a class or object of this file is bound to: in the class around `at` first.
    pub fn member(&self, name: &str, at: Span) -> Vec<BindAt<'u>> {
        let binds = self.binds.get(name).map_or(&[][..], Vec::as_slice);
        let class = self.class_at(at);
        let declared = |bind: &&BindAt| bind.member.is_some() || self.is_declared_in_class(bind);
        let own = |bind: &&BindAt| class.is_some_and(|class| class.contains(bind.span));
        let mut found: Vec<BindAt> = binds.iter().filter(declared).filter(own).copied().collect();
        if found.is_empty() {
            found = binds.iter().filter(declared).copied().collect();
        }
        found.retain(|bind| !bind.value.span.contains(at));
        found.truncate(8);
        found
    }

    fn is_declared_in_class(&self, bind: &BindAt) -> bool {
        let Some(class) = self.class_at(bind.span) else { return false };
        bind.scope.and_then(|own| self.functions.get(own)).is_none_or(|function| function.span.contains(class))
    }

    /// Assignments to members and indexes of `name` (`options.method = …`) and of what is below it, in source order.
    pub fn steps(&self, name: &str) -> &[BindAt<'u>] {
        self.steps.get(name).map_or(&[], Vec::as_slice)
    }

    /// Of those, the ones to members and indexes of `name` itself.
    pub fn own_steps<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a BindAt<'u>> {
        let own = |step: &&BindAt| match step.member.map(|member| &member.expr) {
            Some(Expr::Member(object, _) | Expr::Index(object, _)) => {
                last_name(object).is_some_and(|last| **last == *name)
            }
            _ => false,
        };
        self.steps(name).iter().filter(own)
    }

    /// Calls on `name`, or with it among their first two arguments, in source order.
    pub fn calls(&self, name: &str) -> &[&'u Node] {
        self.calls.get(name).map_or(&[], Vec::as_slice)
    }

    /// Of those, the ones that are no part of a longer chain.
    pub fn chains<'a>(&'a self, name: &str) -> impl Iterator<Item = &'u Node> + 'a {
        let calls = self.calls(name);
        let before = std::iter::once(None).chain(calls.iter().map(Some));
        // A chain starts where the calls in it start, and comes before them.
        let is_outer = |(call, before): &(&&'u Node, Option<&&'u Node>)| {
            before.is_none_or(|before| before.span.start != call.span.start || before.span == call.span)
        };
        calls.iter().zip(before).filter(is_outer).map(|(call, _)| *call)
    }
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

/// A call of a chain `root.a(x).b(y)`, innermost first.
pub struct Link<'u> {
    /// The whole call.
    pub call: &'u Node,
    /// What is called.
    pub callee: &'u Node,
    /// What it is given.
    pub args: &'u [Arg],
}

/// The calls of a chain, innermost first.
pub fn chain(node: &Node) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Call { callee, args } => {
                links.push(Link { call: at, callee, args });
                at = callee;
            }
            Expr::Member(object, _) | Expr::Index(object, _) if !links.is_empty() => at = object,
            _ => break,
        }
    }
    links.reverse();
    links
}

/// The names along a chain of members and calls.
pub fn root_words(node: &Node) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Member(object, member) => {
                names.push(&**member);
                at = object;
            }
            Expr::Index(object, _) => at = object,
            Expr::Call { callee, .. } => at = callee,
            Expr::Name(name) => {
                names.push(name);
                return names;
            }
            _ => return names,
        }
    }
}

/// The name at the root of a chain of members, indexes and calls.
pub fn root_name(node: &Node) -> Option<&str> {
    let mut at = node;
    loop {
        match &at.expr {
            Expr::Name(name) => return Some(name),
            Expr::Member(object, _) | Expr::Index(object, _) => at = object,
            Expr::Call { callee, .. } => at = callee,
            _ => return None,
        }
    }
}

/// A name, or the last member of a chain of members.
pub fn last_name(node: &Node) -> Option<&Symbol> {
    match &node.expr {
        Expr::Name(name) | Expr::Member(_, name) => Some(name),
        _ => None,
    }
}
