//! The matters a session is for, and the sessions planned for a matter, as scheduling tells this member of staff.

use std::time::Duration;

use axum::http::Method;
use chrono::{DateTime, Utc};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use uuid::Uuid;

use super::Items;

/// A page does not wait longer for what it can do without.
const PATIENCE: Duration = Duration::from_secs(2);

/// A matter, by number and topic.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Matter {
    pub(crate) petition_id: Uuid,
    pub(crate) number: String,
    pub(crate) topic: String,
    pub(crate) district: String,
    #[serde(default)]
    pub(crate) case_state: Option<String>,
}

/// What a session is for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Matters {
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) starts_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) ends_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) may_name: bool,
    #[serde(default)]
    pub(crate) named: Vec<Matter>,
    /// What its leader has taken (包案) and it does not name.
    #[serde(default)]
    pub(crate) offered: Vec<Matter>,
}

/// A session planned for a matter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Planned {
    pub(crate) state: String,
    pub(crate) form: String,
    pub(crate) leader_name: String,
    pub(crate) leader_post: String,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) venue_name: String,
}

/// What a session is for.
pub(crate) async fn matters(http: &Client, session: Uuid, staff: &str) -> Result<Matters, CallError> {
    let path = format!("/sessions/{session}/matters");
    http.call(Method::GET, Service::Scheduling, &path).staff(staff).read().await
}

/// Names a matter, or takes it off.
pub(crate) async fn set(
    http: &Client,
    session: Uuid,
    petition: Uuid,
    named: bool,
    staff: &str,
) -> Result<(), CallError> {
    let method = if named { Method::PUT } else { Method::DELETE };
    let path = format!("/sessions/{session}/matters/{petition}");
    http.call(method, Service::Scheduling, &path).staff(staff).done().await
}

/// The sessions planned for a matter; none when scheduling does not answer, or they are not for this reader.
pub(crate) async fn sessions_for(http: &Client, petition: &str, staff: &str) -> Vec<Planned> {
    let path = format!("/petitions/{petition}/sessions");
    let call = http.call(Method::GET, Service::Scheduling, &path).staff(staff).deadline(PATIENCE);
    match call.read::<Items<Planned>>().await {
        Ok(found) => found.items,
        Err(error) => {
            tracing::debug!(%error, "a case is shown without the sessions planned for it");
            Vec::new()
        }
    }
}
