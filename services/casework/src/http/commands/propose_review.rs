//! 拟定复查意见、复核意见 (REG-44).

use axum::extract::State;
use axum::response::Response;
use huiyin_contracts::casework::{Outcome, ReviewResult};
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind, ProposeReview};

/// Proposes an opinion on a review; somebody else approves it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposeReviewBody {
    /// `upheld`, `changed`, `withdrawn` (set aside) or `redo` (handled anew).
    #[schema(value_type = String, example = "upheld")]
    result: ReviewResult,
    /// How the matter is decided, exactly when changed or set aside.
    #[schema(value_type = Option<String>, example = "supported")]
    outcome: Option<Outcome>,
    /// What was found.
    facts_found: String,
    /// 复查意见, 复核意见, in full.
    opinion: String,
    /// 法律法规依据
    legal_basis: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Proposes an opinion on a review or re-examination; somebody else approves it.
#[utoipa::path(post, path = "/cases/{case_id}/propose-review", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ProposeReviewBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn propose_review(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ProposeReviewBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ProposeReview, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let propose = ProposeReview {
        result: body.result,
        outcome: body.outcome,
        facts_found: fields.text("facts_found", &body.facts_found, DOCUMENT),
        opinion: fields.text("opinion", &body.opinion, DOCUMENT),
        legal_basis: fields.text("legal_basis", &body.legal_basis, DOCUMENT),
    };
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::ProposeReview(propose)).await?))
}
