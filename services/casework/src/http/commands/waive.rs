//! 免除“原则上”的步骤.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Leaves out a step that holds in principle (原则上); the reason is kept.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaiveBody {
    /// The step's code in the pack.
    step: String,
    /// Why it can be left out here.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Leaves out a step that holds in principle (原则上); the reason is kept.
#[utoipa::path(post, path = "/cases/{case_id}/waive", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = WaiveBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn waive(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<WaiveBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Waive, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let step = fields.text("step", &body.step, LINE);
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Waive { step, reason }).await?))
}
