//! What can go wrong with the store, told apart by what the caller should do next.

use std::borrow::Cow;

use sqlx::error::DatabaseError;
use uuid::Uuid;

/// Any error, kept for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What SQLSTATEs begin with that say nothing of the statement: connections, logins, resources, the operator, the system.
const UNAVAILABLE: [&str; 5] = ["08", "28", "53", "57P", "58"];

/// The store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection, the server is going down, its disk fails, or it does not let this login in: try again later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// Another transaction was in the way, or the statement took too long: nothing was written; try again.
    #[error("the database was busy")]
    Busy(#[source] sqlx::Error),
    /// No space left: nothing was written.
    #[error("the database has no space left")]
    Full(#[source] sqlx::Error),
    /// The server would forget what it has acknowledged (D1).
    #[error(
        "the database runs with {setting} = {value}: what it acknowledges would not survive a power failure; set it to on"
    )]
    NotDurable {
        /// The setting.
        setting: &'static str,
        /// Its present value.
        value: String,
    },
    /// The statement was refused.
    #[error("the database refused a statement")]
    Query(#[source] sqlx::Error),
    /// A stored row is not what this program wrote.
    #[error("a stored row cannot be read: {0}")]
    Unreadable(String),
    /// The process is stopping.
    #[error("the task was stopped before it could finish")]
    Stopped,
}

impl DbError {
    /// True when the same request may succeed later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy(_) | Self::Full(_) | Self::Stopped)
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(DatabaseError::code).map(Cow::into_owned);
        match (code.as_deref(), &error) {
            (Some("53100"), _) => Self::Full(error),
            (Some("40001" | "40P01" | "55P03" | "57014" | "25P03"), _) => Self::Busy(error),
            (Some(code), _) if UNAVAILABLE.iter().any(|class| code.starts_with(class)) => Self::Unavailable(error),
            (
                None,
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::Protocol(_)
                | sqlx::Error::BeginFailed
                | sqlx::Error::WorkerCrashed,
            ) => Self::Unavailable(error),
            _ => Self::Query(error),
        }
    }
}

/// A change was not recorded. The transaction must be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Someone else changed the aggregate first: load it again and decide again (HTTP 409).
    #[error("{aggregate_id} has been changed by someone else")]
    Conflict {
        /// Which one.
        aggregate_id: Uuid,
    },
    /// The change speaks of an entry it does not have, or of another service's event: a mistake in the program.
    #[error("the change to {aggregate_id} cannot be recorded: {what}")]
    Malformed {
        /// Which aggregate.
        aggregate_id: Uuid,
        /// What is wrong.
        what: &'static str,
    },
    /// The store failed.
    #[error("the change could not be stored")]
    Db(#[source] DbError),
}

impl From<sqlx::Error> for RecordError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<DbError> for RecordError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}
