//! Reception days: what is announced, and the work in the hall.

use axum::http::{HeaderMap, Method};
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::{DistrictCode, Service};
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Items, SETTING};

/// A session as announced.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) session_id: Uuid,
    pub(crate) state: String,
    pub(crate) district: String,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) form: String,
    #[serde(default)]
    pub(crate) venue_name: String,
    #[serde(default)]
    pub(crate) venue_address: String,
    #[serde(default)]
    pub(crate) leader: Option<Uuid>,
    #[serde(default)]
    pub(crate) leader_name: String,
    #[serde(default)]
    pub(crate) leader_post: String,
    #[serde(default)]
    pub(crate) leader_portfolio: Vec<String>,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) topics: Vec<String>,
    #[serde(default)]
    pub(crate) capacity: i64,
    #[serde(default)]
    pub(crate) free: i64,
}

/// A reception place.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Venue {
    pub(crate) district: String,
    pub(crate) name: String,
    pub(crate) address: String,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) accessible: bool,
    #[serde(default)]
    pub(crate) hours: Option<String>,
}

/// One page of announced sessions, from the first to the last of two days.
pub(crate) async fn announced(
    http: &Client,
    district: Option<&DistrictCode>,
    days: (NaiveDate, NaiveDate),
    after: Option<&str>,
) -> Result<Items<Session>, CallError> {
    let mut call = http.call(Method::GET, Service::Scheduling, "/sessions").query(&[("limit", "100")]);
    let given = [
        ("district", district.map(|d| d.as_str().to_owned())),
        ("from", Some(days.0.to_string())),
        ("to", Some(days.1.to_string())),
        ("after", after.map(str::to_owned)),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            call = call.query(&[(name, value)]);
        }
    }
    call.read().await
}

/// All reception places.
pub(crate) async fn venues(http: &Client) -> Result<Vec<Venue>, CallError> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    for _ in 0..20 {
        let mut call = http.call(Method::GET, Service::Scheduling, "/venues").query(&[("limit", "200")]);
        if let Some(after) = &after {
            call = call.query(&[("after", after)]);
        }
        let page: Items<Venue> = call.read().await?;
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

/// An announced session.
pub(crate) async fn session(http: &Client, id: Uuid) -> Result<Session, CallError> {
    http.get(Service::Scheduling, &format!("/sessions/{id}")).await
}

/// A plan not announced yet.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Draft {
    pub(crate) session_id: Uuid,
    pub(crate) plan: Plan,
    /// What the announcement still lacks (DW-10).
    #[serde(default)]
    pub(crate) missing: Vec<String>,
}

/// What is planned so far.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Plan {
    pub(crate) district: String,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) starts_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) ends_at: Option<DateTime<Utc>>,
}

/// The drafts of one's district.
pub(crate) async fn drafts(http: &Client, after: Option<&str>, staff: &str) -> Result<Items<Draft>, CallError> {
    let mut call = http.call(Method::GET, Service::Scheduling, "/drafts").query(&[("limit", "100")]).staff(staff);
    if let Some(after) = after {
        call = call.query(&[("after", after)]);
    }
    call.read().await
}

/// Announces sessions; all of them or none.
pub(crate) async fn publish(http: &Client, sessions: &[&str], staff: &str) -> Result<(), CallError> {
    let call = http.call(Method::POST, Service::Scheduling, "/sessions/publish").staff(staff);
    call.json(&json!({ "session_ids": sessions })).done().await
}

/// A turn as the hall sees it: a number, no person.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Visit {
    pub(crate) visit_id: Uuid,
    #[serde(default)]
    pub(crate) number: Option<String>,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) ticket: Option<u32>,
    pub(crate) expected_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) case_state: Option<String>,
    #[serde(default)]
    pub(crate) waived: Option<String>,
    #[serde(default)]
    pub(crate) competent_unit: Option<String>,
    #[serde(default)]
    pub(crate) competent_places: Option<Vec<String>>,
}

/// The turns of a session.
pub(crate) async fn visits(http: &Client, session: Uuid, staff: &str) -> Result<Vec<Visit>, CallError> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    for _ in 0..20 {
        let path = format!("/sessions/{session}/visits");
        let mut call = http.call(Method::GET, Service::Scheduling, &path).query(&[("limit", "200")]).staff(staff);
        if let Some(after) = &after {
            call = call.query(&[("after", after)]);
        }
        let page: Items<Visit> = call.read().await?;
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

/// A visitor who just came in: the number that will be called.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Registered {
    pub(crate) ticket: u32,
}

/// Registers someone who came without a booking.
pub(crate) async fn walk_in(
    http: &Client,
    session: Uuid,
    petition: Uuid,
    key: &str,
    staff: &str,
) -> Result<Registered, CallError> {
    let call = http.call(Method::POST, Service::Scheduling, &format!("/sessions/{session}/walk-ins")).staff(staff);
    call.idempotency(key).json(&json!({ "petition_id": petition })).read().await
}

/// Someone came to a booked turn.
pub(crate) async fn arrive(http: &Client, visit: Uuid, staff: &str) -> Result<Registered, CallError> {
    http.call(Method::POST, Service::Scheduling, &format!("/visits/{visit}/arrival")).staff(staff).read().await
}

/// Closes a session that took place; refused while a turn has no record (WH-02).
pub(crate) async fn close(http: &Client, session: Uuid, staff: &str) -> Result<(), CallError> {
    http.call(Method::POST, Service::Scheduling, &format!("/sessions/{session}/close")).staff(staff).done().await
}

/// The reception record as a form (领导接访登记表, C3).
#[derive(Clone, Deserialize)]
pub(crate) struct Form {
    #[serde(default)]
    pub(crate) leader: Option<String>,
    pub(crate) date: DateTime<Utc>,
    #[serde(default)]
    pub(crate) place: Option<String>,
    #[serde(default)]
    pub(crate) petitioner_name: Option<String>,
    #[serde(default)]
    pub(crate) gender: Option<String>,
    #[serde(default)]
    pub(crate) age: Option<u32>,
    #[serde(default)]
    pub(crate) contact: Option<String>,
    #[serde(default)]
    pub(crate) companions: Vec<String>,
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) attended_by: Vec<String>,
    #[serde(default)]
    pub(crate) main_problem: Option<String>,
    #[serde(default)]
    pub(crate) leader_opinion: Option<String>,
    #[serde(default)]
    pub(crate) result: Option<String>,
    #[serde(default)]
    pub(crate) petitioner_opinion: Option<String>,
    #[serde(default)]
    pub(crate) identity_resolved: bool,
}

/// The form of a turn.
pub(crate) async fn form(http: &Client, visit: Uuid, staff: &str) -> Result<Form, CallError> {
    http.call(Method::GET, Service::Scheduling, &format!("/visits/{visit}/form")).staff(staff).read().await
}

/// A paper of a turn, and whether it can be had.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Paper {
    pub(crate) kind: String,
    pub(crate) title_zh: String,
    pub(crate) available: bool,
    #[serde(default)]
    pub(crate) reason_zh: Option<String>,
    /// The case on whose page it is printed instead.
    #[serde(default)]
    pub(crate) case_id: Option<Uuid>,
}

/// The papers of a turn.
pub(crate) async fn papers(http: &Client, visit: Uuid, staff: &str) -> Result<Vec<Paper>, CallError> {
    http.call(Method::GET, Service::Scheduling, &format!("/visits/{visit}/documents")).staff(staff).read().await
}

/// One of them, as PDF.
pub(crate) async fn paper(
    http: &Client,
    visit: Uuid,
    kind: &str,
    staff: &str,
) -> Result<(HeaderMap, Vec<u8>), CallError> {
    let path = format!("/visits/{visit}/documents/{kind}");
    http.call(Method::GET, Service::Scheduling, &path).staff(staff).deadline(SETTING).bytes().await
}

/// Completes the record of a turn.
pub(crate) async fn record(http: &Client, visit: Uuid, body: &Value, staff: &str) -> Result<(), CallError> {
    http.call(Method::POST, Service::Scheduling, &format!("/visits/{visit}/record"))
        .staff(staff)
        .json(body)
        .done()
        .await
}
