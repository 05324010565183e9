//! 延长办理期限 (REG-24, JD-10).

use axum::extract::State;
use axum::response::Response;
use huiyin_contracts::casework::Grade;
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

/// Extends the handling period, within the pack's cap.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtendBody {
    /// Calendar days.
    days: u32,
    /// The grade that allows it; must be the case's.
    #[schema(value_type = String, example = "wide")]
    kind: Grade,
    /// Why; the petitioner is told.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Extends the handling period, within the pack's cap.
#[utoipa::path(post, path = "/cases/{case_id}/extend", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ExtendBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn extend(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ExtendBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Extend, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Extend { days: body.days, kind: body.kind, reason }).await?))
}
