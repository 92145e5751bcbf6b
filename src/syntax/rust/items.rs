//! Items of a Rust file: functions, constants, types with members, imports.

use syn::{Fields, ImplItem, Item, TraitItem, Type, UseTree};

use super::{Lowering, bind, empty, name, symbol};
use crate::syntax::expr::{Class, Expr, Import, Node, Span, Symbol};

/// Types that stand for what is inside them.
const TRANSPARENT: &[&str] = &["Arc", "Box", "Mutex", "Option", "Rc", "RefCell", "RwLock"];

/// A longer path of an import is no one's; together with many names it would fill the memory.
const MODULE: usize = 1_024;

/// The name of a declared type: its path without references and type arguments; of `Option<T>` that of `T`.
pub fn type_symbol(mut ty: &Type) -> Option<Symbol> {
    loop {
        let path = match ty {
            Type::Path(of) if of.qself.is_none() => &of.path,
            Type::Reference(of) => {
                ty = &of.elem;
                continue;
            }
            Type::Paren(of) => {
                ty = &of.elem;
                continue;
            }
            Type::ImplTrait(syn::TypeImplTrait { bounds, .. })
            | Type::TraitObject(syn::TypeTraitObject { bounds, .. }) => {
                bounds.iter().find_map(|bound| match bound {
                    syn::TypeParamBound::Trait(bound) => Some(&bound.path),
                    _ => None,
                })?
            }
            _ => return None,
        };
        let last = path.segments.last()?;
        if TRANSPARENT.iter().any(|outer| last.ident == outer)
            && let syn::PathArguments::AngleBracketed(inner) = &last.arguments
            && let Some(syn::GenericArgument::Type(inner)) = inner.args.first()
        {
            ty = inner;
            continue;
        }
        let segments: Vec<String> = path.segments.iter().map(|segment| symbol(&segment.ident).to_string()).collect();
        return Some(segments.join("::").into());
    }
}

impl Lowering<'_> {
    pub(super) fn item(&mut self, item: &Item) {
        let at = self.span(item);
        let node = self.deeper(at, |this| {
            this.item_by_kind(item, at);
            empty(at)
        });
        self.push(node);
    }

    fn item_by_kind(&mut self, item: &Item, at: Span) {
        match item {
            Item::Const(item) => {
                self.attributes(&item.attrs);
                self.constant(&item.ident, &item.ty, &item.expr, at);
            }
            Item::Static(item) => {
                self.attributes(&item.attrs);
                self.constant(&item.ident, &item.ty, &item.expr, at);
            }
            Item::Fn(item) => {
                self.attributes(&item.attrs);
                self.function(&item.sig, &item.block);
            }
            Item::Macro(item) => {
                self.attributes(&item.attrs);
                let node = self.macro_call(&item.mac);
                self.push(node);
            }
            Item::Mod(item) => {
                self.attributes(&item.attrs);
                if item.content.is_none() {
                    // Of this crate: another one may have the module's name.
                    self.import(&["crate".into()], &item.ident, Some(&item.ident));
                }
                item.content.iter().flat_map(|(_, items)| items).for_each(|item| self.item(item));
            }
            Item::Struct(item) => {
                self.class(&item.attrs, Some(&item.ident), at);
                self.fields(&item.fields);
            }
            Item::Enum(item) => {
                self.class(&item.attrs, Some(&item.ident), at);
                for variant in &item.variants {
                    self.attributes(&variant.attrs);
                    self.fields(&variant.fields);
                }
            }
            Item::Impl(item) => {
                let of = match &*item.self_ty {
                    Type::Path(of) => of.path.segments.last().map(|last| &last.ident),
                    _ => None,
                };
                self.class(&item.attrs, of, at);
                item.items.iter().for_each(|member| self.member(member));
            }
            Item::Trait(item) => {
                self.class(&item.attrs, Some(&item.ident), at);
                item.items.iter().for_each(|member| self.trait_member(member));
            }
            Item::Type(item) => {
                if let Type::Path(of) = &*item.ty {
                    let value = self.path(of.qself.as_ref(), &of.path);
                    self.out.push(bind(at, name(self.range(item.ident.span()), symbol(&item.ident)), value, None));
                }
            }
            Item::Use(item) => self.imports(&item.tree, &mut Vec::new()),
            Item::ExternCrate(item) => {
                let local = item.rename.as_ref().map_or(&item.ident, |(_, local)| local);
                self.import(&[], &item.ident, Some(local));
            }
            Item::Verbatim(tokens) => {
                let strings = self.strings(tokens.clone(), self.start);
                self.out.extend(strings);
            }
            _ => {}
        }
    }

    fn class(&mut self, attributes: &[syn::Attribute], name: Option<&syn::Ident>, at: Span) {
        self.attributes(attributes);
        self.unit.classes.push(Class { span: at, name: name.map(symbol), bases: Vec::new(), params: Vec::new() });
    }

    fn member(&mut self, member: &ImplItem) {
        let at = self.span(member);
        match member {
            ImplItem::Const(member) => {
                self.attributes(&member.attrs);
                self.constant(&member.ident, &member.ty, &member.expr, at);
            }
            ImplItem::Fn(member) => {
                self.attributes(&member.attrs);
                self.function(&member.sig, &member.block);
            }
            ImplItem::Macro(member) => {
                let node = self.macro_call(&member.mac);
                self.push(node);
            }
            _ => {}
        }
    }

    fn trait_member(&mut self, member: &TraitItem) {
        let at = self.span(member);
        match member {
            TraitItem::Const(member) => {
                if let Some((_, value)) = &member.default {
                    self.constant(&member.ident, &member.ty, value, at);
                }
            }
            TraitItem::Fn(member) => {
                self.attributes(&member.attrs);
                if let Some(block) = &member.default {
                    self.function(&member.sig, block);
                }
            }
            TraitItem::Macro(member) => {
                let node = self.macro_call(&member.mac);
                self.push(node);
            }
            _ => {}
        }
    }

    fn constant(&mut self, ident: &syn::Ident, ty: &Type, value: &syn::Expr, at: Span) {
        let value = self.value(value);
        self.out.push(bind(at, name(self.range(ident.span()), symbol(ident)), value, type_symbol(ty)));
    }

    /// The receiver is no parameter: arguments of a method call stand where its other parameters do.
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let mut params = Vec::new();
        for input in &signature.inputs {
            if let syn::FnArg::Typed(typed) = input {
                let param = self.param(&typed.pat);
                params.push(crate::syntax::expr::Param { of: type_symbol(&typed.ty), span: self.span(typed), ..param });
            }
        }
        let body = self.body(|this| this.block(block));
        let at = Span { start: self.span(signature).start, end: self.span(block).end };
        self.out.push(Node::new(at, Expr::Fn { name: Some(symbol(&signature.ident)), params, body }));
    }

    /// A field whose type has a name is declared without a value.
    fn fields(&mut self, fields: &Fields) {
        for field in fields {
            self.attributes(&field.attrs);
            if let (Some(ident), Some(of)) = (&field.ident, type_symbol(&field.ty)) {
                let at = self.range(ident.span());
                let whole = Span { start: at.start, end: self.span(&field.ty).end };
                self.out.push(bind(whole, name(at, symbol(ident)), empty(whole), Some(of)));
            }
        }
    }

    fn imports(&mut self, mut tree: &UseTree, prefix: &mut Vec<Symbol>) {
        let outer = prefix.len();
        while let UseTree::Path(path) = tree {
            prefix.push(symbol(&path.ident));
            tree = &path.tree;
        }
        match tree {
            UseTree::Name(leaf) => self.import(prefix, &leaf.ident, Some(&leaf.ident)),
            UseTree::Rename(leaf) => {
                self.import(prefix, &leaf.ident, Some(&leaf.rename).filter(|local| *local != "_"));
            }
            UseTree::Glob(leaf) => self.add_import(prefix, None, None, self.span(leaf)),
            UseTree::Group(group) => {
                let at = self.span(group);
                self.deeper(at, |this| {
                    group.items.iter().for_each(|tree| this.imports(tree, prefix));
                    empty(at)
                });
            }
            UseTree::Path(_) => {}
        }
        prefix.truncate(outer);
    }

    /// `name` from the module `prefix`; `self` is the module itself, a name of the one around it.
    fn import(&mut self, prefix: &[Symbol], ident: &syn::Ident, local: Option<&syn::Ident>) {
        let mut at = self.range(ident.span());
        at.end = local.map_or(at.end, |local| self.range(local.span()).end);
        let (module, name) = match prefix.split_last() {
            Some((last, module)) if ident == "self" => (module, last.clone()),
            _ => (prefix, symbol(ident)),
        };
        let local = match local {
            Some(local) if local == "self" => Some(name.clone()),
            local => local.map(symbol),
        };
        match module {
            [] => self.add_import(&[name], None, local, at),
            _ => self.add_import(module, Some(name), local, at),
        }
    }

    fn add_import(&mut self, module: &[Symbol], name: Option<Symbol>, local: Option<Symbol>, span: Span) {
        if module.iter().map(|segment| segment.len()).sum::<usize>() <= MODULE {
            self.unit.imports.push(Import { module: module.join("::"), name, local, span });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::rust::tests::{printed, slices, unit};

    #[test]
    fn a_function_has_parameters_without_the_receiver_and_returns_its_tail() {
        let text = r#"impl A { async fn f(&self, Path(id): Path<String>, c: &mut reqwest::Client) -> R { if a { return b; } c } }"#;
        assert_eq!(printed(text), "fn f(id: Path, c: reqwest::Client) { a; return := b; return := c }");
        assert_eq!(printed("trait T { fn a(); fn b() { \"c\" } }"), "fn b() { return := \"c\" }");
    }

    #[test]
    fn constants_fields_and_aliases_are_bound() {
        let text =
            r#"const P: &str = "/x"; struct A { c: Option<Arc<Mutex<reqwest::Client>>>, n: (u8, u8) } type C = a::B;"#;
        assert_eq!(printed(text), r#"P: str := "/x"; c: reqwest::Client := ?(); C := a.B"#);
    }

    #[test]
    fn attributes_with_text_are_calls_and_documentation_is_a_comment() {
        let text = "/// a \"b\"\n#[doc = \"c\"]\n#[error(\"x {0}\")]\n#[route(\"/x\", method = \"GET\")] #[tokio::main] fn f() {}";
        assert_eq!(printed(text), r#"route("/x", method="GET"); fn f() {  }"#);
        assert_eq!(slices(text, &unit(text).comments), ["/// a \"b\"", "#[doc = \"c\"]"]);
        assert_eq!(printed(r#"struct A { #[serde(rename = "sid")] b: (u8,) }"#), r#"serde(rename="sid")"#);
    }

    #[test]
    fn imports_name_their_module() {
        let text =
            "use a::{b::{self, c as d, e::*}, f}; use g as h; use crate::i; use j::k as _; extern crate l; mod m;";
        let imports = unit(text).imports;
        let shown = imports.iter().map(|import| {
            let or = |name: &Option<super::Symbol>| name.as_deref().unwrap_or("-").to_owned();
            format!("{} {} {}", import.module, or(&import.name), or(&import.local))
        });
        let expected =
            ["a b b", "a::b c d", "a::b::e - -", "a f f", "g - h", "crate i i", "j k -", "l - l", "crate m m"];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }
}
