//! 办结 (WH-11).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Closes a case whose reply was delivered and whose steps are done.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Closes a case whose reply was delivered and whose steps are done.
#[utoipa::path(post, path = "/cases/{case_id}/close", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = CloseBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn close(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<CloseBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Close, case_id, key, body.expected_version, &body)?;
    Ok(answer(act(&ctx, &request, &Command::Close).await?))
}
