//! What a caller over HTTP is told when the store fails.

use huiyin_web::Problem;

use crate::{DbError, RecordError};

/// Seconds after which a caller may try again.
const AGAIN: u32 = 2;

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = &error as &dyn std::error::Error, "the store is not available");
            return Self::unavailable(AGAIN);
        }
        Self::internal(&error)
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Conflict { .. } => Self::conflict(
                "changed_meanwhile",
                "此件刚被他人更新，您的操作未保存。",
                "Someone else has just changed this; nothing of yours was stored.",
            ),
            RecordError::Db(error) => error.into(),
            RecordError::Malformed { .. } => Self::internal(&error),
        }
    }
}
