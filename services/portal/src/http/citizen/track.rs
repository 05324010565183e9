use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_web::{CallError, ClientAddress, Problem, StatusCode};
use serde_json::{Map, Value};

use crate::desk::Desk;
use crate::domain::deadline::{Facts, Line};
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::evaluation;
use crate::http::form::{Field, Posted, Sheet};
use crate::http::{Answer, Frame, ok, page};
use crate::secret::BrowserToken;
use crate::upstream::Known;
use crate::upstream::intake::{self, Document, Progress};

#[derive(Template)]
#[template(path = "citizen/track.html")]
struct AskPage {
    frame: Frame,
    sheet: Sheet,
}

#[derive(Template)]
#[template(path = "citizen/progress.html")]
struct ProgressPage {
    frame: Frame,
    progress: Progress,
    /// Where it stands, for people.
    stands: String,
    topic: String,
    lines: Vec<Line>,
    now: DateTime<Utc>,
    /// What was just done.
    done: Option<&'static str>,
    amend: Sheet,
    ask_review: Sheet,
    ask_appointment: Sheet,
    /// To rate how it was handled, while it can be.
    evaluate: Option<Sheet>,
    withdraw: Sheet,
    restore: Sheet,
    /// Number and code, to ask for a document with.
    access: Sheet,
}

impl ProgressPage {
    fn restorable_until(&self) -> Option<String> {
        let until = self.progress.may_restore_until.filter(|until| *until > self.now)?;
        // The first instant that is too late is midnight: the day before is the last one.
        Some(when::date_with_weekday(when::city_date(until - chrono::TimeDelta::microseconds(1))))
    }

    /// Which remedy can be asked for, and until when.
    fn remedy(&self) -> Option<(&str, Option<String>)> {
        let open =
            self.progress.remedy.as_ref().filter(|remedy| self.progress.may_ask_review && remedy.level != "none");
        open.map(|remedy| (remedy.level_zh.as_str(), remedy.until.map(when::date_with_weekday)))
    }

    /// Three levels, and no fourth (REG-43).
    fn is_final(&self) -> bool {
        self.progress.remedy.as_ref().is_some_and(|remedy| remedy.level == "none")
    }

    fn near(&self, at: &DateTime<Utc>) -> String {
        when::near(*at, self.now)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template passes references")]
    fn day_of(day: &NaiveDate) -> String {
        when::date(*day)
    }

    /// What was rated, in words: which body, and how.
    fn rated(&self) -> Vec<(&str, &str)> {
        let Some(said) = &self.progress.evaluation else { return Vec::new() };
        let rated = [("办理单位", &said.unit), ("信访部门", &said.office)];
        rated.into_iter().filter_map(|(body, rating)| Some((body, words::rating(rating.as_deref()?)))).collect()
    }

    fn day(document: &Document) -> String {
        when::date(document.issued_on)
    }

    fn machine(at: &DateTime<Utc>) -> String {
        when::machine(*at)
    }
}

/// Asks for number and code. Empty: neither ever stands in an address.
pub(in crate::http) async fn show() -> Response {
    ok(&AskPage { frame: Frame::plain("track"), sheet: ask() })
}

fn ask() -> Sheet {
    Sheet::plain(vec![
        Field::line("number", "信访编号", "Petition number")
            .hint("在回执上，例如 HY-2026-0004-9217-K")
            .required()
            .most(40),
        Field::line("code", "查询码", "Query code")
            .hint("在回执上，17位字母和数字；大小写、空格和横线都可以。")
            .required()
            .most(60),
    ])
}

/// Shows the matter to whoever has number and code; anybody else learns nothing, not even that the number exists (W1).
pub(in crate::http) async fn look_up(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    look(&desk, address, &posted, None).await
}

async fn look(desk: &Desk, address: ClientAddress, posted: &Posted, done: Option<&'static str>) -> Answer {
    if let Err(problem) = desk.limits.lookups.check(address.0) {
        return Ok(refuse(posted, &problem));
    }
    match intake::query(&desk.http, posted.get("number"), posted.get("code"), address).await {
        Ok(progress) => {
            let known = desk.reference.or_empty(&desk.http).await;
            Ok(ok(&show_progress(desk, &known, progress, posted, done)))
        }
        Err(CallError::NotFound { .. }) => Ok(refuse(posted, &unknown())),
        Err(CallError::Refused { problem, .. }) => Ok(refuse(posted, &problem)),
        Err(error) => Err(error.into()),
    }
}

/// One answer for everything that does not open: wrong number, wrong code, no such petition.
pub(super) fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "编号或查询码不对，没有查到。", "Number or code is wrong; nothing was found.").next(
        "请与回执逐位核对。回执丢失的，请带证件到登记的信访接待场所，由工作人员核实后补打。",
        "Please compare with your receipt; if it is lost, bring your document to the office that registered the petition.",
    )
}

pub(super) fn refuse(posted: &Posted, problem: &Problem) -> Response {
    page(problem.status(), &AskPage { frame: Frame::plain("track"), sheet: ask().filled(posted).refused(problem) })
}

fn show_progress(
    desk: &Desk,
    known: &Known,
    progress: Progress,
    posted: &Posted,
    done: Option<&'static str>,
) -> ProgressPage {
    let now = desk.clock.now();
    let began = when::city_date(progress.registered_at);
    let lines = progress.deadlines.iter().map(|deadline| {
        let facts = Facts {
            kind: &deadline.kind,
            state: &deadline.state,
            last_day: deadline.last_day,
            began: Some(deadline.started_at.map_or(began, when::city_date)),
            provisional: deadline.provisional,
            explanation: &deadline.explanation_zh,
        };
        Line::draw(facts, now)
    });
    let keys = |sheet: Sheet| {
        let key = BrowserToken::generate().to_text().to_string();
        sheet.hide("number", posted.get("number")).hide("code", posted.get("code")).hide("key", &key)
    };
    let amend = Sheet::plain(vec![
        Field::area(5, "text", "补充内容", "What to add").most(5_000),
        Field::typed("tel", "phone", "新电话（没有变化不用填）", "New phone").fills("tel").most(40),
        Field::line("address", "新住址（没有变化不用填）", "New address").fills("street-address").most(200),
    ]);
    let ask_review = Sheet::plain(vec![
        Field::area(6, "reason", "不服答复的理由，希望怎样改变", "Why the answer is not accepted")
            .required()
            .most(5_000),
    ]);
    let ask_appointment = Sheet::plain(vec![
        Field::area(4, "wish", "希望见哪位领导，想当面解决什么", "What you wish")
            .hint("行动不便或者需要翻译等协助的，也请写明。")
            .required()
            .most(2_000),
    ]);
    let evaluate =
        progress.evaluation.as_ref().filter(|open| when::city_date(now) <= open.until).map(evaluation::sheet);
    let withdraw = Sheet::plain(vec![
        Field::area(2, "reason", "撤回的原因（可不填）", "Reason, optional").most(500),
        Field::tick("sure", "我确认撤回。撤回是我自己的决定，15天内可以恢复。", "I withdraw by my own decision.")
            .required(),
    ]);
    ProgressPage {
        frame: Frame::plain("track"),
        stands: stands(&progress).to_owned(),
        topic: known.topic(&progress.topic).to_owned(),
        lines: Line::owed_first(lines),
        now,
        done,
        amend: keys(amend).prefixed("amend"),
        ask_review: keys(ask_review).prefixed("ask-review"),
        ask_appointment: keys(ask_appointment).prefixed("ask-appointment"),
        evaluate: evaluate.map(|sheet| keys(sheet).prefixed("evaluate")),
        withdraw: keys(withdraw).prefixed("withdraw"),
        restore: keys(Sheet::default()),
        access: Sheet::default().hide("number", posted.get("number")).hide("code", posted.get("code")),
        progress,
    }
}

fn stands(progress: &Progress) -> &str {
    // The petitioner's own act shows at once, even before casework has heard of it.
    let word = if progress.petition_state == "withdrawn" { "withdrawn" } else { &progress.state };
    words::petition_state(word)
}

/// Adds to the petition, or corrects how to reach the petitioner.
pub(in crate::http) async fn amend(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    act(&desk, address, &posted, "amend", &["text", "phone", "address"], "补充的内容已经收到。").await
}

/// Asks for a review or re-examination (REG-40, REG-41).
pub(in crate::http) async fn ask_review(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    let done = "申请已经收到。由哪个机关办理、什么时候答复，几分钟内会显示在本页。";
    act(&desk, address, &posted, "ask-review", &["reason"], done).await
}

/// Asks for an appointment with a leader (QD-02).
pub(in crate::http) async fn ask_appointment(
    State(desk): State<Desk>,
    address: ClientAddress,
    posted: Posted,
) -> Answer {
    let done = "约访申请已经收到。办理单位准备材料后确定时间地点，会通知您，也会显示在本页。";
    act(&desk, address, &posted, "ask-appointment", &["wish"], done).await
}

/// Rates how the matter was handled, or says that it was not carried out (REG-07).
pub(in crate::http) async fn evaluate(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    let done = "谢谢您的评价，已经收到。反映没有落实、没有收到的，我们会督促办理单位，几分钟后可在本页查看。";
    let said = evaluation::body(&posted);
    if said.is_empty() {
        return look(&desk, address, &posted, Some("没有提交：请至少选一项，或者写一句话。")).await;
    }
    send(&desk, address, &posted, "evaluate", said, done).await
}

/// Withdraws: the petitioner's own act, which can be taken back.
pub(in crate::http) async fn withdraw(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    if !posted.ticked("sure") {
        return look(&desk, address, &posted, Some("没有撤回：请先勾选“我确认撤回”。")).await;
    }
    act(&desk, address, &posted, "withdraw", &["reason"], "已经撤回。15天内可以在本页恢复。").await
}

/// Takes the withdrawal back.
pub(in crate::http) async fn restore(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    act(&desk, address, &posted, "restore", &[], "已经恢复，继续办理。").await
}

async fn act(
    desk: &Desk,
    address: ClientAddress,
    posted: &Posted,
    name: &str,
    fields: &[&str],
    done: &'static str,
) -> Answer {
    let given = fields.iter().filter_map(|name| Some(((*name).to_owned(), Value::from(posted.some(name)?))));
    send(desk, address, posted, name, given.collect(), done).await
}

async fn send(
    desk: &Desk,
    address: ClientAddress,
    posted: &Posted,
    name: &str,
    mut body: Map<String, Value>,
    done: &'static str,
) -> Answer {
    if let Err(problem) = desk.limits.lookups.check(address.0) {
        return Ok(refuse(posted, &problem));
    }
    let Some(key) = posted.some("key") else { return Err(Failure::bad_form()) };
    for field in ["number", "code"] {
        body.insert(field.to_owned(), Value::from(posted.get(field)));
    }
    match intake::act(&desk.http, name, &Value::Object(body), key, address).await {
        Ok(()) => look(desk, address, posted, Some(done)).await,
        Err(CallError::NotFound { .. }) => Ok(refuse(posted, &unknown())),
        Err(error) => Err(error.into()),
    }
}
