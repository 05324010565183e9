//! 分解任务.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_kernel::{CaseId, UnitCode};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::app::directory_facts::is_discipline;
use crate::domain::{Command, CommandKind};

/// Gives a part of the matter to another unit, with a day of its own (JX-09).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivePartBody {
    /// The unit that does it; another than the one that answers for the matter.
    #[schema(value_type = String, example = "420102-housing")]
    unit: UnitCode,
    /// What is to be done; nothing of who petitioned.
    text: String,
    /// Until when, that day included; not after the matter itself is due.
    due_on: NaiveDate,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Gives a part of the matter to another unit, with a day of its own (JX-09).
#[utoipa::path(post, path = "/cases/{case_id}/give-part", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = GivePartBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn give_part(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<GivePartBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::GivePart, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let text = fields.text("text", &body.text, PARAGRAPH);
    fields.done()?;
    let is_discipline = is_discipline(&ctx, &body.unit).await?;
    let command = Command::GivePart { unit: body.unit, text, due_on: body.due_on, is_discipline };
    Ok(answer(act(&ctx, &request, &command).await?))
}
