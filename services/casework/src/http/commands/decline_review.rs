//! 不予受理复查、复核 (A6).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Does not take a review up, for a ground of the closed list.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclineReviewBody {
    /// `review_too_late`, `review_skips_level` or `other_body`.
    #[schema(example = "review_too_late")]
    code: String,
    /// What the petitioner is told.
    text: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Does not take a review up (A6); the petitioner is told why and where to go.
#[utoipa::path(post, path = "/cases/{case_id}/decline-review", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = DeclineReviewBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn decline_review(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<DeclineReviewBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::DeclineReview, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let code = fields.text("code", &body.code, LINE);
    let text = fields.text("text", &body.text, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::DeclineReview { code, text }).await?))
}
