use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::PetitionId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::HttpState;
use crate::{
    app::{self, ErasureState},
    domain::ErasureGround,
};

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EraseBody {
    ground: ErasureGround,
}

/// How far it has come.
#[derive(Serialize, ToSchema)]
pub(super) struct Erasure {
    state: ErasureState,
}

/// Asks for the personal data of a closed or withdrawn petition to be destroyed; a second person's same request destroys it (S7).
#[utoipa::path(
    post, path = "/petitions/{petition_id}/erasure", tag = "staff", params(("petition_id" = String, Path)),
    request_body = EraseBody, security(("staff" = [])),
    responses((status = 200, body = Erasure), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(super) async fn erase(
    State(state): State<HttpState>,
    staff: StaffActor,
    Path(petition_id): Path<PetitionId>,
    Json(body): Json<EraseBody>,
) -> Result<Json<Erasure>, Problem> {
    staff.require(Permission::EraseIdentity)?;
    let state = app::erase(&state.context, staff.0, petition_id, body.ground).await?;
    Ok(Json(Erasure { state }))
}
