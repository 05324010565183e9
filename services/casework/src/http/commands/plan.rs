//! 制定化解方案.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Lays down the plan of the matter (一事一策; JX-06, QD-10).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanBody {
    /// How it is to be resolved, by whom.
    text: String,
    /// Until when; today or later.
    until: NaiveDate,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Lays down the plan of the matter (一事一策; JX-06, QD-10).
#[utoipa::path(post, path = "/cases/{case_id}/plan", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = PlanBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn plan(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<PlanBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::SetPlan, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let text = fields.text("text", &body.text, DOCUMENT);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::SetPlan { text, until: body.until }).await?))
}
