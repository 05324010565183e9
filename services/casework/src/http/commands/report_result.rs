//! 报送办结报告 (REG-10).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Reports to the sender what came of a matter that was handed down (办结报告).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportResultBody {
    /// What was found.
    found: String,
    /// What was done.
    done: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Reports to the sender what came of a matter that was handed down (办结报告).
#[utoipa::path(post, path = "/cases/{case_id}/report-result", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ReportResultBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report_result(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ReportResultBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ReportResult, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let found = fields.text("found", &body.found, DOCUMENT);
    let done = fields.text("done", &body.done, DOCUMENT);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::ReportResult { found, done }).await?))
}
