//! Matters that may be the same one put again, as intake offers them to this member of staff.

use std::time::Duration;

use axum::http::Method;
use chrono::{DateTime, Utc};
use huiyin_kernel::Service;
use huiyin_web::Client;
use serde::Deserialize;
use uuid::Uuid;

use super::Items;

/// A page does not wait longer for what it can do without.
const PATIENCE: Duration = Duration::from_secs(2);

/// A matter that may be the same.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct LikelySame {
    pub(crate) petition_id: Uuid,
    #[serde(default)]
    pub(crate) case_id: Option<Uuid>,
    pub(crate) number: String,
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) title: String,
    pub(crate) state: String,
    /// Why it may be the same, in Chinese.
    pub(crate) reason_zh: String,
    /// Why, as a link may say it: nothing of who petitioned.
    pub(crate) proposed_reason: String,
}

/// What is offered beside a petition; nothing when intake does not answer, or the petition is not for this reader.
pub(crate) async fn likely_same(http: &Client, petition_id: &str, staff: &str) -> Vec<LikelySame> {
    let path = format!("/petitions/{petition_id}/likely-same");
    let call = http.call(Method::GET, Service::Intake, &path).staff(staff).deadline(PATIENCE);
    match call.read::<Items<LikelySame>>().await {
        Ok(found) => found.items,
        Err(error) => {
            tracing::debug!(%error, "a page is shown without likely repeats");
            Vec::new()
        }
    }
}
