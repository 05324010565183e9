//! 补送书面答复 (REG-33).

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

/// Records that an answer given by word of mouth or on the net reached the petitioner on paper, too, as asked for; the time to ask for a review runs anew.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaperBody {
    /// By which means.
    means: String,
    /// When it reached the petitioner.
    delivered_at: DateTime<Utc>,
    /// Number of the receipt (送达回证).
    receipt: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records that an answer given by word of mouth or on the net reached the petitioner on paper, too, as asked for; the time to ask for a review runs anew.
#[utoipa::path(post, path = "/cases/{case_id}/paper", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = PaperBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn paper(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<PaperBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::GivePaper, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let means = fields.text("means", &body.means, LINE);
    let receipt = fields.maybe("receipt", body.receipt.as_deref(), LINE);
    fields.done()?;
    // Whole microseconds, as every table and event keeps it.
    let delivered_at = body.delivered_at.trunc_subsecs(6);
    Ok(answer(act(&ctx, &request, &Command::GivePaper { means, delivered_at, receipt }).await?))
}
