//! What an operator decides about parked events. Every decision is written down with who made it and why, in its own transaction.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::Inbox;
use crate::chain::digest;
use crate::sql::{query, query_as, query_scalar};
use crate::{Db, DbError, Tx};

/// A parked event, as an operator sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ParkedEvent {
    /// To refer to it, within its service.
    pub parked_id: i64,
    /// Whose inbox.
    pub consumer: String,
    /// What it speaks of.
    pub aggregate_id: Uuid,
    /// Its place.
    pub sequence: i64,
    /// The event.
    pub event_id: Uuid,
    /// Why it was given up.
    pub reason: String,
    /// Whether its aggregate waits for it.
    pub blocking: bool,
    /// How often it was tried.
    pub attempts: i32,
    /// Since when.
    pub parked_at: DateTime<Utc>,
}

/// What can be done about a parked event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its effect failed: mend the cause and try again.
    Failed,
    /// It contradicts what was heard: follow it, or let it go.
    Contradiction,
    /// It is no event: let it go.
    Unreadable,
}

impl ParkedEvent {
    /// What can be done about it.
    pub fn kind(&self) -> Kind {
        if super::settle::is_contradiction(&self.reason) {
            Kind::Contradiction
        } else if self.reason.starts_with("unreadable:") {
            Kind::Unreadable
        } else {
            Kind::Failed
        }
    }
}

/// An operator at work on one service's tables.
#[derive(Clone, Debug)]
pub struct Operator<'a> {
    pub(crate) worker: &'a Db,
    name: &'a str,
    pub(crate) reason: &'a str,
}

impl<'a> Operator<'a> {
    /// `worker` is the worker's login; `name` says who decides, `reason` why. Neither may be empty.
    pub const fn new(worker: &'a Db, name: &'a str, reason: &'a str) -> Self {
        Self { worker, name, reason }
    }

    /// Writes down what was done, in the transaction that does it.
    pub async fn note(&self, tx: &mut Tx, act: &'static str, about: Value) -> Result<(), DbError> {
        query(tx.schema(), "insert into {s}.operator_act (operator, act, about, reason) values ($1, $2, $3, $4)")
            .bind(self.name)
            .bind(act)
            .bind(Json(about))
            .bind(self.reason)
            .execute(&mut **tx)
            .await?;
        tracing::warn!(service = %self.worker.service(), operator = self.name, act, reason = self.reason, "an operator decided");
        Ok(())
    }

    /// Tries again what was given up after failing; false when there is no such event, or when trying again cannot help.
    pub async fn retry(&self, parked_id: i64) -> Result<bool, DbError> {
        let mut tx = self.worker.begin().await?;
        let moved = retry(&mut tx, None, Some(parked_id)).await?;
        self.finish(tx, "parked.retry", parked_id, moved > 0).await
    }

    /// Follows the owner's present account from a contradicting event on: it takes effect next, whatever was heard before.
    pub async fn adopt(&self, parked_id: i64) -> Result<bool, DbError> {
        let mut tx = self.worker.begin().await?;
        let adopted = query(
            tx.schema(),
            "with fork as (
                 update {s}.inbox_parked set resolved_at = clock_timestamp()
                 where parked_id = $1 and resolved_at is null and reason like 'fork:%'
                 returning consumer, aggregate_id, audience, sequence, event_id, envelope, body),
             head as (
                 update {s}.inbox_head h set sequence = f.sequence - 1, incarnation = (f.envelope ->> 'incarnation')::bigint,
                     event_id = null, digest = null, moved_at = clock_timestamp()
                 from fork f
                 where h.consumer = f.consumer and h.aggregate_id = f.aggregate_id and h.audience = f.audience)
             insert into {s}.inbox_waiting (consumer, aggregate_id, audience, sequence, event_id, envelope, body)
             select * from fork on conflict (consumer, aggregate_id, audience, sequence) do update
                 set event_id = excluded.event_id, envelope = excluded.envelope, body = excluded.body, attempts = 0,
                     not_before = '-infinity'",
        )
        .bind(parked_id)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        self.finish(tx, "parked.adopt", parked_id, adopted > 0).await
    }

    /// Lets go of a parked event without effect; its aggregate goes on after it.
    pub async fn dismiss(&self, parked_id: i64) -> Result<bool, DbError> {
        let mut tx = self.worker.begin().await?;
        let dismissed: i64 = query_scalar(
            tx.schema(),
            "with gone as (
                 update {s}.inbox_parked set resolved_at = clock_timestamp()
                 where parked_id = $1 and resolved_at is null
                 returning consumer, aggregate_id, audience, sequence, event_id, envelope),
             head as (
                 update {s}.inbox_head h set sequence = g.sequence, incarnation = (g.envelope ->> 'incarnation')::bigint,
                     event_id = g.event_id, digest = null, moved_at = clock_timestamp()
                 from gone g
                 where h.consumer = g.consumer and h.aggregate_id = g.aggregate_id and h.audience = g.audience
                   and h.sequence = g.sequence - 1)
             select count(*) from gone",
        )
        .bind(parked_id)
        .fetch_one(&mut *tx)
        .await?;
        self.finish(tx, "parked.dismiss", parked_id, dismissed > 0).await
    }

    async fn finish(&self, mut tx: Tx, act: &'static str, parked_id: i64, done: bool) -> Result<bool, DbError> {
        if done {
            self.note(&mut tx, act, json!({ "parked_id": parked_id })).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(done)
    }
}

/// What is parked and undecided in a service, oldest first. `db` is the worker's login.
pub async fn parked_events(db: &Db) -> Result<Vec<ParkedEvent>, DbError> {
    let mut tx = db.read().await?;
    let statement =
        "select parked_id, consumer, aggregate_id, sequence, event_id, reason, blocking, attempts, parked_at
         from {s}.inbox_parked where resolved_at is null order by parked_id";
    Ok(query_as(db.schema(), statement).fetch_all(&mut *tx).await?)
}

/// Moves what was given up after failing back among the waiting.
async fn retry(tx: &mut Tx, consumer: Option<&str>, parked_id: Option<i64>) -> Result<i64, DbError> {
    Ok(query_scalar(
        tx.schema(),
        "with again as (
             update {s}.inbox_parked set resolved_at = clock_timestamp()
             where resolved_at is null and reason not like 'fork:%' and reason not like 'unreadable:%'
               and ($1::text is null or consumer = $1) and ($2::bigint is null or parked_id = $2)
             returning consumer, aggregate_id, audience, sequence, event_id, envelope, body),
         moved as (
             insert into {s}.inbox_waiting (consumer, aggregate_id, audience, sequence, event_id, envelope, body)
             select * from again on conflict do nothing returning 1)
         select count(*) from again",
    )
    .bind(consumer)
    .bind(parked_id)
    .fetch_one(&mut **tx)
    .await?)
}

impl Inbox {
    /// Tries again everything that was given up after failing, as every start does: a new release may be able to. Contradictions stay
    /// until [`Operator::adopt`] or [`Operator::dismiss`].
    pub async fn retry_parked(&self) -> Result<usize, DbError> {
        let mut tx = self.db.begin().await?;
        let moved = retry(&mut tx, Some(self.consumer.name), None).await?;
        tx.commit().await?;
        Ok(usize::try_from(moved).unwrap_or_default())
    }

    /// Keeps a message that is no event, with the reason, so that an operator can look at it.
    pub(crate) async fn park_unreadable(&self, subject: &str, reason: &str, body: &[u8]) -> Result<(), DbError> {
        // It has no id that could be read: what it says stands for it, so that each is kept, and each once.
        let mut said = subject.as_bytes().to_vec();
        said.push(0);
        said.extend_from_slice(body);
        let [id @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest(&said);
        let mut tx = self.db.begin().await?;
        query(
            self.db.schema(),
            "insert into {s}.inbox_parked (consumer, aggregate_id, audience, sequence, event_id, reason, blocking, attempts, envelope,
                 body)
             values ($1, $2, $3, 0, $7, $4, false, 0, jsonb_build_object('subject', $5::text), $6)
             on conflict do nothing",
        )
        .bind(self.consumer.name)
        .bind(Uuid::nil())
        .bind(self.consumer.audience.name())
        .bind(format!("unreadable: {reason}"))
        .bind(subject)
        .bind(body)
        .bind(uuid::Builder::from_custom_bytes(id).into_uuid())
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
