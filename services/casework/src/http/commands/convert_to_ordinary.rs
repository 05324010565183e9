//! 转为普通程序 (REG-33).

use axum::extract::State;
use axum::response::Response;
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

/// Converts from the simple to the ordinary procedure; its period counts from the same acceptance, and the petitioner is told.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConvertToOrdinaryBody {
    /// Why the simple procedure no longer fits; the petitioner is told.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Converts from the simple to the ordinary procedure; its period counts from the same acceptance, and the petitioner is told.
#[utoipa::path(post, path = "/cases/{case_id}/convert-to-ordinary", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ConvertToOrdinaryBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn convert_to_ordinary(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ConvertToOrdinaryBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::ConvertToOrdinary, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::ConvertToOrdinary { reason }).await?))
}
