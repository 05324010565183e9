use axum::extract::State;
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};

use super::{HttpState, access::AccessBody};
use crate::app::{self, Access, Overview};

/// Where a petition stands, for whoever holds its number and code (自助查询; REG-07).
#[utoipa::path(
    post, path = "/petitions/query", tag = "petitioners", request_body = AccessBody,
    responses((status = 200, body = Overview), (status = 404, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn query(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<AccessBody>,
) -> Result<Json<Overview>, Problem> {
    let access = Access::from(body);
    let found = Box::pin(app::overview(&state.context, &access));
    state.lookups.settle(found, &access.number, address, staff.as_ref()).await.map(Json)
}
