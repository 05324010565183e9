//! Saying that a service was restored from a backup.
//!
//! Sequences told after the backup was made are given out a second time for other events. Raising the incarnation before the first
//! new publication lets every consumer tell the two apart (a fork) instead of taking the new ones for repetitions.

use serde_json::json;

use crate::sql::query_scalar;
use crate::{DbError, Operator};

impl Operator<'_> {
    /// Raises the service's incarnation; to be done after every restore, before the service starts. Answers the new number.
    pub async fn raise_incarnation(&self) -> Result<i64, DbError> {
        let mut tx = self.worker.begin().await?;
        let statement = "insert into {s}.incarnation (number, reason)
             select max(number) + 1, $1 from {s}.incarnation returning number";
        let number: i64 = query_scalar(tx.schema(), statement).bind(self.reason).fetch_one(&mut *tx).await?;
        self.note(&mut tx, "incarnation.raise", json!({ "number": number })).await?;
        tx.commit().await?;
        Ok(number)
    }
}
