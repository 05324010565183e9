//! After the end: return visits (回访), and what a petitioner tells a clerk of how the matter was handled.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use huiyin_authz::Permission;
use huiyin_web::CallError;
use serde_json::Value;

use super::case::{Showing, read_id, shown};
use super::commands::Choices;
use super::work_list::{Figure, PAGE, counted};
use crate::desk::Desk;
use crate::domain::when;
use crate::http::form::{Choice, Field, Posted, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, evaluation};
use crate::upstream::casework::{self, Case, Wanted};
use crate::upstream::intake;

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    if command != "return-visit" {
        return None;
    }
    let means = [("phone", "电话回访"), ("in_person", "上门回访"), ("letter", "书信回访"), ("net", "网上回访")];
    let means = means.map(|(code, zh)| Choice::new(code, zh)).to_vec();
    let findings = [
        ("carried_out", "处理意见已落实"),
        ("partly_carried_out", "处理意见部分落实"),
        ("not_carried_out", "处理意见未落实"),
        ("not_wished", "信访人不愿接受回访"),
    ];
    let findings = findings.map(|(code, zh)| Choice::new(code, zh)).to_vec();
    Some(vec![
        Field::radio(means, "means", "回访方式", "Means").required(),
        Field::typed("date", "visited_on", "回访日期", "Day").value(&when::city_date(with.now).to_string()).required(),
        Field::radio(findings, "finding", "事情办得怎么样", "Found").required(),
    ])
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "return-visit" => {
            "只登记事情落实的情况，不登记对人的看法。未落实的，会对责任单位督办。信访人不愿接受的，不要再问。"
        }
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    match command {
        "return-visit" => Some("回访已登记。"),
        "evaluation" => Some("信访人的评价已代为登记。"),
        _ => None,
    }
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    (command == "return-visit")
        .then(|| ["means", "visited_on", "finding"].map(|name| (name, Some(Value::from(form.get(name))))).to_vec())
}

/// The form for a clerk of another unit than the one that answered, while the handling can be rated.
pub(super) fn told(case: &Case, seat: &Seat, now: chrono::DateTime<chrono::Utc>) -> Option<Sheet> {
    let open = case.evaluated.as_ref().filter(|open| when::city_date(now) <= open.until)?;
    let is_other = seat.card().unit.as_str() != case.line.responsible_unit;
    let sheet = || evaluation::sheet(open).hide("form_token", &seat.form_token).prefixed("evaluation");
    (is_other && seat.may(Permission::RegisterPetition)).then(sheet)
}

/// Takes down what a petitioner told by phone or in person. Refused: the page again, with what was typed and why.
pub(in crate::http) async fn evaluate(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    let (seat, form) = (&filed.seat, &filed.form);
    let case = casework::case(&desk.http, id, seat.token()).await?;
    let petition = case.line.petition_id.to_string();
    let body = Value::Object(evaluation::body(form));
    match intake::evaluate_for(&desk.http, &petition, &body, seat.token()).await {
        Ok(()) => Ok(Redirect::to(&format!("/staff/cases/{id}?done=evaluation")).into_response()),
        Err(CallError::Refused { problem, .. }) => {
            let (status, refused) = (problem.status(), Some(("evaluation".to_owned(), form.clone(), problem)));
            shown(&desk, seat, id, Showing { status, refused, ..Showing::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// How many return visits are still to be made (待回访); nothing to tell, no figure.
pub(super) async fn figure(desk: &Desk, seat: &Seat, scope: &str) -> Option<Figure> {
    let wanted = Wanted { scope, awaits_return_visit: true, limit: PAGE, ..Wanted::default() };
    let page = casework::cases(&desk.http, wanted, seat.token()).await.ok()?;
    let count = counted(page.items.len(), page.next.is_some());
    let address = format!("/staff?scope={scope}&awaits_return_visit=yes");
    (!page.items.is_empty()).then_some(Figure { name: "待回访", count, mood: "calm", address })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn a_return_visit_becomes_what_casework_reads() {
        let form =
            Posted::read(b"means=phone&visited_on=2026-12-01&finding=carried_out&expected_version=9").expect("a form");
        let sent =
            json!({ "means": "phone", "visited_on": "2026-12-01", "finding": "carried_out", "expected_version": 9 });
        assert_eq!(body("return-visit", &form), Some(sent));
    }
}
