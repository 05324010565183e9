//! Reading publications.

use chrono::{DateTime, Utc};
use huiyin_contracts::{AggregateKind, Audience, Envelope};
use huiyin_kernel::{DistrictCode, Service};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::{Range, Told, XidMark};
use crate::DbError;
use crate::sql::query_as;

/// Columns of `publication u` that [`EnvelopeRow`] reads.
pub(crate) const ENVELOPE_COLUMNS: &str =
    "u.aggregate_id, u.audience, u.sequence, u.event_id, u.event_type, u.aggregate_kind,
    u.district, u.incarnation, u.occurred_at, u.cause, u.traceparent, u.body";

/// A publication as stored.
#[derive(Debug, FromRow)]
pub(crate) struct EnvelopeRow {
    aggregate_id: Uuid,
    audience: String,
    sequence: i64,
    event_id: Uuid,
    event_type: String,
    aggregate_kind: String,
    district: String,
    incarnation: i64,
    occurred_at: DateTime<Utc>,
    cause: Option<Uuid>,
    traceparent: Option<String>,
    body: Vec<u8>,
}

impl EnvelopeRow {
    pub(crate) fn read(&self) -> Result<Envelope, DbError> {
        let unreadable = || DbError::Unreadable(format!("publication {} of {}", self.event_id, self.aggregate_id));
        let owner = self.event_type.split('.').nth(1).and_then(Service::named).ok_or_else(unreadable)?;
        Ok(Envelope {
            event_id: self.event_id.into(),
            type_name: self.event_type.clone(),
            owner,
            audience: Audience::named(&self.audience).ok_or_else(unreadable)?,
            aggregate_kind: AggregateKind::named(&self.aggregate_kind).ok_or_else(unreadable)?,
            aggregate_id: self.aggregate_id,
            sequence: self.sequence,
            incarnation: self.incarnation,
            district: DistrictCode::parse(&self.district).map_err(|_| unreadable())?,
            occurred_at: self.occurred_at,
            cause: self.cause,
            traceparent: self.traceparent.clone(),
            body: self.body.clone().into(),
        })
    }
}

fn read_all(rows: &[EnvelopeRow]) -> Result<Vec<Envelope>, DbError> {
    rows.iter().map(EnvelopeRow::read).collect()
}

/// The present incarnation, and the oldest transaction that may still add something: everything older is visible now.
pub(super) async fn moment(conn: &mut PgConnection, schema: &'static str) -> Result<(i64, String), DbError> {
    let statement = "select max(number), pg_snapshot_xmin(pg_current_snapshot())::text from {s}.incarnation";
    Ok(query_as(schema, statement).fetch_one(conn).await?)
}

/// Publications of transactions from `since` on, in the order of their transactions, after the mark.
pub(super) async fn changed(
    conn: &mut PgConnection,
    schema: &'static str,
    audience: Audience,
    since: &str,
    after: Option<&XidMark>,
    most: i64,
) -> Result<Vec<Told>, DbError> {
    let nil = XidMark { xid: "0".to_owned(), aggregate_id: Uuid::nil(), sequence: 0 };
    let after = after.unwrap_or(&nil);
    Ok(query_as(
        schema,
        "select xid::text as xid, aggregate_id, sequence, incarnation, event_id from {s}.publication
         where audience = $1 and xid >= $2::text::xid8 and xid >= $3::text::xid8
           and (xid, aggregate_id, sequence) > ($3::text::xid8, $4, $5)
         order by {s}.publication.xid, aggregate_id, sequence limit $6",
    )
    .bind(audience.name())
    .bind(since)
    .bind(&after.xid)
    .bind(after.aggregate_id)
    .bind(after.sequence)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

pub(super) async fn fetch(
    conn: &mut PgConnection,
    schema: &'static str,
    audience: Audience,
    ranges: &[Range],
    most: i64,
) -> Result<Vec<Envelope>, DbError> {
    let statement = format!(
        "select {ENVELOPE_COLUMNS}
         from unnest($2::uuid[], $3::bigint[], $4::bigint[]) r(aggregate_id, first, last)
         cross join lateral (select * from {{s}}.publication u
             where u.aggregate_id = r.aggregate_id and u.audience = $1 and u.sequence between r.first and r.last
             order by u.sequence limit $5) u
         order by u.aggregate_id, u.sequence limit $5"
    );
    let rows: Vec<EnvelopeRow> = query_as(schema, &statement)
        .bind(audience.name())
        .bind(ranges.iter().map(|r| r.aggregate_id).collect::<Vec<_>>())
        .bind(ranges.iter().map(|r| r.first).collect::<Vec<_>>())
        .bind(ranges.iter().map(|r| r.last).collect::<Vec<_>>())
        .bind(most)
        .fetch_all(conn)
        .await?;
    read_all(&rows)
}

pub(super) async fn page(
    conn: &mut PgConnection,
    schema: &'static str,
    audience: Audience,
    after: (Uuid, i64),
    newest: bool,
    most: i64,
) -> Result<Vec<Envelope>, DbError> {
    let statement = format!(
        "select {ENVELOPE_COLUMNS} from {{s}}.publication u
         where u.audience = $1 and u.aggregate_id >= $2 and (u.aggregate_id, u.sequence) > ($2, $3)
           and not ($5 and exists (select from {{s}}.publication n where n.aggregate_id = u.aggregate_id and n.audience = u.audience
               and n.sequence = u.sequence + 1))
         order by u.aggregate_id, u.sequence limit $4"
    );
    let rows: Vec<EnvelopeRow> = query_as(schema, &statement)
        .bind(audience.name())
        .bind(after.0)
        .bind(after.1)
        .bind(most)
        .bind(newest)
        .fetch_all(conn)
        .await?;
    read_all(&rows)
}
