//! The announced schedule, open to everyone. Drafts are not in it.

use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::start_of_day;
use huiyin_kernel::{RoundId, SessionId};
use huiyin_web::{Json, Page, PageLimit, Pages, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use super::input::{area, bad_cursor, cursor_pair};
use crate::app::AppError;
use crate::store::listing::{self, PublicSession, Window};
use crate::store::rounds::{self, RoundRow};

/// Which sessions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionsQuery {
    /// This district and what lies inside it.
    district: Option<String>,
    /// From this day on.
    from: Option<NaiveDate>,
    /// Up to this day.
    to: Option<NaiveDate>,
    after: Option<String>,
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// The announced sessions by time.
#[utoipa::path(get, path = "/sessions", params(SessionsQuery), responses((status = 200, body = Page<PublicSession>)))]
pub(crate) async fn list_sessions(
    State(api): State<Arc<Api>>,
    Query(query): Query<SessionsQuery>,
) -> Result<Json<Page<PublicSession>>, Problem> {
    let day = |field: &str, day: Option<NaiveDate>| {
        let outside = || Problem::field(field, "日期超出范围", "is out of range", "2026-03-02");
        day.map(|day| start_of_day(day).filter(|_| in_range(day)).ok_or_else(outside)).transpose()
    };
    let after = cursor_pair::<DateTime<Utc>, Uuid>(query.after.as_deref())?;
    if after.is_some_and(|(at, _)| !in_range(at.date_naive())) {
        return Err(bad_cursor());
    }
    let window = Window {
        area: area(query.district.as_deref())?,
        from: day("from", query.from)?,
        to: day("to", query.to.and_then(|day| day.succ_opt()))?,
        after,
    };
    let pages = Pages { after: None, limit: query.limit };
    let mut tx = api.app.db.read().await.map_err(AppError::from)?;
    let rows = listing::sessions(&mut tx, &window, pages.limit() + 1).await.map_err(AppError::from)?;
    let key = |row: &PublicSession| {
        format!("{}~{}", row.starts_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true), row.session_id)
    };
    Ok(Json(Page::of(rows, &pages, key)))
}

fn in_range(day: NaiveDate) -> bool {
    (1900..=9000).contains(&chrono::Datelike::year(&day))
}

/// An announced session.
#[utoipa::path(get, path = "/sessions/{session_id}", params(("session_id" = Uuid, Path)),
    responses((status = 200, body = PublicSession), (status = 404, body = Problem)))]
pub(crate) async fn get_session(
    State(api): State<Arc<Api>>,
    Path(id): Path<SessionId>,
) -> Result<Json<PublicSession>, Problem> {
    let mut tx = api.app.db.read().await.map_err(AppError::from)?;
    let found = listing::session(&mut tx, id).await.map_err(AppError::from)?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// Which rounds to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoundsQuery {
    /// This district and what lies inside it.
    district: Option<String>,
    after: Option<String>,
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// The announced rounds by first day.
#[utoipa::path(get, path = "/rounds", params(RoundsQuery), responses((status = 200, body = Page<RoundRow>)))]
pub(crate) async fn list_rounds(
    State(api): State<Arc<Api>>,
    Query(query): Query<RoundsQuery>,
) -> Result<Json<Page<RoundRow>>, Problem> {
    let area = area(query.district.as_deref())?;
    let after = cursor_pair::<NaiveDate, Uuid>(query.after.as_deref())?;
    if after.is_some_and(|(day, _)| !in_range(day)) {
        return Err(bad_cursor());
    }
    let pages = Pages { after: None, limit: query.limit };
    let mut tx = api.app.db.read().await.map_err(AppError::from)?;
    let rows = rounds::page(&mut tx, area.as_ref(), after, pages.limit() + 1).await.map_err(AppError::from)?;
    Ok(Json(Page::of(rows, &pages, |row| format!("{}~{}", row.first_day, row.round_id))))
}

/// A round with its sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoundWithSessions {
    #[serde(flatten)]
    round: RoundRow,
    sessions: Vec<PublicSession>,
}

/// An announced round.
#[utoipa::path(get, path = "/rounds/{round_id}", params(("round_id" = Uuid, Path)),
    responses((status = 200, body = RoundWithSessions), (status = 404, body = Problem)))]
pub(crate) async fn get_round(
    State(api): State<Arc<Api>>,
    Path(id): Path<RoundId>,
) -> Result<Json<RoundWithSessions>, Problem> {
    let mut tx = api.app.db.read().await.map_err(AppError::from)?;
    let round = rounds::published(&mut tx, id).await.map_err(AppError::from)?.ok_or_else(Problem::not_found)?;
    let sessions = listing::sessions_of_round(&mut tx, id).await.map_err(AppError::from)?;
    Ok(Json(RoundWithSessions { round, sessions }))
}
