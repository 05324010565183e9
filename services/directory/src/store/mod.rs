//! All SQL of directory. Every function takes the open transaction.

pub mod districts;
pub mod failures;
pub mod sessions;
pub mod staff;
pub mod units;

use huiyin_journal::DbError;
use uuid::Uuid;

/// A row with its place in the journal.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// Its value.
    pub value: T,
}

fn unreadable(what: &str) -> DbError {
    DbError::Unreadable(what.to_owned())
}

/// The stored name of a snake_case enum.
fn name_of(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The enum of a stored name.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, DbError> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|_| unreadable("an enum"))
}
