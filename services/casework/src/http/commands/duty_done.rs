//! 登记协议履行 (REG-27).

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

/// Records that a duty of the agreement was done.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DutyDoneBody {
    /// Which duty, counted from 1.
    duty: usize,
    /// On which day; not in the future.
    done_on: NaiveDate,
    /// How it was done.
    note: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records that a duty of the agreement was done.
#[utoipa::path(post, path = "/cases/{case_id}/duty-done", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = DutyDoneBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn duty_done(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<DutyDoneBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::RecordDutyDone, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let note = fields.text("note", &body.note, PARAGRAPH);
    fields.done()?;
    let (nth, done_on) = (body.duty, body.done_on);
    Ok(answer(act(&ctx, &request, &Command::RecordDutyDone { nth, done_on, note }).await?))
}
