//! 提请领导包案.

use axum::extract::State;
use axum::response::Response;
use huiyin_contracts::casework::Quarter;
use huiyin_kernel::{CaseId, StaffId};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::app::directory_facts::require_leader;
use crate::domain::{Command, CommandKind};

/// Asks a leader to take the case in a quarter (SZ-08, SZ-14).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SelectLeaderBody {
    /// Who is asked; a leader or main leader.
    #[schema(value_type = Uuid)]
    leader: StaffId,
    /// For which quarter: the one that runs, or the next.
    #[schema(value_type = String, example = "2026Q4")]
    quarter: Quarter,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Asks a leader to take the case in a quarter (SZ-08, SZ-14).
#[utoipa::path(post, path = "/cases/{case_id}/select-leader", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SelectLeaderBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn select_leader(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SelectLeaderBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::SelectLeader, case_id, key, body.expected_version, &body)?;
    require_leader(&ctx, body.leader).await?;
    let command = Command::SelectLeader { leader: body.leader, quarter: body.quarter };
    Ok(answer(act(&ctx, &request, &command).await?))
}
