use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::{PetitionId, Service, StaffId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::HOLDERS;

/// What was asked for, and whether it was done.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asked.
    pub asked_by: Uuid,
    /// Who did it, if anybody has.
    pub done_by: Option<Uuid>,
    /// Which services have not yet destroyed their copies.
    pub unconfirmed: Vec<String>,
}

/// What was asked for a petition. The petition is locked.
pub async fn find(conn: &mut PgConnection, id: PetitionId) -> Result<Option<Asked>, DbError> {
    let asked = sqlx::query_as!(
        Asked,
        "select asked_by, done_by, unconfirmed from intake.erasure where petition_id = $1",
        id.uuid()
    );
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

/// Somebody had asked, and nobody had agreed: another asking takes its place.
pub async fn take_over(
    conn: &mut PgConnection,
    id: PetitionId,
    ground: &str,
    by: StaffId,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update intake.erasure set ground = $2, asked_by = $3, asked_at = $4 where petition_id = $1 and done_by is null",
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
        "update intake.erasure set done_by = $2, done_at = $3, unconfirmed = $4 where petition_id = $1",
        id.uuid(),
        by.uuid(),
        at,
        &HOLDERS.map(|holder| holder.name().to_owned()),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select intake.destroy_key($1)", id.uuid()).fetch_one(conn).await?;
    Ok(())
}

/// Keeps that a service has destroyed its copies; gives the petitions of which it had not said so before.
pub async fn confirm(conn: &mut PgConnection, ids: &[PetitionId], holder: Service) -> Result<Vec<PetitionId>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let confirmed = sqlx::query_scalar!(
        "update intake.erasure set unconfirmed = array_remove(unconfirmed, $2)
         where petition_id = any($1) and $2 = any(unconfirmed) returning petition_id",
        &ids,
        holder.name(),
    );
    Ok(confirmed.fetch_all(conn).await?.into_iter().map(PetitionId::from).collect())
}

/// Of how many petitions copies may still be held.
pub async fn count_unconfirmed(conn: &mut PgConnection) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from intake.erasure where unconfirmed <> '{}'"#);
    Ok(count.fetch_one(conn).await?)
}
