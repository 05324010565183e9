//! Sessions of staff who signed in.

use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::StaffId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its id.
    pub session_id: Uuid,
    /// Whose.
    pub staff_id: Uuid,
    /// Signed in.
    pub begun_at: DateTime<Utc>,
    /// Last renewed.
    pub used_at: DateTime<Utc>,
    /// Signed out, or ended by an administrator.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Begins a session.
pub async fn begin(
    tx: &mut PgConnection,
    id: Uuid,
    staff: StaffId,
    handle: &[u8],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into directory.session (session_id, staff_id, handle_digest, begun_at, used_at) values ($1, $2, $3, $4, $4)",
        id,
        staff.uuid(),
        handle,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The session of a handle.
pub async fn lock_by_handle(tx: &mut PgConnection, handle: &[u8]) -> Result<Option<SessionRow>, DbError> {
    let row = sqlx::query_as!(
        SessionRow,
        "select session_id, staff_id, begun_at, used_at, ended_at from directory.session where handle_digest = $1 for update",
        handle
    );
    Ok(row.fetch_optional(tx).await?)
}

/// The session of an id.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<SessionRow>, DbError> {
    let row = sqlx::query_as!(
        SessionRow,
        "select session_id, staff_id, begun_at, used_at, ended_at from directory.session where session_id = $1",
        id
    );
    Ok(row.fetch_optional(conn).await?)
}

/// Marks a session as used.
pub async fn touch(tx: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!("update directory.session set used_at = $2 where session_id = $1", id, now).execute(tx).await?;
    Ok(())
}

/// Ends one session; true when it was still going.
pub async fn end(tx: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbError> {
    let done =
        sqlx::query!("update directory.session set ended_at = $2 where session_id = $1 and ended_at is null", id, now);
    Ok(done.execute(tx).await?.rows_affected() > 0)
}

/// Ends every session of these persons.
pub async fn end_all(tx: &mut PgConnection, staff: &[Uuid], now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update directory.session set ended_at = $2 where staff_id = any ($1) and ended_at is null",
        staff,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets sessions last used before `before`; the journal keeps who signed in when.
pub async fn forget(tx: &mut PgConnection, before: DateTime<Utc>, most: i64) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from directory.session where session_id in
            (select session_id from directory.session where used_at < $1 order by used_at limit $2)",
        before,
        most
    );
    Ok(done.execute(tx).await?.rows_affected())
}
