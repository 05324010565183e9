//! 移交 (DW-17, WH-09).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_kernel::{StaffId, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::hand_over as app;
use crate::domain::CommandKind;

/// Moves responsibility; the deadlines stay.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverBody {
    /// The unit responsible from now on.
    #[schema(value_type = String, example = "990102001-office")]
    unit: UnitCode,
    /// The leader from now on, if another.
    #[schema(value_type = Option<Uuid>)]
    leader: Option<StaffId>,
    /// Why.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Moves responsibility; the deadlines stay.
#[utoipa::path(post, path = "/cases/{case_id}/hand-over", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = HandOverBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn hand_over(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<HandOverBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::HandOver, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(app::hand_over(&ctx, &request, body.unit, body.leader, reason).await?))
}
