use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use futures::join;
use huiyin_authz::Permission;
use huiyin_web::{CallError, Problem, StatusCode};
use uuid::Uuid;

use super::case::read_id;
use super::sessions::{names_matters, time};
use super::{new_key, query_of};
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::form::{Field, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::scheduling::{self, Session, Visit};
use crate::upstream::{Known, intake};

#[derive(Template)]
#[template(path = "staff/session.html")]
struct SessionPage {
    frame: Frame,
    session: Session,
    when: String,
    place: String,
    portfolio: String,
    turns: Vec<Turn>,
    sheet: Sheet,
    may_register: bool,
    may_record: bool,
    may_close: bool,
    form_token: String,
    /// The ticket just given.
    ticket: Option<String>,
}

impl SessionPage {
    /// It is of a kind that is for certain matters (DW-15).
    fn names_matters(&self) -> bool {
        names_matters(&self.session.kind)
    }
}

struct Turn {
    visit_id: Uuid,
    ticket: String,
    number: String,
    state: String,
    case_state: String,
    /// Why it was booked before the level below gave its opinion (XT-06).
    waived: Option<String>,
    /// Where the matter belongs, when this place stands far above the competent body (REG-06): for the visitor, who is received all the same.
    belongs: Option<String>,
    expected: String,
    is_booked: bool,
    is_here: bool,
    is_concluded: bool,
}

/// A session in the hall: who is next, by ticket and number, never by name.
pub(in crate::http) async fn show(State(desk): State<Desk>, Path(id): Path<String>, seat: Seat, uri: Uri) -> Answer {
    let ticket =
        query_of(&uri).some("ticket").filter(|text| text.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned);
    shown(&desk, &seat, read_id(&id)?, StatusCode::OK, None, ticket).await
}

async fn shown(
    desk: &Desk,
    seat: &Seat,
    id: Uuid,
    status: StatusCode,
    refused: Option<(&Problem, &crate::http::form::Posted)>,
    ticket: Option<String>,
) -> Result<Response, Failure> {
    let (session, visits, known) = join!(
        scheduling::session(&desk.http, id),
        scheduling::visits(&desk.http, id, seat.token()),
        desk.reference.or_empty(&desk.http)
    );
    let session = session?;
    let number = Field::line("number", "信访编号", "Petition number")
        .hint("在信访人的回执上；没有登记过的，请先登记来件。")
        .required()
        .most(40);
    let mut sheet = Sheet::plain(vec![number]).hide("form_token", &seat.form_token).hide("key", &new_key());
    if let Some((problem, form)) = refused {
        sheet = sheet.filled(form).refused(problem);
    }
    let is_open = session.state == "published";
    let body = SessionPage {
        frame: Frame::of(seat, "sessions"),
        when: time(session.starts_at, session.ends_at),
        place: known.place(&session.district),
        portfolio: portfolio(&session, &known),
        turns: visits?.iter().map(turn).collect(),
        sheet,
        may_register: is_open && seat.may(Permission::RegisterVisit),
        may_record: seat.may(Permission::RecordReception),
        may_close: is_open && (seat.may(Permission::PublishSessions) || seat.may(Permission::RecordReception)),
        form_token: seat.form_token.clone(),
        ticket,
        session,
    };
    Ok(page(status, &body))
}

fn portfolio(session: &Session, known: &Known) -> String {
    session.leader_portfolio.iter().map(|code| known.topic(code)).collect::<Vec<_>>().join("、")
}

fn turn(visit: &Visit) -> Turn {
    Turn {
        visit_id: visit.visit_id,
        ticket: visit.ticket.map_or_else(|| "—".to_owned(), |ticket| ticket.to_string()),
        number: visit.number.clone().unwrap_or_default(),
        state: words::visit_state(&visit.state).to_owned(),
        case_state: visit.case_state.as_deref().map(words::case_state).unwrap_or_default().to_owned(),
        waived: visit.waived.clone(),
        belongs: visit.competent_unit.as_deref().map(|unit| belongs(unit, visit.competent_places.as_deref())),
        expected: when::clock(visit.expected_at),
        is_booked: visit.state == "booked",
        is_here: visit.state == "registered",
        is_concluded: visit.state == "concluded",
    }
}

/// What the visitor is told (Art. 20(1)).
fn belongs(unit: &str, places: Option<&[String]>) -> String {
    let places = places.unwrap_or_default();
    let near = if places.is_empty() { String::new() } else { format!("，也可以就近到{}", places.join("、")) };
    format!("照常接待，并告知：按条例第二十条，此事由{unit}有权处理{near}")
}

/// Someone came: with a booking, or without. Nobody is turned away for lack of one.
pub(in crate::http) async fn walk_in(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    let (seat, form) = (&filed.seat, &filed.form);
    let answer = match form.some("visit") {
        Some(visit) => scheduling::arrive(&desk.http, read_id(visit)?, seat.token()).await,
        None => match intake::by_number(&desk.http, form.get("number").trim(), seat.token()).await {
            Ok(petition) => {
                let key = form.some("key").ok_or_else(Failure::bad_form)?;
                scheduling::walk_in(&desk.http, id, petition.petition_id.uuid(), key, seat.token()).await
            }
            Err(error) => Err(error),
        },
    };
    match answer {
        Ok(registered) => {
            Ok(Redirect::to(&format!("/staff/sessions/{id}?ticket={}", registered.ticket)).into_response())
        }
        Err(CallError::Refused { problem, .. }) => {
            shown(&desk, seat, id, problem.status(), Some((&problem, form)), None).await
        }
        Err(CallError::NotFound { .. }) => {
            let problem = Problem::field(
                "number",
                "没有找到这个编号，或您无权查看",
                "there is no such number for you to see",
                "HY-2026-0004-9217-K",
            );
            shown(&desk, seat, id, StatusCode::NOT_FOUND, Some((&problem, form)), None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Closes a session; refused while somebody in the hall has no record (WH-02).
pub(in crate::http) async fn close(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    match scheduling::close(&desk.http, id, filed.seat.token()).await {
        Ok(()) => Ok(Redirect::to(&format!("/staff/sessions/{id}")).into_response()),
        Err(CallError::Refused { problem, .. }) => {
            shown(&desk, &filed.seat, id, problem.status(), Some((&problem, &filed.form)), None).await
        }
        Err(error) => Err(error.into()),
    }
}
