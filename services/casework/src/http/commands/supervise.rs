//! 督办 (REG-50, REG-51).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind, Supervise};

/// Calls the responsible office to account.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuperviseBody {
    /// A ground of the closed list, such as `evasion`: a failing of the office.
    ground: String,
    /// What is demanded of the office.
    demand: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Calls the responsible office to account; it answers within the pack's period.
#[utoipa::path(post, path = "/cases/{case_id}/supervise", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SuperviseBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn supervise(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SuperviseBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::OrderSupervision, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let ground = fields.text("ground", &body.ground, LINE);
    let demand = fields.text("demand", &body.demand, PARAGRAPH);
    fields.done()?;
    Ok(answer(act(&ctx, &request, &Command::Supervise(Supervise::Order { ground, demand })).await?))
}
