use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::{PetitionId, Text};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::Deserialize;
use utoipa::ToSchema;

use super::HttpState;
use crate::app::{self, Identity};

const REASON: usize = 200;

/// Why the identity is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonBody {
    /// Kept in the journal with who looked; 1 to 200 characters.
    #[schema(example = "电话核实事发地点")]
    pub(super) reason: String,
}

/// Reads a reason.
pub(super) fn reason(text: &str) -> Result<Text, Problem> {
    Text::parse(text, REASON).map_err(|error| {
        Problem::field("reason", format!("须说明查看理由，不超过{REASON}字"), error.to_string(), "电话核实事发地点")
    })
}

/// Opens who petitioned, with a reason that the journal keeps (S5).
#[utoipa::path(
    post, path = "/petitions/{petition_id}/identity", tag = "staff", params(("petition_id" = String, Path)),
    request_body = ReasonBody, security(("staff" = [])),
    responses((status = 200, body = Identity), (status = 404, body = Problem))
)]
pub(super) async fn reveal_identity(
    State(state): State<HttpState>,
    staff: StaffActor,
    Path(petition_id): Path<PetitionId>,
    Json(body): Json<ReasonBody>,
) -> Result<Json<Identity>, Problem> {
    staff.require(Permission::RevealIdentity)?;
    let reason = reason(&body.reason)?;
    Ok(Json(app::reveal_identity(&state.context, staff.0, petition_id, &reason).await?))
}
