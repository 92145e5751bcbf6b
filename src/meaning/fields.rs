//! What the fields of a type are given where a value of it is made: `&Client{base: url}`, `Client(base: url)`.

use std::collections::HashMap;

use super::chain::last_name;
use super::index::{BindAt, Index};
use crate::syntax::expr::{Arg, Expr, Node, Span, Unit};

/// Most values of one field that are kept: a type is made in few places, a record in a test in hundreds.
const MOST: usize = 8;

/// Values by the type of this file and the field that they are given to.
pub struct Fields<'u>(HashMap<&'u str, HashMap<&'u str, Vec<BindAt<'u>>>>);

impl<'u> Fields<'u> {
    /// Those of the types of a unit, which nothing is given yet.
    pub fn new(unit: &'u Unit) -> Self {
        let types = unit.classes.iter().chain(&unit.methods).filter_map(|class| class.name.as_deref());
        Self(types.map(|name| (name, HashMap::new())).collect())
    }

    /// Takes over the labels of a call of a type.
    pub fn add(&mut self, callee: &'u Node, args: &'u [Arg], scope: Option<usize>) {
        let Some(fields) = last_name(callee).and_then(|of| self.0.get_mut(&**of)) else { return };
        for arg in args {
            let Some(label) = &arg.label else { continue };
            let given = fields.entry(label).or_default();
            if given.len() < MOST {
                let (span, value) = (arg.value.span, &arg.value);
                given.push(BindAt { span, value, key: None, of: None, scope, member: None });
            }
        }
    }

    fn of(&self, class: &str, field: &str) -> Vec<BindAt<'u>> {
        self.0.get(class).and_then(|fields| fields.get(field)).cloned().unwrap_or_default()
    }
}

impl<'u> Index<'u> {
    /// What the field `name` of the type that `at` stands in is given, in source order.
    pub fn given(&self, name: &str, at: Span) -> Vec<BindAt<'u>> {
        self.class_name(at).map_or_else(Vec::new, |class| self.fields.of(class, name))
    }
}

impl BindAt<'_> {
    /// Whether it only declares its name.
    pub fn is_declaration(&self) -> bool {
        matches!(&self.value.expr, Expr::Unknown(nodes) if nodes.is_empty())
    }

    /// Whether it gives its name a value that could be a text. An empty one waits for those who take the member over.
    pub fn tells(&self) -> bool {
        !self.is_declaration() && self.value.literal() != Some("")
    }

    /// Of binds, those that do more than declare their name; all of them where none does.
    pub fn that_tell(mut binds: Vec<Self>) -> Vec<Self> {
        if !binds.iter().all(Self::is_declaration) {
            binds.retain(|bind| !bind.is_declaration());
        }
        binds
    }
}
