//! The inbox's tables. Statement per purpose, never per event.

use std::collections::BTreeMap;
use std::time::Duration;

use huiyin_contracts::{Audience, Envelope};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::plan::{Arrival, Head, Origin, Parked};
use super::settle::{Outcome, ToPark, ToWait};
use crate::chain::digest;
use crate::sql::{query, query_as, query_scalar};
use crate::{DbError, Tx};

/// Most waiting events taken up at once.
const MOST_WAITING: i64 = 2000;

/// Whose inbox.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) consumer: &'static str,
    pub(super) audience: Audience,
}

#[derive(FromRow)]
struct HeadRow {
    aggregate_id: Uuid,
    sequence: i64,
    incarnation: i64,
    event_id: Option<Uuid>,
    digest: Option<Vec<u8>>,
}

/// Locks the heads of these aggregates, given in order, making those that are new.
pub(super) async fn lock_heads(tx: &mut Tx, key: Key, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Head>, DbError> {
    let schema = tx.schema();
    query(
        schema,
        "insert into {s}.inbox_head (consumer, aggregate_id, audience, sequence, incarnation)
         select $1, id, $2, 0, 0 from unnest($3::uuid[]) id order by id
         on conflict do nothing",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(ids)
    .execute(&mut **tx)
    .await?;
    let rows: Vec<HeadRow> = query_as(
        schema,
        "select aggregate_id, sequence, incarnation, event_id, digest from {s}.inbox_head
         where consumer = $1 and audience = $2 and aggregate_id = any($3) order by aggregate_id for update",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(ids)
    .fetch_all(&mut **tx)
    .await?;
    let head = |row: HeadRow| Head {
        sequence: row.sequence,
        incarnation: row.incarnation,
        event_id: row.event_id,
        digest: row.digest,
    };
    Ok(rows.into_iter().map(|row| (row.aggregate_id, head(row))).collect())
}

/// What of these aggregates is given up.
pub(super) async fn parked(tx: &mut Tx, key: Key, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Parked>>, DbError> {
    let rows: Vec<(Uuid, i64, Uuid, bool)> = query_as(
        tx.schema(),
        "select aggregate_id, sequence, event_id, blocking from {s}.inbox_parked
         where consumer = $1 and audience = $2 and aggregate_id = any($3) and resolved_at is null",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(ids)
    .fetch_all(&mut **tx)
    .await?;
    let mut all: BTreeMap<Uuid, Vec<Parked>> = BTreeMap::new();
    for (id, sequence, event_id, blocking) in rows {
        all.entry(id).or_default().push(Parked { sequence, event_id, blocking });
    }
    Ok(all)
}

#[derive(FromRow)]
struct WaitingRow {
    attempts: i32,
    due: bool,
    envelope: Json<Envelope>,
    body: Vec<u8>,
}

/// What of these aggregates is waiting. A try set further away than the `longest` pause was set by a clock that was wrong, and is due.
pub(super) async fn waiting(tx: &mut Tx, key: Key, ids: &[Uuid], longest: Duration) -> Result<Vec<Arrival>, DbError> {
    let rows: Vec<WaitingRow> = query_as(
        tx.schema(),
        "select attempts, not_before <= clock_timestamp() or not_before > clock_timestamp() + make_interval(secs => $5) as due,
             envelope, body from {s}.inbox_waiting
         where consumer = $1 and audience = $2 and aggregate_id = any($3) order by aggregate_id, sequence limit $4",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(ids)
    .bind(MOST_WAITING)
    .bind(longest.as_secs_f64())
    .fetch_all(&mut **tx)
    .await?;
    let arrival = |row: WaitingRow| {
        let mut event = row.envelope.0;
        event.body = row.body.into();
        Arrival { digest: digest(&event.body), event, origin: Origin::Waiting { attempts: row.attempts, due: row.due } }
    };
    Ok(rows.into_iter().map(arrival).collect())
}

/// Aggregates with a waiting event whose turn may have come.
pub(super) async fn ready(
    tx: &mut Tx,
    key: Key,
    any_sequence: bool,
    longest: Duration,
    most: i64,
) -> Result<Vec<Uuid>, DbError> {
    Ok(query_scalar(
        tx.schema(),
        "select distinct w.aggregate_id from {s}.inbox_waiting w
         left join {s}.inbox_head h using (consumer, aggregate_id, audience)
         where w.consumer = $1 and w.audience = $2
           and (w.not_before <= clock_timestamp() or w.not_before > clock_timestamp() + make_interval(secs => $5))
           and ($3 or w.sequence <= coalesce(h.sequence, 0) + 1)
           and not exists (select from {s}.inbox_parked p where p.consumer = w.consumer and p.audience = w.audience
               and p.aggregate_id = w.aggregate_id and p.blocking and p.resolved_at is null)
         order by 1 limit $4",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(any_sequence)
    .bind(most)
    .bind(longest.as_secs_f64())
    .fetch_all(&mut **tx)
    .await?)
}

/// Writes down what a batch leaves behind.
pub(super) async fn write(outcome: Outcome, tx: &mut Tx, key: Key) -> Result<(), DbError> {
    write_heads(tx, key, &outcome.heads).await?;
    delete_waiting(tx, key, &outcome.done_waiting).await?;
    write_waiting(tx, key, &outcome.to_wait).await?;
    write_parked(tx, key, &outcome.to_park).await
}

async fn write_heads(tx: &mut Tx, key: Key, heads: &BTreeMap<Uuid, Head>) -> Result<(), DbError> {
    if heads.is_empty() {
        return Ok(());
    }
    query(
        tx.schema(),
        // They are there, locked. Said so, each is found by its key, however few there were when this was planned.
        "insert into {s}.inbox_head (consumer, audience, aggregate_id, sequence, incarnation, event_id, digest, moved_at)
         select $1, $2, u.*, clock_timestamp()
         from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::uuid[], $7::bytea[]) u
         on conflict (consumer, aggregate_id, audience) do update set sequence = excluded.sequence, incarnation = excluded.incarnation,
             event_id = excluded.event_id, digest = excluded.digest, moved_at = excluded.moved_at",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(heads.keys().copied().collect::<Vec<_>>())
    .bind(heads.values().map(|h| h.sequence).collect::<Vec<_>>())
    .bind(heads.values().map(|h| h.incarnation).collect::<Vec<_>>())
    .bind(heads.values().map(|h| h.event_id).collect::<Vec<_>>())
    .bind(heads.values().map(|h| h.digest.clone()).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn delete_waiting(tx: &mut Tx, key: Key, done: &[(Uuid, i64)]) -> Result<(), DbError> {
    if done.is_empty() {
        return Ok(());
    }
    query(
        tx.schema(),
        "delete from {s}.inbox_waiting w using unnest($3::uuid[], $4::bigint[]) u(aggregate_id, sequence)
         where w.consumer = $1 and w.audience = $2 and w.aggregate_id = u.aggregate_id and w.sequence = u.sequence",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(done.iter().map(|d| d.0).collect::<Vec<_>>())
    .bind(done.iter().map(|d| d.1).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn write_waiting(tx: &mut Tx, key: Key, events: &[ToWait]) -> Result<(), DbError> {
    if events.is_empty() {
        return Ok(());
    }
    query(
        tx.schema(),
        "insert into {s}.inbox_waiting (consumer, aggregate_id, audience, sequence, event_id, attempts, not_before, last_error,
             envelope, body)
         select $1, u.aggregate_id, $2, u.sequence, u.event_id, u.attempts,
             coalesce(clock_timestamp() + make_interval(secs => u.pause), '-infinity'), u.last_error,
             u.envelope, u.body
         from unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::int[], $7::float8[], $8::text[], $9::jsonb[], $10::bytea[])
             u(aggregate_id, sequence, event_id, attempts, pause, last_error, envelope, body)
         on conflict (consumer, aggregate_id, audience, sequence) do update
             set attempts = excluded.attempts, not_before = excluded.not_before, last_error = excluded.last_error",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(events.iter().map(|e| e.event.aggregate_id).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event.sequence).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event.event_id.uuid()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.attempts).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.pause.map(|pause| pause.as_secs_f64())).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.last_error.clone()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| Json(&e.event)).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event.body.to_vec()).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn write_parked(tx: &mut Tx, key: Key, events: &[ToPark]) -> Result<(), DbError> {
    if events.is_empty() {
        return Ok(());
    }
    query(
        tx.schema(),
        "insert into {s}.inbox_parked (consumer, aggregate_id, audience, sequence, event_id, attempts, reason, blocking, envelope,
             body)
         select $1, u.aggregate_id, $2, u.sequence, u.event_id, u.attempts, u.reason, u.blocking, u.envelope, u.body
         from unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::int[], $7::text[], $8::bool[], $9::jsonb[], $10::bytea[])
             u(aggregate_id, sequence, event_id, attempts, reason, blocking, envelope, body)
         on conflict (consumer, aggregate_id, audience, sequence, event_id) where resolved_at is null do update
             set reason = excluded.reason, blocking = excluded.blocking, attempts = excluded.attempts,
                 envelope = excluded.envelope, body = excluded.body
             where not inbox_parked.blocking",
    )
    .bind(key.consumer)
    .bind(key.audience.name())
    .bind(events.iter().map(|e| e.event.aggregate_id).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event.sequence).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event.event_id.uuid()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.attempts).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.reason.clone()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.blocking).collect::<Vec<_>>())
    .bind(events.iter().map(|e| Json(&e.event)).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event.body.to_vec()).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
