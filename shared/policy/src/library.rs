//! All packs there are, and the way from an id to a policy.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{PackError, PackErrors, Policy, PolicyError, Problem, bounds, entry::Entry, pack::Pack, policy::Resolved};

/// Every pack of the project's `policies` folder, by file name.
const BUNDLED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The packs that are known, each checked on its own and with the packs it extends.
#[derive(Clone, Debug)]
pub struct PackLibrary {
    packs: BTreeMap<String, Arc<Pack>>,
    policies: BTreeMap<String, Arc<Policy>>,
    /// Packs compiled in that extend nothing: the law. No folder can add to them or change them.
    roots: BTreeSet<String>,
}

impl PackLibrary {
    /// The packs of this project, compiled in.
    pub fn bundled() -> Self {
        let mut library = Self { packs: BTreeMap::new(), policies: BTreeMap::new(), roots: BTreeSet::new() };
        for (name, text) in BUNDLED.iter().copied() {
            let pack = Pack::parse(name, text).expect("the bundled packs are checked by the tests of this crate");
            if pack.head.extends.is_none() {
                library.roots.insert(pack.head.id.clone());
            }
            library.packs.insert(pack.head.id.clone(), Arc::new(pack));
        }
        library.resolve_all().expect("the bundled packs are checked by the tests of this crate");
        library
    }

    /// The bundled packs together with every `*.toml` of a folder. A file with a bundled pack's id takes its place, unless
    /// that is the law's own.
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        let mut library = Self::bundled();
        let mut own = BTreeSet::new();
        let mut errors = Vec::new();
        for path in toml_files(folder)? {
            let name =
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            match Pack::parse(&name, &read(&path)?) {
                Ok(pack) => match library.admit(pack, &mut own) {
                    Ok(()) => {}
                    Err(error) => errors.push(error),
                },
                Err(PackErrors(found)) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(PackErrors(errors).into());
        }
        library.policies.clear();
        library.resolve_all()?;
        Ok(library)
    }

    /// The policy with that id.
    pub fn resolve(&self, id: &str) -> Result<Arc<Policy>, PolicyError> {
        self.policies.get(id).cloned().ok_or_else(|| PolicyError::UnknownPack {
            id: id.to_owned(),
            known: self.ids().collect::<Vec<_>>().join(", "),
        })
    }

    /// The ids of all packs, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs.keys().map(String::as_str)
    }

    /// Reads and resolves one file against this library, without adding it.
    pub fn check(&self, name: &str, text: &str) -> Result<Arc<Policy>, PackErrors> {
        let pack = Pack::parse(name, text)?;
        let id = pack.head.id.clone();
        let mut library = self.clone();
        library.admit(pack, &mut BTreeSet::new()).map_err(|error| PackErrors(vec![error]))?;
        library.policies.retain(|_, policy| policy.id() != id && !policy.extends().contains(&id));
        library.resolve_one(&id, &mut Vec::new())
    }

    /// Checks the file at `path`; the answer is what `huiyin policy check FILE` prints.
    pub fn check_file(&self, path: &Path) -> Result<String, PolicyError> {
        let policy = self.check(&path.display().to_string(), &read(path)?)?;
        Ok(format!("合格 / good\n{}", policy.summary()))
    }

    /// What `huiyin policy explain PACK RULE` prints.
    pub fn explain(&self, id: &str, rule: &str) -> Result<String, PolicyError> {
        let policy = self.resolve(id)?;
        policy.explain(rule).ok_or_else(|| PolicyError::UnknownRule {
            pack: id.to_owned(),
            rule: rule.to_owned(),
            known: policy.rule_names().collect::<Vec<_>>().join(", "),
        })
    }

    fn admit(&mut self, pack: Pack, own: &mut BTreeSet<String>) -> Result<(), PackError> {
        let id = pack.head.id.clone();
        let at = pack.id_at;
        if self.roots.contains(&id) {
            // The same law again, as in a copy of the project's folder, changes nothing.
            let same = self.packs.get(&id).is_some_and(|known| same_rules(known, &pack));
            return if same { Ok(()) } else { Err(pack.file.error(at, Problem::TheLaw(id))) };
        }
        if pack.head.extends.is_none() {
            return Err(pack.file.error(at, Problem::NoParent));
        }
        if !own.insert(id.clone()) {
            return Err(pack.file.error(at, Problem::Duplicate(id)));
        }
        self.packs.insert(id, Arc::new(pack));
        Ok(())
    }

    fn resolve_all(&mut self) -> Result<(), PackErrors> {
        let ids: Vec<String> = self.packs.keys().cloned().collect();
        let mut errors = Vec::new();
        for id in ids {
            if let Err(PackErrors(found)) = self.resolve_one(&id, &mut Vec::new()) {
                errors.extend(found.into_iter().filter(|error| !errors.contains(error)).collect::<Vec<_>>());
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(PackErrors(errors)) }
    }

    /// Resolves a pack after the packs it extends; `below` holds the ids on the way, to find a circle.
    fn resolve_one(&mut self, id: &str, below: &mut Vec<String>) -> Result<Arc<Policy>, PackErrors> {
        if let Some(policy) = self.policies.get(id) {
            return Ok(policy.clone());
        }
        let pack = self.packs.get(id).expect("only ids of known packs are resolved").clone();
        let above = match &pack.head.extends {
            Some(parent) => Some(self.parent_of(&pack, parent, below)?),
            None => None,
        };
        let (entries, mut errors) = join(&pack, above.as_deref());
        if let Some(above) = above.as_ref().filter(|above| above.head.in_force.from > pack.head.in_force.from) {
            errors.push(pack.file.error(pack.in_force_at, Problem::BeforeItsLaw(above.head.id.clone())));
        }
        let head = Resolved {
            id: id.to_owned(),
            title: pack.head.title.clone(),
            extends: above.iter().flat_map(|a| std::iter::once(&a.head.id).chain(&a.head.extends)).cloned().collect(),
            in_force: pack.head.in_force,
        };
        let policy = match Policy::build(head, entries, Some(&pack.file)) {
            Ok(policy) if errors.is_empty() => Arc::new(policy),
            built => {
                let mut all = built.map_or_else(|PackErrors(found)| found, |_| Vec::new());
                // A rule that makes no sense by itself need not be told its bound as well.
                errors.retain(|bound| all.iter().all(|own| own.place != bound.place));
                all.extend(errors);
                all.sort_by(|a, b| a.place.cmp(&b.place));
                return Err(PackErrors(all));
            }
        };
        self.policies.insert(id.to_owned(), policy.clone());
        Ok(policy)
    }

    fn parent_of(&mut self, pack: &Pack, parent: &str, below: &mut Vec<String>) -> Result<Arc<Policy>, PackErrors> {
        let refused = |problem| Err(PackErrors(vec![pack.file.error(pack.extends_at, problem)]));
        below.push(pack.head.id.clone());
        if below.iter().any(|id| id == parent) {
            return refused(Problem::Circle(parent.to_owned()));
        }
        if !self.packs.contains_key(parent) {
            return refused(Problem::UnknownParent(parent.to_owned()));
        }
        self.resolve_one(parent, below)
    }
}

/// Lays a pack's rules over those of the pack it extends, and notes every bound it oversteps.
fn join(pack: &Pack, above: Option<&Policy>) -> (BTreeMap<String, Entry>, Vec<PackError>) {
    let mut entries = above.map(|policy| policy.entries.clone()).unwrap_or_default();
    let mut errors = Vec::new();
    for (path, own) in &pack.rules {
        let mut own = own.clone();
        if let Some(above) = entries.get(path) {
            if let (Some(problem), Some(written)) = (bounds::breach(path, above, &own), &own.written) {
                errors.push(PackError { place: written.place.clone(), problem });
            }
            // A bound set above holds for all packs below, however far.
            own.may = above.may.or(own.may);
            own.replaces = Some(Box::new(above.clone()));
        }
        entries.insert(path.clone(), own);
    }
    (entries, errors)
}

fn same_rules(one: &Pack, other: &Pack) -> bool {
    let key = |pack: &Pack| -> Vec<_> {
        let rules = pack.rules.iter();
        rules.map(|(path, e)| (path.clone(), e.values.clone(), e.source.clone(), e.may, e.in_principle)).collect()
    };
    one.head.title == other.head.title && one.head.in_force == other.head.in_force && key(one) == key(other)
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, PolicyError> {
    let entries = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>());
    let mut paths = entries.map_err(|source| PolicyError::Unreadable { path: folder.to_owned(), source })?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, PolicyError> {
    std::fs::read_to_string(path).map_err(|source| PolicyError::Unreadable { path: path.to_owned(), source })
}
