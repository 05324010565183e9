use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use sqlx::PgConnection;
use uuid::Uuid;

/// Raises the alarms that no case was opened in time, each with its date; once for each petition.
pub async fn raise(conn: &mut PgConnection, alarms: &[(Uuid, DateTime<Utc>)]) -> Result<(), DbError> {
    let (ids, due_at): (Vec<Uuid>, Vec<DateTime<Utc>>) = alarms.iter().copied().unzip();
    sqlx::query!(
        "insert into intake.alarm (petition_id, kind, due_at)
         select id, 'not_handed_over', due_at from unnest($1::uuid[], $2::timestamptz[]) a(id, due_at) on conflict do nothing",
        &ids,
        &due_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Cases were opened: the watchdogs are called off and the alarms are over.
pub async fn call_off(conn: &mut PgConnection, ids: &[Uuid], kind: &str) -> Result<(), DbError> {
    sqlx::query!(
        "update intake.timer set state = 'cancelled' where aggregate_id = any($1) and kind = $2 and state = 'armed'",
        ids,
        kind,
    )
    .execute(&mut *conn)
    .await?;
    resolve(conn, ids).await
}

async fn resolve(conn: &mut PgConnection, ids: &[Uuid]) -> Result<(), DbError> {
    sqlx::query!(
        "update intake.alarm set resolved_at = clock_timestamp() where petition_id = any($1) and resolved_at is null",
        ids,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many petitions wait for a case beyond their time.
pub async fn count_open(conn: &mut PgConnection) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from intake.alarm where resolved_at is null"#);
    Ok(count.fetch_one(conn).await?)
}
