use askama::Template;
use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::IdNumber;
use huiyin_web::{FieldProblem, Problem};

use super::sheet;
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::http::form::{Field, Posted, Section, Sheet};
use crate::http::{Answer, Frame, ok, page};
use crate::secret::BrowserToken;
use crate::upstream::Known;

#[derive(Template)]
#[template(path = "citizen/petition.html")]
struct PetitionPage {
    frame: Frame,
    sheet: Sheet,
}

#[derive(Template)]
#[template(path = "citizen/petition_check.html")]
struct CheckPage {
    frame: Frame,
    /// What was typed, to be read once more.
    lines: Vec<(String, String)>,
    /// The same, to be sent on.
    hidden: Vec<Field>,
    is_accusation: bool,
}

/// The empty form.
pub(in crate::http) async fn show(State(desk): State<Desk>) -> Answer {
    let known = desk.reference.known(&desk.http).await?;
    Ok(ok(&PetitionPage { frame: Frame::plain("petition"), sheet: form(&known, &new_key()) }))
}

/// The form was filled in: once more to read, or back to correct. Nothing is registered yet.
pub(in crate::http) async fn check(State(desk): State<Desk>, posted: Posted) -> Answer {
    let known = desk.reference.known(&desk.http).await?;
    if posted.ticked("back") {
        return Ok(ok(&PetitionPage { frame: Frame::plain("petition"), sheet: filled(&known, &posted) }));
    }
    let mistakes = first_look(&posted, &known, when::city_date(desk.clock.now()));
    if !mistakes.is_empty() {
        return Ok(again(&known, &posted, &Problem::bad_request(mistakes)));
    }
    let lines = read_back(&posted, &known);
    let hidden = posted.texts().map(|(name, value)| Field::hidden(name, value)).collect();
    Ok(ok(&CheckPage {
        frame: Frame::plain("petition"),
        lines,
        hidden,
        is_accusation: posted.get("class") == "accusation",
    }))
}

/// The form once more, with what was typed and what was wrong with it.
pub(super) fn again(known: &Known, posted: &Posted, problem: &Problem) -> Response {
    let sheet = filled(known, posted).refused(problem);
    page(problem.status(), &PetitionPage { frame: Frame::plain("petition"), sheet })
}

fn new_key() -> String {
    BrowserToken::generate().to_text().to_string()
}

fn filled(known: &Known, posted: &Posted) -> Sheet {
    let key = posted.some("key").map_or_else(new_key, str::to_owned);
    form(known, &key).filled(posted)
}

fn form(known: &Known, key: &str) -> Sheet {
    let mut about = vec![sheet::class(), sheet::topic(known), sheet::district(known)];
    about.extend(sheet::matter());
    let mut who = vec![sheet::kind().value("individual")];
    who.extend(sheet::who());
    let mut contact = sheet::contact();
    contact.push(sheet::assistance());
    Sheet::new(vec![
        Section::new("一、什么事", "The matter", about),
        Section::new("二、您是谁", "About you", who)
            .intro("您的身份信息加密保存，只有承办人员因工作需要才能查看，每次查看都留有记录。"),
        sheet::group(),
        Section::new("三、怎么联系您", "How to reach you", contact)
            .intro("请至少留一种联系方式，否则我们无法告诉您结果；您也可以凭编号和查询码自己查询。"),
    ])
    .hide("key", key)
}

/// What can be seen without asking intake, so that nobody is sent to and fro over an empty field. Intake checks all of it again.
fn first_look(posted: &Posted, known: &Known, today: chrono::NaiveDate) -> Vec<FieldProblem> {
    let mut found = Vec::new();
    let mut lacks = |name: &str, zh: &str, en: &str| {
        if posted.some(name).is_none() {
            found.push(FieldProblem::new(name, zh, en, ""));
        }
    };
    lacks("class", "请选择您要做什么", "please choose");
    lacks("topic", "请选择属于哪一类问题", "please choose a topic");
    lacks("district", "请选择事情发生在哪里", "please choose where");
    lacks("title", "请用一句话写明是什么事", "please give a title");
    lacks("request", "请写明您希望怎么解决", "please say what you ask for");
    lacks("kind", "请选择以谁的名义提出", "please choose");
    lacks("petitioner.name", "请填写姓名或单位名称", "please give a name");
    lacks("petitioner.document_kind", "请选择证件；没有带证件请选“没有带证件”", "please choose a document");
    let number = posted.some("petitioner.document_number");
    if posted.get("petitioner.document_kind") == "id_card"
        && let Some(number) = number
        && IdNumber::parse(number, today).is_err()
    {
        found.push(FieldProblem::new(
            "petitioner.document_number",
            "身份证号码有误，请与证件逐位核对",
            "please compare with the card",
            "",
        ));
    }
    let district = posted.get("district");
    if !district.is_empty() && !known.districts.iter().any(|d| d.code.as_str() == district) {
        found.push(FieldProblem::new("district", "请从列表中选择", "please choose from the list", ""));
    }
    found
}

fn read_back(posted: &Posted, known: &Known) -> Vec<(String, String)> {
    let mut lines = vec![
        ("类别".to_owned(), words::class(posted.get("class")).to_owned()),
        ("问题类型".to_owned(), known.topic(posted.get("topic")).to_owned()),
        ("地点".to_owned(), known.place(posted.get("district"))),
    ];
    let told = [
        ("title", "标题"),
        ("request", "希望怎么解决"),
        ("facts", "经过和理由"),
        ("place", "具体地点"),
        ("petitioner.name", "姓名或单位名称"),
        ("petitioner.document_number", "证件号码"),
        ("people_count", "人数"),
        ("petitioner.phone", "电话"),
        ("petitioner.email", "电子邮箱"),
        ("petitioner.address", "住址"),
        ("assistance", "需要的帮助"),
    ];
    lines.extend(told.iter().filter_map(|(name, label)| Some(((*label).to_owned(), posted.some(name)?.to_owned()))));
    let speakers: Vec<&str> = (0..5).filter_map(|at| posted.some(&format!("representatives[{at}].name"))).collect();
    if !speakers.is_empty() {
        lines.push(("代表".to_owned(), speakers.join("、")));
    }
    lines
}
