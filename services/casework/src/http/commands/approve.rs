//! 审批同意.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Approves the proposed opinion, in the next role of the pack's chain.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApproveBody {
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Approves the proposed opinion, in the next role of the pack's chain.
#[utoipa::path(post, path = "/cases/{case_id}/approve", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ApproveBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn approve(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ApproveBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Approve, case_id, key, body.expected_version, &body)?;
    Ok(answer(act(&ctx, &request, &Command::Approve).await?))
}
