//! Reading the source text the rules are about.

use std::{collections::BTreeSet, fs, path::Path};

use syn::visit::{self, Visit};
use walkdir::WalkDir;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

/// Path below the workspace, and text, of every Rust file in these folders.
pub(crate) fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let files =
        folders.iter().flat_map(|folder| WalkDir::new(root().join(folder))).map(|entry| entry.expect("readable"));
    let rust = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    rust.map(|entry| {
        let name = entry.path().strip_prefix(root()).expect("below the root").display().to_string();
        (name, fs::read_to_string(entry.path()).expect("text"))
    })
    .collect()
}

/// The code that ships: no tests.
pub(crate) fn product() -> Vec<(String, String)> {
    let mut files = sources(&["shared", "services"]);
    files.retain(|(path, _)| {
        path.contains("/src/") && !path.contains("/src/tests/") && !path.starts_with("shared/testkit")
    });
    files
}

/// What the rules below look for in one file, tests inside it left out.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) roots: BTreeSet<String>,
    pub(crate) async_fns: Vec<String>,
    pub(crate) sql_macros: Vec<String>,
    pub(crate) methods: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Seen {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !module.attrs.iter().any(|attribute| quotes(attribute, "test")) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if signature.asyncness.is_some() {
            self.async_fns.push(signature.ident.to_string());
        }
        visit::visit_signature(self, signature);
    }

    fn visit_use_tree(&mut self, tree: &'ast syn::UseTree) {
        if let syn::UseTree::Path(path) = tree {
            self.roots.insert(path.ident.to_string());
        }
        visit::visit_use_tree(self, tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.roots.extend(path.segments.first().map(|segment| segment.ident.to_string()));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if ["query", "query_as", "query_scalar"]
            .iter()
            .any(|known| name == *known || name == format!("{known}_unchecked"))
        {
            self.sql_macros.push(name);
        }
        visit::visit_macro(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.methods.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}

/// `#[cfg(test)]` and the like.
fn quotes(attribute: &syn::Attribute, word: &str) -> bool {
    matches!(&attribute.meta, syn::Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string() == word)
}

pub(crate) fn look(path: &str, text: &str) -> Seen {
    let file = syn::parse_file(text).map_err(|error| format!("{path}: {error}")).expect("Rust that compiles");
    let mut seen = Seen::default();
    seen.visit_file(&file);
    seen
}

pub(crate) fn within(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| path.contains(&format!("/{folder}/")) || path.ends_with(&format!("/{folder}.rs")))
}
