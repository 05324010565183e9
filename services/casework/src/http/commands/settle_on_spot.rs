//! 现场解决 (WH-04).

use axum::extract::State;
use axum::response::Response;
use huiyin_contracts::scheduling::OnSpotConditions;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Closes a matter settled in front of the petitioner.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettleBody {
    /// The five conditions; all must hold.
    #[schema(value_type = Object)]
    conditions: OnSpotConditions,
    /// What was done.
    result: String,
    /// The same in de-identified words.
    result_summary: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Closes a matter settled in front of the petitioner.
#[utoipa::path(post, path = "/cases/{case_id}/settle-on-spot", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SettleBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn settle_on_spot(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SettleBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::SettleOnSpot, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let result = fields.text("result", &body.result, DOCUMENT);
    let result_summary = fields.text("result_summary", &body.result_summary, PARAGRAPH);
    fields.done()?;
    let conditions = body.conditions;
    let command = Command::SettleOnSpot { conditions, result, result_summary, reception: None };
    Ok(answer(act(&ctx, &request, &command).await?))
}
