//! The hash over one journal row and the row before it: what shows that history was changed.
//!
//! Every part is written with its length before it, so that no two rows share an image. The actor is hashed in a spelling of
//! its own (keys sorted, no blanks), because the database keeps JSON by meaning and not by bytes.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// What a journal row's hash covers.
#[derive(Debug)]
pub struct Row<'a> {
    /// The hash of the row before; none for version 1.
    pub previous: Option<&'a [u8]>,
    /// Of which aggregate.
    pub aggregate_id: Uuid,
    /// Its version.
    pub version: i64,
    /// The event.
    pub event_id: Uuid,
    /// The kind of aggregate.
    pub aggregate_kind: &'a str,
    /// What happened.
    pub event_type: &'a str,
    /// Whose matter it is.
    pub district: &'a str,
    /// By whom.
    pub actor: &'a Value,
    /// The command, event or timer that led to it.
    pub cause: Uuid,
    /// Business time; whole microseconds count.
    pub occurred_at: DateTime<Utc>,
    /// The body, verbatim.
    pub body: &'a [u8],
}

impl Row<'_> {
    /// The hash of this row.
    pub fn hash(&self) -> Hash {
        let mut actor = String::new();
        canonical(self.actor, &mut actor);
        let mut hash = Sha256::new();
        let mut put = |part: &[u8]| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        put(b"huiyin.journal.1");
        put(self.previous.unwrap_or_default());
        put(self.aggregate_id.as_bytes());
        put(&self.version.to_be_bytes());
        put(self.event_id.as_bytes());
        put(self.aggregate_kind.as_bytes());
        put(self.event_type.as_bytes());
        put(self.district.as_bytes());
        put(actor.as_bytes());
        put(self.cause.as_bytes());
        put(&self.occurred_at.timestamp_micros().to_be_bytes());
        put(self.body);
        hash.finalize().into()
    }
}

/// The digest of a body, by which a changed copy of an event is told from a repeated one.
pub fn digest(body: &[u8]) -> Hash {
    Sha256::digest(body).into()
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_spelling_of_an_actor_does_not_depend_on_key_order() {
        let mut out = String::new();
        canonical(&json!({"b": [1, {"z": null, "a": "甲\""}], "a": true}), &mut out);
        assert_eq!(out, r#"{"a":true,"b":[1,{"a":"甲\"","z":null}]}"#);
    }

    #[test]
    fn every_part_of_a_row_is_covered() {
        let actor = json!({"kind": "petitioner"});
        let other = json!({"kind": "system"});
        let row = || Row {
            previous: None,
            aggregate_id: Uuid::from_u128(1),
            version: 1,
            event_id: Uuid::from_u128(2),
            aggregate_kind: "case",
            event_type: "opened",
            district: "420102",
            actor: &actor,
            cause: Uuid::from_u128(3),
            occurred_at: DateTime::UNIX_EPOCH,
            body: b"{}",
        };
        let changed = [
            Row { previous: Some(b"p"), ..row() },
            Row { aggregate_id: Uuid::from_u128(9), ..row() },
            Row { version: 2, ..row() },
            Row { event_id: Uuid::from_u128(9), ..row() },
            Row { aggregate_kind: "visit", ..row() },
            Row { event_type: "closed", ..row() },
            Row { district: "420103", ..row() },
            Row { actor: &other, ..row() },
            Row { cause: Uuid::from_u128(9), ..row() },
            Row { occurred_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::microseconds(1), ..row() },
            Row { body: b"{ }", ..row() },
            // The border between two parts is covered too.
            Row { aggregate_kind: "caseo", event_type: "pened", ..row() },
        ];
        for (at, other) in changed.iter().enumerate() {
            assert_ne!(other.hash(), row().hash(), "change {at}");
        }
        assert_eq!(row().hash(), row().hash());
    }
}
