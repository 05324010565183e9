//! Calls for matters fit for leaders (征集案件; SZ-13): raised by the petition office, replied to by units, beside the library.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_web::{CallError, Problem, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::case::read_id;
use super::{new_key, query_of};
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::form::{Choice, Field, Posted, Section, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::calls::{self, CallTold, Named, UnitAsked};
use crate::upstream::casework;

/// How many matters the form takes; more are taken into the library from their own pages.
const ROWS: usize = 3;

#[derive(Template)]
#[template(path = "staff/calls.html")]
struct CallsPage {
    frame: Frame,
    quarter: String,
    calls: Vec<CallTold>,
    askable: Vec<Named>,
    chosen: Vec<String>,
    sheet: Sheet,
    may_raise: bool,
}

#[derive(Template)]
#[template(path = "staff/call.html")]
struct CallPage {
    frame: Frame,
    call: CallTold,
    sheet: Sheet,
}

/// How a unit stands, in words.
fn stands(unit: &UnitAsked) -> String {
    let late = if unit.is_late { "，已逾期" } else { "" };
    match (unit.reply.as_deref(), unit.replied_at) {
        (Some(reply), Some(at)) => {
            let what = if reply == "matters" { "已推荐事项" } else { "没有合适事项" };
            format!("{what}（{}{}）", when::date(when::city_date(at)), if unit.is_late { "，逾期回复" } else { "" })
        }
        _ => format!("还没有回复{late}"),
    }
}

fn owing(call: &CallTold) -> usize {
    call.units.iter().filter(|unit| unit.reply.is_none()).count()
}

/// The calls of a quarter, and the form for one that is due.
pub(in crate::http) async fn list(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    listed(&desk, &seat, query_of(&uri).some("quarter"), StatusCode::OK, None).await
}

async fn listed(
    desk: &Desk,
    seat: &Seat,
    quarter: Option<&str>,
    status: StatusCode,
    refused: Option<(&Problem, &Posted)>,
) -> Result<Response, Failure> {
    let found = calls::list(&desk.http, quarter, seat.token()).await?;
    let platforms = found.due.iter().map(|one| Choice::new(&one.code, &one.name)).collect();
    let platform = Field::radio(platforms, "platform", "由哪个业务平台发通知", "Platform").required();
    let mut sheet = Sheet::plain(vec![platform]).hide("form_token", &seat.form_token).hide("key", &new_key());
    let mut chosen: Vec<String> = found.askable.iter().map(|unit| unit.code.clone()).collect();
    if let Some((problem, form)) = refused {
        sheet = sheet.filled(form).refused(problem);
        chosen = form.all("units").map(str::to_owned).collect();
    }
    let body = CallsPage {
        frame: Frame::of(seat, "library"),
        quarter: words::quarter(&found.quarter),
        may_raise: !found.due.is_empty(),
        calls: found.calls,
        askable: found.askable,
        chosen,
        sheet,
    };
    Ok(page(status, &body))
}

/// Raises the call of a platform.
pub(in crate::http) async fn raise(State(desk): State<Desk>, filed: Filed) -> Answer {
    let (seat, form) = (&filed.seat, &filed.form);
    let key = form.some("key").ok_or_else(Failure::bad_form)?;
    let body = json!({ "platform": form.get("platform"), "units": form.all("units").collect::<Vec<_>>() });
    match calls::raise(&desk.http, &body, key, seat.token()).await {
        Ok(()) => Ok(Redirect::to("/staff/library/calls").into_response()),
        Err(CallError::Refused { problem, .. }) => {
            listed(&desk, seat, None, problem.status(), Some((&problem, form))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A call, with the form for the reply of the reader's unit.
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
    let call = calls::show(&desk.http, id, seat.token()).await?;
    let mut sections: Vec<Section> = (0..ROWS).map(matter).collect();
    let none = Field::area(3, "reason", "没有合适事项的原因", "Why none").hint("推荐了事项的，不填。").most(2_000);
    sections.push(Section::new("没有合适事项", "None", vec![none]).folded());
    let mut sheet = Sheet::new(sections).hide("form_token", &seat.form_token).hide("key", &new_key());
    if let Some((problem, form)) = refused {
        sheet = sheet.filled(form).refused(problem);
    }
    Ok(page(status, &CallPage { frame: Frame::of(seat, "library"), call, sheet }))
}

fn matter(nth: usize) -> Section {
    let name = |field: &str| format!("matters[{nth}].{field}");
    let fields = vec![
        Field::line(&name("number"), "信访编号", "Petition number").most(40),
        Field::line(&name("field"), "所属领域", "Field").hint("例如：住建、社保、交通").most(200),
        Field::area(3, &name("reason"), "为什么适合领导包案（只写事项，不写信访人）", "Reason").most(2_000),
    ];
    let section = Section::new(&format!("推荐事项{}", nth + 1), "Matter", fields);
    if nth == 0 {
        section.intro("只推荐本单位办理的事项；回复后即列入案件库，办理期限不变。")
    } else {
        section.folded()
    }
}

/// The reply of the reader's unit.
pub(in crate::http) async fn reply(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    let (seat, form) = (&filed.seat, &filed.form);
    let key = form.some("key").ok_or_else(Failure::bad_form)?;
    let answer = match read_reply(&desk, seat, form).await {
        Ok(body) => calls::reply(&desk.http, id, &body, key, seat.token()).await,
        Err(Unread::Number(nth)) => {
            let problem = Problem::field(
                format!("matters[{nth}].number"),
                "没有找到这个编号，或者不是您的单位办理",
                "there is no such number for you to see",
                "HY-2026-0004-9217-K",
            );
            return shown(&desk, seat, id, StatusCode::NOT_FOUND, Some((&problem, form))).await;
        }
        Err(Unread::Call(error)) => Err(error),
    };
    match answer {
        Ok(()) => Ok(Redirect::to(&format!("/staff/library/calls/{id}")).into_response()),
        Err(CallError::Refused { problem, .. }) => {
            shown(&desk, seat, id, problem.status(), Some((&problem, form))).await
        }
        Err(error) => Err(error.into()),
    }
}

enum Unread {
    /// The number of that row names nothing.
    Number(usize),
    Call(CallError),
}

/// The form as casework reads it: numbers become cases; rows without a number are left out.
async fn read_reply(desk: &Desk, seat: &Seat, form: &Posted) -> Result<Value, Unread> {
    let mut matters = Vec::new();
    for nth in 0..ROWS {
        let Some(number) = form.some(&format!("matters[{nth}].number")) else { continue };
        let case_id = match casework::by_number(&desk.http, number, seat.token()).await {
            Ok(case_id) => case_id,
            Err(CallError::NotFound { .. } | CallError::Refused { .. }) => return Err(Unread::Number(nth)),
            Err(error) => return Err(Unread::Call(error)),
        };
        let text = |field: &str| form.get(&format!("matters[{nth}].{field}")).to_owned();
        matters.push(json!({ "case_id": case_id, "field": text("field"), "reason": text("reason") }));
    }
    Ok(json!({ "matters": matters, "reason": form.some("reason") }))
}
