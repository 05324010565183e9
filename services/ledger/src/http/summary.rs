//! Counts of matters (REG-54). Units and matters only.

use axum::extract::State;
use huiyin_authz::{Permission, Sight};
use huiyin_web::{Problem, Query, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::Asked;
use super::storage;
use crate::app::context::Context;
use crate::store::summary::counts;

/// How many matters share one value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SummaryCount {
    /// `outcome`, `class`, `topic`, `channel`, `state`, `unit` or `district`.
    dimension: String,
    /// Absent where the value is not known yet.
    value: Option<String>,
    matters: i64,
    closed: i64,
    /// Matters with a deadline missed at some time.
    missed: i64,
}

/// Counts over the matters one may see, in a district and period.
#[utoipa::path(get, path = "/summary", params(Asked), security(("staff" = [])),
    responses((status = 200, body = Vec<SummaryCount>), (status = 404, body = Problem)))]
pub(crate) async fn summary(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Vec<SummaryCount>>, Problem> {
    staff.require(Permission::ReadReports)?;
    let mut conn = ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?;
    let filter = asked.filter(&mut conn, &staff).await?;
    let rows = counts(&mut conn, &filter).await.map_err(storage)?;
    let rows = rows.into_iter().map(|c| SummaryCount {
        dimension: c.dimension,
        value: c.value,
        matters: c.matters,
        closed: c.closed,
        missed: c.missed,
    });
    Ok(axum::Json(rows.collect()))
}
