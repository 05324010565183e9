//! What a person has to look at: no route, given up, nobody in a role.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_web::{Path, Problem, StaffActor, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::messages::staff_district;
use super::storage;
use crate::app::context::Context;
use crate::app::resolve_alarm::resolve_alarm;
use crate::store::alarms;

const MOST: i64 = 200;

/// An open alarm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenAlarm {
    alarm_id: i64,
    /// `no_route`, `given_up` or `nobody_in_role`.
    kind: String,
    district: String,
    unit: Option<String>,
    petition_id: Option<Uuid>,
    detail: String,
    raised_at: DateTime<Utc>,
}

/// Open alarms of one's district, newest first, 200 at most.
#[utoipa::path(get, path = "/alarms", security(("staff" = [])),
    responses((status = 200, body = Vec<OpenAlarm>)))]
pub(crate) async fn list(State(ctx): State<Context>, staff: StaffActor) -> Result<axum::Json<Vec<OpenAlarm>>, Problem> {
    staff.require(Permission::ManageDeliveries)?;
    let mut conn = ctx.api.read_as(&Sight::of_district(&staff.0)).await.map_err(storage)?;
    let rows = alarms::open(&mut conn, staff_district(&staff)?, MOST).await.map_err(storage)?;
    let rows = rows.into_iter().map(|a| OpenAlarm {
        alarm_id: a.alarm_id,
        kind: a.kind,
        district: a.district,
        unit: a.unit,
        petition_id: a.petition_id,
        detail: a.detail,
        raised_at: a.raised_at,
    });
    Ok(axum::Json(rows.collect()))
}

/// Notes that the person was told, or that the role is filled.
#[utoipa::path(post, path = "/alarms/{alarm_id}/resolve", params(("alarm_id" = i64, Path)), security(("staff" = [])),
    responses((status = 204)))]
pub(crate) async fn resolve(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(alarm_id): Path<i64>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::ManageDeliveries)?;
    let by = staff.0.staff_id().ok_or_else(Problem::unauthenticated)?;
    let found = resolve_alarm(&ctx, &Sight::of_district(&staff.0), alarm_id, staff_district(&staff)?, by)
        .await
        .map_err(storage)?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
