//! Petitions: handing in, looking up, what the petitioner may still do.

use std::collections::BTreeMap;

use axum::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::{PetitionId, Service};
use huiyin_web::{CallError, Client, ClientAddress};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Items, SETTING};

/// A topic of the taxonomy (QL-17).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Topic {
    pub(crate) code: String,
    pub(crate) name_zh: String,
    #[serde(default = "yes")]
    pub(crate) active: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged)]
enum List<T> {
    Page(Items<T>),
    Plain(Vec<T>),
}

/// The topics that may be chosen.
pub(crate) async fn topics(http: &Client) -> Result<Vec<Topic>, CallError> {
    let topics = match http.get(Service::Intake, "/topics").await? {
        List::Page(page) => page.items,
        List::Plain(items) => items,
    };
    Ok(topics.into_iter().filter(|topic: &Topic| topic.active).collect())
}

/// The answer to a petition: shown once.
#[derive(Clone, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) petition_id: PetitionId,
    pub(crate) number: String,
    pub(crate) query_code: String,
    pub(crate) registered_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) told_zh: String,
    #[serde(default)]
    pub(crate) told_en: String,
}

/// Hands a petition in. The same key gives the same receipt.
pub(crate) async fn register(
    http: &Client,
    petition: &Value,
    key: &str,
    address: ClientAddress,
    staff: Option<&str>,
) -> Result<Receipt, CallError> {
    let mut call = http.call(Method::POST, Service::Intake, "/petitions").idempotency(key).client_address(address);
    if let Some(staff) = staff {
        call = call.staff(staff);
    }
    call.json(petition).read().await
}

/// What a petitioner sees of the matter.
#[derive(Clone, Deserialize)]
pub(crate) struct Progress {
    pub(crate) number: String,
    #[serde(default)]
    pub(crate) class: String,
    #[serde(default)]
    pub(crate) topic: String,
    #[serde(default)]
    pub(crate) title: String,
    /// `registered` or `withdrawn`.
    #[serde(default)]
    pub(crate) petition_state: String,
    pub(crate) state: String,
    pub(crate) registered_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) progress: Vec<Step>,
    #[serde(default)]
    pub(crate) deadlines: Vec<Deadline>,
    #[serde(default)]
    pub(crate) reply: Option<Reply>,
    /// The agreement that stands in place of an opinion.
    #[serde(default)]
    pub(crate) agreed: Option<Agreed>,
    /// What is settled later.
    #[serde(default)]
    pub(crate) deferred: Option<Deferred>,
    /// What can be had as PDF.
    #[serde(default)]
    pub(crate) documents: Vec<Document>,
    /// The opinions of reviewing bodies, in order.
    #[serde(default)]
    pub(crate) reviews: Vec<IssuedReview>,
    /// How the handling can be rated, and was.
    #[serde(default)]
    pub(crate) evaluation: Option<Evaluation>,
    /// What can still be asked for.
    #[serde(default)]
    pub(crate) remedy: Option<Remedy>,
    #[serde(default)]
    pub(crate) may_ask_review: bool,
    /// `may_be_asked`, `asked` or `none`.
    #[serde(default)]
    pub(crate) appointment: String,
    /// What the petitioner added.
    #[serde(default)]
    pub(crate) supplements: Vec<Added>,
    #[serde(default)]
    pub(crate) may_withdraw: bool,
    #[serde(default)]
    pub(crate) may_amend: bool,
    #[serde(default)]
    pub(crate) may_restore_until: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) inbox: Vec<Message>,
    /// Parts that could not be fetched just now.
    #[serde(default)]
    pub(crate) missing_zh: Vec<String>,
}

/// What is settled later.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Deferred {
    pub(crate) reason: String,
    pub(crate) look_again_on: chrono::NaiveDate,
    #[serde(default)]
    pub(crate) settled_on: Option<chrono::NaiveDate>,
    #[serde(default)]
    pub(crate) note: Option<String>,
}

/// An agreement by mediation or settlement: its days.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Agreed {
    pub(crate) kind_zh: String,
    pub(crate) agreed_on: chrono::NaiveDate,
    #[serde(default)]
    pub(crate) duties: Vec<AgreedDuty>,
}

/// The days of a duty.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AgreedDuty {
    pub(crate) due_on: chrono::NaiveDate,
    #[serde(default)]
    pub(crate) done_on: Option<chrono::NaiveDate>,
}

/// How the handling of a matter can be rated, and was (满意度评价).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Evaluation {
    pub(crate) until: NaiveDate,
    #[serde(default)]
    pub(crate) scale: Vec<String>,
    #[serde(default)]
    pub(crate) may_change: bool,
    /// Of the petition office.
    #[serde(default)]
    pub(crate) office: Option<String>,
    /// Of the body that answered.
    #[serde(default)]
    pub(crate) unit: Option<String>,
    #[serde(default)]
    pub(crate) dispute: Option<String>,
    #[serde(default)]
    pub(crate) is_supervised: bool,
}

/// Something the petitioner added.
#[derive(Clone, Deserialize)]
pub(crate) struct Added {
    pub(crate) at: DateTime<Utc>,
    /// `addition`; `review`: why a review was asked for; `evaluation`: said of how it was handled; `appointment`: wished of one.
    #[serde(default)]
    pub(crate) purpose: String,
    pub(crate) text: String,
}

/// Something that happened.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Step {
    pub(crate) at: DateTime<Utc>,
    pub(crate) what_zh: String,
    #[serde(default)]
    pub(crate) what_en: String,
}

/// A deadline of the office, told to the petitioner.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Deadline {
    pub(crate) kind: String,
    pub(crate) last_day: NaiveDate,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) provisional: bool,
    #[serde(default)]
    pub(crate) explanation_zh: String,
    /// When the time began.
    #[serde(default)]
    pub(crate) started_at: Option<DateTime<Utc>>,
}

/// The written reply (信访处理意见书).
#[derive(Clone, Deserialize)]
pub(crate) struct Reply {
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) issued_at: Option<DateTime<Utc>>,
}

/// A document that can be had (文书).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Document {
    pub(crate) kind: String,
    pub(crate) title_zh: String,
    #[serde(default)]
    pub(crate) title_en: String,
    #[serde(default)]
    pub(crate) number: String,
    pub(crate) issued_on: NaiveDate,
}

/// The opinion of a reviewing body (复查意见书, 复核意见书).
#[derive(Clone, Deserialize)]
pub(crate) struct IssuedReview {
    pub(crate) level_zh: String,
    pub(crate) result_zh: String,
    pub(crate) text: String,
    pub(crate) issued_at: DateTime<Utc>,
}

/// The remedy that is open.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Remedy {
    /// `review`, `reexamination` or `none`.
    pub(crate) level: String,
    /// 复查 or 复核.
    #[serde(default)]
    pub(crate) level_zh: String,
    /// The last day.
    #[serde(default)]
    pub(crate) until: Option<NaiveDate>,
}

/// A message of the office.
#[derive(Clone, Deserialize)]
pub(crate) struct Message {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) at: DateTime<Utc>,
}

/// Number and code open the matter; a wrong one and an unknown one get the same answer.
pub(crate) async fn query(
    http: &Client,
    number: &str,
    code: &str,
    address: ClientAddress,
) -> Result<Progress, CallError> {
    let call = http.call(Method::POST, Service::Intake, "/petitions/query").client_address(address);
    call.json(&json!({ "number": number, "code": code })).read().await
}

/// A document addressed to the petitioner, as PDF.
pub(crate) async fn document(
    http: &Client,
    number: &str,
    code: &str,
    kind: &str,
    address: ClientAddress,
) -> Result<Vec<u8>, CallError> {
    let call = http.call(Method::POST, Service::Intake, "/petitions/document").client_address(address);
    let call = call.json(&json!({ "number": number, "code": code, "kind": kind })).deadline(SETTING);
    call.bytes().await.map(|(_, pdf)| pdf)
}

/// Takes down what a petitioner told of how the matter was handled.
pub(crate) async fn evaluate_for(http: &Client, id: &str, body: &Value, staff: &str) -> Result<(), CallError> {
    let call = http.call(Method::POST, Service::Intake, &format!("/petitions/{id}/evaluation"));
    call.staff(staff).json(body).done().await
}

/// What a petitioner does with number and code: `amend`, `evaluate`, `withdraw`, `restore`.
pub(crate) async fn act(
    http: &Client,
    act: &str,
    body: &Value,
    key: &str,
    address: ClientAddress,
) -> Result<(), CallError> {
    let call = http.call(Method::POST, Service::Intake, &format!("/petitions/{act}")).client_address(address);
    call.idempotency(key).json(body).done().await
}

/// A petition as staff see it: the matter, and who petitioned only masked.
#[derive(Clone, Deserialize)]
pub(crate) struct Petition {
    pub(crate) petition_id: PetitionId,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) people_count: u32,
    pub(crate) title: String,
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) facts: Option<String>,
    #[serde(default)]
    pub(crate) place: Option<String>,
    #[serde(default)]
    pub(crate) assistance: Option<String>,
    #[serde(default)]
    pub(crate) accused_unit: Option<String>,
    #[serde(default)]
    pub(crate) supplements: Vec<Added>,
    #[serde(default)]
    pub(crate) petitioner: Option<Masked>,
    #[serde(default)]
    pub(crate) may_reveal: bool,
}

/// Who petitioned, masked.
#[derive(Clone, Deserialize)]
pub(crate) struct Masked {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) document_number: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) has_email: bool,
    /// Its beginning.
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) gender: Option<String>,
    #[serde(default)]
    pub(crate) age: Option<u32>,
}

/// Who petitioned, open: asked for with a reason that the journal keeps.
#[derive(Clone, Deserialize)]
pub(crate) struct Identity {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) gender: Option<String>,
    #[serde(default)]
    pub(crate) document_kind: String,
    #[serde(default)]
    pub(crate) document_number: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) representatives: Vec<Person>,
    #[serde(default)]
    pub(crate) companions: Vec<String>,
}

/// One of those who speak for a group.
#[derive(Clone, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) phone: Option<String>,
}

/// The matter's text and masked identity, for staff.
pub(crate) async fn petition(http: &Client, id: &str, staff: &str) -> Result<Petition, CallError> {
    http.call(Method::GET, Service::Intake, &format!("/petitions/{id}")).staff(staff).read().await
}

/// Open identity; the reason goes into the journal.
pub(crate) async fn identity(http: &Client, id: &str, reason: &str, staff: &str) -> Result<Identity, CallError> {
    let call = http.call(Method::POST, Service::Intake, &format!("/petitions/{id}/identity")).staff(staff);
    call.json(&json!({ "reason": reason })).read().await
}

/// The petition of a number.
pub(crate) async fn by_number(http: &Client, number: &str, staff: &str) -> Result<Petition, CallError> {
    http.call(Method::GET, Service::Intake, "/petitions").query(&[("number", number)]).staff(staff).read().await
}

/// A title beside a row of another service.
#[derive(Clone, Debug, Deserialize)]
struct Titled {
    petition_id: Uuid,
    title: String,
}

#[derive(Deserialize)]
struct Resolved {
    petitions: Vec<Titled>,
}

/// Titles of petitions, as far as this member of staff may see them.
pub(crate) async fn titles(http: &Client, ids: &[Uuid], staff: &str) -> Result<BTreeMap<Uuid, String>, CallError> {
    let call = http.call(Method::POST, Service::Intake, "/internal/petitions/resolve").staff(staff);
    let found: Resolved = call.json(&json!({ "petition_ids": ids })).read().await?;
    Ok(found.petitions.into_iter().map(|one| (one.petition_id, one.title)).collect())
}
