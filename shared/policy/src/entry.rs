//! One rule as it stands in a pack, before it has a type.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml_edit::InlineTable;

use crate::Place;

/// What packs below may do with a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum May {
    /// A number may only become smaller.
    OnlyLower,
    /// A period may only become shorter.
    OnlyShorten,
    /// A list may only become longer.
    OnlyAdd,
    /// A list may only become shorter.
    OnlyNarrow,
    /// Nothing may change.
    NotChange,
}

impl May {
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::OnlyLower => ("降低", "only lower it"),
            Self::OnlyShorten => ("缩短", "only shorten it"),
            Self::OnlyAdd => ("增加", "only add to it"),
            Self::OnlyNarrow => ("收窄", "only narrow it"),
            Self::NotChange => ("照此执行", "not change it"),
        }
    }
}

/// A rule without its type.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The pack that sets it.
    pub(crate) pack: String,
    /// Its values, without the keys every rule may have.
    pub(crate) values: Map<String, Value>,
    pub(crate) source: String,
    pub(crate) note: Option<String>,
    pub(crate) in_principle: bool,
    pub(crate) may: Option<May>,
    /// Absent when the policy came back from its canonical form.
    pub(crate) written: Option<Written>,
    /// The rule of the pack above that this one replaces.
    pub(crate) replaces: Option<Box<Entry>>,
}

/// How a rule stands in its file.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) place: Place,
    /// Where it begins, in bytes.
    pub(crate) at: usize,
    /// Its values with their spans.
    pub(crate) values: InlineTable,
}

impl Entry {
    /// The values as they would be written in a pack.
    pub(crate) fn shown(&self) -> String {
        let values: Vec<_> = self.values.iter().map(|(key, value)| format!("{key} = {}", shown(value))).collect();
        values.join(", ")
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let parts: Vec<_> = map.iter().map(|(key, value)| format!("{key} = {}", shown(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
