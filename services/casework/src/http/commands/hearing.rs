//! 听证 (REG-42).

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
use crate::domain::{Command, CommandKind, Hearing};

/// Fixes, moves or records a hearing.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HearingBody {
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// What it is about, or what came of it.
    note: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Fixes, moves or records a hearing; in a re-examination its days do not count (REG-42).
#[utoipa::path(post, path = "/cases/{case_id}/hearing", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = HearingBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn hearing(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<HearingBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::HoldHearing, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let note = fields.text("note", &body.note, PARAGRAPH);
    fields.done()?;
    let hearing = Hearing { from: body.from, to: body.to, note };
    Ok(answer(act(&ctx, &request, &Command::HoldHearing(hearing)).await?))
}
