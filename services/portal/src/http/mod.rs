//! The pages, one file each.

mod assets;
mod citizen;
mod cookie;
mod evaluation;
mod form;
mod frame;
mod guard;
mod seat;
mod staff;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use huiyin_web::{Face, StatusCode};

use crate::desk::Desk;
use crate::failure::Failure;

pub(crate) use frame::{Frame, ProblemPage, ok, page};

/// What a handler gives.
type Answer = Result<axum::response::Response, Failure>;

/// All pages.
pub(crate) fn router(desk: Desk) -> Router {
    let citizens = Router::new()
        .route("/", get(citizen::home::show))
        .route("/petition", get(citizen::petition::show).post(citizen::petition::check))
        .route("/receipt", get(citizen::receipt::lost).post(citizen::receipt::hand_in))
        .route("/track", get(citizen::track::show).post(citizen::track::look_up))
        .route("/track/amend", post(citizen::track::amend))
        .route("/track/ask-review", post(citizen::track::ask_review))
        .route("/track/ask-appointment", post(citizen::track::ask_appointment))
        .route("/track/evaluate", post(citizen::track::evaluate))
        .route("/track/withdraw", post(citizen::track::withdraw))
        .route("/track/restore", post(citizen::track::restore))
        .route("/track/document", post(citizen::document::hand_out))
        .route("/receptions", get(citizen::receptions::list))
        .route("/receptions/board", get(citizen::receptions::board))
        .route("/led-cases", get(citizen::led_cases::show))
        .route("/help", get(citizen::help::index))
        .route("/help/procedure", get(citizen::help::procedure))
        .route("/help/where", get(citizen::help::places))
        .route("/help/rights", get(citizen::help::rights))
        .route("/help/privacy", get(citizen::help::privacy));
    let console = Router::new()
        .route("/staff", get(staff::work_list::show))
        .route("/staff/sign-in", get(staff::sign_in::show).post(staff::sign_in::sign_in))
        .route("/staff/sign-out", post(staff::sign_in::sign_out))
        .route("/staff/find", post(staff::find::by_number))
        .route("/staff/cases/{case_id}", get(staff::case::show))
        .route("/staff/cases/{case_id}/identity", post(staff::case::identity))
        .route("/staff/cases/{case_id}/evaluation", post(staff::after::evaluate))
        .route("/staff/cases/{case_id}/{command}", post(staff::act::act))
        .route("/staff/cases/{case_id}/documents/{kind}", get(staff::document::show))
        .route("/staff/batch-actions", post(staff::batch_actions::act))
        .route("/staff/batches", get(staff::batches::newest))
        .route("/staff/batches/{batch_id}", get(staff::batches::show))
        .route("/staff/batches/{batch_id}/file", get(staff::batches::file))
        .route("/staff/batches/{batch_id}/cancel", post(staff::batches::cancel))
        .route("/staff/register", get(staff::register::show).post(staff::register::register))
        .route("/staff/sessions", get(staff::sessions::list))
        .route("/staff/sessions/publish", post(staff::sessions::publish))
        .route("/staff/sessions/{session_id}", get(staff::session::show))
        .route("/staff/sessions/{session_id}/walk-in", post(staff::session::walk_in))
        .route("/staff/sessions/{session_id}/close", post(staff::session::close))
        .route("/staff/sessions/{session_id}/matters", get(staff::planned::show).post(staff::planned::name))
        .route("/staff/sessions/{session_id}/matters/off", post(staff::planned::take_off))
        .route("/staff/visits/{visit_id}", get(staff::visit::show).post(staff::visit::record))
        .route("/staff/visits/{visit_id}/documents/{kind}", get(staff::document::of_visit))
        .route("/staff/inbox", get(staff::inbox::list))
        .route("/staff/inbox/{message_id}/read", post(staff::inbox::read))
        .route("/staff/library", get(staff::library::show))
        .route("/staff/archive", get(staff::filing::show))
        .route("/staff/library/calls", get(staff::calls::list).post(staff::calls::raise))
        .route("/staff/library/calls/{call_id}", get(staff::calls::show).post(staff::calls::reply))
        .route("/staff/quotas", get(staff::quotas::show))
        .route("/staff/report", get(staff::report::show))
        .route("/staff/report.xlsx", get(staff::report::xlsx))
        .route("/staff/report.csv", get(staff::report::csv))
        .route("/staff/ledger", get(staff::ledger::list))
        .route("/staff/ledger/export.xlsx", get(staff::ledger::export));
    Router::new()
        .merge(citizens)
        .merge(console)
        .route("/assets/{file}", get(assets::serve))
        .route("/robots.txt", get(assets::robots))
        .route("/{*path}", get(nothing_there).post(nothing_there))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(desk.clone(), guard::guard))
        .with_state(desk)
}

/// What the kit answers for this service: pages too.
pub(crate) fn face(desk: &Desk) -> Face {
    let is_https = desk.origin.is_https();
    Face::new(move |problem| guard::turned_away(problem, is_https))
}

async fn nothing_there() -> Failure {
    Failure::not_found()
}

async fn wrong_method() -> Failure {
    Failure::told(
        StatusCode::METHOD_NOT_ALLOWED,
        ["这个地址不能这样访问", "This address cannot be used that way"],
        ["请从首页重新进入。", "Please begin at the first page."],
    )
}
