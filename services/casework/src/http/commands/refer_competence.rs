//! 报请确定管辖 (REG-15).

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

/// Puts the question which unit is competent to the petition office above all of them.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferCompetenceBody {
    /// The other units concerned.
    #[schema(value_type = Vec<String>)]
    others: Vec<UnitCode>,
    /// What is disputed.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Puts the question which unit is competent to the petition office above all of them.
#[utoipa::path(post, path = "/cases/{case_id}/refer-competence", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ReferCompetenceBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn refer_competence(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ReferCompetenceBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ReferCompetence, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    fields.at_most("others", body.others.len(), MOST_UNITS);
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(Box::pin(competence::refer(&ctx, &request, body.others, reason)).await?))
}
