//! `PATCH /staff/{staff_id}`

use axum::extract::State;
use huiyin_kernel::{DistrictCode, Role, StaffId, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{self, Context};
use crate::domain::StaffEdit;

/// What is to be different; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffPatch {
    /// The version this is based on: given, and someone was quicker, nothing is changed.
    version: Option<i64>,
    /// Another name.
    name: Option<String>,
    /// Another unit. Ends the person's sessions.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// Other roles. Ends the person's sessions.
    roles: Option<Vec<Role>>,
    /// Another post; empty for none.
    post: Option<String>,
    /// Another portfolio.
    portfolio: Option<Vec<String>>,
    /// Other areas (包片; QD-01).
    #[schema(value_type = Option<Vec<String>>)]
    areas: Option<Vec<DistrictCode>>,
    /// Another office e-mail address; empty for none.
    office_email: Option<String>,
}

/// Changes a member of staff.
#[utoipa::path(patch, path = "/staff/{staff_id}", params(("staff_id" = Uuid, Path)), request_body = StaffPatch, security(("staff" = [])), responses(
    (status = 204, description = "It is so."), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
))]
pub(super) async fn change_staff(
    State(context): State<Context>,
    StaffActor(actor): StaffActor,
    Path(id): Path<StaffId>,
    Json(body): Json<StaffPatch>,
) -> Result<StatusCode, Problem> {
    let StaffPatch { version, name, unit, roles, post, portfolio, areas, office_email } = body;
    let edit = StaffEdit { name, unit, roles, post, portfolio, areas, office_email };
    app::change_staff(&context, &actor, id, version, edit).await?;
    Ok(StatusCode::NO_CONTENT)
}
