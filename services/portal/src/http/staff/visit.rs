use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_web::{CallError, Problem, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::case::read_id;
use super::commands::{CONDITIONS, conditions, grades};
use super::query_of;
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::form::{Choice, Field, Posted, Section, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::scheduling::{self, Form, Paper};

/// 领导接访登记表 (C3): fourteen fields, six of them known already.
#[derive(Template)]
#[template(path = "staff/visit.html")]
struct VisitPage {
    frame: Frame,
    visit_id: Uuid,
    session: String,
    form: Form,
    when: String,
    sheet: Sheet,
    is_concluded: bool,
    saved: bool,
    /// None while they cannot be asked for.
    papers: Option<Vec<Paper>>,
}

impl VisitPage {
    fn known(&self) -> [(&'static str, String); 8] {
        let form = &self.form;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        [
            ("接访领导", text(&form.leader)),
            ("接访日期", self.when.clone()),
            ("接访地点", text(&form.place)),
            ("信访人姓名", text(&form.petitioner_name)),
            ("性别", form.gender.as_deref().map(words::gender).unwrap_or_default().to_owned()),
            ("年龄", form.age.map(|age| age.to_string()).unwrap_or_default()),
            ("联系方式", text(&form.contact)),
            ("户籍（居住）地址", text(&form.address)),
        ]
    }

    fn written(&self) -> [(&'static str, String); 5] {
        let form = &self.form;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        [
            ("陪同接待单位或人员", form.attended_by.join("、")),
            ("反映的主要问题和诉求", text(&form.main_problem)),
            ("接访领导意见", text(&form.leader_opinion)),
            ("办理结果", text(&form.result)),
            ("信访人意见", text(&form.petitioner_opinion)),
        ]
    }
}

/// The form of a turn: to fill in, or to read and print once it is complete.
pub(in crate::http) async fn show(State(desk): State<Desk>, Path(id): Path<String>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let session = query.get("session").to_owned();
    let saved = query.get("done") == "record";
    shown(&desk, &seat, read_id(&id)?, &session, saved, None).await
}

async fn shown(
    desk: &Desk,
    seat: &Seat,
    id: Uuid,
    session: &str,
    saved: bool,
    refused: Option<(&Problem, &Posted)>,
) -> Result<Response, Failure> {
    let (form, papers) =
        tokio::join!(scheduling::form(&desk.http, id, seat.token()), scheduling::papers(&desk.http, id, seat.token()));
    let (form, papers) = (form?, papers.ok());
    let mut sheet = sheet().hide("form_token", &seat.form_token).hide("session", session);
    let mut status = StatusCode::OK;
    if let Some((problem, posted)) = refused {
        sheet = sheet.filled(posted).refused(problem);
        status = problem.status();
    }
    let session =
        session.parse::<Uuid>().map_or_else(|_| "/staff/sessions".to_owned(), |id| format!("/staff/sessions/{id}"));
    let (is_concluded, when) = (form.result.is_some(), when::moment(form.date));
    let frame = Frame::of(seat, "sessions");
    let body = VisitPage { frame, visit_id: id, session, form, when, sheet, is_concluded, saved, papers };
    Ok(page(status, &body))
}

fn sheet() -> Sheet {
    let outcomes = [
        Choice::new("settled_on_spot", "现场解决").hint("下面五项条件都具备，当场办结"),
        Choice::new("promised", "出具承诺书，转入办理").hint("不能现场解决，承诺在法定期限内书面答复"),
        Choice::new("assigned", "交办").hint("交有关单位办理"),
        Choice::new("explained", "解释说明").hint("诉求没有依据，讲清道理"),
        Choice::new("aided", "解释并帮扶救助").hint("诉求没有依据，但生活确有困难"),
    ];
    let mut settled: Vec<Field> =
        CONDITIONS.iter().map(|(code, zh)| Field::tick(&format!("conditions.{code}"), zh, "")).collect();
    settled.push(
        Field::area(2, "outcome.result_summary", "结果摘要（不含个人信息，用于台账）", "Summary")
            .hint("现场解决、解释说明、帮扶救助时填写。")
            .most(500),
    );
    Sheet::new(vec![
        Section::new(
            "接访记录",
            "Record",
            vec![
                Field::area(2, "attended_by", "陪同接待单位或人员（一行一个）", "Attended by").most(1_200),
                Field::area(5, "main_problem", "反映的主要问题和诉求", "Main problem and request")
                    .required()
                    .most(5_000),
                Field::area(3, "leader_opinion", "接访领导意见", "Leader's opinion").required().most(2_000),
                Field::area(3, "result", "办理结果", "Result").required().most(2_000),
                Field::area(2, "petitioner_opinion", "信访人意见", "Petitioner's opinion")
                    .hint("由信访人本人填写，可以不填。")
                    .most(2_000),
            ],
        ),
        Section::new(
            "怎样处理",
            "Outcome",
            vec![
                Field::radio(outcomes.to_vec(), "outcome.kind", "处理方式", "Outcome").required(),
                Field::select(grades(), "outcome.grade", "办理类别", "Grade")
                    .value("ordinary")
                    .hint("出具承诺书或交办时选择。"),
            ],
        ),
        Section::new("现场解决的五项条件和结果摘要", "Settled on the spot", settled),
    ])
}

/// Completes the record.
pub(in crate::http) async fn record(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    let (seat, form) = (&filed.seat, &filed.form);
    if form.some("outcome.kind").is_none() {
        let problem = Problem::field("outcome.kind", "请选择处理方式", "please choose how it ended", "");
        return shown(&desk, seat, id, form.get("session"), false, Some((&problem, form))).await;
    }
    match scheduling::record(&desk.http, id, &body(form), seat.token()).await {
        Ok(()) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("done", "record").append_pair("session", form.get("session"));
            Ok(Redirect::to(&format!("/staff/visits/{id}?{}", query.finish())).into_response())
        }
        Err(CallError::Refused { problem, .. }) => {
            shown(&desk, seat, id, form.get("session"), false, Some((&problem, form))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The record as scheduling reads it.
fn body(form: &Posted) -> Value {
    let mut outcome = Map::from_iter([("kind".to_owned(), Value::from(form.get("outcome.kind")))]);
    let summary = Value::from(form.get("outcome.result_summary"));
    match form.get("outcome.kind") {
        "settled_on_spot" => {
            outcome.insert("conditions".to_owned(), conditions(form));
            outcome.insert("result_summary".to_owned(), summary);
        }
        "explained" | "aided" => {
            outcome.insert("result_summary".to_owned(), summary);
        }
        _ => {
            outcome.insert("grade".to_owned(), Value::from(form.get("outcome.grade")));
        }
    }
    let attended: Vec<&str> = form.get("attended_by").lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    json!({
        "main_problem": form.get("main_problem"),
        "leader_opinion": form.get("leader_opinion"),
        "result": form.get("result"),
        "petitioner_opinion": form.some("petitioner_opinion"),
        "attended_by": attended,
        "outcome": outcome,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_becomes_what_scheduling_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        let promised =
            body(&form("outcome.kind=promised&outcome.grade=complex&main_problem=m&attended_by=a%0D%0A%0D%0Ab"));
        assert_eq!(promised["outcome"], json!({ "kind": "promised", "grade": "complex" }));
        assert_eq!(promised["attended_by"], json!(["a", "b"]));
        assert_eq!(promised["petitioner_opinion"], Value::Null, "the petitioner may write nothing (WH-18)");
        let settled = body(&form("outcome.kind=settled_on_spot&outcome.result_summary=s&conditions.reasonable=yes"));
        assert_eq!(settled["outcome"]["conditions"]["reasonable"], true);
    }
}
