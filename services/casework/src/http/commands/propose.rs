//! 拟定处理意见.

use axum::extract::State;
use axum::response::Response;
use huiyin_contracts::casework::Outcome;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind, Propose};

/// Proposes an opinion; somebody else approves it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposeBody {
    /// Requests: `supported`, `explained`, `not_supported`; suggestions: `adopted`, `partly_adopted`, `not_adopted`.
    #[schema(value_type = String, example = "supported")]
    outcome: Outcome,
    /// 处理意见, in full.
    opinion: String,
    /// 法律法规依据
    legal_basis: String,
    /// 事实和理由
    facts_found: String,
    /// 产生原因, in de-identified words.
    cause_found: Option<String>,
    /// 处理意见, in de-identified words.
    opinion_summary: Option<String>,
    /// 办理结果, in de-identified words.
    result_summary: Option<String>,
    /// The petitioner is in real hardship (WH-12).
    hardship: bool,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Proposes an opinion; somebody else approves it.
#[utoipa::path(post, path = "/cases/{case_id}/propose", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ProposeBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn propose(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ProposeBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Propose, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let propose = Propose {
        outcome: body.outcome,
        opinion: fields.text("opinion", &body.opinion, DOCUMENT),
        legal_basis: fields.text("legal_basis", &body.legal_basis, DOCUMENT),
        facts_found: fields.text("facts_found", &body.facts_found, DOCUMENT),
        cause_found: fields.maybe("cause_found", body.cause_found.as_deref(), PARAGRAPH),
        opinion_summary: fields.maybe("opinion_summary", body.opinion_summary.as_deref(), PARAGRAPH),
        result_summary: fields.maybe("result_summary", body.result_summary.as_deref(), PARAGRAPH),
        hardship: body.hardship,
    };
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Propose(propose)).await?))
}
