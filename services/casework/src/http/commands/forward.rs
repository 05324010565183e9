//! 转送纪检监察机关 (REG-11, REG-22).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_kernel::UnitCode;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::hand_over;
use crate::domain::CommandKind;

/// Forwards an accusation to a discipline body; the only thing done with one.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForwardBody {
    /// The discipline body.
    #[schema(value_type = String, example = "990102001-office")]
    unit: UnitCode,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Forwards an accusation to a discipline body; the only thing done with one.
#[utoipa::path(post, path = "/cases/{case_id}/forward", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ForwardBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn forward(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ForwardBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Forward, case_id, key, body.expected_version, &body)?;
    Ok(answer(hand_over::forward(&ctx, &request, body.unit).await?))
}
