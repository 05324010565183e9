//! What a session is for (约访、下访、带案下访; DW-15, TJ-05): matters by number and topic, no person; and beside a case the sessions planned for it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures::join;
use huiyin_web::{CallError, Problem, StatusCode};
use uuid::Uuid;

use super::case::read_id;
use super::sessions::time;
use crate::desk::Desk;
use crate::domain::words;
use crate::failure::Failure;
use crate::http::form::{Field, Posted, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::planned::{self, Matter, Planned};
use crate::upstream::{Known, intake};

#[derive(Template)]
#[template(path = "staff/matters.html")]
struct MattersPage {
    frame: Frame,
    session_id: Uuid,
    when: String,
    kind: String,
    state: String,
    is_draft: bool,
    named: Vec<Row>,
    offered: Vec<Row>,
    may_name: bool,
    form_token: String,
    sheet: Sheet,
}

struct Row {
    petition_id: Uuid,
    number: String,
    what: String,
    state: String,
}

/// The sessions planned for a matter, beside its case.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/planned.html")]
pub(in crate::http) struct PlannedFor {
    sessions: Vec<Planned>,
}

impl PlannedFor {
    pub(super) const fn beside(sessions: Vec<Planned>) -> Self {
        Self { sessions }
    }

    pub(in crate::http) const fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    fn when(session: &Planned) -> String {
        time(session.starts_at, session.ends_at)
    }

    fn state(session: &Planned) -> &str {
        words::session_state(&session.state)
    }
}

/// What a session is for, announced or not.
pub(in crate::http) async fn show(State(desk): State<Desk>, Path(id): Path<String>, seat: Seat) -> Answer {
    shown(&desk, &seat, read_id(&id)?, StatusCode::OK, None).await
}

async fn shown(
    desk: &Desk,
    seat: &Seat,
    id: Uuid,
    status: StatusCode,
    refused: Option<(&Problem, &Posted)>,
) -> Result<Response, Failure> {
    let (matters, known) = join!(planned::matters(&desk.http, id, seat.token()), desk.reference.or_empty(&desk.http));
    let matters = matters?;
    let number = Field::line("number", "信访编号", "Petition number").required().most(40);
    let mut sheet = Sheet::plain(vec![number]).hide("form_token", &seat.form_token);
    if let Some((problem, form)) = refused {
        sheet = sheet.filled(form).refused(problem);
    }
    let when = match (matters.starts_at, matters.ends_at) {
        (Some(from), Some(to)) => time(from, to),
        _ => "时间未定".to_owned(),
    };
    let rows = |matters: &[Matter]| matters.iter().map(|matter| row(matter, &known)).collect();
    let body = MattersPage {
        frame: Frame::of(seat, "sessions"),
        session_id: id,
        when,
        kind: matters.kind.as_deref().map_or("形式未定", words::session_kind).to_owned(),
        state: words::session_state(&matters.state).to_owned(),
        is_draft: matters.state == "draft",
        named: rows(&matters.named),
        offered: rows(&matters.offered),
        may_name: matters.may_name,
        form_token: seat.form_token.clone(),
        sheet,
    };
    Ok(page(status, &body))
}

fn row(matter: &Matter, known: &Known) -> Row {
    Row {
        petition_id: matter.petition_id,
        number: matter.number.clone(),
        what: format!("{} · {}", known.topic(&matter.topic), known.place(&matter.district)),
        state: matter.case_state.as_deref().map(words::case_state).unwrap_or_default().to_owned(),
    }
}

/// Names a matter: one offered, or one by its number.
pub(in crate::http) async fn name(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let (id, token) = (read_id(&id)?, filed.seat.token());
    let answer = match filed.form.some("petition_id") {
        Some(offered) => planned::set(&desk.http, id, read_id(offered)?, true, token).await,
        None => match intake::by_number(&desk.http, filed.form.get("number").trim(), token).await {
            Ok(petition) => planned::set(&desk.http, id, petition.petition_id.uuid(), true, token).await,
            Err(error) => Err(error),
        },
    };
    answered(&desk, &filed, id, answer).await
}

/// Takes a matter off.
pub(in crate::http) async fn take_off(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    let petition = read_id(filed.form.get("petition_id"))?;
    let answer = planned::set(&desk.http, id, petition, false, filed.seat.token()).await;
    answered(&desk, &filed, id, answer).await
}

async fn answered(desk: &Desk, filed: &Filed, id: Uuid, answer: Result<(), CallError>) -> Answer {
    let (seat, form) = (&filed.seat, &filed.form);
    match answer {
        Ok(()) => Ok(Redirect::to(&format!("/staff/sessions/{id}/matters")).into_response()),
        Err(CallError::Refused { problem, .. }) => {
            shown(desk, seat, id, problem.status(), Some((&problem, form))).await
        }
        Err(CallError::NotFound { .. }) => {
            let problem = Problem::field(
                "number",
                "没有找到这个编号，或您无权查看；请核对回执上的编号",
                "there is no such number for you to see; check it against the receipt",
                "HY-2026-0004-9217-K",
            );
            shown(desk, seat, id, StatusCode::NOT_FOUND, Some((&problem, form))).await
        }
        Err(error) => Err(error.into()),
    }
}
