//! Why a command did nothing.

use huiyin_authz::Denied;
use huiyin_journal::{DbError, RecordError};

use crate::domain::{CityError, Refusal};

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The role does not allow it.
    #[error("the role does not allow it")]
    Denied(#[from] Denied),
    /// A rule refuses it.
    #[error("a rule refuses it")]
    Refused(#[from] Refusal),
    /// The city file cannot be used.
    #[error("the city file cannot be used")]
    City(#[from] CityError),
    /// Not there.
    #[error("there is no such thing")]
    NotFound,
    /// The caller decided on an older version.
    #[error("it has changed meanwhile")]
    Stale,
    /// Login or password is wrong, or the account is disabled: one answer for all.
    #[error("sign-in refused")]
    SignInRefused,
    /// Too many wrong passwords.
    #[error("too many wrong passwords")]
    TooManyFailures {
        /// Seconds until the next try.
        retry_after: u32,
    },
    /// The same key came with another body.
    #[error("the key was used for another request")]
    KeyReused,
    /// The password machinery failed.
    #[error("the password could not be hashed")]
    Hash,
    /// The store failed.
    #[error("the store failed")]
    Db(#[from] DbError),
    /// The journal refused.
    #[error("the change could not be recorded")]
    Record(#[from] RecordError),
}
