//! 确定管辖 (REG-15).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::{CaseId, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, MOST_UNITS, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::competence;
use crate::app::context::Context;
use crate::domain::CommandKind;

/// Decides which unit answers for the matter (主办) and which assist it (协办); the petitioner is told.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideCompetenceBody {
    /// Answers for the matter.
    #[schema(value_type = String, example = "990102001-office")]
    unit: UnitCode,
    /// Assist it and see the matter.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    assisting: Vec<UnitCode>,
    /// Why.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Decides which unit answers for the matter (主办) and which assist it (协办); the petitioner is told.
#[utoipa::path(post, path = "/cases/{case_id}/decide-competence", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = DecideCompetenceBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn decide_competence(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<DecideCompetenceBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::DecideCompetence, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    fields.at_most("assisting", body.assisting.len(), MOST_UNITS);
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(competence::decide(&ctx, &request, body.unit, body.assisting, reason).await?))
}
