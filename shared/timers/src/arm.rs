//! Arming and cancelling, in the transaction of the duty.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use huiyin_journal::{Db, DbError, Tx};
use uuid::Uuid;

use crate::sql::{query, query_scalar};

/// A timer to arm.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Its id.
    pub timer_id: Uuid,
    /// What it watches.
    pub aggregate_id: Uuid,
    /// What for.
    pub kind: &'static str,
    /// Which arming of that kind; arming one generation a second time changes nothing.
    pub generation: i32,
    /// When it fires; may be past.
    pub due_at: DateTime<Utc>,
    /// The calendar the date was derived from, for the recompute after a calendar change.
    pub calendar_version: Option<String>,
}

/// Arms timers; one statement however many.
pub async fn arm(tx: &mut Tx, timers: &[Arm]) -> Result<(), DbError> {
    if timers.is_empty() {
        return Ok(());
    }
    let mut sorted: Vec<&Arm> = timers.iter().collect();
    sorted.sort_by_key(|t| (t.aggregate_id, t.kind, t.generation));
    query(
        tx.schema(),
        "insert into {s}.timer (timer_id, aggregate_id, kind, generation, due_at, calendar_version)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::text[])
         on conflict (aggregate_id, kind, generation) do nothing",
    )
    .bind(sorted.iter().map(|t| t.timer_id).collect::<Vec<_>>())
    .bind(sorted.iter().map(|t| t.aggregate_id).collect::<Vec<_>>())
    .bind(sorted.iter().map(|t| t.kind).collect::<Vec<_>>())
    .bind(sorted.iter().map(|t| t.generation).collect::<Vec<_>>())
    .bind(sorted.iter().map(|t| t.due_at).collect::<Vec<_>>())
    .bind(sorted.iter().map(|t| t.calendar_version.clone()).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    tx.note_armed();
    Ok(())
}

/// Cancels every armed generation of these kinds.
pub async fn cancel(tx: &mut Tx, aggregate_id: Uuid, kinds: &[&str]) -> Result<(), DbError> {
    cancel_all(tx, &kinds.iter().map(|kind| (aggregate_id, *kind)).collect::<Vec<_>>()).await
}

/// The same of many aggregates, each with a kind; one statement, and one probe for each aggregate, however many.
pub async fn cancel_all(tx: &mut Tx, timers: &[(Uuid, &str)]) -> Result<(), DbError> {
    if timers.is_empty() {
        return Ok(());
    }
    let mut kinds_of: BTreeMap<Uuid, Vec<&str>> = BTreeMap::new();
    for (aggregate_id, kind) in timers {
        kinds_of.entry(*aggregate_id).or_default().push(kind);
    }
    let (ids, kinds): (Vec<Uuid>, Vec<String>) = kinds_of.into_iter().map(|(id, kinds)| (id, kinds.join(","))).unzip();
    query(
        tx.schema(),
        "update {s}.timer t set state = 'cancelled' from unnest($1::uuid[], $2::text[]) c(aggregate_id, kinds)
         where t.aggregate_id = c.aggregate_id and t.state = 'armed' and t.kind = any(string_to_array(c.kinds, ','))",
    )
    .bind(ids)
    .bind(kinds)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The instant at which the next timer fires; none when nothing is armed.
pub async fn next_due(db: &Db) -> Result<Option<DateTime<Utc>>, DbError> {
    let statement = "select min(due_at) from {s}.timer where state = 'armed'";
    Ok(query_scalar(db.schema(), statement).fetch_one(&mut *db.read().await?).await?)
}
