//! From a number to its case.

use axum::extract::State;
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::{CaseId, PetitionNumber};
use huiyin_web::{Json, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::context::Context;
use crate::app::error::Failure;
use crate::store;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// As printed, or as somebody typed it.
    #[param(example = "HY-2026-0004-9217-K")]
    number: String,
}

/// Which case a number names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    #[schema(value_type = Uuid)]
    case_id: CaseId,
}

/// Which case a number names, for everybody who takes part in it: units that assist or do a part of it know its number, and may not know who
/// petitioned. What the reader may not see is answered as what does not exist.
#[utoipa::path(get, path = "/cases/by-number", params(Asked),
    security(("staff" = [])), responses((status = 200, body = Found), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(asked): Query<Asked>,
) -> Result<Json<Found>, Problem> {
    staff.require(Permission::ReadCase)?;
    let number = PetitionNumber::parse(&asked.number).map_err(|_| Problem::not_found())?;
    let mut tx = ctx.api.look_up_as(&Sight::of(&staff.0)).await?;
    let case_id = store::cases::with_number(&mut tx, &number).await.map_err(Failure::from)?;
    let case_id = case_id.ok_or_else(Problem::not_found)?;
    if !store::worklist::is_visible(&mut tx, case_id, &staff.0).await.map_err(Failure::from)? {
        return Err(Problem::not_found());
    }
    Ok(Json(Found { case_id }))
}
