//! Cases: the work list, one case with what may be done, and doing it.

use axum::http::{HeaderMap, Method};
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::intake::{Deferred, Document};
use super::{Items, SETTING, leading, routing, supervision};

/// A case as a line of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) case_id: Uuid,
    pub(crate) petition_id: Uuid,
    pub(crate) number: String,
    /// Where it stands; `delivered` apart from `replied`.
    pub(crate) stage: String,
    pub(crate) class: String,
    #[serde(default)]
    pub(crate) channel: String,
    #[serde(default)]
    pub(crate) topic: String,
    pub(crate) district: String,
    #[serde(default)]
    pub(crate) officer: Option<Uuid>,
    #[serde(default)]
    pub(crate) grade: String,
    /// `ordinary` or `simple`.
    #[serde(default)]
    pub(crate) procedure: String,
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) responsible_unit: String,
    #[serde(default)]
    pub(crate) taken_by_leader: bool,
    #[serde(default)]
    pub(crate) deadlines: Vec<Deadline>,
    #[serde(default)]
    pub(crate) outcome: Option<String>,
    #[serde(default)]
    pub(crate) relief_referral: bool,
    /// Its place in the library, as everybody is told.
    #[serde(default)]
    pub(crate) library: Option<leading::Told>,
    #[serde(default)]
    pub(crate) promise_number: Option<String>,
    #[serde(default)]
    pub(crate) is_overdue: bool,
    /// The newest supervision order.
    #[serde(default)]
    pub(crate) supervision: Option<supervision::Told>,
    #[serde(default)]
    pub(crate) version: i64,
}

impl Line {
    /// A return visit is due and was not made yet.
    pub(crate) fn awaits_return_visit(&self) -> bool {
        let open = |deadline: &Deadline| matches!(deadline.state.as_str(), "running" | "overdue");
        self.deadlines.iter().any(|deadline| deadline.kind == "return_visit" && open(deadline))
    }

    /// The nearest deadline still owed.
    pub(crate) fn owed(&self) -> Option<&Deadline> {
        self.deadlines.iter().filter(|d| matches!(d.state.as_str(), "running" | "overdue")).min_by_key(|d| d.last_day)
    }
}

/// A case with everything its page shows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    #[serde(flatten)]
    pub(crate) line: Line,
    #[serde(default)]
    pub(crate) responsible_unit_name: Option<String>,
    #[serde(default)]
    pub(crate) officer_name: Option<String>,
    /// Its officer is recused and was not replaced yet.
    #[serde(default)]
    pub(crate) needs_officer: bool,
    #[serde(default)]
    pub(crate) leader_name: Option<String>,
    #[serde(default)]
    pub(crate) leader_why_zh: Option<String>,
    #[serde(default)]
    pub(crate) leader_by_rule: Option<leading::ByRule>,
    /// The deadlines with their reckoning.
    #[serde(default)]
    pub(crate) deadlines_explained: Vec<Deadline>,
    /// The simple procedure (REG-30…33).
    #[serde(default)]
    pub(crate) simple: Simple,
    /// The steps of its policy, with those done (JD-09).
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    /// The closed list of grounds for not taking up (A6).
    #[serde(default)]
    pub(crate) grounds: Vec<Ground>,
    /// Supervision orders, the newest first.
    #[serde(default)]
    pub(crate) supervision_orders: Vec<supervision::Order>,
    /// The closed list of grounds for supervision (REG-51).
    #[serde(default)]
    pub(crate) supervision_grounds: Vec<Ground>,
    /// Matters that belong together with it.
    #[serde(default)]
    pub(crate) links: Vec<Link>,
    /// What offices owe and tell each other.
    #[serde(default)]
    pub(crate) routing: routing::Routing,
    /// The agreement in place of an opinion.
    #[serde(default)]
    pub(crate) agreement: Option<Settlement>,
    /// Parts that other units do.
    #[serde(default)]
    pub(crate) work_parts: Vec<leading::Part>,
    /// What is settled later.
    #[serde(default)]
    pub(crate) deferred: Option<Deferred>,
    /// Its place in the library.
    #[serde(default)]
    pub(crate) library_entry: Option<leading::Entry>,
    /// The newest application for an appointment.
    #[serde(default)]
    pub(crate) appointment_asked: Option<leading::Appointment>,
    /// The newest consultation.
    #[serde(default)]
    pub(crate) consulted: Option<leading::Consultation>,
    /// Its plan.
    #[serde(default)]
    pub(crate) plan: Option<leading::Plan>,
    #[serde(default)]
    pub(crate) instructions: Vec<leading::Instruction>,
    /// What the petitioner said of how it was handled; the words are intake's.
    #[serde(default)]
    pub(crate) evaluated: Option<super::intake::Evaluation>,
    /// Return visits, in the order of recording.
    #[serde(default)]
    pub(crate) return_visits: Vec<ReturnVisit>,
    /// The file, while it is archived.
    #[serde(default)]
    pub(crate) file: Option<super::archive::File>,
    /// The opinion, once proposed.
    #[serde(default)]
    pub(crate) proposal: Option<Proposal>,
    /// The written reply, once issued.
    #[serde(default)]
    pub(crate) reply_text: Option<String>,
    /// The last day on which a review can be asked for.
    #[serde(default)]
    pub(crate) review_until: Option<NaiveDate>,
    /// The opinions of reviewing bodies, in order.
    #[serde(default)]
    pub(crate) review_opinions: Vec<Review>,
    /// The draft of one, while it awaits approval.
    #[serde(default)]
    pub(crate) review_draft: Option<String>,
    /// The hearing fixed in the review under way.
    #[serde(default)]
    pub(crate) hearing: Option<Hearing>,
    /// What this member of staff may do now, and why not the rest.
    #[serde(default)]
    pub(crate) actions: Vec<Action>,
}

/// The simple procedure of a case, and what it may be chosen for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Simple {
    #[serde(default)]
    pub(crate) ground_zh: Option<String>,
    #[serde(default)]
    pub(crate) converted_at: Option<DateTime<Utc>>,
    /// In which manner it was answered, where that was not in writing.
    #[serde(default)]
    pub(crate) manner_zh: Option<String>,
    /// The last day to decide on it.
    #[serde(default)]
    pub(crate) decide_by: Option<NaiveDate>,
    /// The grounds, while it can be chosen.
    #[serde(default)]
    pub(crate) grounds: Vec<Ground>,
}

/// A link to another matter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Link {
    pub(crate) case_id: Uuid,
    pub(crate) number: String,
    pub(crate) kind_zh: String,
    pub(crate) reason: String,
}

/// A return visit: what was found of the matter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ReturnVisit {
    pub(crate) visited_on: NaiveDate,
    pub(crate) means_zh: String,
    pub(crate) finding_zh: String,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
}

/// An agreement by mediation or settlement.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settlement {
    pub(crate) kind_zh: String,
    pub(crate) agreed_on: NaiveDate,
    #[serde(default)]
    pub(crate) signed_by_name: Option<String>,
    #[serde(default)]
    pub(crate) duties: Vec<Duty>,
}

/// A duty of an agreement.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Duty {
    pub(crate) nth: usize,
    pub(crate) text: String,
    pub(crate) due_on: NaiveDate,
    #[serde(default)]
    pub(crate) done_on: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) note: Option<String>,
}

/// A deadline and how it was counted.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Deadline {
    pub(crate) kind: String,
    /// When its time began.
    #[serde(default)]
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) last_day: NaiveDate,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) provisional: bool,
    #[serde(default)]
    pub(crate) explanation_zh: String,
}

/// A command, allowed or not.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Action {
    pub(crate) command: String,
    pub(crate) zh: String,
    pub(crate) allowed: bool,
    #[serde(default)]
    pub(crate) reason_zh: Option<String>,
}

/// A step of handling.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Step {
    pub(crate) code: String,
    pub(crate) zh: String,
    /// Who records it.
    #[serde(default)]
    pub(crate) by_zh: String,
    /// It may be left out with a reason (原则上).
    #[serde(default)]
    pub(crate) in_principle: bool,
    /// `done`, `waived`, `open` (whoever asks may record it now) or `later`.
    #[serde(default)]
    pub(crate) stands: String,
}

/// A ground of a closed list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Ground {
    pub(crate) code: String,
    pub(crate) zh: String,
}

/// A proposed opinion.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Proposal {
    pub(crate) outcome: String,
    pub(crate) opinion: String,
    pub(crate) legal_basis: String,
    pub(crate) facts_found: String,
}

/// The opinion of a reviewing body.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Review {
    pub(crate) level_zh: String,
    pub(crate) result_zh: String,
    pub(crate) text: String,
    pub(crate) issued_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) delivered_at: Option<DateTime<Utc>>,
}

/// A hearing.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hearing {
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) note: String,
}

/// Something that happened to a case.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Happening {
    pub(crate) at: DateTime<Utc>,
    pub(crate) what_zh: String,
    pub(crate) who: Who,
}

/// Who did it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Who {
    /// `staff`, `petitioner` or `system`.
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) unit_name: Option<String>,
}

impl Who {
    /// In plain words.
    pub(crate) fn told(&self) -> String {
        match self.kind.as_str() {
            "petitioner" => "信访人".to_owned(),
            "system" => "系统自动".to_owned(),
            _ => [self.unit_name.as_deref(), self.name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "),
        }
    }
}

/// Which part of which list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// `mine`, `unit` or `district`.
    pub(crate) scope: &'a str,
    pub(crate) state: Option<&'a str>,
    pub(crate) overdue: bool,
    /// Only those whose open supervision order stands so.
    pub(crate) supervision: Option<&'a str>,
    /// Only those whose return visit is due and was not made yet.
    pub(crate) awaits_return_visit: bool,
    pub(crate) after: Option<&'a str>,
    pub(crate) limit: u16,
}

/// Cases by nearest deadline.
pub(crate) async fn cases(http: &Client, wanted: Wanted<'_>, staff: &str) -> Result<Items<Line>, CallError> {
    let limit = wanted.limit.to_string();
    let mut query = vec![("scope", wanted.scope), ("limit", limit.as_str())];
    if let Some(state) = wanted.state {
        query.push(("state", state));
    }
    if wanted.overdue {
        query.push(("overdue", "true"));
    }
    if let Some(supervision) = wanted.supervision {
        query.push(("supervision", supervision));
    }
    if wanted.awaits_return_visit {
        query.push(("awaits_return_visit", "true"));
    }
    if let Some(after) = wanted.after {
        query.push(("after", after));
    }
    http.call(Method::GET, Service::Casework, "/cases").query(&query).staff(staff).read().await
}

/// One case.
pub(crate) async fn case(http: &Client, id: Uuid, staff: &str) -> Result<Case, CallError> {
    http.call(Method::GET, Service::Casework, &format!("/cases/{id}")).staff(staff).read().await
}

/// Its history, oldest first.
pub(crate) async fn history(http: &Client, id: Uuid, staff: &str) -> Result<Vec<Happening>, CallError> {
    http.call(Method::GET, Service::Casework, &format!("/cases/{id}/history")).staff(staff).read().await
}

/// Its documents (文书).
pub(crate) async fn documents(http: &Client, id: Uuid, staff: &str) -> Result<Vec<Document>, CallError> {
    http.call(Method::GET, Service::Casework, &format!("/cases/{id}/documents")).staff(staff).read().await
}

/// One of them, as PDF.
pub(crate) async fn document(
    http: &Client,
    id: Uuid,
    kind: &str,
    staff: &str,
) -> Result<(HeaderMap, Vec<u8>), CallError> {
    let path = format!("/cases/{id}/documents/{kind}");
    http.call(Method::GET, Service::Casework, &path).staff(staff).deadline(SETTING).bytes().await
}

/// Which case a number names.
pub(crate) async fn by_number(http: &Client, number: &str, staff: &str) -> Result<Uuid, CallError> {
    #[derive(Deserialize)]
    struct Found {
        case_id: Uuid,
    }
    let call = http.call(Method::GET, Service::Casework, "/cases/by-number").query(&[("number", number)]).staff(staff);
    call.read::<Found>().await.map(|found| found.case_id)
}

/// Gives a command to a case; the same key does it once.
pub(crate) async fn act(
    http: &Client,
    id: Uuid,
    command: &str,
    body: &Value,
    key: &str,
    staff: &str,
) -> Result<(), CallError> {
    let call = http.call(Method::POST, Service::Casework, &format!("/cases/{id}/{command}")).staff(staff);
    call.idempotency(key).json(body).done().await
}
