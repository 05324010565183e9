use huiyin_journal::DbError;
use serde::{Serialize, de::DeserializeOwned};

/// The word a value of a closed list has in the database: the one it has on the wire.
pub(crate) fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Reads a word of a closed list.
pub(crate) fn read_word<T: DeserializeOwned>(word: &str) -> Result<T, DbError> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word))
        .map_err(|_| DbError::Unreadable(format!("the word {word}")))
}

/// Reads a code stored as text.
pub(crate) fn read_code<T>(text: &str, read: impl FnOnce(String) -> Option<T>) -> Result<T, DbError> {
    read(text.to_owned()).ok_or_else(|| DbError::Unreadable(format!("the code {text}")))
}
