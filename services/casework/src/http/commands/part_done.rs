//! 反馈分解任务.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
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

/// Reports a part done, by the unit that has it (JX-09).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartDoneBody {
    /// Which part, counted from 1.
    part: usize,
    /// On which day; not in the future.
    done_on: NaiveDate,
    /// What came of it.
    result: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Reports a part done, by the unit that has it (JX-09).
#[utoipa::path(post, path = "/cases/{case_id}/part-done", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = PartDoneBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn part_done(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<PartDoneBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ReportPart, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let result = fields.text("result", &body.result, PARAGRAPH);
    fields.done()?;
    let (nth, done_on) = (body.part, body.done_on);
    Ok(answer(act(&ctx, &request, &Command::ReportPart { nth, done_on, result }).await?))
}
