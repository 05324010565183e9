//! 答复异议 (REG-14).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::competence;
use crate::app::context::Context;
use crate::domain::CommandKind;

/// The sender of a transfer verifies an objection and agrees (核实同意), or says why not.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerObjectionBody {
    /// `true`: the matter goes back to the sender; `false`: the receiver handles it.
    agree: bool,
    /// Why.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// The sender of a transfer verifies an objection and agrees (核实同意), or says why not.
#[utoipa::path(post, path = "/cases/{case_id}/answer-objection", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AnswerObjectionBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn answer_objection(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AnswerObjectionBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::AnswerObjection, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(Box::pin(competence::answer_objection(&ctx, &request, body.agree, reason)).await?))
}
