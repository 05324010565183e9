//! Calls for matters fit for leaders (SZ-13). There are a few in a quarter.

use huiyin_contracts::casework::Quarter;
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::{CallId, DistrictCode};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Call;

fn read(body: Value) -> Result<Call, DbError> {
    serde_json::from_value(body).map_err(|error| DbError::Unreadable(format!("a call: {error}")))
}

fn written(call: &Call) -> Result<Value, DbError> {
    serde_json::to_value(call).map_err(|error| DbError::Unreadable(format!("a call: {error}")))
}

/// Adds a call; false when the platform has called in that quarter.
pub(crate) async fn insert(tx: &mut Tx, call: &Call) -> Result<bool, DbError> {
    let units: Vec<String> = call.raised.units.iter().map(ToString::to_string).collect();
    let done = sqlx::query!(
        "insert into casework.call (call_id, version, district, quarter, platform, asked_by, units, raised_at, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (district, quarter, platform) do nothing",
        call.call_id.uuid(),
        call.version,
        call.raised.district.as_str(),
        call.raised.quarter.to_string(),
        call.raised.platform,
        call.raised.asked_by.as_str(),
        &units,
        call.raised_at,
        written(call)?,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves a call that is locked.
pub(crate) async fn save(tx: &mut Tx, call: &Call) -> Result<(), DbError> {
    sqlx::query!(
        "update casework.call set version = $2, body = $3 where call_id = $1",
        call.call_id.uuid(),
        call.version,
        written(call)?,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A call, locked; none when it is not there or not in sight.
pub(crate) async fn lock(tx: &mut Tx, call_id: Uuid) -> Result<Option<Call>, DbError> {
    let query = sqlx::query_scalar!("select body from casework.call where call_id = $1 for update", call_id);
    query.fetch_optional(&mut **tx).await?.map(read).transpose()
}

/// A call as it is.
pub(crate) async fn find(conn: &mut PgConnection, call_id: CallId) -> Result<Option<Call>, DbError> {
    let query = sqlx::query_scalar!("select body from casework.call where call_id = $1", call_id.uuid());
    query.fetch_optional(conn).await?.map(read).transpose()
}

/// The calls in sight for a quarter, of a district and those around it, in the order in which they were raised.
pub(crate) async fn of_quarter(
    conn: &mut PgConnection,
    district: &DistrictCode,
    quarter: Quarter,
) -> Result<Vec<Call>, DbError> {
    let around: Vec<String> =
        std::iter::successors(Some(district.clone()), DistrictCode::parent).map(String::from).collect();
    let query = sqlx::query_scalar!(
        "select body from casework.call where quarter = $2 and district = any($1) order by raised_at, call_id",
        &around,
        quarter.to_string(),
    );
    query.fetch_all(conn).await?.into_iter().map(read).collect()
}
