//! Reading an aggregate's journal: its history page and its audit trail.

use chrono::{DateTime, Utc};
use huiyin_kernel::{Actor, Service};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{DbError, sql::query_as};

/// One journal row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HistoryRow {
    /// Its place in the aggregate's history, from 1.
    pub version: i64,
    /// The event.
    pub event_id: Uuid,
    /// Its name within the service.
    pub event_type: String,
    /// Whose matter the aggregate was.
    pub district: String,
    /// Who did it.
    pub actor: Json<Actor>,
    /// The command, event or timer that led to it.
    pub cause: Uuid,
    /// Business time.
    pub occurred_at: DateTime<Utc>,
    /// Database time.
    pub recorded_at: DateTime<Utc>,
    /// JSON, verbatim; personal data sealed.
    pub body: Vec<u8>,
}

/// The whole history of an aggregate, oldest first; empty when there is none.
pub async fn history(
    conn: &mut PgConnection,
    service: Service,
    aggregate_id: Uuid,
) -> Result<Vec<HistoryRow>, DbError> {
    let statement = "select version, event_id, event_type, district, actor, cause, occurred_at, recorded_at, body
         from {s}.journal where aggregate_id = $1 order by version";
    Ok(query_as(service.name(), statement).bind(aggregate_id).fetch_all(conn).await?)
}
