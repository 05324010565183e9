//! Turns.

use chrono::{DateTime, Utc};
use huiyin_contracts::scheduling::VisitState;
use huiyin_journal::DbError;
use huiyin_kernel::{PetitionId, SessionId, VisitId};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{name_of, named, unreadable};
use crate::domain::Visit;
use crate::domain::session::Hall;

#[derive(Serialize)]
struct VisitRow {
    visit_id: Uuid,
    version: i64,
    session_id: Uuid,
    petition_id: Uuid,
    state: String,
    ticket: Option<i32>,
    expected_at: DateTime<Utc>,
    arrived_at: Option<DateTime<Utc>>,
    received_by: Option<Uuid>,
    concluded_at: Option<DateTime<Utc>>,
    outcome: Option<Value>,
    record: Option<Value>,
    waived: Option<String>,
    competent: Option<Value>,
}

macro_rules! select {
    ($conn:expr, $rest:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            VisitRow,
            "select visit_id, version, session_id, petition_id, state, ticket, expected_at, arrived_at, received_by,
                concluded_at, outcome, record, waived, competent from scheduling.visit " + $rest,
            $($argument),*
        )
        .fetch_all($conn)
        .await?
        .into_iter()
        .map(Visit::try_from)
        .collect()
    };
}

/// A turn as it is.
pub async fn read(conn: &mut PgConnection, id: VisitId) -> Result<Option<Visit>, DbError> {
    let found: Result<Vec<Visit>, DbError> = select!(conn, "where visit_id = $1", id.uuid());
    found.map(|mut visits| visits.pop())
}

/// A turn, locked.
pub async fn lock(conn: &mut PgConnection, id: VisitId) -> Result<Option<Visit>, DbError> {
    let found: Result<Vec<Visit>, DbError> = select!(conn, "where visit_id = $1 for update", id.uuid());
    found.map(|mut visits| visits.pop())
}

/// The unused bookings of a session, locked.
pub async fn lock_booked_of_session(conn: &mut PgConnection, session: SessionId) -> Result<Vec<Visit>, DbError> {
    select!(conn, "where session_id = $1 and state = 'booked' order by visit_id for update", session.uuid())
}

/// The unused bookings of petitions, locked.
pub async fn lock_booked_of_petitions(
    conn: &mut PgConnection,
    petitions: &[PetitionId],
) -> Result<Vec<Visit>, DbError> {
    let ids: Vec<Uuid> = petitions.iter().map(|id| id.uuid()).collect();
    select!(conn, "where petition_id = any($1) and state = 'booked' order by visit_id for update", &ids)
}

/// A petition's turns whose record is still there, locked.
pub async fn lock_kept_of_petition(conn: &mut PgConnection, petition: PetitionId) -> Result<Vec<Visit>, DbError> {
    select!(conn, "where petition_id = $1 and not record_destroyed order by visit_id for update", petition.uuid())
}

/// Takes out what was written at turns whose destruction was just recorded.
pub async fn destroy_records(conn: &mut PgConnection, visits: &[VisitId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = visits.iter().map(|id| id.uuid()).collect();
    sqlx::query!("select scheduling.destroy_records($1)", &ids).fetch_one(conn).await?;
    Ok(())
}

/// Adds a turn; false when the petition has a live one in this session.
pub async fn insert(conn: &mut PgConnection, visit: &Visit) -> Result<bool, DbError> {
    let row = VisitRow::from(visit);
    let done = sqlx::query!(
        "insert into scheduling.visit (visit_id, version, session_id, petition_id, state, ticket, expected_at, arrived_at, waived,
             competent)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (session_id, petition_id) where state in ('booked', 'registered') do nothing",
        row.visit_id,
        row.version,
        row.session_id,
        row.petition_id,
        row.state,
        row.ticket,
        row.expected_at,
        row.arrived_at,
        row.waived,
        row.competent,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves turns that were locked, in one statement.
pub async fn save(conn: &mut PgConnection, visits: &[Visit], because: Option<&str>) -> Result<(), DbError> {
    let rows: Vec<VisitRow> = visits.iter().map(VisitRow::from).collect();
    sqlx::query!(
        "update scheduling.visit v set version = r.version, state = r.state, ticket = r.ticket, expected_at = r.expected_at,
             arrived_at = r.arrived_at, received_by = r.received_by, concluded_at = r.concluded_at, outcome = r.outcome,
             record = r.record, cancelled_for = coalesce($2, v.cancelled_for)
         from jsonb_to_recordset($1) r(visit_id uuid, version bigint, state text, ticket int, expected_at timestamptz,
             arrived_at timestamptz, received_by uuid, concluded_at timestamptz, outcome jsonb, record jsonb)
         where v.visit_id = r.visit_id",
        serde_json::to_value(rows).map_err(|_| unreadable("visit"))?,
        because,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What the hall looks like.
pub async fn hall(conn: &mut PgConnection, session: SessionId) -> Result<Hall, DbError> {
    let (_, highest_booked) = super::slots::booked(&mut *conn, session).await?;
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'registered') as "waiting!",
                  count(*) filter (where state = 'concluded') as "received!"
           from scheduling.visit where session_id = $1"#,
        session.uuid()
    )
    .fetch_one(conn)
    .await?;
    Ok(Hall {
        highest_booked,
        waiting: u32::try_from(row.waiting).unwrap_or_default(),
        received: u32::try_from(row.received).unwrap_or_default(),
    })
}

/// The numbers of these turns' slots.
pub async fn slot_times(conn: &mut PgConnection, visits: &[Visit]) -> Result<Vec<(VisitId, DateTime<Utc>)>, DbError> {
    let ids: Vec<Uuid> = visits.iter().map(|v| v.id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select visit_id as "visit_id!", starts_at from scheduling.slot where visit_id = any($1)"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.visit_id.into(), row.starts_at)).collect())
}

impl From<&Visit> for VisitRow {
    fn from(visit: &Visit) -> Self {
        Self {
            visit_id: visit.id.uuid(),
            version: visit.version,
            session_id: visit.session_id.uuid(),
            petition_id: visit.petition_id.uuid(),
            state: name_of(visit.state).unwrap_or_default(),
            ticket: visit.ticket.and_then(|t| i32::try_from(t).ok()),
            expected_at: visit.expected_at,
            arrived_at: visit.arrived_at,
            received_by: visit.received_by.map(Into::into),
            concluded_at: visit.concluded_at,
            outcome: visit.outcome.as_ref().and_then(|o| serde_json::to_value(o).ok()),
            record: visit.record.as_ref().and_then(|r| serde_json::to_value(r).ok()),
            waived: visit.waived.clone(),
            competent: visit.competent.as_ref().and_then(|told| serde_json::to_value(told).ok()),
        }
    }
}

impl TryFrom<VisitRow> for Visit {
    type Error = DbError;

    fn try_from(row: VisitRow) -> Result<Self, DbError> {
        let read = |what: &str| unreadable(what);
        Ok(Self {
            id: row.visit_id.into(),
            version: row.version,
            session_id: row.session_id.into(),
            petition_id: row.petition_id.into(),
            state: named::<VisitState>("visit state", row.state)?,
            ticket: row.ticket.and_then(|t| u32::try_from(t).ok()),
            expected_at: row.expected_at,
            arrived_at: row.arrived_at,
            received_by: row.received_by.map(Into::into),
            concluded_at: row.concluded_at,
            outcome: row.outcome.map(serde_json::from_value).transpose().map_err(|_| read("outcome"))?,
            record: row.record.map(serde_json::from_value).transpose().map_err(|_| read("record"))?,
            waived: row.waived,
            competent: row.competent.map(serde_json::from_value).transpose().map_err(|_| read("competent places"))?,
        })
    }
}
