//! `PUT /districts/{code}`

use axum::extract::State;
use huiyin_kernel::{DistrictCode, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::OutcomeView;
use crate::app::{self, Context};
use crate::domain::District;

/// A district as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DistrictBody {
    /// The name.
    #[schema(example = "澄浦区")]
    name: String,
    /// The policy pack in force for petitions registered from now on; cases already begun keep theirs.
    #[schema(example = "national-2022")]
    policy_pack: String,
    /// The unit that takes in petitions here; it may be added afterwards.
    #[schema(value_type = String, example = "cp-xfj")]
    petition_unit: UnitCode,
    /// False gives the code up.
    #[serde(default = "yes")]
    active: bool,
}

pub(super) const fn yes() -> bool {
    true
}

/// Adds or changes a district.
#[utoipa::path(put, path = "/districts/{code}", params(("code" = String, Path)), request_body = DistrictBody, security(("staff" = [])), responses(
    (status = 200, body = OutcomeView), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
))]
pub(super) async fn put_district(
    State(context): State<Context>,
    StaffActor(actor): StaffActor,
    Path(code): Path<DistrictCode>,
    Json(body): Json<DistrictBody>,
) -> Result<Json<OutcomeView>, Problem> {
    let DistrictBody { name, policy_pack, petition_unit, active } = body;
    let district = District { code, name, policy_pack, petition_unit, active };
    Ok(Json(app::put_district(&context, &actor, district).await?.into()))
}
