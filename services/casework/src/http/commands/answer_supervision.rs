//! 反馈督办 (DZ-10, XY-02).

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
use crate::domain::{Command, CommandKind, Supervise};

/// Answers the supervision order for the office it is addressed to.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerSupervisionBody {
    /// What was done, and why not sooner.
    done: String,
    /// When the matter will be done; may be left out once the petitioner is answered.
    will_be_done_on: Option<NaiveDate>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Answers the supervision order for the office it is addressed to.
#[utoipa::path(post, path = "/cases/{case_id}/answer-supervision", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AnswerSupervisionBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn answer_supervision(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AnswerSupervisionBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::AnswerSupervision, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let done = fields.text("done", &body.done, PARAGRAPH);
    fields.done()?;
    let command = Supervise::Answer { done, will_be_done_on: body.will_be_done_on };
    Ok(answer(act(&ctx, &request, &Command::Supervise(command)).await?))
}
