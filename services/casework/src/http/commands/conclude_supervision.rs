//! 办结督办 (DZ-10).

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

/// Concludes the order: the office's answer does.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConcludeSupervisionBody {
    /// What the supervisor adds.
    note: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Concludes the order: the office's answer does.
#[utoipa::path(post, path = "/cases/{case_id}/conclude-supervision", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ConcludeSupervisionBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn conclude_supervision(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ConcludeSupervisionBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ConcludeSupervision, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let note = fields.maybe("note", body.note.as_deref(), PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Supervise(Supervise::Conclude { note })).await?))
}
