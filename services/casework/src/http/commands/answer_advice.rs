//! 反馈改进建议 (REG-50, REG-51).

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

/// Says whether the advice is adopted.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerAdviceBody {
    /// Whether.
    is_adopted: bool,
    /// How it is carried out; why not, if it is not adopted.
    text: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Says whether the advice is adopted; what is not needs reasons.
#[utoipa::path(post, path = "/cases/{case_id}/answer-advice", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AnswerAdviceBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn answer_advice(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AnswerAdviceBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::AnswerAdvice, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let text = fields.maybe("text", body.text.as_deref(), PARAGRAPH);
    fields.done()?;
    let command = Supervise::AnswerAdvice { is_adopted: body.is_adopted, text };
    Ok(answer(act(&ctx, &request, &Command::Supervise(command)).await?))
}
