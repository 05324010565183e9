//! 登记约访申请.

use axum::extract::State;
use axum::response::Response;
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

/// Records that the petitioner asks for an appointment with a leader (申请约访; QD-02).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskAppointmentBody {
    /// What the petitioner wishes: which leader, when, what help is needed.
    wish: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records that the petitioner asks for an appointment with a leader (申请约访; QD-02).
#[utoipa::path(post, path = "/cases/{case_id}/ask-appointment", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AskAppointmentBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn ask_appointment(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AskAppointmentBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::AskAppointment, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let wish = fields.maybe("wish", body.wish.as_deref(), PARAGRAPH);
    fields.done()?;
    let command = Command::AskAppointment { wish };
    Ok(answer(act(&ctx, &request, &command).await?))
}
