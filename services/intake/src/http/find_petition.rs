use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_web::{Json, Problem, Query, StaffActor};
use serde::Deserialize;
use utoipa::IntoParams;

use super::HttpState;
use crate::app::{self, PetitionView};

/// The number to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ByNumber {
    /// 信访编号
    number: String,
}

/// The petition of a number, for staff who take part in it.
#[utoipa::path(
    get, path = "/petitions", tag = "staff", params(ByNumber), security(("staff" = [])),
    responses((status = 200, body = PetitionView), (status = 404, body = Problem))
)]
pub(super) async fn find_petition(
    State(state): State<HttpState>,
    staff: StaffActor,
    Query(by): Query<ByNumber>,
) -> Result<Json<PetitionView>, Problem> {
    staff.require(Permission::ReadPetition)?;
    Ok(Json(app::view_by_number(&state.context, &staff.0, &by.number).await?))
}
