//! 报告重大紧急事项 (REG-17).

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_contracts::casework::ReportLevel;
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

/// Records that a major or urgent matter was reported upwards; whoever received first keeps it (WH-09).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportUpBody {
    /// `own`, `next` or `state`.
    #[schema(value_type = String, example = "own")]
    level: ReportLevel,
    /// On which day; not in the future.
    reported_on: NaiveDate,
    /// What was reported.
    text: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records that a major or urgent matter was reported upwards; whoever received first keeps it (WH-09).
#[utoipa::path(post, path = "/cases/{case_id}/report-up", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ReportUpBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report_up(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ReportUpBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ReportUp, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let text = fields.text("text", &body.text, DOCUMENT);
    fields.done()?;
    let (level, reported_on) = (body.level, body.reported_on);
    Ok(answer(act(&ctx, &request, &Command::ReportUp { level, reported_on, text }).await?))
}
