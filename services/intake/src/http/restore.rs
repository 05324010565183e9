use axum::extract::State;
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};

use super::{HttpState, access::AccessBody, amend::PetitionAfter};
use crate::app::{self, Access};

/// Takes a withdrawal back (恢复).
#[utoipa::path(
    post, path = "/petitions/restore", tag = "petitioners", request_body = AccessBody,
    responses((status = 200, body = PetitionAfter), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn restore(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<AccessBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    let access = Access::from(body);
    let restored = Box::pin(app::restore(&state.context, &access));
    let petition = state.lookups.settle(restored, &access.number, address, staff.as_ref()).await?;
    Ok(Json(petition.snapshot.into()))
}
