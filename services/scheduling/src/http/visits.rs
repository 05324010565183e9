//! Booking, coming, being received.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use huiyin_authz::{Permission, Sight};
use huiyin_contracts::scheduling::VisitOutcome;
use huiyin_kernel::{PetitionId, SessionId, VisitId};
use huiyin_web::{IdempotencyKey, Json, Page, PageLimit, Pages, Path, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use super::input::{Reader, cursor};
use crate::app::book::Booked;
use crate::app::register_visit::Registered;
use crate::app::{self, AppError, Request};
use crate::domain::Record;
use crate::store::{self, listing::HallVisit};

/// The petition that comes.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PetitionBody {
    #[schema(value_type = Uuid)]
    petition_id: PetitionId,
}

/// The petition to be booked.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingBody {
    #[schema(value_type = Uuid)]
    petition_id: PetitionId,
    /// Why before the level below gave its opinion (XT-06); kept with the turn where it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiver_reason: Option<String>,
}

/// Book a petition into the first free slot.
#[utoipa::path(post, path = "/sessions/{session_id}/bookings", params(("Idempotency-Key" = String, Header), ("session_id" = Uuid, Path)),
    request_body = BookingBody, security(("staff" = [])), responses((status = 201, body = Booked), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn book(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    key: IdempotencyKey,
    Path(id): Path<SessionId>,
    Json(body): Json<BookingBody>,
) -> Result<(StatusCode, Json<Booked>), Problem> {
    staff.require(Permission::BookVisit)?;
    let mut reader = Reader::default();
    let waiver = reader.optional_text("waiver_reason", body.waiver_reason.as_deref(), 500);
    let waiver = reader.done(waiver)?;
    let request = Request::keyed(staff.into(), &key, &format!("POST /sessions/{id}/bookings"), &body);
    let booked = app::book::book(&api.app, &request, id, body.petition_id, waiver).await?;
    Ok((StatusCode::CREATED, Json(booked)))
}

/// Give a booking back.
#[utoipa::path(delete, path = "/bookings/{visit_id}", params(("visit_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn give_back(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<VisitId>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::BookVisit)?;
    let request = Request::on(staff.into(), "give back", id);
    app::give_back::give_back(&api.app, &request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Register someone who came without a booking.
#[utoipa::path(post, path = "/sessions/{session_id}/walk-ins", params(("Idempotency-Key" = String, Header), ("session_id" = Uuid, Path)),
    request_body = PetitionBody, security(("staff" = [])),
    responses((status = 201, body = Registered), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn walk_in(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    key: IdempotencyKey,
    Path(id): Path<SessionId>,
    Json(body): Json<PetitionBody>,
) -> Result<(StatusCode, Json<Registered>), Problem> {
    staff.require(Permission::RegisterVisit)?;
    let request = Request::keyed(staff.into(), &key, &format!("POST /sessions/{id}/walk-ins"), &body);
    let registered = app::register_visit::walk_in(&api.app, &request, id, body.petition_id).await?;
    Ok((StatusCode::CREATED, Json(registered)))
}

/// Someone came to a booked turn.
#[utoipa::path(post, path = "/visits/{visit_id}/arrival", params(("visit_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = Registered), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn arrive(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<VisitId>,
) -> Result<Json<Registered>, Problem> {
    staff.require(Permission::RegisterVisit)?;
    let request = Request::on(staff.into(), "arrive", id);
    Ok(Json(app::register_visit::arrive(&api.app, &request, id).await?))
}

/// Paging.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VisitsQuery {
    after: Option<String>,
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// The turns of a session: numbers, no persons.
#[utoipa::path(get, path = "/sessions/{session_id}/visits", params(("session_id" = Uuid, Path), VisitsQuery),
    security(("staff" = [])), responses((status = 200, body = Page<HallVisit>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<SessionId>,
    Query(query): Query<VisitsQuery>,
) -> Result<Json<Page<HallVisit>>, Problem> {
    if staff.require(Permission::RegisterVisit).is_err() {
        staff.require(Permission::ReceiveVisitors)?;
    }
    let after = cursor::<Uuid>(query.after.as_deref())?;
    let pages = Pages { after: None, limit: query.limit };
    let mut tx = api.app.db.read_as(&Sight::of(&staff.0)).await.map_err(AppError::from)?;
    let session = store::sessions::read(&mut tx, &[id]).await.map_err(AppError::from)?.pop();
    let session = session.ok_or_else(Problem::not_found)?;
    Request::on(staff.into(), "list visits", id).may_work_at(&mut tx, &session.plan).await?;
    let rows = store::listing::visits(&mut tx, id, after, pages.limit() + 1).await.map_err(AppError::from)?;
    Ok(Json(Page::of(rows, &pages, |row| row.visit_id.to_string())))
}

/// The record (接访登记表): what the leader and the petitioner write. The rest of the form is known already.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordBody {
    /// 反映的主要问题和诉求
    main_problem: String,
    /// 接访领导意见
    leader_opinion: String,
    /// 办理结果
    result: String,
    /// 信访人意见: the petitioner's own words, or nothing.
    petitioner_opinion: Option<String>,
    /// 陪同接待单位或人员
    #[serde(default)]
    #[schema(max_items = 20)]
    attended_by: Vec<String>,
    /// How it ended; `kind` is `settled_on_spot`, `promised`, `assigned`, `explained` or `aided`.
    #[schema(value_type = Object)]
    outcome: VisitOutcome,
}

/// Complete the record of a visit.
#[utoipa::path(post, path = "/visits/{visit_id}/record", params(("visit_id" = Uuid, Path)), request_body = RecordBody,
    security(("staff" = [])), responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn conclude(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<VisitId>,
    Json(body): Json<RecordBody>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::RecordReception)?;
    let mut reader = Reader::default();
    if body.attended_by.len() > 20 {
        reader.refuse("attended_by", "最多20项", "has at most 20 entries", "");
    }
    match &body.outcome {
        VisitOutcome::SettledOnSpot { result_summary, .. }
        | VisitOutcome::Explained { result_summary }
        | VisitOutcome::Aided { result_summary } => {
            reader.text("outcome.result_summary", result_summary, 500);
        }
        VisitOutcome::Promised { .. } | VisitOutcome::Assigned { .. } => {}
    }
    let record = Record {
        attended_by: body.attended_by.iter().map(|who| reader.text("attended_by", who, 60)).collect(),
        main_problem: reader.text("main_problem", &body.main_problem, 5000),
        leader_opinion: reader.text("leader_opinion", &body.leader_opinion, 2000),
        result: reader.text("result", &body.result, 2000),
        petitioner_opinion: reader.optional_text("petitioner_opinion", body.petitioner_opinion.as_deref(), 2000),
    };
    let record = reader.done(record)?;
    let request = Request::on(staff.into(), "record", id);
    app::conclude_visit::conclude_visit(&api.app, &request, id, record, body.outcome).await?;
    Ok(StatusCode::NO_CONTENT)
}
