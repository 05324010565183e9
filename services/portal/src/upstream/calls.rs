//! Calls for matters fit for leaders (征集案件; SZ-13), as casework tells this member of staff.

use axum::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// The calls of a quarter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Calls {
    pub(crate) quarter: String,
    /// Platforms from which one is due.
    #[serde(default)]
    pub(crate) due: Vec<Named>,
    /// Whom the office can ask.
    #[serde(default)]
    pub(crate) askable: Vec<Named>,
    #[serde(default)]
    pub(crate) calls: Vec<CallTold>,
}

/// A platform or a unit.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) code: String,
    pub(crate) name: String,
}

/// A call.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CallTold {
    pub(crate) call_id: Uuid,
    pub(crate) quarter: String,
    pub(crate) platform_name: String,
    pub(crate) asked_by_name: String,
    pub(crate) raised_at: DateTime<Utc>,
    pub(crate) reply_by: NaiveDate,
    #[serde(default)]
    pub(crate) reminded_at: Option<DateTime<Utc>>,
    pub(crate) units: Vec<UnitAsked>,
    #[serde(default)]
    pub(crate) owes_reply: bool,
}

/// A unit asked.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UnitAsked {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) reply: Option<String>,
    #[serde(default)]
    pub(crate) replied_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) is_late: bool,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) matters: Vec<Uuid>,
}

/// The calls of a quarter; the present one when none is given.
pub(crate) async fn list(http: &Client, quarter: Option<&str>, staff: &str) -> Result<Calls, CallError> {
    let mut call = http.call(Method::GET, Service::Casework, "/calls").staff(staff);
    if let Some(quarter) = quarter {
        call = call.query(&[("quarter", quarter)]);
    }
    call.read().await
}

/// One call.
pub(crate) async fn show(http: &Client, call_id: Uuid, staff: &str) -> Result<CallTold, CallError> {
    http.call(Method::GET, Service::Casework, &format!("/calls/{call_id}")).staff(staff).read().await
}

/// Raises one; the same key does it once.
pub(crate) async fn raise(http: &Client, body: &Value, key: &str, staff: &str) -> Result<(), CallError> {
    http.call(Method::POST, Service::Casework, "/calls").staff(staff).idempotency(key).json(body).done().await
}

/// Replies to one; the same key does it once.
pub(crate) async fn reply(http: &Client, call_id: Uuid, body: &Value, key: &str, staff: &str) -> Result<(), CallError> {
    let call = http.call(Method::POST, Service::Casework, &format!("/calls/{call_id}/replies")).staff(staff);
    call.idempotency(key).json(body).done().await
}
