//! 受理: taking a petition up (REG-12…14).

use axum::extract::State;
use axum::response::Response;
use huiyin_contracts::casework::Grade;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::domain::{Command, CommandKind, Refusal, SimpleAdmission, SimpleConditions, SimpleGround, SimpleRefusal};

/// Takes the petition up; the handling period starts.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptBody {
    /// `ordinary`, `complex` or `wide`; chooses the local limit (JD-10).
    #[schema(value_type = String, example = "ordinary")]
    grade: Grade,
    /// Present when it is taken up by the simple procedure (简易办理; REG-30).
    simple: Option<SimpleBody>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// The admission to the simple procedure.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimpleBody {
    /// `clear_and_easy`, `answerable_at_once`, `daily_and_pressing`, `promised_or_concluded` or `other`.
    #[schema(example = "clear_and_easy")]
    ground: String,
    /// What is stated of the matter: `first_time`, `no_other_procedure`, `one_unit`, `not_to_be_refused`, each `true` or `false`.
    #[schema(value_type = Object)]
    conditions: SimpleConditions,
}

impl SimpleBody {
    fn read(&self) -> Result<SimpleAdmission, Refusal> {
        let known = || SimpleGround::ALL.iter().map(|(_, code)| *code).collect();
        let ground = SimpleGround::with_code(&self.ground)
            .ok_or_else(|| SimpleRefusal::UnknownGround { code: self.ground.clone(), known: known() })?;
        Ok(SimpleAdmission { ground, conditions: self.conditions })
    }
}

/// Takes the petition up; the handling period starts.
#[utoipa::path(post, path = "/cases/{case_id}/accept", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = AcceptBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn accept(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AcceptBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Accept, case_id, key, body.expected_version, &body)?;
    let simple = body.simple.as_ref().map(SimpleBody::read).transpose().map_err(Failure::from)?;
    Ok(answer(act(&ctx, &request, &Command::Accept { grade: body.grade, simple }).await?))
}
