//! Rounds.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, RoundId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

/// A round as kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundRow {
    /// Which one.
    pub round_id: Uuid,
    /// Journal version.
    pub version: i64,
    /// The area it covers.
    pub district: String,
    /// Its title.
    pub title: String,
    /// First day.
    pub first_day: NaiveDate,
    /// Last day.
    pub last_day: NaiveDate,
    /// `draft` or `published`.
    pub state: String,
    /// The streets covered, once published.
    pub streets: Vec<String>,
    /// When it was announced.
    pub published_at: Option<DateTime<Utc>>,
}

/// Adds a round.
pub async fn insert(conn: &mut PgConnection, r: &RoundRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.round (round_id, version, district, title, first_day, last_day, state)
         values ($1, $2, $3, $4, $5, $6, $7)",
        r.round_id,
        r.version,
        r.district,
        r.title,
        r.first_day,
        r.last_day,
        r.state,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A round, locked.
pub async fn lock(conn: &mut PgConnection, id: RoundId) -> Result<Option<RoundRow>, DbError> {
    Ok(sqlx::query_as!(
        RoundRow,
        "select round_id, version, district, title, first_day, last_day, state, streets, published_at
         from scheduling.round where round_id = $1 for update",
        id.uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// A published round.
pub async fn published(conn: &mut PgConnection, id: RoundId) -> Result<Option<RoundRow>, DbError> {
    Ok(sqlx::query_as!(
        RoundRow,
        "select round_id, version, district, title, first_day, last_day, state, streets, published_at
         from scheduling.round where round_id = $1 and state = 'published'",
        id.uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// Marks a round as published.
pub async fn publish(
    conn: &mut PgConnection,
    id: RoundId,
    version: i64,
    streets: &[String],
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update scheduling.round set state = 'published', version = $2, streets = $3, published_at = $4 where round_id = $1",
        id.uuid(),
        version,
        streets,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One page of published rounds, by first day.
pub async fn page(
    conn: &mut PgConnection,
    area: Option<&DistrictCode>,
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
) -> Result<Vec<RoundRow>, DbError> {
    Ok(sqlx::query_as!(
        RoundRow,
        "select round_id, version, district, title, first_day, last_day, state, streets, published_at
         from scheduling.round
         where state = 'published' and ($1::text is null or starts_with(district, $1))
           and ($2::date is null or (first_day, round_id) > ($2, $3))
         order by first_day, round_id limit $4",
        area.map(DistrictCode::prefix),
        after.map(|a| a.0),
        after.map(|a| a.1),
        limit,
    )
    .fetch_all(conn)
    .await?)
}
