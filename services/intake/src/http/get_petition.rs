use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::PetitionId;
use huiyin_web::{Json, Path, Problem, StaffActor};

use super::HttpState;
use crate::app::{self, PetitionView};

/// A petition for staff who take part in it: the matter, and who petitioned only masked.
#[utoipa::path(
    get, path = "/petitions/{petition_id}", tag = "staff", params(("petition_id" = String, Path)),
    security(("staff" = [])), responses((status = 200, body = PetitionView), (status = 404, body = Problem))
)]
pub(super) async fn get_petition(
    State(state): State<HttpState>,
    staff: StaffActor,
    Path(petition_id): Path<PetitionId>,
) -> Result<Json<PetitionView>, Problem> {
    staff.require(Permission::ReadPetition)?;
    Ok(Json(app::view(&state.context, &staff.0, petition_id).await?))
}
