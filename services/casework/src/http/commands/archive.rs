//! 归档 (WH-15).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::archive::archive as archived;
use crate::app::context::Context;
use crate::domain::CommandKind;

/// Archives the file of a closed matter; refused with everything that is missing.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArchiveBody {
    /// The number of the receipt of delivery (送达回证), where it was not recorded with the delivery.
    receipt: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Archives the file of a closed matter, by the petition office; refused with everything that is missing.
#[utoipa::path(post, path = "/cases/{case_id}/archive", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ArchiveBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn archive(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ArchiveBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Archive, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let receipt = fields.maybe("receipt", body.receipt.as_deref(), LINE);
    fields.done()?;
    Ok(answer(archived(&ctx, &request, receipt).await?))
}
