//! 出具信访处理意见书 (REG-25).

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
use crate::app::reply as app;
use crate::domain::{CommandKind, ReplyManner};

/// Issues the written reply from the approved opinion.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyBody {
    /// `written`, when left out; in the simple procedure also `oral`, `phone` or `net` (REG-33).
    #[schema(value_type = Option<String>, example = "written")]
    manner: Option<ReplyManner>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Issues the written reply from the approved opinion.
#[utoipa::path(post, path = "/cases/{case_id}/reply", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ReplyBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn reply(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ReplyBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Reply, case_id, key, body.expected_version, &body)?;
    Ok(answer(Box::pin(app::reply(&ctx, &request, body.manner.unwrap_or_default())).await?))
}
