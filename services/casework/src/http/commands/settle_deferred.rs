//! 登记适时解决.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
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

/// Records that what was put off is settled (XT-21).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettleDeferredBody {
    /// On which day; not in the future.
    done_on: NaiveDate,
    /// How.
    note: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records that what was put off is settled (XT-21).
#[utoipa::path(post, path = "/cases/{case_id}/settle-deferred", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SettleDeferredBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn settle_deferred(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SettleDeferredBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::SettleDeferred, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let note = fields.text("note", &body.note, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::SettleDeferred { done_on: body.done_on, note }).await?))
}
