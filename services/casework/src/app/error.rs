//! Why a command had no effect.

use huiyin_forms::PressError;
use huiyin_journal::{DbError, HandleError, RecordError};
use huiyin_policy::CanonicalError;
use huiyin_timers::FireError;
use huiyin_web::{CallError, Problem};

use crate::domain::{CallRefusal, Refusal};

/// A command had no effect; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No such case, or not for this actor to see.
    #[error("there is no such case for this actor")]
    NotFound,
    /// The domain refused.
    #[error("the command was refused: {0}")]
    Refused(#[from] Refusal),
    /// A call, or a reply to one, was refused.
    #[error("the call was refused: {0}")]
    CallRefused(#[from] CallRefusal),
    /// The case has changed since the version the actor saw.
    #[error("the case is at version {version} now")]
    Changed {
        /// Where it is now.
        version: i64,
        /// What happened since, in Chinese and in English.
        since: Vec<(String, String)>,
    },
    /// The Idempotency-Key was used for something else.
    #[error("the Idempotency-Key was used for another request")]
    KeyReused,
    /// Something the command names is not known.
    #[error("{field} names nothing that is known")]
    Unknown {
        /// Which field.
        field: &'static str,
    },
    /// The pack of a case is not there.
    #[error("the pack {hash} is not kept")]
    PackLost {
        /// Its hash.
        hash: String,
    },
    /// The pack of a case cannot be read.
    #[error("a kept pack cannot be read")]
    Pack(#[from] CanonicalError),
    /// The store failed.
    #[error("the store failed")]
    Db(#[from] DbError),
    /// The change was not recorded.
    #[error("the change was not recorded")]
    Record(#[from] RecordError),
    /// Another service could not be asked.
    #[error("another service could not be asked")]
    Call(#[from] CallError),
    /// A document could not be made.
    #[error("a document could not be made")]
    Press(#[from] PressError),
}

impl Failure {
    /// The store is away: whatever was asked of it would have failed.
    pub(crate) const fn is_outage(&self) -> bool {
        let (Self::Db(error) | Self::Record(RecordError::Db(error))) = self else { return false };
        matches!(error, DbError::Unavailable(_) | DbError::Full(_) | DbError::Stopped)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound => Self::not_found(),
            Failure::Refused(refusal) => refused(&refusal),
            Failure::CallRefused(refusal) => {
                let told = refusal.told();
                Self::refused(told.code, Some(told.rule), told.zh, told.en)
            }
            Failure::Changed { version, since } => {
                let (zh, en): (Vec<_>, Vec<_>) = since.into_iter().unzip();
                Self::conflict(
                    "changed_meanwhile",
                    format!("此件已被更新至第{version}版，您的操作未保存。"),
                    format!("The case is at version {version} now; nothing of yours was stored."),
                )
                .next(
                    format!("此后：{}。请刷新后再操作。", zh.join("；")),
                    format!("Since then: {}. Please reload and decide again.", en.join("; ")),
                )
            }
            Failure::KeyReused => Self::refused(
                "idempotency_key_reused",
                None,
                "该 Idempotency-Key 已用于另一请求。",
                "That Idempotency-Key was used for another request.",
            )
            .next("请换一个新的 Idempotency-Key。", "Please use a new key."),
            Failure::Unknown { field } => {
                Self::field(field, "不存在或已停用", "is not known or no longer in use", "990102001-office")
            }
            Failure::Db(error) => error.into(),
            Failure::Record(error) => error.into(),
            Failure::Call(error) => error.into(),
            Failure::Press(PressError::Busy) => Self::unavailable(5),
            Failure::Press(error @ PressError::Fonts(_)) => {
                tracing::error!(%error, "no document can be made");
                Self::fonts_missing()
            }
            Failure::Press(error) => Self::internal(&error),
            Failure::PackLost { .. } | Failure::Pack(_) => Self::internal(&failure),
        }
    }
}

/// 409 when the state does not take the command, 422 when a rule stands against it.
fn refused(refusal: &Refusal) -> Problem {
    let told = refusal.told();
    if let Refusal::WrongState { .. } = refusal {
        Problem::conflict(told.code, told.zh, told.en)
    } else {
        Problem::refused(told.code, Some(told.rule), told.zh, told.en)
    }
}

impl From<Failure> for HandleError {
    fn from(failure: Failure) -> Self {
        if matches!(failure, Failure::Refused(_) | Failure::PackLost { .. } | Failure::Pack(_)) {
            Self::Park { reason: failure.to_string() }
        } else {
            Self::Retry(failure.into())
        }
    }
}

impl From<Failure> for FireError {
    fn from(failure: Failure) -> Self {
        Self(failure.into())
    }
}
