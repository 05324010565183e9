//! 撤回分解任务.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Takes a part back that is no longer asked for (JX-09).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakePartBackBody {
    /// Which part, counted from 1.
    part: usize,
    /// Why; that unit is told.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Takes a part back that is no longer asked for (JX-09).
#[utoipa::path(post, path = "/cases/{case_id}/take-part-back", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = TakePartBackBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn take_part_back(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<TakePartBackBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::TakePartBack, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::TakePartBack { nth: body.part, reason }).await?))
}
