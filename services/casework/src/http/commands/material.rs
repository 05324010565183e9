//! 提交约访材料.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind};

/// Gives the material of the unit for an appointment (属地单位材料准备; QD-02).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaterialBody {
    /// The matter, how it was handled before, the view of the unit, whom to invite.
    text: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Gives the material of the unit for an appointment (属地单位材料准备; QD-02).
#[utoipa::path(post, path = "/cases/{case_id}/material", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = MaterialBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn material(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<MaterialBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::GiveMaterial, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let text = fields.text("text", &body.text, DOCUMENT);
    fields.done()?;
    let command = Command::GiveMaterial { text };
    Ok(answer(act(&ctx, &request, &command).await?))
}
