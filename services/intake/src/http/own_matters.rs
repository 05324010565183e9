use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::DistrictCode;
use huiyin_web::{Json, Problem, StaffActor};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{HttpState, reveal_identity::reason};
use crate::app::{self, Resolved};

/// The document shown at the counter, and why it is looked up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnMattersBody {
    /// Where to look: this district and those inside it.
    district: String,
    /// As on the document.
    document_number: String,
    /// Kept in each matter's journal.
    reason: String,
}

/// A petitioner who shows a document may see all matters handed in with it (each time journaled).
#[utoipa::path(
    post, path = "/petitions/own", tag = "staff", request_body = OwnMattersBody, security(("staff" = [])),
    responses((status = 200, body = Vec<Resolved>), (status = 400, body = Problem))
)]
pub(super) async fn own_matters(
    State(state): State<HttpState>,
    staff: StaffActor,
    Json(body): Json<OwnMattersBody>,
) -> Result<Json<Vec<Resolved>>, Problem> {
    staff.require(Permission::RevealIdentity)?;
    let district = DistrictCode::parse(body.district.trim())
        .map_err(|error| Problem::field("district", "区划代码有误", error.to_string(), "990101"))?;
    let reason = reason(&body.reason)?;
    Ok(Json(app::own_matters(&state.context, staff.0, &district, &body.document_number, &reason).await?))
}
