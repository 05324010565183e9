//! 一并办结关联事项.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::together;
use crate::domain::CommandKind;

/// Closes a matter and those linked with it, each by its own delivered reply; all of them or none.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseLinkedBody {
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Closes a matter and those linked with it, each by its own delivered reply; all of them or none.
#[utoipa::path(post, path = "/cases/{case_id}/close-linked", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = CloseLinkedBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn close_linked(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<CloseLinkedBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Close, case_id, key, body.expected_version, &body)?;
    Ok(answer(Box::pin(together::close_linked(&ctx, &request)).await?))
}
