//! Why a command was not carried out.

use huiyin_forms::PressError;
use huiyin_journal::{DbError, RecordError};
use huiyin_kernel::{DistrictCode, SessionId};
use huiyin_web::{CallError, FieldProblem};

use crate::domain::Refusal;
use crate::domain::calendar_table::CellProblem;
use crate::domain::paper::NoPaper;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A rule refuses.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// Of several sessions asked for, these are refused; nothing was done.
    #[error("{} sessions are refused", .0.len())]
    RefusedSessions(Vec<(SessionId, Refusal)>),
    /// There is no such thing, or it is not the actor's.
    #[error("there is no such thing")]
    NotFound,
    /// The actor's district does not cover it.
    #[error("{0} is not the actor's district")]
    OutsideDistrict(DistrictCode),
    /// Directory has not told of the district yet, or of its policy pack.
    #[error("district {0} is not known")]
    DistrictUnknown(DistrictCode),
    /// Someone else changed it first.
    #[error("it has been changed by someone else")]
    Conflict,
    /// The idempotency key was used with another body.
    #[error("the key was used for something else")]
    KeyReused,
    /// Fields that break a rule of form.
    #[error("fields are wrong")]
    Invalid(Vec<FieldProblem>),
    /// A table that cannot be used.
    #[error("cells are wrong")]
    Table(Vec<CellProblem>),
    /// A visit has no such paper now.
    #[error("the visit has no such paper")]
    NoPaper(NoPaper),
    /// A paper could not be made.
    #[error("a paper could not be made")]
    Press(#[from] PressError),
    /// Another service was asked and did not help.
    #[error("a call failed")]
    Call(#[source] CallError),
    /// The store failed.
    #[error("the store failed")]
    Db(#[source] DbError),
    /// A program error.
    #[error("a change could not be recorded")]
    Record(#[source] RecordError),
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<CallError> for AppError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<RecordError> for AppError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Conflict { .. } => Self::Conflict,
            RecordError::Db(error) => Self::Db(error),
            RecordError::Malformed { .. } => Self::Record(error),
        }
    }
}
