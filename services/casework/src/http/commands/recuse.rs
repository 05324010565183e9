//! 回避 (REG-26).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::{CaseId, StaffId};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Somebody of an office has a direct interest in the matter and no part in it any more.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecuseBody {
    /// Who; the actor, when absent. Of another the head of the unit says so.
    #[schema(value_type = Option<Uuid>)]
    person: Option<StaffId>,
    /// What the interest is. Read by those who handle the matter, told to nobody else.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Somebody has a direct interest in the matter (回避): they do nothing in it any more. A leader loses it; an officer is to be replaced by assigning another.
#[utoipa::path(post, path = "/cases/{case_id}/recuse", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = RecuseBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn recuse(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<RecuseBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Recuse, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    let person = body.person.or_else(|| request.actor.staff_id()).ok_or_else(Problem::not_found)?;
    Ok(answer(act(&ctx, &request, &Command::Recuse { person, reason }).await?))
}
