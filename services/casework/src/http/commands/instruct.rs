//! 领导阅批.

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

/// A leader reads the matter and says what is to be done (REG-03).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstructBody {
    /// What is to be done.
    text: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// A leader reads the matter and says what is to be done (REG-03).
#[utoipa::path(post, path = "/cases/{case_id}/instruct", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = InstructBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn instruct(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<InstructBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Instruct, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let text = fields.text("text", &body.text, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Instruct { text }).await?))
}
