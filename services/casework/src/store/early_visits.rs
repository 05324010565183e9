//! Visits told before the petition they belong to: no order is promised between aggregates (D-2).

use chrono::{DateTime, Utc};
use huiyin_contracts::scheduling::VisitSnapshot;
use huiyin_journal::{DbError, Tx};
use uuid::Uuid;

/// A visit that waits, with the event that told of it.
#[derive(Clone, Debug)]
pub(crate) struct EarlyVisit {
    pub(crate) visit: VisitSnapshot,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) cause: Uuid,
}

/// Keeps a visit until its petition is known.
pub(crate) async fn keep(tx: &mut Tx, early: &EarlyVisit) -> Result<(), DbError> {
    let body = serde_json::to_value(&early.visit).map_err(|error| DbError::Unreadable(format!("a visit: {error}")))?;
    sqlx::query!(
        "insert into casework.early_visit (visit_id, petition_id, body, occurred_at, cause) values ($1, $2, $3, $4, $5)
         on conflict (visit_id) do nothing",
        early.visit.visit_id.uuid(),
        early.visit.petition_id.uuid(),
        body,
        early.occurred_at,
        early.cause,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes out the visits of these petitions, oldest first.
pub(crate) async fn take(tx: &mut Tx, petitions: &[Uuid]) -> Result<Vec<EarlyVisit>, DbError> {
    let rows = sqlx::query!(
        "delete from casework.early_visit where petition_id = any($1) returning body, occurred_at, cause",
        petitions,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut early: Vec<EarlyVisit> = rows
        .into_iter()
        .map(|row| {
            let visit =
                serde_json::from_value(row.body).map_err(|error| DbError::Unreadable(format!("a visit: {error}")))?;
            Ok(EarlyVisit { visit, occurred_at: row.occurred_at, cause: row.cause })
        })
        .collect::<Result<_, DbError>>()?;
    early.sort_by_key(|early| (early.occurred_at, early.visit.visit_id));
    Ok(early)
}
