use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use huiyin_authz::Permission;
use huiyin_web::{CallError, Problem, StatusCode};
use uuid::Uuid;

use super::{new_key, query_of};
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::form::Sheet;
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::Known;
use crate::upstream::scheduling::{self, Draft, Session};

/// Days shown before and after today.
const BEFORE: i64 = 7;
const AFTER: i64 = 31;

#[derive(Template)]
#[template(path = "staff/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sheet: Sheet,
    mine: Vec<Row>,
    others: Vec<Row>,
    drafts: Vec<DraftRow>,
    may_publish: bool,
    form_token: String,
    key: String,
    board: String,
    done: bool,
}

struct Row {
    session_id: Uuid,
    when: String,
    leader: String,
    place: String,
    state: String,
}

struct DraftRow {
    session_id: Uuid,
    when: String,
    what: String,
    /// What the announcement still lacks.
    missing: String,
    /// It is of a kind that is for certain matters (DW-15).
    names_matters: bool,
}

/// Sessions of one's district: one's own first; drafts for those who plan.
pub(in crate::http) async fn list(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let done = query_of(&uri).get("done") == "publish";
    shown(&desk, &seat, StatusCode::OK, None, done).await
}

async fn shown(
    desk: &Desk,
    seat: &Seat,
    status: StatusCode,
    problem: Option<&Problem>,
    done: bool,
) -> Result<Response, Failure> {
    let today = when::city_date(desk.clock.now());
    let days = (when::days_later(today, -BEFORE), when::days_later(today, AFTER));
    let area = &seat.card().district;
    let (mut sessions, mut after) = (Vec::new(), None::<String>);
    for _ in 0..10 {
        let part = scheduling::announced(&desk.http, Some(area), days, after.as_deref()).await?;
        sessions.extend(part.items);
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    let known = desk.reference.or_empty(&desk.http).await;
    let drafts = if seat.may(Permission::PlanSessions) {
        scheduling::drafts(&desk.http, None, seat.token()).await?.items
    } else {
        Vec::new()
    };
    let (mine, others): (Vec<&Session>, Vec<&Session>) =
        sessions.iter().partition(|session| session.leader.is_some_and(|leader| seat.is(leader.into())));
    let mut sheet = Sheet::default();
    if let Some(problem) = problem {
        sheet = sheet.refused(problem);
    }
    let board = format!("/receptions/board?district={area}&from={today}");
    let body = SessionsPage {
        frame: Frame::of(seat, "sessions"),
        sheet,
        mine: mine.into_iter().map(|session| row(session, &known)).collect(),
        others: others.into_iter().map(|session| row(session, &known)).collect(),
        drafts: drafts.iter().map(|draft| draft_row(draft, &known)).collect(),
        may_publish: seat.may(Permission::PublishSessions),
        form_token: seat.form_token.clone(),
        key: new_key(),
        board,
        done,
    };
    Ok(page(status, &body))
}

pub(super) fn time(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    format!("{} {}–{}", when::date_with_weekday(when::city_date(from)), when::clock(from), when::clock(to))
}

fn row(session: &Session, known: &Known) -> Row {
    Row {
        session_id: session.session_id,
        when: time(session.starts_at, session.ends_at),
        leader: format!("{} {}", session.leader_name, session.leader_post),
        place: format!("{} · {}", known.place(&session.district), session.venue_name),
        state: words::session_state(&session.state).to_owned(),
    }
}

/// Whether sessions of this kind are for certain matters.
pub(super) fn names_matters(kind: &str) -> bool {
    matches!(kind, "appointment" | "field_visit" | "case_visit")
}

fn draft_row(draft: &Draft, known: &Known) -> DraftRow {
    let plan = &draft.plan;
    let when = match (plan.starts_at, plan.ends_at) {
        (Some(from), Some(to)) => time(from, to),
        _ => "时间未定".to_owned(),
    };
    let kind = plan.kind.as_deref().map_or("形式未定", words::session_kind);
    DraftRow {
        session_id: draft.session_id,
        when,
        what: format!("{} · {kind}", known.place(&plan.district)),
        missing: draft.missing.join("、"),
        names_matters: plan.kind.as_deref().is_some_and(names_matters),
    }
}

/// Announces the drafts ticked: all of them, or none with what is missing.
pub(in crate::http) async fn publish(State(desk): State<Desk>, filed: Filed) -> Answer {
    let (seat, form) = (&filed.seat, &filed.form);
    let ticked: Vec<&str> = form.all("session_id").collect();
    match scheduling::publish(&desk.http, &ticked, seat.token()).await {
        Ok(()) => Ok(Redirect::to("/staff/sessions?done=publish").into_response()),
        Err(CallError::Refused { problem, .. }) => shown(&desk, seat, problem.status(), Some(&problem), false).await,
        Err(error) => Err(error.into()),
    }
}
