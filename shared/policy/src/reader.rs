//! Giving rules their types. What this reads is the schema: a rule nobody asks for is unknown, one that is asked for and
//! not there is missing.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::{
    PackError, Place, Problem, Rule,
    entry::Entry,
    pack::{self, PackFile},
};

/// A type that may find fault with itself once read.
pub(crate) trait RuleValue: DeserializeOwned {
    /// What is wrong with it, in Chinese and English.
    fn fault(&self) -> Option<(String, String)> {
        None
    }
}

/// Hands out rules by path, and collects what is wrong.
pub(crate) struct Reader<'a> {
    rules: &'a BTreeMap<String, Entry>,
    file: Option<&'a PackFile>,
    asked: BTreeSet<String>,
    errors: Vec<PackError>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(rules: &'a BTreeMap<String, Entry>, file: Option<&'a PackFile>) -> Self {
        Self { rules, file, asked: BTreeSet::new(), errors: Vec::new() }
    }

    /// The rule at `path`; when it is missing or wrong the fault is noted and nothing comes out.
    pub(crate) fn take<T: RuleValue>(&mut self, path: &str) -> Option<Rule<T>> {
        self.asked.insert(path.to_owned());
        let Some(entry) = self.rules.get(path) else {
            let place = self.start();
            self.errors.push(PackError { place, problem: Problem::MissingRule(path.to_owned()) });
            return None;
        };
        match self.typed::<T>(entry) {
            Ok(value) => Some(Rule::new(path, entry, value)),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// A rule that packs kept before it was known do without.
    pub(crate) fn take_if_there<T: RuleValue>(&mut self, path: &str) -> Option<Rule<T>> {
        if self.rules.contains_key(path) { self.take(path) } else { None }
    }

    /// Does the pack, or one above it, set any rule of this group?
    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.rules.keys().any(|path| path.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')))
    }

    /// The rules of a group of which a pack may set any, by their last name.
    pub(crate) fn take_any<K: DeserializeOwned + Ord, T: RuleValue>(
        &mut self,
        group: &str,
    ) -> Option<BTreeMap<K, Rule<T>>> {
        let prefix = format!("{group}.");
        let paths: Vec<&String> = self.rules.keys().filter(|path| path.starts_with(&prefix)).collect();
        let mut found = BTreeMap::new();
        let mut complete = true;
        for path in paths {
            let name = path[prefix.len()..].into_deserializer();
            // A name of another kind stays unasked for, and so is reported as unknown.
            let name: Result<K, serde::de::value::Error> = K::deserialize(name);
            if let Ok(key) = name {
                match self.take(path) {
                    Some(rule) => drop(found.insert(key, rule)),
                    None => complete = false,
                }
            }
        }
        complete.then_some(found)
    }

    /// The rules of a group that a pack must set for each of `keys`.
    pub(crate) fn take_each<K: Copy + Ord, T: RuleValue>(
        &mut self,
        group: &str,
        keys: &[(K, &str)],
    ) -> Option<BTreeMap<K, Rule<T>>> {
        // All are read before any is missed, so that every fault is reported at once.
        let read: Vec<_> = keys.iter().map(|(key, name)| (*key, self.take(&format!("{group}.{name}")))).collect();
        read.into_iter().map(|(key, rule)| Some((key, rule?))).collect()
    }

    /// Everything found wrong, rules that nobody asked for included.
    pub(crate) fn finish(mut self) -> Vec<PackError> {
        for (path, entry) in self.rules.iter().filter(|(path, _)| !self.asked.contains(*path)) {
            let group = path.rsplit_once('.').map_or("", |(group, _)| group);
            let siblings = |path: &&String| path.rsplit_once('.').map_or("", |(group, _)| group) == group;
            let mut known: Vec<&str> = self.asked.iter().filter(siblings).map(String::as_str).collect();
            if known.is_empty() {
                let groups: BTreeSet<&str> = self.asked.iter().filter_map(|p| p.split('.').next()).collect();
                known = groups.into_iter().collect();
            }
            let problem = Problem::UnknownRule { path: path.clone(), known: known.join(", ") };
            let place = entry.written.as_ref().map_or_else(|| self.start(), |written| written.place.clone());
            self.errors.push(PackError { place, problem });
        }
        self.errors.sort_by(|a, b| a.place.cmp(&b.place));
        self.errors
    }

    fn typed<T: RuleValue>(&self, entry: &Entry) -> Result<T, PackError> {
        let at = entry.written.as_ref().map_or_else(|| self.start(), |written| written.place.clone());
        let value: T = match &entry.written {
            Some(written) => pack::typed(written.values.clone()).map_err(|e| match self.file_of(entry) {
                Some(file) => file.complaint(&e, written.at),
                None => PackError { place: at.clone(), problem: Problem::Unreadable(e.message().to_owned()) },
            })?,
            None => T::deserialize(serde_json::Value::Object(entry.values.clone()))
                .map_err(|e| PackError { place: at.clone(), problem: Problem::Unreadable(e.to_string()) })?,
        };
        match value.fault() {
            Some((zh, en)) => Err(PackError { place: at, problem: Problem::Nonsense { zh, en } }),
            None => Ok(value),
        }
    }

    /// Offsets belong to the file being read; a rule of a pack above was read, and found good, with its own file.
    fn file_of(&self, entry: &Entry) -> Option<&PackFile> {
        let written = entry.written.as_ref()?;
        self.file.filter(|file| file.name() == written.place.file)
    }

    fn start(&self) -> Place {
        self.file.map_or_else(|| Place { file: "canonical".to_owned(), line: 1, column: 1 }, |file| file.place(0))
    }
}
