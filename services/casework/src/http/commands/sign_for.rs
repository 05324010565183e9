//! 签收转送的事项 (REG-14).

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

/// The receiver has what was transferred in hand.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignForBody {
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// The receiver of a transfer signs for it (签收), once: who has it in hand, and since when. Its time runs from the transfer all the same.
#[utoipa::path(post, path = "/cases/{case_id}/sign-for", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SignForBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn sign_for(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SignForBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::SignFor, case_id, key, body.expected_version, &body)?;
    Ok(answer(act(&ctx, &request, &Command::SignFor).await?))
}
