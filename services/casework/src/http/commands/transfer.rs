//! 转送、交办 (REG-10).

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_kernel::CaseId;
use huiyin_kernel::UnitCode;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::hand_over;
use crate::domain::CommandKind;

/// Sends a matter on to the competent body (转送), or hands it down with a demanded result (交办); the petitioner is told.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferBody {
    /// The competent body.
    #[schema(value_type = String, example = "990102001-office")]
    unit: UnitCode,
    /// Which result is demanded; makes it a 交办.
    demand: Option<String>,
    /// Until when the result is to be reported (办结报告); not later than the matter itself can be due.
    report_by: Option<NaiveDate>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Sends a matter on to the competent body (转送), or hands it down with a demanded result (交办); the petitioner is told.
#[utoipa::path(post, path = "/cases/{case_id}/transfer", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = TransferBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn transfer(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<TransferBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Transfer, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let demand = fields.maybe("demand", body.demand.as_deref(), PARAGRAPH);
    fields.done()?;
    Ok(answer(hand_over::transfer(&ctx, &request, body.unit, demand, body.report_by).await?))
}
