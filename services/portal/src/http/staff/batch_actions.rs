//! One action for all cases ticked in the work list: each is done or refused by itself, and nothing is done to what was not ticked.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use futures::stream::{self, StreamExt as _};
use huiyin_authz::Permission;
use huiyin_kernel::Role;
use huiyin_web::{CallError, Problem, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::http::form::{Choice, Field, Posted};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, ok};
use crate::upstream::{batches, casework, directory};

/// Cases at once: one page of the list.
const MOST: usize = 100;
/// Commands under way at the same time: the list is not to keep others waiting.
const AT_ONCE: usize = 4;

/// What offices print by the hundred; a case that has no such document says so in the batch.
const KINDS: [(&str, &str); 8] = [
    ("registration_notice", "登记告知书"),
    ("acceptance_notice", "受理告知书"),
    ("refusal_notice", "不予受理告知书"),
    ("extension_notice", "延期办理告知书"),
    ("reply", "信访处理意见书"),
    ("delivery_receipt", "送达回证"),
    ("closing_report", "办结报告"),
    ("closing_sheet", "办结单"),
];

/// The title of a kind of document; of the second and later ones too.
pub(super) fn title(kind: &str) -> &str {
    let plain = kind.split('-').next().unwrap_or(kind);
    KINDS.iter().find(|(code, _)| *code == plain).map_or(kind, |(_, title)| title)
}

/// What may be printed of many.
pub(super) fn kinds() -> Field {
    Field::select(KINDS.map(|(code, title)| Choice::new(code, title)).to_vec(), "kind", "文书种类", "Document")
}

/// The officers of the reader's unit, for who may assign.
pub(super) async fn officers(desk: &Desk, seat: &Seat) -> Option<Field> {
    if !seat.may(Permission::AssignCase) {
        return None;
    }
    let colleagues = directory::staff_of(&desk.http, &seat.card().unit).await.unwrap_or_default();
    let choices = colleagues.iter().filter(|card| card.roles.contains(&Role::Officer)).map(|card| {
        let post = card.post.as_deref().map(|post| format!("（{post}）")).unwrap_or_default();
        Choice::new(card.staff_id.to_string(), format!("{}{post}", card.name))
    });
    Some(Field::select(choices.collect(), "officer", "承办人", "Officer"))
}

/// A case as it was ticked: as the list showed it.
struct Ticked {
    case_id: Uuid,
    version: i64,
    number: String,
}

impl Ticked {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let (case_id, version) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { case_id, version, number: parts.next()?.to_owned() })
    }
}

/// What became of one case.
struct Line {
    case_id: Uuid,
    number: String,
    /// Why nothing was done, and what to do next; none when it was done.
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/batch_actions.html")]
struct Outcome {
    frame: Frame,
    done: usize,
    lines: Vec<Line>,
}

/// Does to the ticked cases what was chosen.
pub(in crate::http) async fn act(State(desk): State<Desk>, filed: Filed) -> Answer {
    let (seat, form) = (&filed.seat, &filed.form);
    let ticked = ticked(form)?;
    let key = form.some("key").ok_or_else(Failure::bad_form)?;
    match form.get("action") {
        "assign" => assign(&desk, seat, ticked, form, key).await,
        "print" => print(&desk, seat, &ticked, form, key).await,
        _ => Err(Failure::bad_form()),
    }
}

fn ticked(form: &Posted) -> Result<Vec<Ticked>, Failure> {
    let mut ticked: Vec<Ticked> =
        form.all("case").map(Ticked::read).collect::<Option<_>>().ok_or_else(Failure::bad_form)?;
    let mut seen = std::collections::BTreeSet::new();
    ticked.retain(|one| seen.insert(one.case_id));
    match ticked.len() {
        0 => Err(Failure::told(
            StatusCode::BAD_REQUEST,
            ["还没有勾选任何一件，没有办理", "Nothing was ticked; nothing was done"],
            ["请返回工作台，勾选要办理的件后再提交。", "Please go back and tick the cases first."],
        )),
        1..=MOST => Ok(ticked),
        _ => Err(Failure::told(
            StatusCode::BAD_REQUEST,
            ["一次最多办理 100 件，没有办理", "At most 100 cases at once; nothing was done"],
            ["请返回工作台，少勾选一些，分几次提交。", "Please go back and tick fewer."],
        )),
    }
}

fn not_chosen(zh: &str, en: &str) -> Failure {
    Failure::told(
        StatusCode::BAD_REQUEST,
        [zh, en],
        ["请返回工作台，选好后再提交；勾选的件没有变化。", "Please go back and choose; nothing was done."],
    )
}

async fn assign(desk: &Desk, seat: &Seat, ticked: Vec<Ticked>, form: &Posted, key: &str) -> Answer {
    let officer = form.some("officer").ok_or_else(|| not_chosen("还没有选择承办人", "No officer was chosen"))?;
    let one = async |case: Ticked| {
        let body = json!({ "officer": officer, "expected_version": case.version });
        // Of each case by itself: a second click finds every one done.
        let key = format!("{key}-{}", case.case_id);
        let given = casework::act(&desk.http, case.case_id, "assign", &body, &key, seat.token()).await;
        Line { case_id: case.case_id, number: case.number, refused: given.err().map(|error| why(&error)) }
    };
    let lines: Vec<Line> = stream::iter(ticked).map(one).buffered(AT_ONCE).collect().await;
    let done = lines.iter().filter(|line| line.refused.is_none()).count();
    Ok(ok(&Outcome { frame: Frame::of(seat, "work"), done, lines }))
}

fn why(error: &CallError) -> String {
    let told = |problem: &Problem| format!("{}{}", problem.title().0, problem.next_step().0);
    match error {
        CallError::Refused { problem, .. } => told(problem),
        CallError::NotFound { .. } => "没有此件，或您无权办理。请返回工作台核对。".to_owned(),
        CallError::Down { .. } | CallError::Unreadable { .. } => {
            "系统暂时没有回应，不知是否已办理。请打开该件核对后再办。".to_owned()
        }
    }
}

async fn print(desk: &Desk, seat: &Seat, ticked: &[Ticked], form: &Posted, key: &str) -> Answer {
    let kind = form.some("kind").ok_or_else(|| not_chosen("还没有选择文书种类", "No document was chosen"))?;
    let cases: Vec<Uuid> = ticked.iter().map(|case| case.case_id).collect();
    let batch = batches::ask(&desk.http, &cases, kind, seat.batch_key(), key, seat.token()).await?;
    Ok(Redirect::to(&format!("/staff/batches/{}", batch.batch_id)).into_response())
}
