//! 答复包案提请.

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

/// The leader asked agrees and has the case from then on, or says why not (SZ-14).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerSelectionBody {
    /// Takes the case (包案).
    agrees: bool,
    /// Why not; needed when the leader does not agree.
    reason: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// The leader asked agrees and has the case from then on, or says why not (SZ-14).
#[utoipa::path(post, path = "/cases/{case_id}/answer-selection", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AnswerSelectionBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn answer_selection(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AnswerSelectionBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::AnswerSelection, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = body.reason.as_deref().map(|text| fields.text("reason", text, PARAGRAPH));
    fields.done()?;
    let command = Command::AnswerSelection { agrees: body.agrees, reason };
    Ok(answer(act(&ctx, &request, &command).await?))
}
