//! 登记协商会办.

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

/// Records that those concerned consulted together (协商会办; QD-02).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsultationBody {
    /// On which day; today or before.
    held_on: NaiveDate,
    /// Which units and persons of offices took part.
    present: String,
    /// What they agreed on.
    agreed: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records that those concerned consulted together (协商会办; QD-02).
#[utoipa::path(post, path = "/cases/{case_id}/consultation", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ConsultationBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn consultation(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ConsultationBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::RecordConsultation, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let present = fields.text("present", &body.present, PARAGRAPH);
    let agreed = fields.text("agreed", &body.agreed, PARAGRAPH);
    fields.done()?;
    let command = Command::RecordConsultation { held_on: body.held_on, present, agreed };
    Ok(answer(act(&ctx, &request, &command).await?))
}
