//! 交办.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_kernel::{StaffId, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::assign as app;
use crate::app::context::Context;
use crate::domain::CommandKind;

/// Names the handling officer.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignBody {
    /// The handling officer.
    #[schema(value_type = Uuid)]
    officer: StaffId,
    /// The officer's unit, when the case goes to another one.
    #[schema(value_type = Option<String>, example = "990102-hr")]
    unit: Option<UnitCode>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Names the handling officer.
#[utoipa::path(post, path = "/cases/{case_id}/assign", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AssignBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn assign(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AssignBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Assign, case_id, key, body.expected_version, &body)?;
    Ok(answer(app::assign(&ctx, &request, body.officer, body.unit).await?))
}
