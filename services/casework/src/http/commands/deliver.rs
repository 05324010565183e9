//! 登记送达 (REG-40).

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, SubsecRound as _, Utc};
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Records when and how the reply reached the petitioner.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliverBody {
    /// By which means.
    means: String,
    /// When it reached the petitioner.
    delivered_at: DateTime<Utc>,
    /// Number of the receipt (送达回证).
    receipt: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records when and how the reply reached the petitioner.
#[utoipa::path(post, path = "/cases/{case_id}/deliver", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = DeliverBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn deliver(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<DeliverBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Deliver, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let means = fields.text("means", &body.means, LINE);
    let receipt = fields.maybe("receipt", body.receipt.as_deref(), LINE);
    fields.done()?;
    // Whole microseconds, as every table and event keeps it.
    let delivered_at = body.delivered_at.trunc_subsecs(6);
    Ok(answer(act(&ctx, &request, &Command::Deliver { means, delivered_at, receipt }).await?))
}
