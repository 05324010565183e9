//! What an operator decides about parked events.

use uuid::Uuid;

use super::Inbox;
use crate::DbError;
use crate::sql::{query, query_as, query_scalar};

/// A parked event, as an operator sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ParkedEvent {
    /// To refer to it.
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
}

impl Inbox {
    /// What is parked and undecided, oldest first.
    pub async fn parked(&self) -> Result<Vec<ParkedEvent>, DbError> {
        let mut tx = self.db.read().await?;
        Ok(query_as(
            self.db.schema(),
            "select parked_id, consumer, aggregate_id, sequence, event_id, reason, blocking, attempts from {s}.inbox_parked
             where consumer = $1 and resolved_at is null order by parked_id",
        )
        .bind(self.consumer.name)
        .fetch_all(&mut *tx)
        .await?)
    }

    /// Tries again what was given up after failing: one event, or all of them (as every start does, since a new release may be able
    /// to). Contradictions stay until [`Inbox::adopt`] or [`Inbox::dismiss`].
    pub async fn retry_parked(&self, parked_id: Option<i64>) -> Result<usize, DbError> {
        let mut tx = self.db.begin().await?;
        let moved: i64 = query_scalar(
            self.db.schema(),
            "with again as (
                 update {s}.inbox_parked set resolved_at = clock_timestamp()
                 where consumer = $1 and resolved_at is null and reason not like 'fork:%' and reason not like 'unreadable:%'
                   and ($2::bigint is null or parked_id = $2)
                 returning consumer, aggregate_id, audience, sequence, event_id, envelope, body),
             moved as (
                 insert into {s}.inbox_waiting (consumer, aggregate_id, audience, sequence, event_id, envelope, body)
                 select * from again on conflict do nothing returning 1)
             select count(*) from moved",
        )
        .bind(self.consumer.name)
        .bind(parked_id)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(usize::try_from(moved).unwrap_or_default())
    }

    /// Follows the owner's present account from a contradicting event on: it takes effect next, whatever was heard before.
    pub async fn adopt(&self, parked_id: i64) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let adopted = query(
            self.db.schema(),
            "with fork as (
                 update {s}.inbox_parked set resolved_at = clock_timestamp()
                 where consumer = $1 and parked_id = $2 and resolved_at is null and reason like 'fork:%'
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
        .bind(self.consumer.name)
        .bind(parked_id)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        tx.commit().await?;
        Ok(adopted > 0)
    }

    /// Lets go of a parked event without effect; its aggregate goes on after it.
    pub async fn dismiss(&self, parked_id: i64) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let dismissed: i64 = query_scalar(
            self.db.schema(),
            "with gone as (
                 update {s}.inbox_parked set resolved_at = clock_timestamp()
                 where consumer = $1 and parked_id = $2 and resolved_at is null
                 returning consumer, aggregate_id, audience, sequence, event_id, envelope),
             head as (
                 update {s}.inbox_head h set sequence = g.sequence, incarnation = (g.envelope ->> 'incarnation')::bigint,
                     event_id = g.event_id, digest = null, moved_at = clock_timestamp()
                 from gone g
                 where h.consumer = g.consumer and h.aggregate_id = g.aggregate_id and h.audience = g.audience
                   and h.sequence = g.sequence - 1)
             select count(*) from gone",
        )
        .bind(self.consumer.name)
        .bind(parked_id)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(dismissed > 0)
    }

    /// Keeps a message that is no event, with the reason, so that an operator can look at it.
    pub(crate) async fn park_unreadable(&self, subject: &str, reason: &str, body: &[u8]) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        query(
            self.db.schema(),
            "insert into {s}.inbox_parked (consumer, aggregate_id, audience, sequence, event_id, reason, blocking, attempts, envelope,
                 body)
             values ($1, $2, $3, 0, $2, $4, false, 0, jsonb_build_object('subject', $5::text), $6)
             on conflict do nothing",
        )
        .bind(self.consumer.name)
        .bind(Uuid::nil())
        .bind(self.consumer.audience.name())
        .bind(format!("unreadable: {reason}"))
        .bind(subject)
        .bind(body)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
