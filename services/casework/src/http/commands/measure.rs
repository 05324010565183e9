//! 约谈、通报、挂牌督办、限期整改 (REG-53).

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_contracts::casework::MeasureKind;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind, Supervise};

/// A measure of the joint conference on the office called to account.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureBody {
    /// `summons` (约谈), `bulletin` (通报), `listing` (挂牌督办) or `rectification` (限期整改).
    #[schema(value_type = String, example = "summons")]
    kind: MeasureKind,
    /// Why: a failing of the office.
    reason: String,
    /// The last day to report a rectification; left out for the others.
    rectify_by: Option<NaiveDate>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Takes a measure of the joint conference on the office called to account in this matter.
#[utoipa::path(post, path = "/cases/{case_id}/measure", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = MeasureBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn measure(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<MeasureBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::TakeMeasure, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    let command = Supervise::Measure { kind: body.kind, reason, rectify_by: body.rectify_by };
    Ok(answer(act(&ctx, &request, &Command::Supervise(command)).await?))
}
