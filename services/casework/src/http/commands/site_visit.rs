//! 登记实地督查 (SZ-11).

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_kernel::{CaseId, StaffId};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::site_visit as app;
use crate::domain::CommandKind;

/// Records a supervision visit to the place.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteVisitBody {
    /// Who headed it: a supervisor or main leader.
    #[schema(value_type = Uuid)]
    head: StaffId,
    /// On which day; not in the future.
    visited_on: NaiveDate,
    /// What was found of how the matter is handled.
    finding: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Records a supervision visit to the place.
#[utoipa::path(post, path = "/cases/{case_id}/site-visit", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SiteVisitBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn site_visit(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SiteVisitBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::RecordSiteVisit, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let finding = fields.text("finding", &body.finding, DOCUMENT);
    fields.done()?;
    Ok(answer(app::site_visit(&ctx, &request, body.head, body.visited_on, finding).await?))
}
