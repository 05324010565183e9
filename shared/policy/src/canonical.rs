//! The canonical form of a resolved pack: what is hashed, and what a case's own version is restored from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    PackErrors, Policy,
    entry::{Entry, May},
    policy::Resolved,
};

const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    format: u32,
    #[serde(rename = "pack")]
    head: Resolved,
    rules: BTreeMap<String, RuleForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    set_by: String,
    values: Map<String, Value>,
    source: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    in_principle: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    may: Option<May>,
}

/// Why kept bytes give no policy.
#[derive(Debug, Error)]
pub enum CanonicalError {
    /// Not the canonical form.
    #[error("保存的政策包无法读取。 / the kept policy pack cannot be read.")]
    Unreadable(#[source] serde_json::Error),
    /// Written by another version of this program.
    #[error(
        "保存的政策包格式为 {0}，本程序不认识。 / the kept policy pack has format {0}, which this program does not know."
    )]
    Format(u32),
    /// A rule this program needs is missing or wrong.
    #[error("保存的政策包与本程序不符。 / the kept policy pack does not fit this program.")]
    Refused(#[source] PackErrors),
}

/// Keys in order, no white space: the same content gives the same bytes.
pub(crate) fn bytes(head: &Resolved, entries: &BTreeMap<String, Entry>) -> Vec<u8> {
    let rules = entries.iter().map(|(path, entry)| {
        let rule = RuleForm {
            set_by: entry.pack.clone(),
            values: entry.values.clone(),
            source: entry.source.clone(),
            in_principle: entry.in_principle,
            may: entry.may,
        };
        (path.clone(), rule)
    });
    let form = Form { format: FORMAT, head: head.clone(), rules: rules.collect() };
    serde_json::to_vec(&form).expect("strings, numbers and maps with string keys always serialise")
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Policy {
    /// The policy kept as `bytes` by [`Policy::canonical`]. Its hash is the one it had.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let form: Form = serde_json::from_slice(bytes).map_err(CanonicalError::Unreadable)?;
        if form.format != FORMAT {
            return Err(CanonicalError::Format(form.format));
        }
        let entries = form.rules.into_iter().map(|(path, rule)| {
            let entry = Entry {
                pack: rule.set_by,
                values: rule.values,
                source: rule.source,
                note: None,
                in_principle: rule.in_principle,
                may: rule.may,
                written: None,
                replaces: None,
            };
            (path, entry)
        });
        Self::build(form.head, entries.collect(), None).map_err(CanonicalError::Refused)
    }
}
