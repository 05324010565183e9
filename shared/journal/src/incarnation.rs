//! Saying that a service was restored from a backup.
//!
//! Sequences told after the backup was made are given out a second time for other events. Raising the incarnation before the first
//! new publication lets every consumer tell the two apart (a fork) instead of taking the new ones for repetitions.

use crate::sql::query_scalar;
use crate::{Db, DbError};

/// Raises the incarnation; run by the operator after every restore, before the service starts. Answers the new number.
pub async fn raise_incarnation(worker: &Db, reason: &str) -> Result<i64, DbError> {
    let mut tx = worker.begin().await?;
    let statement =
        "insert into {s}.incarnation (number, reason) select max(number) + 1, $1 from {s}.incarnation returning number";
    let number = query_scalar(worker.schema(), statement).bind(reason).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    tracing::warn!(service = %worker.service(), incarnation = number, reason, "incarnation raised");
    Ok(number)
}
