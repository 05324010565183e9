//! 公示包案.

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

/// Publishes the case that the leader agreed to take (SZ-08, SZ-14).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishSelectionBody {
    /// The matter in de-identified words: no names, no addresses of persons. Everybody reads it.
    summary: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Publishes the case that the leader agreed to take (SZ-08, SZ-14).
#[utoipa::path(post, path = "/cases/{case_id}/publish-selection", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = PublishSelectionBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn publish_selection(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<PublishSelectionBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::PublishSelection, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let summary = fields.text("summary", &body.summary, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::PublishSelection { summary }).await?))
}
