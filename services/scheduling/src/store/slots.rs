//! Slots and tickets: where two people could meet, and must not.

use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::{SessionId, VisitId};
use sqlx::PgConnection;
use uuid::Uuid;

/// A slot as taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its number in the session.
    pub number: u32,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
}

/// Lays out the slots of sessions, or moves those that are there; whoever has one keeps it.
pub async fn lay_out(conn: &mut PgConnection, slots: &[(SessionId, Vec<DateTime<Utc>>)]) -> Result<(), DbError> {
    let mut sessions: Vec<Uuid> = Vec::new();
    let mut numbers: Vec<i32> = Vec::new();
    let mut starts: Vec<DateTime<Utc>> = Vec::new();
    for (session, times) in slots {
        for (number, at) in (1..).zip(times) {
            sessions.push(session.uuid());
            numbers.push(number);
            starts.push(*at);
        }
    }
    sqlx::query!(
        "insert into scheduling.slot (session_id, number, starts_at) select * from unnest($1::uuid[], $2::int[], $3::timestamptz[])
         on conflict (session_id, number) do update set starts_at = excluded.starts_at",
        &sessions,
        &numbers,
        &starts,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes away the slots above `capacity`; the session is locked and they are free.
pub async fn trim(conn: &mut PgConnection, session: SessionId, capacity: u32) -> Result<(), DbError> {
    sqlx::query!(
        "delete from scheduling.slot where session_id = $1 and number > $2 and visit_id is null",
        session.uuid(),
        i32::try_from(capacity).unwrap_or(i32::MAX),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Claims the first free slot. Who books in one session goes one after the other, so "full" is never said too early, and nobody
/// holds a slot while waiting for another. Others of the session's transactions do not wait here.
pub async fn claim(
    conn: &mut PgConnection,
    session: SessionId,
    visit: VisitId,
    now: DateTime<Utc>,
) -> Result<Option<Taken>, DbError> {
    // A statement of its own: the next one must see what was committed during the wait.
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('scheduling.slot' || $1::text, 0))",
        session.uuid().to_string()
    )
    .fetch_all(&mut *conn)
    .await?;
    let row = sqlx::query!(
        "update scheduling.slot set visit_id = $2
         where session_id = $1 and number = (select min(number) from scheduling.slot
             where session_id = $1 and visit_id is null and starts_at > $3)
         returning number, starts_at",
        session.uuid(),
        visit.uuid(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Taken { number: u32::try_from(row.number).unwrap_or_default(), starts_at: row.starts_at }))
}

/// Frees the slots of these turns.
pub async fn free(conn: &mut PgConnection, visits: &[VisitId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = visits.iter().map(|v| v.uuid()).collect();
    sqlx::query!("update scheduling.slot set visit_id = null where visit_id = any($1)", &ids).execute(conn).await?;
    Ok(())
}

/// How many slots are taken, and the highest of them.
pub async fn booked(conn: &mut PgConnection, session: SessionId) -> Result<(u32, u32), DbError> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", coalesce(max(number), 0) as "highest!" from scheduling.slot
           where session_id = $1 and visit_id is not null"#,
        session.uuid()
    )
    .fetch_one(conn)
    .await?;
    Ok((u32::try_from(row.count).unwrap_or_default(), u32::try_from(row.highest).unwrap_or_default()))
}

/// The next number to be called, without gaps: the counter is rolled back with whoever gives up.
pub async fn next_ticket(conn: &mut PgConnection, session: SessionId) -> Result<u32, DbError> {
    let number = sqlx::query_scalar!(
        "insert into scheduling.ticket_counter as t (session_id, last_ticket) values ($1, 1)
         on conflict (session_id) do update set last_ticket = t.last_ticket + 1 returning last_ticket",
        session.uuid()
    )
    .fetch_one(conn)
    .await?;
    Ok(u32::try_from(number).unwrap_or_default())
}
