//! One file per command; the only place that opens a transaction.

mod alarms;
mod amend;
mod ask_appointment;
mod ask_review;
mod batch;
mod confirm_erasure;
mod context;
mod document;
mod erase;
mod evaluate;
mod hand_over;
mod hear;
mod import;
mod known;
mod likely_same;
mod overview;
mod own_matters;
mod pace;
mod petitioner_access;
mod register;
mod resolve;
mod restore;
mod reveal_identity;
mod rewrap;
mod sign_texts;
mod story;
mod supplementing;
mod unwrap_keys;
mod view;
mod watch_again;
mod withdraw;
mod writer;

pub use alarms::{OpenAlarms, open_alarms};
pub use amend::amend;
pub use ask_appointment::ask_appointment;
pub use ask_review::ask_review;
pub use batch::{Receipt, Registration, register_batch};
pub use confirm_erasure::confirm_erasure;
pub use context::Context;
pub use document::{Addressee, addressee, document};
pub use erase::{ErasureState, erase};
pub use evaluate::{evaluate, evaluate_for};
pub use hand_over::{HAND_OVER, HandOverWatchdog};
pub use hear::{HearCases, HearDirectory};
pub use import::{ImportReport, ImportedRow, import};
pub use known::Known;
pub use likely_same::{LikelySame, likely_same};
pub use overview::{Added, DeadlineLine, DocumentLine, IssuedReply, IssuedReview, Overview, RemedyLine, overview};
pub use own_matters::own_matters;
pub use petitioner_access::{Access, admit};
pub use register::register;
pub use resolve::{Resolved, resolve};
pub use restore::restore;
pub use reveal_identity::{Identity, reveal_identity};
pub use rewrap::Rewrap;
pub use sign_texts::SignTexts;
pub use unwrap_keys::unwrap_keys;
pub use view::{PetitionView, view, view_by_number};
pub use watch_again::WatchAgain;
pub use withdraw::withdraw;
pub use writer::{WRITERS, Writer};

use huiyin_journal::{DbError, RecordError};
use huiyin_sealing::SealingError;

use crate::domain::{Refusal, Violations};

/// Why a command did not happen. Everything but the last three is something the caller may read.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was sent has mistakes.
    #[error("what was sent has mistakes")]
    Invalid(Violations),
    /// No such petition, or not one the caller may see.
    #[error("no such petition")]
    Unknown,
    /// A rule refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The key came before with another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// Someone else changed it meanwhile.
    #[error("changed by someone else")]
    Changed,
    /// Too much waits already, or the database cannot be reached.
    #[error("busy")]
    Busy,
    /// The store failed.
    #[error("the store failed")]
    Db(#[source] DbError),
    /// A sealed value could not be sealed or opened.
    #[error("a sealed value could not be handled")]
    Sealed(#[from] SealingError),
    /// A body could not be written.
    #[error("a value could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        if error.is_transient() { Self::Busy } else { Self::Db(error) }
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Conflict { .. } => Self::Changed,
            RecordError::Db(error) => error.into(),
            RecordError::Malformed { .. } => Self::Db(DbError::Unreadable(error.to_string())),
        }
    }
}
