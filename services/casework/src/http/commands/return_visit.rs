//! 登记回访 (XT-10, QD-08).

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_contracts::casework::VisitFinding;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::{Done, act};
use crate::app::context::Context;
use crate::domain::{Command, CommandKind, VisitMeans};

/// Records a return visit: what was found of the matter. There is no place for a word about the person.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnVisitBody {
    /// `phone`, `in_person`, `letter` or `net`.
    #[schema(value_type = String, example = "phone")]
    means: VisitMeans,
    /// On which day; between the end of the matter and today.
    visited_on: NaiveDate,
    /// `carried_out`, `partly_carried_out`, `not_carried_out`, or `not_wished` where nothing was asked.
    #[schema(value_type = String, example = "carried_out")]
    finding: VisitFinding,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records a return visit after the end; not carried out, the office is called to account for it (REG-51).
#[utoipa::path(post, path = "/cases/{case_id}/return-visit", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ReturnVisitBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn return_visit(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ReturnVisitBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::RecordReturnVisit, case_id, key, body.expected_version, &body)?;
    let (means, visited_on, finding) = (body.means, body.visited_on, body.finding);
    Ok(answer(act(&ctx, &request, &Command::RecordReturnVisit { means, visited_on, finding }).await?))
}
