//! What leaders owe in a period and how far they are (SZ-02, HB-04, HB-05), as scheduling tells.

use axum::http::Method;
use chrono::NaiveDate;
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;

/// A duty of a group of leaders.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Quota {
    pub(crate) group: String,
    pub(crate) measure: String,
    pub(crate) per: String,
    pub(crate) least: u32,
    pub(crate) source: String,
    pub(crate) first_day: NaiveDate,
    pub(crate) last_day: NaiveDate,
    #[serde(default)]
    pub(crate) leaders: Vec<Standing>,
}

/// How far a leader is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Standing {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) post: Option<String>,
    pub(crate) done: u64,
    pub(crate) owes: u64,
}

/// The quotas of the reader's district in the periods of a day; of today when none is given.
pub(crate) async fn list(http: &Client, day: Option<&str>, staff: &str) -> Result<Vec<Quota>, CallError> {
    let mut call = http.call(Method::GET, Service::Scheduling, "/quotas").staff(staff);
    if let Some(day) = day {
        call = call.query(&[("day", day)]);
    }
    call.read().await
}
