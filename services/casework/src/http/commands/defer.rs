//! 暂缓解决.

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

/// Puts off what cannot be settled now, to a day that the petitioner is told (适时解决; XT-21).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeferBody {
    /// Which conditions lack; the petitioner is told.
    reason: String,
    /// The day on which it is looked at again; from tomorrow to a year from now.
    look_again_on: NaiveDate,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Puts off what cannot be settled now, to a day that the petitioner is told (适时解决; XT-21).
#[utoipa::path(post, path = "/cases/{case_id}/defer", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = DeferBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn defer(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<DeferBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Defer, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    let command = Command::Defer { reason, look_again_on: body.look_again_on };
    Ok(answer(act(&ctx, &request, &command).await?))
}
