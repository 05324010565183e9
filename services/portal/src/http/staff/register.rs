use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, Utc};
use huiyin_web::{CallError, ClientAddress, Problem, StatusCode};
use serde_json::Value;

use super::{new_key, query_of, repeats::Repeats};
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::citizen::receipt::ReceiptPage;
use crate::http::citizen::sheet;
use crate::http::form::{Choice, Field, Section, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::{Known, intake, likely_same::likely_same};

#[derive(Template)]
#[template(path = "staff/register.html")]
struct RegisterPage {
    frame: Frame,
    sheet: Sheet,
}

/// The counter's form: everything on one page, in the order in which people tell it.
pub(in crate::http) async fn show(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let known = desk.reference.known(&desk.http).await?;
    let query = query_of(&uri);
    let sheet = form(&known, &seat, desk.clock.now(), &new_key(), query.get("session"));
    Ok(shown(&seat, StatusCode::OK, sheet))
}

fn shown(seat: &Seat, status: StatusCode, sheet: Sheet) -> Response {
    page(status, &RegisterPage { frame: Frame::of(seat, "register"), sheet })
}

fn form(known: &Known, seat: &Seat, now: DateTime<Utc>, key: &str, session: &str) -> Sheet {
    let channels = ["visit", "letter", "phone", "fax"].map(|code| Choice::new(code, words::channel(code))).to_vec();
    let mut came = vec![
        Field::radio(channels, "channel", "信访形式", "Channel").value("visit").required(),
        Field::typed("datetime-local", "received_at", "收到时间", "Received at").value(&when::to_type(now)).required(),
    ];
    let district = sheet::district(known).value(seat.card().district.as_str());
    came.push(Field::line("external_ref", "原编号（来信编号、转送文号，没有可不填）", "Reference").most(64));
    let mut about = vec![sheet::class().value("request"), sheet::topic(known), district];
    about.extend(sheet::matter());
    about.push(sheet::concerned_unit(known));
    let mut who = vec![sheet::kind().value("individual")];
    who.extend(sheet::who());
    who.extend(sheet::contact());
    who.push(sheet::assistance());
    let mut group = sheet::group();
    group.fields.push(
        Field::area(3, "companions", "随访人或联名人姓名（一行一个）", "Companions").hint("只登记姓名，不作检索。"),
    );
    Sheet::new(vec![
        Section::new("来件", "How it came", came),
        Section::new("信访人", "Petitioner", who),
        group,
        Section::new("反映的事", "The matter", about).intro("口述的要如实记录，念给信访人听。"),
    ])
    .hide("key", key)
    .hide("form_token", &seat.form_token)
    .hide("session_id", session)
}

/// Registers what came to the counter, and shows the receipt to print. The same form sent twice gives the same receipt.
pub(in crate::http) async fn register(State(desk): State<Desk>, address: ClientAddress, filed: Filed) -> Answer {
    let (seat, posted) = (&filed.seat, &filed.form);
    let known = desk.reference.or_empty(&desk.http).await;
    let key = posted.some("key").ok_or_else(Failure::bad_form)?;
    let again = |problem: &Problem| {
        let sheet = form(&known, seat, desk.clock.now(), key, posted.get("session_id"));
        shown(seat, problem.status(), sheet.filled(posted).refused(problem))
    };
    let mut petition = sheet::to_petition(posted, posted.get("channel"));
    if let (Some(petition), Some(at)) = (petition.as_object_mut(), posted.some("received_at")) {
        petition.insert("received_at".to_owned(), Value::from(when::typed(at).unwrap_or_else(|| at.to_owned())));
    }
    match intake::register(&desk.http, &petition, key, address, Some(seat.token())).await {
        Ok(receipt) => {
            let likely = likely_same(&desk.http, &receipt.petition_id.to_string(), seat.token()).await;
            let repeats = Repeats::after_registering(&receipt.number, &seat.form_token, likely);
            let frame = Frame::of(seat, "register");
            Ok(page(StatusCode::OK, &ReceiptPage { frame, receipt, is_counter: true, repeats }))
        }
        Err(CallError::Refused { problem, .. }) => Ok(again(&problem)),
        Err(CallError::Down { .. }) => Ok(again(&Problem::unavailable(30).next(
            "填写的内容还在本页，请稍后再点“登记”。重复提交不会重复登记。",
            "What you wrote is still here; please try again. Sending it twice registers it once.",
        ))),
        Err(error) => Err(error.into()),
    }
}
