//! The matters a session is for, and the sessions planned for a matter (DW-15, TJ-05).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use huiyin_authz::Permission;
use huiyin_kernel::{PetitionId, SessionId};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use crate::app::Request;
use crate::app::matters::{self, SessionMatters};
use crate::store::matters::PlannedSession;

/// What a session is for: matters by number and topic, no persons. Who plans a case visit is offered what its leader has taken (包案).
#[utoipa::path(get, path = "/sessions/{session_id}/matters", params(("session_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = SessionMatters), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionMatters>, Problem> {
    if staff.require(Permission::RegisterVisit).is_err() && staff.require(Permission::PlanSessions).is_err() {
        staff.require(Permission::ReceiveVisitors)?;
    }
    let request = Request::on(staff.into(), "list matters", id);
    Ok(Json(matters::of_session(&api.app, &request, id).await?))
}

/// Name a matter an appointment, a field visit or a case visit is for. Asked twice it is named once.
#[utoipa::path(put, path = "/sessions/{session_id}/matters/{petition_id}",
    params(("session_id" = Uuid, Path), ("petition_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn name(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path((id, petition)): Path<(SessionId, PetitionId)>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::PlanSessions)?;
    let request = Request::on(staff.into(), &format!("name matter {petition}"), id);
    matters::name_matter(&api.app, &request, id, petition).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a matter off.
#[utoipa::path(delete, path = "/sessions/{session_id}/matters/{petition_id}",
    params(("session_id" = Uuid, Path), ("petition_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn take_off(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path((id, petition)): Path<(SessionId, PetitionId)>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::PlanSessions)?;
    let request = Request::on(staff.into(), &format!("take matter {petition} off"), id);
    matters::take_matter_off(&api.app, &request, id, petition).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The announced sessions planned for a matter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlannedSessions {
    items: Vec<PlannedSession>,
}

/// The sessions planned for a matter, for who answers for it; of an accusation there are none to be seen (REG-22).
#[utoipa::path(get, path = "/petitions/{petition_id}/sessions", params(("petition_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = PlannedSessions), (status = 404, body = Problem)))]
pub(crate) async fn sessions(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(petition): Path<PetitionId>,
) -> Result<Json<PlannedSessions>, Problem> {
    staff.require(Permission::ReadCase)?;
    let request = Request::on(staff.into(), "list sessions", petition);
    let items = matters::sessions_for(&api.app, &request, petition).await?;
    Ok(Json(PlannedSessions { items }))
}
