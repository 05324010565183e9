use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::PetitionId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;

use super::HttpState;
use crate::app::{self, LikelySame};

/// Matters that may be the same one, the most alike first; at most ten.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LikelySameBody {
    items: Vec<LikelySame>,
}

/// Matters that may be the same one put again (重复), for staff who see both: the same place, the same topic, nearly the same text.
#[utoipa::path(
    get, path = "/petitions/{petition_id}/likely-same", tag = "staff", params(("petition_id" = String, Path)),
    security(("staff" = [])), responses((status = 200, body = LikelySameBody), (status = 404, body = Problem))
)]
pub(super) async fn likely_same(
    State(state): State<HttpState>,
    staff: StaffActor,
    Path(petition_id): Path<PetitionId>,
) -> Result<Json<LikelySameBody>, Problem> {
    staff.require(Permission::ReadPetition)?;
    Ok(Json(LikelySameBody { items: app::likely_same(&state.context, &staff.0, petition_id).await? }))
}
