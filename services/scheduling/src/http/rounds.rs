//! Planning and announcing rounds.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use huiyin_authz::Permission;
use huiyin_kernel::RoundId;
use huiyin_web::{IdempotencyKey, Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::input::Reader;
use super::sessions::SessionBody;
use crate::app::draft_round::{DraftRound, DraftedRound};
use crate::app::{self, Request};

/// A round to plan.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundBody {
    title: String,
    /// The area it is to cover, street by street.
    district: String,
    /// Its day.
    on: NaiveDate,
    /// Its last day, when it takes several.
    until: Option<NaiveDate>,
    /// Its sessions, as far as known; more can be planned with its `round_id`.
    #[serde(default)]
    #[schema(max_items = 500)]
    sessions: Vec<SessionBody>,
}

/// Plan a round.
#[utoipa::path(post, path = "/rounds", params(("Idempotency-Key" = String, Header)), request_body = RoundBody, security(("staff" = [])),
    responses((status = 201, body = DraftedRound), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn draft(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    key: IdempotencyKey,
    Json(body): Json<RoundBody>,
) -> Result<(StatusCode, Json<DraftedRound>), Problem> {
    staff.require(Permission::PlanSessions)?;
    let mut reader = Reader::default();
    let until = body.until.unwrap_or(body.on);
    let in_range = |day: NaiveDate| (2000..2100).contains(&chrono::Datelike::year(&day));
    if !in_range(body.on) || !in_range(until) || until < body.on {
        reader.refuse(
            "on",
            "须为2000至2099年，且不晚于 until",
            "must be in 2000 to 2099, not after `until`",
            "2026-03-02",
        );
    }
    if body.sessions.len() > 500 {
        reader.refuse("sessions", "一轮最多500场", "a round has at most 500 sessions", "");
    }
    let command = DraftRound {
        district: reader.district("district", &body.district),
        title: reader.text("title", &body.title, 100),
        days: (body.on, until),
        sessions: body
            .sessions
            .iter()
            .enumerate()
            .map(|(n, session)| session.read(&format!("sessions[{n}]"), &mut reader))
            .collect(),
    };
    if command.sessions.iter().any(|plan| plan.round_id.is_some()) {
        reader.refuse("sessions", "本轮场次不填 round_id", "sessions given here take no `round_id`", "");
    }
    let command = reader.done(command)?;
    let request = Request::keyed(staff.into(), &key, "POST /rounds", &body);
    let drafted = app::draft_round::draft_round(&api.app, &request, command).await?;
    Ok((StatusCode::CREATED, Json(drafted)))
}

/// Announce a round: every street covered, every session complete (WH-01).
#[utoipa::path(post, path = "/rounds/{round_id}/publish", params(("round_id" = uuid::Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn publish(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<RoundId>,
) -> Result<StatusCode, Problem> {
    staff.require(Permission::PublishSessions)?;
    let request = Request::on(staff.into(), "publish round", id);
    app::publish_round::publish_round(&api.app, &request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
