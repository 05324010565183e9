use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use sqlx::PgConnection;
use uuid::Uuid;

/// A petition without a case that no timer watches.
#[derive(Debug)]
pub struct Unwatched {
    pub petition_id: Uuid,
    pub registered_at: DateTime<Utc>,
    pub policy_pack: String,
}

/// Petitions without a case that no timer of this kind watches or has watched: there should be none (T1, T8).
pub async fn unwatched(conn: &mut PgConnection, kind: &str, limit: i64) -> Result<Vec<Unwatched>, DbError> {
    Ok(sqlx::query_as!(
        Unwatched,
        "select p.petition_id, p.registered_at, p.policy_pack from intake.petition p
         where not exists (select 1 from intake.case_status c where c.petition_id = p.petition_id)
           and not exists (select 1 from intake.timer t where t.aggregate_id = p.petition_id and t.kind = $1)
         order by p.petition_id limit $2",
        kind,
        limit,
    )
    .fetch_all(conn)
    .await?)
}
