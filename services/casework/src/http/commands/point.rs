//! 告知向有权机关提出 (REG-12).

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
use crate::domain::{Command, CommandKind, Road};

/// Points the petitioner to the competent body and closes the case.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointBody {
    /// The competent body.
    to_body: String,
    /// What the petitioner is told.
    text: String,
    /// Of a request, the procedure it is led into: `judicial`, `arbitration`, `party_appeal`, `administrative` or `duty` (REG-23); left out
    /// where only another body is competent.
    #[schema(value_type = Option<String>, example = "arbitration")]
    road: Option<Road>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Points the petitioner to the competent body and closes the case.
#[utoipa::path(post, path = "/cases/{case_id}/point", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = PointBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn point(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<PointBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Point, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let to_body = fields.text("to_body", &body.to_body, LINE);
    let text = fields.text("text", &body.text, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Point { to_body, text, road: body.road }).await?))
}
