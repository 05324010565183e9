//! Recording a step of handling (JD-09).

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

/// Records a step, in the order of the pack.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepBody {
    /// The step's code in the pack, such as `hear_petitioner`.
    step: String,
    /// What was done.
    note: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records a step, in the order of the pack.
#[utoipa::path(post, path = "/cases/{case_id}/steps", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = StepBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn steps(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<StepBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::DoStep, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let step = fields.text("step", &body.step, LINE);
    let note = fields.text("note", &body.note, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::DoStep { step, note }).await?))
}
