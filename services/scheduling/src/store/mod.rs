//! All SQL. Every function takes the open transaction.

pub mod directory;
pub mod listing;
pub mod matters;
pub mod papers;
pub mod petitions;
pub mod quotas;
pub mod rounds;
pub mod sessions;
pub mod slots;
pub mod venues;
pub mod visits;

use huiyin_journal::DbError;

/// A stored text is not what this program wrote.
pub(crate) fn unreadable(what: &str) -> DbError {
    DbError::Unreadable(what.to_owned())
}

/// Reads a name that serde writes, such as an enum's.
pub(crate) fn named<T: serde::de::DeserializeOwned>(what: &str, name: String) -> Result<T, DbError> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(|_| unreadable(what))
}

/// The name that serde writes for an enum's value.
pub(crate) fn name_of(value: impl serde::Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Some(name),
        Ok(_) | Err(_) => None,
    }
}
