//! Planning, announcing, changing and closing sessions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_authz::Permission;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{RoundId, SessionId, StaffId, VenueId};
use huiyin_web::{IdempotencyKey, Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Api;
use super::input::Reader;
use crate::app::{self, Request};
use crate::domain::Plan;

/// A session to plan. Anything may be left open until publication.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionBody {
    /// Whose people it serves: 6, 9 or 12 digits.
    pub(crate) district: String,
    #[schema(value_type = Option<Uuid>)]
    pub(crate) round_id: Option<RoundId>,
    #[schema(value_type = Option<Uuid>)]
    pub(crate) venue_id: Option<VenueId>,
    /// `regular`, `appointment`, `immediate`, `field_visit` or `case_visit`.
    #[schema(value_type = Option<String>)]
    pub(crate) kind: Option<SessionKind>,
    pub(crate) form: Option<String>,
    /// A member of staff.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) leader: Option<StaffId>,
    pub(crate) starts_at: Option<DateTime<Utc>>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    /// Bookable slots; none when left out.
    pub(crate) capacity: Option<u32>,
    /// 30 when left out.
    pub(crate) slot_minutes: Option<u32>,
    pub(crate) reason: Option<String>,
    pub(crate) topic: Option<String>,
}

impl SessionBody {
    pub(crate) fn read(&self, at: &str, reader: &mut Reader) -> Plan {
        let name = |field: &str| if at.is_empty() { field.to_owned() } else { format!("{at}.{field}") };
        let plan = Plan {
            district: reader.district(&name("district"), &self.district),
            round_id: self.round_id,
            kind: self.kind,
            form: reader.optional_text(&name("form"), self.form.as_deref(), 60),
            venue_id: self.venue_id,
            leader: self.leader,
            starts_at: reader.instant(&name("starts_at"), self.starts_at),
            ends_at: reader.instant(&name("ends_at"), self.ends_at),
            capacity: reader.number(&name("capacity"), self.capacity.unwrap_or_default(), 0..=500),
            slot_minutes: reader.number(&name("slot_minutes"), self.slot_minutes.unwrap_or(30), 1..=480),
            reason: reader.optional_text(&name("reason"), self.reason.as_deref(), 500),
            topics: reader.optional_text(&name("topic"), self.topic.as_deref(), 60).into_iter().collect(),
            matters: Vec::new(),
        };
        check_hours(&plan, &name("ends_at"), reader);
        plan
    }
}

fn check_hours(plan: &Plan, field: &str, reader: &mut Reader) {
    if let (Some(from), Some(to)) = (plan.starts_at, plan.ends_at)
        && !(to > from && to - from <= TimeDelta::hours(24))
    {
        reader.refuse(
            field,
            "须晚于开始时间，且不超过24小时",
            "must come after the start, within 24 hours",
            "2026-03-02T04:00:00Z",
        );
    }
}

/// A draft that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Drafted {
    session_id: Uuid,
}

/// Plan a session.
#[utoipa::path(post, path = "/sessions", params(("Idempotency-Key" = String, Header)), request_body = SessionBody, security(("staff" = [])),
    responses((status = 201, body = Drafted), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn draft(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    key: IdempotencyKey,
    Json(body): Json<SessionBody>,
) -> Result<(StatusCode, Json<Drafted>), Problem> {
    staff.require(Permission::PlanSessions)?;
    let mut reader = Reader::default();
    let plan = body.read("", &mut reader);
    let plan = reader.done(plan)?;
    let request = Request::keyed(staff.into(), &key, "POST /sessions", &body);
    let id = app::draft_session::draft_session(&api.app, &request, plan).await?;
    Ok((StatusCode::CREATED, Json(Drafted { session_id: id.uuid() })))
}

/// What to change. A published session needs a reason; its leader is changed by substitution alone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeBody {
    #[schema(value_type = Option<Uuid>)]
    venue_id: Option<VenueId>,
    #[schema(value_type = Option<String>)]
    kind: Option<SessionKind>,
    form: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    leader: Option<StaffId>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    capacity: Option<u32>,
    slot_minutes: Option<u32>,
    reason: Option<String>,
    topic: Option<String>,
    /// Why an announced session changes; required for one.
    change_reason: Option<String>,
}

/// Change a draft, or move an announced session.
#[utoipa::path(patch, path = "/sessions/{session_id}", params(("session_id" = Uuid, Path)), request_body = ChangeBody,
    security(("staff" = [])), responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<SessionId>,
    Json(body): Json<ChangeBody>,
) -> Result<StatusCode, Problem> {
    let mut reader = Reader::default();
    let starts_at = reader.instant("starts_at", body.starts_at);
    let ends_at = reader.instant("ends_at", body.ends_at);
    let form = reader.optional_text("form", body.form.as_deref(), 60);
    let reason = reader.optional_text("reason", body.reason.as_deref(), 500);
    let topic = reader.optional_text("topic", body.topic.as_deref(), 60);
    let capacity = body.capacity.map(|n| reader.number("capacity", n, 0..=500));
    let slot_minutes = body.slot_minutes.map(|n| reader.number("slot_minutes", n, 1..=480));
    let change_reason = reader.optional_text("change_reason", body.change_reason.as_deref(), 500);
    let hidden = change_reason.is_some() && (body.leader.is_some() || body.kind.is_some());
    if hidden {
        reader.refuse(
            "leader",
            "已公示场次的领导请用替换",
            "substitute the leader of an announced session instead",
            "",
        );
    }
    reader.done(())?;
    let with = move |plan: Plan| Plan {
        venue_id: body.venue_id.or(plan.venue_id),
        kind: body.kind.or(plan.kind),
        form: form.or(plan.form),
        leader: body.leader.or(plan.leader),
        starts_at: starts_at.or(plan.starts_at),
        ends_at: ends_at.or(plan.ends_at),
        capacity: capacity.unwrap_or(plan.capacity),
        slot_minutes: slot_minutes.unwrap_or(plan.slot_minutes),
        reason: reason.or(plan.reason),
        topics: topic.map_or(plan.topics, |topic| vec![topic]),
        ..plan
    };
    if let Some(why) = change_reason {
        staff.require(Permission::PublishSessions)?;
        let request = Request::on(staff.into(), "move session", id);
        app::relocate_session::relocate_session(&api.app, &request, id, why, with).await?;
    } else {
        staff.require(Permission::PlanSessions)?;
        let request = Request::on(staff.into(), "replan session", id);
        app::replan_session::replan_session(&api.app, &request, id, with).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Which sessions to announce.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishBody {
    #[schema(value_type = Vec<Uuid>, max_items = 500)]
    session_ids: Vec<SessionId>,
}

/// Announce sessions: all of them, or none with what is missing.
#[utoipa::path(post, path = "/sessions/publish", request_body = PublishBody, security(("staff" = [])),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn publish(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Json(body): Json<PublishBody>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::PublishSessions)?;
    let mut ids = body.session_ids;
    let given = ids.len();
    ids.sort_unstable();
    ids.dedup();
    let Some(first) = ids.first().copied().filter(|_| given == ids.len() && given <= 500) else {
        return Err(Problem::field(
            "session_ids",
            "须为1至500个不同的场次",
            "must be 1 to 500 different sessions",
            "[]",
        ));
    };
    let request = Request::on(staff.into(), "publish sessions", first);
    app::publish_sessions::publish_sessions(&api.app, &request, &ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who receives instead, and why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubstituteBody {
    #[schema(value_type = Uuid)]
    leader: StaffId,
    reason: String,
}

/// Let another leader receive (DW-09).
#[utoipa::path(post, path = "/sessions/{session_id}/substitute", params(("session_id" = Uuid, Path)),
    request_body = SubstituteBody, security(("staff" = [])), responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn substitute(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<SessionId>,
    Json(body): Json<SubstituteBody>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::PublishSessions)?;
    let mut reader = Reader::default();
    let reason = reader.text("reason", &body.reason, 500);
    let reason = reader.done(reason)?;
    let request = Request::on(staff.into(), "substitute", id);
    app::substitute::substitute(&api.app, &request, id, body.leader, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a session is cancelled.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelBody {
    reason: String,
}

/// Cancel an announced session; its bookings are given back.
#[utoipa::path(post, path = "/sessions/{session_id}/cancel", params(("session_id" = Uuid, Path)), request_body = CancelBody,
    security(("staff" = [])), responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn cancel(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<SessionId>,
    Json(body): Json<CancelBody>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::PublishSessions)?;
    let mut reader = Reader::default();
    let reason = reader.text("reason", &body.reason, 500);
    let reason = reader.done(reason)?;
    let request = Request::on(staff.into(), "cancel session", id);
    app::cancel_session::cancel_session(&api.app, &request, id, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close a session that took place (WH-02).
#[utoipa::path(post, path = "/sessions/{session_id}/close", params(("session_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn close(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    if staff.require(Permission::PublishSessions).is_err() {
        staff.require(Permission::RecordReception)?;
    }
    let request = Request::on(staff.into(), "close session", id);
    app::close_session::close_session(&api.app, &request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
