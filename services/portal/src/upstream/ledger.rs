//! The work ledger (工作台账).

use std::time::Duration;

use axum::http::{HeaderMap, Method};
use chrono::NaiveDate;
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use uuid::Uuid;

use super::Items;

/// An export of many rows takes its time.
const PATIENCE: Duration = Duration::from_secs(25);

/// A matter with the nine elements (C5).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Matter {
    #[serde(default)]
    pub(crate) case_id: Option<Uuid>,
    #[serde(default)]
    pub(crate) number: Option<String>,
    #[serde(default)]
    pub(crate) state: Option<String>,
    #[serde(default)]
    pub(crate) petitioner: String,
    #[serde(default)]
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) responsible_unit: String,
    #[serde(default)]
    pub(crate) cause: String,
    #[serde(default)]
    pub(crate) leader: String,
    #[serde(default)]
    pub(crate) opinion: String,
    #[serde(default)]
    pub(crate) result: String,
    #[serde(default)]
    pub(crate) answer: String,
    #[serde(default)]
    pub(crate) last_day: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) overdue: bool,
}

/// One page; `filters` are the ledger's own names.
pub(crate) async fn matters(
    http: &Client,
    filters: &[(String, String)],
    staff: &str,
) -> Result<Items<Matter>, CallError> {
    http.call(Method::GET, Service::Ledger, "/matters")
        .query(filters)
        .query(&[("limit", "50")])
        .staff(staff)
        .read()
        .await
}

/// Everything that fits, as a sheet.
pub(crate) async fn export(
    http: &Client,
    filters: &[(String, String)],
    staff: &str,
) -> Result<(HeaderMap, Vec<u8>), CallError> {
    let call = http.call(Method::GET, Service::Ledger, "/matters/export.xlsx").query(filters).staff(staff);
    call.deadline(PATIENCE).bytes().await
}
