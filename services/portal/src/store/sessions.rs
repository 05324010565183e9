//! Browser sessions by the hash of their token.

use chrono::{DateTime, Utc};
use huiyin_kernel::StaffId;
use sqlx::PgConnection;

use crate::domain::session::{ABSOLUTE, IDLE, Life};

/// A session as stored.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) sealed: Vec<u8>,
    pub(crate) life: Life,
}

/// Begins a session.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    staff: StaffId,
    sealed: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let life = Life::new(now);
    sqlx::query!(
        "insert into portal.session (token_hash, staff_id, sealed, created_at, seen_at, ends_at) values ($1, $2, $3, $4, $5, $6)",
        token_hash.as_slice(),
        staff.uuid(),
        sealed,
        now,
        life.seen_at,
        life.ends_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a token.
pub(crate) async fn find(conn: &mut PgConnection, token_hash: &[u8; 32]) -> Result<Option<Row>, sqlx::Error> {
    let row = sqlx::query!(
        "select sealed, seen_at, ends_at from portal.session where token_hash = $1",
        token_hash.as_slice()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Row { sealed: row.sealed, life: Life { seen_at: row.seen_at, ends_at: row.ends_at } }))
}

/// Notes a click.
pub(crate) async fn touch(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update portal.session set seen_at = $2 where token_hash = $1 and seen_at < $2",
        token_hash.as_slice(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what directory gave for the next minutes; a session ended meanwhile stays ended.
pub(crate) async fn reseal(conn: &mut PgConnection, token_hash: &[u8; 32], sealed: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("update portal.session set sealed = $2 where token_hash = $1", token_hash.as_slice(), sealed)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a session.
pub(crate) async fn delete(conn: &mut PgConnection, token_hash: &[u8; 32]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from portal.session where token_hash = $1", token_hash.as_slice()).execute(conn).await?;
    Ok(())
}

/// Forgets sessions that are over, some at a time; says how many.
pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let over = sqlx::query!(
        "delete from portal.session where token_hash in
           (select token_hash from portal.session where ends_at <= $1 or seen_at <= $2 limit 500)",
        now,
        now - IDLE.min(ABSOLUTE),
    )
    .execute(conn)
    .await?;
    Ok(over.rows_affected())
}
