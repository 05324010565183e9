//! Reading one pack file into its head and its rules.

use std::{collections::BTreeMap, sync::Arc};

use serde::{
    Deserialize,
    de::{DeserializeOwned, IntoDeserializer},
};
use serde_json::Map;
use toml_edit::{Document, InlineTable, Item, Key, TableLike, Value};

use crate::{
    InForce, PackError, PackErrors, Place, Problem, Title,
    entry::{Entry, May, Written},
};

const HEAD: [&str; 4] = ["id", "title", "extends", "in_force"];
const BESIDE: [&str; 4] = ["source", "in_principle", "may", "note"];

/// A pack file, read but not yet joined with the packs it extends.
#[derive(Clone, Debug)]
pub(crate) struct Pack {
    pub(crate) head: Head,
    /// Where the id stands.
    pub(crate) id_at: usize,
    /// Where the parent is named.
    pub(crate) extends_at: usize,
    /// Where its time in force is named.
    pub(crate) in_force_at: usize,
    pub(crate) file: PackFile,
    pub(crate) rules: BTreeMap<String, Entry>,
}

/// The head of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) title: Title,
    pub(crate) extends: Option<String>,
    pub(crate) in_force: InForce,
}

/// A file's name and text, to turn offsets into places.
#[derive(Clone, Debug)]
pub(crate) struct PackFile {
    name: Arc<str>,
    text: Arc<str>,
}

impl PackFile {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn place(&self, offset: usize) -> Place {
        Place::of(&self.name, &self.text, offset)
    }

    pub(crate) fn error(&self, offset: usize, problem: Problem) -> PackError {
        PackError { place: self.place(offset), problem }
    }

    /// A reader's complaint at its own place, or at `otherwise` when it names none.
    pub(crate) fn complaint(&self, error: &toml_edit::de::Error, otherwise: usize) -> PackError {
        let offset = error.span().map_or(otherwise, |span| span.start);
        let message = error.message().lines().next().unwrap_or_default().trim_end_matches('.');
        // What our own types say is in both languages already.
        let problem = match message.split_once(" / ") {
            Some((zh, en)) => Problem::Nonsense { zh: zh.to_owned(), en: format!("{en}.") },
            None => Problem::Unreadable(message.to_owned()),
        };
        self.error(offset, problem)
    }
}

impl Pack {
    /// Reads a pack; `name` stands in every error.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, PackErrors> {
        let file = PackFile { name: name.into(), text: text.into() };
        let document = Document::parse(text).map_err(|e| {
            let message = e.message().lines().next().unwrap_or_default().to_owned();
            PackErrors(vec![file.error(e.span().map_or(0, |span| span.start), Problem::Unreadable(message))])
        })?;
        let mut head = InlineTable::new();
        let mut groups = Vec::new();
        for (key, item) in pairs(document.as_table()) {
            if HEAD.contains(&key.get()) || !item.is_table_like() {
                insert(&mut head, key, item);
            } else {
                groups.push((key, item));
            }
        }
        let at = |key: &str| head.get_key_value(key).map_or(0, |(key, _)| start_of(key));
        let (id_at, extends_at, in_force_at) = (at("id"), at("extends"), at("in_force"));
        let head: Head = typed(head).map_err(|e| PackErrors(vec![file.complaint(&e, 0)]))?;
        let mut walk = Walk { pack: &head.id, file: &file, rules: BTreeMap::new(), errors: Vec::new() };
        if !is_plain_id(&head.id) {
            walk.errors.push(file.error(id_at, odd_id()));
        }
        if head.in_force.until.is_some_and(|until| until < head.in_force.from) {
            walk.errors.push(file.error(in_force_at, ends_before_it_begins()));
        }
        walk.group("", groups);
        let Walk { rules, mut errors, .. } = walk;
        if errors.is_empty() {
            Ok(Self { head, id_at, extends_at, in_force_at, file, rules })
        } else {
            errors.sort_by(|a, b| a.place.cmp(&b.place));
            Err(PackErrors(errors))
        }
    }
}

/// Gives a table its type; every complaint carries its span.
pub(crate) fn typed<T: DeserializeOwned>(table: InlineTable) -> Result<T, toml_edit::de::Error> {
    T::deserialize(Value::InlineTable(table).into_deserializer())
}

struct Walk<'a> {
    pack: &'a str,
    file: &'a PackFile,
    rules: BTreeMap<String, Entry>,
    errors: Vec<PackError>,
}

impl Walk<'_> {
    fn group(&mut self, prefix: &str, group: Vec<(&Key, &Item)>) {
        for (key, item) in group {
            let path = if prefix.is_empty() { key.get().to_owned() } else { format!("{prefix}.{}", key.get()) };
            match item.as_table_like() {
                Some(table) if table.contains_key("source") => self.rule(path, key, table),
                Some(table) if !table.is_empty() => self.group(&path, pairs(table)),
                _ => self.errors.push(self.file.error(start_of(key), Problem::NoSource(path))),
            }
        }
    }

    fn rule(&mut self, path: String, key: &Key, table: &dyn TableLike) {
        let at = start_of(key);
        let (mut beside, mut values) = (InlineTable::new(), InlineTable::new());
        let mut plain = Map::new();
        for (key, item) in pairs(table) {
            if BESIDE.contains(&key.get()) {
                insert(&mut beside, key, item);
                continue;
            }
            match item.clone().into_value().ok().as_ref().and_then(to_json) {
                Some(json) => drop(plain.insert(key.get().to_owned(), json)),
                None => self.errors.push(self.file.error(start_of(key), not_allowed())),
            }
            insert(&mut values, key, item);
        }
        let beside: Beside = match typed(beside) {
            Ok(beside) => beside,
            Err(e) => return self.errors.push(self.file.complaint(&e, at)),
        };
        if beside.source.trim().is_empty() {
            return self.errors.push(self.file.error(at, Problem::NoSource(path)));
        }
        let entry = Entry {
            pack: self.pack.to_owned(),
            values: plain,
            source: beside.source,
            note: beside.note,
            in_principle: beside.in_principle,
            may: beside.may,
            written: Some(Written { place: self.file.place(at), at, values }),
            replaces: None,
        };
        self.rules.insert(path, entry);
    }
}

#[derive(Deserialize)]
struct Beside {
    source: String,
    note: Option<String>,
    #[serde(default)]
    in_principle: bool,
    may: Option<May>,
}

/// Ids stand in file names, addresses and journals.
fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn odd_id() -> Problem {
    Problem::Nonsense {
        zh: "编号只能用小写字母、数字和连字符。".to_owned(),
        en: "an id is made of lower-case letters, digits and hyphens.".to_owned(),
    }
}

fn ends_before_it_begins() -> Problem {
    Problem::Nonsense {
        zh: "施行截止日早于开始日。".to_owned(),
        en: "it ends before it begins to be in force.".to_owned(),
    }
}

fn not_allowed() -> Problem {
    Problem::Nonsense {
        zh: "小数和日期时间须写成整数或带引号的文字。".to_owned(),
        en: "write decimals and dates as whole numbers or quoted text.".to_owned(),
    }
}

/// A table's keys and items with their spans, by key: so equal content gives equal bytes, however a JSON map keeps its order.
fn pairs(table: &dyn TableLike) -> Vec<(&Key, &Item)> {
    let mut pairs: Vec<_> = table.iter().filter_map(|(key, _)| table.get_key_value(key)).collect();
    pairs.sort_by_key(|(key, _)| key.get());
    pairs
}

fn insert(table: &mut InlineTable, key: &Key, item: &Item) {
    if let Ok(value) = item.clone().into_value() {
        table.insert_formatted(key, value);
    }
}

fn start_of(key: &Key) -> usize {
    key.span().map_or(0, |span| span.start)
}

fn to_json(value: &Value) -> Option<serde_json::Value> {
    match value {
        Value::String(text) => Some(text.value().as_str().into()),
        Value::Integer(n) => Some((*n.value()).into()),
        Value::Boolean(yes) => Some((*yes.value()).into()),
        Value::Array(items) => items.iter().map(to_json).collect::<Option<Vec<_>>>().map(Into::into),
        Value::InlineTable(table) => {
            let mut pairs: Vec<_> = table.iter().collect();
            pairs.sort_by_key(|(key, _)| *key);
            let pairs = pairs.into_iter().map(|(key, value)| Some((key.to_owned(), to_json(value)?)));
            pairs.collect::<Option<Map<_, _>>>().map(Into::into)
        }
        Value::Float(_) | Value::Datetime(_) => None,
    }
}
