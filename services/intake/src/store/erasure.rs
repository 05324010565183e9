use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::{PetitionId, StaffId};
use sqlx::PgConnection;
use uuid::Uuid;

/// What was asked for, and whether it was done.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asked.
    pub asked_by: Uuid,
    /// Who did it, if anybody has.
    pub done_by: Option<Uuid>,
}

/// What was asked for a petition. The petition is locked.
pub async fn find(conn: &mut PgConnection, id: PetitionId) -> Result<Option<Asked>, DbError> {
    let asked =
        sqlx::query_as!(Asked, "select asked_by, done_by from intake.erasure where petition_id = $1", id.uuid());
    Ok(asked.fetch_optional(conn).await?)
}

/// Keeps that somebody asks.
pub async fn ask(
    conn: &mut PgConnection,
    id: PetitionId,
    ground: &str,
    by: StaffId,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into intake.erasure (petition_id, ground, asked_by, asked_at) values ($1, $2, $3, $4)",
        id.uuid(),
        ground,
        by.uuid(),
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps who does it, then destroys key and index. The database refuses when that is who asked.
pub async fn carry_out(conn: &mut PgConnection, id: PetitionId, by: StaffId, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update intake.erasure set done_by = $2, done_at = $3 where petition_id = $1",
        id.uuid(),
        by.uuid(),
        at,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select intake.destroy_key($1)", id.uuid()).fetch_one(conn).await?;
    Ok(())
}
