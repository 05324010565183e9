//! Building a read model anew from the owners' publications, while everything goes on.
//!
//! [`begin_rebuild`] forgets what was heard, in the transaction that empties the read model; [`Rebuild::step`] then brings it back a page at a
//! time, and goes on after a restart where it was. The marks of the repair road stay: what the owners tell from now on comes by both roads as
//! ever, and the pages bring what was told before. Until the last page the read model is incomplete, never wrong.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::publications::{PageAsk, Source};
use crate::repair::RepairError;
use crate::sql::{query, query_as};
use crate::{DbError, Inbox, Mode, ReadTx, Tx};

/// How far the rebuilding of one consumer has come.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RebuildProgress {
    /// Which.
    pub consumer: String,
    /// Aggregates it knew when it was told to forget.
    pub wanted: i64,
    /// Aggregates it knows again.
    pub known: i64,
    /// When it was told to forget.
    pub started_at: DateTime<Utc>,
    /// When the last page was taken in.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Forgets all that these consumers have heard. The caller empties their read model in the same transaction, afterwards: no consumer of
/// the service is at work by then, and none begins before the commit.
pub async fn begin_rebuild(tx: &mut Tx, consumers: &[&str]) -> Result<(), DbError> {
    for statement in [
        // A large ledger takes longer than a request may.
        "set local statement_timeout = 0",
        "lock table {s}.inbox_head in exclusive mode",
    ] {
        query(tx.schema(), statement).execute(&mut **tx).await?;
    }
    for statement in [
        "insert into {s}.rebuild as r (consumer, wanted)
         select c, (select count(*) from {s}.inbox_head h where h.consumer = c) from unnest($1::text[]) c
         on conflict (consumer) do update set wanted = greatest(excluded.wanted, case when r.finished_at is null then r.wanted else 0 end),
             started_at = clock_timestamp(), finished_at = null, after_aggregate = excluded.after_aggregate,
             after_sequence = excluded.after_sequence",
        "delete from {s}.inbox_waiting where consumer = any($1)",
        "update {s}.inbox_parked set resolved_at = clock_timestamp() where consumer = any($1) and resolved_at is null",
        "delete from {s}.inbox_head where consumer = any($1)",
    ] {
        query(tx.schema(), statement).bind(consumers).execute(&mut **tx).await?;
    }
    Ok(())
}

/// How far the rebuilding of every consumer has come; empty when the service was never rebuilt.
pub async fn rebuild_progress(tx: &mut ReadTx, schema: &'static str) -> Result<Vec<RebuildProgress>, DbError> {
    let statement = "select r.consumer, r.wanted, r.started_at, r.finished_at,
             (select count(*) from {s}.inbox_head h where h.consumer = r.consumer) as known
         from {s}.rebuild r order by r.consumer";
    Ok(query_as(schema, statement).fetch_all(&mut **tx).await?)
}

/// Rebuilds what one consumer knows, when told to.
#[derive(Clone)]
pub struct Rebuild {
    inbox: Inbox,
    source: Arc<dyn Source>,
}

impl std::fmt::Debug for Rebuild {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rebuild").field("inbox", &self.inbox).finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct Cursor {
    started_at: DateTime<Utc>,
    after_aggregate: Uuid,
    after_sequence: i64,
}

impl Rebuild {
    /// `source` is the owner the inbox listens to.
    pub fn new(inbox: Inbox, source: Arc<dyn Source>) -> Self {
        Self { inbox, source }
    }

    /// Takes in the next page, if a rebuild is under way; answers how many publications it brought, 0 at the end.
    pub async fn step(&self) -> Result<usize, RepairError> {
        let Some(cursor) = self.cursor().await? else { return Ok(0) };
        let consumer = self.inbox.consumer();
        let ask = PageAsk {
            audience: consumer.audience,
            after_aggregate: cursor.after_aggregate,
            after_sequence: cursor.after_sequence,
            // Of snapshots only the newest counts.
            newest: consumer.mode == Mode::Snapshot,
        };
        let events = self.source.page(&ask).await?;
        let brought = events.len();
        let last = events.last().map(|last| (last.aggregate_id, last.sequence));
        self.inbox.apply(events).await?;
        self.move_on(&cursor, last).await?;
        Ok(brought)
    }

    async fn cursor(&self) -> Result<Option<Cursor>, DbError> {
        let mut tx = self.inbox.db().read().await?;
        let statement = "select started_at, after_aggregate, after_sequence from {s}.rebuild
             where consumer = $1 and finished_at is null";
        Ok(query_as(self.inbox.db().schema(), statement)
            .bind(self.inbox.consumer().name)
            .fetch_optional(&mut *tx)
            .await?)
    }

    /// Unless it was told to begin anew meanwhile.
    async fn move_on(&self, cursor: &Cursor, last: Option<(Uuid, i64)>) -> Result<(), DbError> {
        let mut tx = self.inbox.db().begin().await?;
        query(
            tx.schema(),
            "update {s}.rebuild set after_aggregate = coalesce($3, after_aggregate), after_sequence = coalesce($4, after_sequence),
                 finished_at = case when $3 is null then clock_timestamp() end
             where consumer = $1 and started_at = $2",
        )
        .bind(self.inbox.consumer().name)
        .bind(cursor.started_at)
        .bind(last.map(|last| last.0))
        .bind(last.map(|last| last.1))
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
