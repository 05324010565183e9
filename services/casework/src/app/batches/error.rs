//! Why a batch was not taken on, or is not given out.

use huiyin_journal::DbError;
use huiyin_web::{Problem, StatusCode};

use super::super::error::Failure;

/// A batch was not taken on, or is not given out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BatchFailure {
    /// Never there, another's, or more than an hour old.
    #[error("there is no such batch for this actor")]
    Gone,
    /// The person has one that is still being made.
    #[error("a batch of this person is being made")]
    Running,
    /// This process makes as many as it takes on.
    #[error("too many batches are being made")]
    Full,
    /// It is still being made.
    #[error("{done} of {total} documents are made")]
    NotYet {
        /// Made.
        done: i64,
        /// Asked for.
        total: i32,
    },
    /// It was cancelled, replaced by a later one, or none of it could be made.
    #[error("nothing of the batch is kept")]
    Nothing,
    /// The key does not open it.
    #[error("the key does not open the batch")]
    WrongKey,
    /// The archive could not be written.
    #[error("the archive could not be packed")]
    Packing(#[source] std::io::Error),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Failure),
}

impl From<DbError> for BatchFailure {
    fn from(error: DbError) -> Self {
        Self::Other(error.into())
    }
}

impl From<BatchFailure> for Problem {
    fn from(failure: BatchFailure) -> Self {
        match failure {
            BatchFailure::Gone => Self::new(
                StatusCode::NOT_FOUND,
                "batch_gone",
                "没有这一批文书，或已超过一小时被清除。",
                "There is no such batch of documents, or its hour is over.",
            )
            .next("请重新选择文书生成一批。", "Please ask for the documents again."),
            BatchFailure::Running => Self::conflict(
                "batch_running",
                "您已有一批文书正在生成，每人同时只能有一批。",
                "A batch of yours is being made; each person has one at a time.",
            )
            .next("请等它完成，或先取消它再重新提交。", "Wait for it, or cancel it first and ask again."),
            BatchFailure::Full => Self::unavailable(30),
            BatchFailure::NotYet { done, total } => Self::conflict(
                "batch_not_finished",
                format!("这一批文书还在生成：共{total}份，已完成{done}份。"),
                format!("The batch is still being made: {done} of {total}."),
            )
            .next("请待全部完成后再下载。", "Please download it when it is finished."),
            BatchFailure::Nothing => Self::conflict(
                "batch_empty",
                "这一批文书没有可下载的内容：已取消、已被新的一批替换，或没有一份能生成。",
                "There is nothing of this batch to download: cancelled, replaced by a later one, or none could be made.",
            )
            .next("请查看各份未生成的原因，改正后重新生成一批。", "See why each was not made, and ask for them again."),
            BatchFailure::WrongKey => Self::refused(
                "batch_key",
                None,
                "密钥与这一批文书不符，不能打开。",
                "The key does not open this batch.",
            )
            .next(
                "请使用提交这一批时的密钥；密钥已不在时请重新生成一批。",
                "Use the key the batch was asked for with; if it is lost, ask for the documents again.",
            ),
            BatchFailure::Packing(_) => Self::internal(&failure),
            BatchFailure::Other(failure) => failure.into(),
        }
    }
}
