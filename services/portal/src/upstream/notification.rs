//! A member of staff's own messages.

use axum::http::Method;
use chrono::{DateTime, Utc};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use uuid::Uuid;

use super::Items;

/// A message.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) message_id: Uuid,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) body: String,
    pub(crate) at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) read_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) case_id: Option<Uuid>,
}

/// Newest first.
pub(crate) async fn inbox(
    http: &Client,
    unread: bool,
    after: Option<&str>,
    staff: &str,
) -> Result<Items<Message>, CallError> {
    let mut call = http.call(Method::GET, Service::Notification, "/inbox").query(&[("limit", "50")]).staff(staff);
    if unread {
        call = call.query(&[("unread", "true")]);
    }
    if let Some(after) = after {
        call = call.query(&[("after", after)]);
    }
    call.read().await
}

/// Marks one as read; again is no mistake.
pub(crate) async fn read(http: &Client, id: Uuid, staff: &str) -> Result<(), CallError> {
    http.call(Method::POST, Service::Notification, &format!("/inbox/{id}/read")).staff(staff).done().await
}
