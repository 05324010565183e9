//! `PUT /units/{code}`

use axum::extract::State;
use huiyin_contracts::directory::UnitKind;
use huiyin_kernel::{DistrictCode, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    put_district::yes,
    views::{OutcomeView, SuccessionView},
};
use crate::app::{self, Context};
use crate::domain::Unit;

/// A unit as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitBody {
    /// The full name.
    #[schema(example = "和安市人力资源和社会保障局")]
    name: String,
    /// The name people use.
    #[schema(example = "市人社局")]
    short_name: String,
    /// `bureau`, `department`, `street_office` or `discipline`.
    #[schema(value_type = String, example = "department")]
    kind: UnitKind,
    /// Whose matters it handles; fixed once the unit is there.
    #[schema(value_type = String, example = "990100")]
    district: DistrictCode,
    /// Topics it is competent for.
    #[serde(default)]
    topics: Vec<String>,
    /// False abolishes it; then `succession` says who carries on.
    #[serde(default = "yes")]
    active: bool,
    /// Who carries on what it answered for (REG-16).
    #[serde(default)]
    succession: Option<SuccessionView>,
}

/// Adds or changes a unit.
#[utoipa::path(put, path = "/units/{code}", params(("code" = String, Path)), request_body = UnitBody, security(("staff" = [])), responses(
    (status = 200, body = OutcomeView), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
))]
pub(super) async fn put_unit(
    State(context): State<Context>,
    StaffActor(actor): StaffActor,
    Path(code): Path<UnitCode>,
    Json(body): Json<UnitBody>,
) -> Result<Json<OutcomeView>, Problem> {
    let UnitBody { name, short_name, kind, district, topics, active, succession } = body;
    let succession = succession.map(Into::into);
    let unit = Unit { code, name, short_name, kind, district, topics, active, succession };
    Ok(Json(app::put_unit(&context, &actor, unit).await?.into()))
}
