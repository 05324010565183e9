//! The relay's statements. They run on its own session, one by one, outside any transaction: each is complete in itself.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use huiyin_bus::{Outbound, stream_name};
use huiyin_contracts::Envelope;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::decide::Reach;
use crate::DbError;
use crate::publications::{ENVELOPE_COLUMNS, EnvelopeRow};
use crate::sql::{query, query_as, query_scalar};

/// A publication to be sent.
#[derive(Debug, FromRow)]
pub(super) struct PendingRow {
    pub(super) pending_id: i64,
    pub(super) attempt: i32,
    subject: String,
    pub(super) event_id: Uuid,
    version: i32,
    #[sqlx(flatten)]
    envelope: EnvelopeRow,
}

impl PendingRow {
    pub(super) fn outbound(&self) -> Result<Outbound, DbError> {
        let envelope: Envelope = self.envelope.read()?;
        let id = format!("{}.{}.v{}", envelope.event_id, envelope.audience.name(), self.version);
        Ok(Outbound {
            subject: self.subject.clone(),
            stream: stream_name(envelope.owner, envelope.audience),
            message_id: if self.attempt == 0 { id } else { format!("{id}:r{}", self.attempt) },
            headers: envelope.to_headers(),
            body: Bytes::clone(&envelope.body),
        })
    }
}

pub(super) async fn try_lock(session: &mut PgConnection, schema: &'static str) -> Result<bool, DbError> {
    // A nested loop over the head of a small table, whatever the planner believes of its size.
    for setting in ["set enable_hashjoin to off", "set enable_mergejoin to off"] {
        query(schema, setting).execute(&mut *session).await?;
    }
    let statement = "select pg_try_advisory_lock(hashtextextended('huiyin.relay.{s}', 0))";
    Ok(query_scalar(schema, statement).fetch_one(session).await?)
}

pub(super) async fn has_stale(
    session: &mut PgConnection,
    schema: &'static str,
    age: Duration,
) -> Result<bool, DbError> {
    let statement =
        "select coalesce((select greatest(recorded_at, not_before) < clock_timestamp() - make_interval(secs => $1)
         from {s}.pending order by pending_id limit 1), false)";
    Ok(query_scalar(schema, statement).bind(age.as_secs_f64()).fetch_one(session).await?)
}

/// The oldest rows that may be sent now; a row waits while an earlier one of its aggregate pauses. No pause is as long as a minute: what
/// is set further away was set by a clock that was wrong.
pub(super) async fn head(
    session: &mut PgConnection,
    schema: &'static str,
    most: i64,
) -> Result<Vec<PendingRow>, DbError> {
    let statement = format!(
        "select p.pending_id, p.attempt, u.subject, u.event_id, u.version, {ENVELOPE_COLUMNS}
         from {{s}}.pending p
         join {{s}}.publication u using (aggregate_id, audience, sequence)
         where (p.not_before <= clock_timestamp() or p.not_before > clock_timestamp() + interval '1 minute')
           and not exists (select from {{s}}.pending q where q.aggregate_id = p.aggregate_id and q.audience = p.audience
               and q.sequence < p.sequence
               and q.not_before > clock_timestamp() and q.not_before <= clock_timestamp() + interval '1 minute')
         order by p.pending_id limit $1"
    );
    Ok(query_as(schema, &statement).bind(most).fetch_all(session).await?)
}

/// How far streams have acknowledged what was sent to them.
#[derive(Debug, Default)]
pub(super) struct Acked {
    stream: Vec<String>,
    last_seq: Vec<i64>,
    lost: Vec<bool>,
}

impl Acked {
    /// `lost`: the acknowledgements show that the stream was rolled back.
    pub(super) fn add(&mut self, stream: String, last_seq: i64, lost: bool) {
        self.stream.push(stream);
        self.last_seq.push(last_seq);
        self.lost.push(lost);
    }
}

/// Removes what is stored and, in the same breath, notes up to where the streams have said to hold it: whoever looks at them next sees
/// whether they still do. A stream that was rolled back begins to be filled again.
pub(super) async fn remove(
    session: &mut PgConnection,
    schema: &'static str,
    done: &[i64],
    acked: Acked,
) -> Result<(), DbError> {
    if done.is_empty() {
        return Ok(());
    }
    query(
        schema,
        "with acked as (select * from unnest($2::text[], $3::bigint[], $4::bool[]) a(stream, last_seq, lost)),
         marked as (
             update {s}.stream_mark m set last_seq = case when a.lost then a.last_seq else greatest(m.last_seq, a.last_seq) end,
                 epoch = m.epoch + a.lost::int, refill_xid = case when a.lost then '0'::xid8 else m.refill_xid end,
                 refill_aggregate = case when a.lost then $5 else m.refill_aggregate end,
                 refill_sequence = case when a.lost then 0 else m.refill_sequence end, marked_at = clock_timestamp()
             from acked a where m.stream = a.stream)
         delete from {s}.pending where pending_id = any($1)",
    )
    .bind(done)
    .bind(acked.stream)
    .bind(acked.last_seq)
    .bind(acked.lost)
    .bind(Uuid::nil())
    .execute(session)
    .await?;
    Ok(())
}

/// Rows to be sent again.
#[derive(Debug, Default)]
pub(super) struct Again {
    pending_id: Vec<i64>,
    attempt: Vec<i32>,
    pause: Vec<f64>,
}

impl Again {
    pub(super) fn add(&mut self, row: &PendingRow, attempt: i32, pause: Duration) {
        self.pending_id.push(row.pending_id);
        self.attempt.push(attempt);
        self.pause.push(pause.as_secs_f64());
    }

    pub(super) async fn write(self, session: &mut PgConnection, schema: &'static str) -> Result<(), DbError> {
        if self.pending_id.is_empty() {
            return Ok(());
        }
        query(
            schema,
            "update {s}.pending p set attempt = a.attempt, not_before = clock_timestamp() + make_interval(secs => a.pause)
             from unnest($1::bigint[], $2::int[], $3::float8[]) a(pending_id, attempt, pause)
             where p.pending_id = a.pending_id",
        )
        .bind(self.pending_id)
        .bind(self.attempt)
        .bind(self.pause)
        .execute(session)
        .await?;
        Ok(())
    }
}

/// What was last seen of a stream.
#[derive(Clone, Debug, FromRow)]
pub(super) struct StreamMark {
    created_at: DateTime<Utc>,
    last_seq: i64,
}

impl StreamMark {
    pub(super) const fn reach(&self) -> Reach {
        Reach { created_at: self.created_at, last_seq: self.last_seq }
    }
}

pub(super) async fn mark(
    session: &mut PgConnection,
    schema: &'static str,
    stream: &str,
) -> Result<Option<StreamMark>, DbError> {
    let statement = "select created_at, last_seq from {s}.stream_mark where stream = $1";
    Ok(query_as(schema, statement).bind(stream).fetch_optional(session).await?)
}

/// Writes down what was seen; `refill` begins to fill the stream from the publications.
pub(super) async fn set_mark(
    session: &mut PgConnection,
    schema: &'static str,
    stream: (&str, &str),
    now: Reach,
    refill: bool,
) -> Result<(), DbError> {
    query(
        schema,
        "insert into {s}.stream_mark as m (stream, audience, created_at, last_seq, epoch, refill_xid, refill_aggregate, refill_sequence)
         values ($1, $2, $3, $4, $5::int, case when $5 then '0'::xid8 end, case when $5 then $6::uuid end, case when $5 then 0 end)
         on conflict (stream) do update set created_at = excluded.created_at,
             last_seq = case when $5 then excluded.last_seq else greatest(m.last_seq, excluded.last_seq) end,
             epoch = m.epoch + excluded.epoch,
             refill_xid = coalesce(excluded.refill_xid, m.refill_xid),
             refill_aggregate = coalesce(excluded.refill_aggregate, m.refill_aggregate),
             refill_sequence = coalesce(excluded.refill_sequence, m.refill_sequence), marked_at = clock_timestamp()",
    )
    .bind(stream.0)
    .bind(stream.1)
    .bind(now.created_at)
    .bind(now.last_seq)
    .bind(refill)
    .bind(Uuid::nil())
    .execute(session)
    .await?;
    Ok(())
}

/// A stream that is being filled again, and the first transaction whose publications are not part of it: they are sent like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filling {
    stream: String,
    until: String,
}

/// The stream that is being filled, if one is. What `before` says of it stays true; otherwise the filling ends with what has begun by now,
/// so that it does end while more and more is published.
pub(super) async fn filling(
    session: &mut PgConnection,
    schema: &'static str,
    before: Option<Filling>,
) -> Result<Option<Filling>, DbError> {
    let statement = "select stream, pg_snapshot_xmax(pg_current_snapshot())::text from {s}.stream_mark
         where refill_xid is not null order by stream limit 1";
    let now: Option<(String, String)> = query_as(schema, statement).fetch_optional(session).await?;
    Ok(now.map(|(stream, until)| match before {
        Some(before) if before.stream == stream => before,
        _ => Filling { stream, until },
    }))
}

/// Puts the next publications of a stream that is being filled back in line, unless enough stand there already.
pub(super) async fn refill(
    session: &mut PgConnection,
    schema: &'static str,
    filling: &Filling,
    days: i32,
    most: i64,
) -> Result<i64, DbError> {
    // The suffix of the message ids differs from those of all earlier fillings and tries.
    Ok(query_scalar(
        schema,
        "with m as (select * from {s}.stream_mark where stream = $1 and refill_xid is not null for update),
         busy as (select count(*) >= $3 as busy from (select from {s}.pending limit $3) p),
         chunk as (
             select u.xid, u.aggregate_id, u.audience, u.sequence, m.epoch
             from {s}.publication u, m, busy
             where not busy and u.audience = m.audience and u.recorded_at > clock_timestamp() - make_interval(days => $2)
               and (u.xid, u.aggregate_id, u.sequence) > (m.refill_xid, m.refill_aggregate, m.refill_sequence)
               and u.xid < $4::text::xid8
             order by u.xid, u.aggregate_id, u.sequence limit $3),
         queued as (
             insert into {s}.pending (aggregate_id, audience, sequence, attempt)
             select aggregate_id, audience, sequence, epoch * 1000 from chunk order by xid, aggregate_id, sequence
             on conflict (aggregate_id, audience, sequence) do nothing returning 1),
         last as (select xid, aggregate_id, sequence from chunk order by xid desc, aggregate_id desc, sequence desc limit 1),
         moved as (
             update {s}.stream_mark s set refill_xid = l.xid, refill_aggregate = l.aggregate_id, refill_sequence = l.sequence
             from busy left join last l on true where s.stream = $1 and not busy)
         select count(*) from queued",
    )
    .bind(&filling.stream)
    .bind(days)
    .bind(most)
    .bind(&filling.until)
    .fetch_one(session)
    .await?)
}
