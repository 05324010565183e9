//! 报送整改报告 (REG-53).

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
use crate::domain::{Command, CommandKind, Supervise};

/// What the office put right.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportRectificationBody {
    /// What was done, and what keeps it from happening again.
    done: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Reports the rectification for the office that owes it.
#[utoipa::path(post, path = "/cases/{case_id}/report-rectification", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ReportRectificationBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report_rectification(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ReportRectificationBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ReportRectification, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let done = fields.text("done", &body.done, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Supervise(Supervise::ReportRectification { done })).await?))
}
