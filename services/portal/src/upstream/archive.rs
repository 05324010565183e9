//! Files whose time is over, and the register of those destroyed, as casework tells them.

use axum::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use uuid::Uuid;

use super::Items;

/// An archived file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct File {
    pub(crate) number: String,
    pub(crate) term_zh: String,
    #[serde(default)]
    pub(crate) keep_until: Option<NaiveDate>,
    pub(crate) archived_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
    /// Its destruction was proposed.
    #[serde(default)]
    pub(crate) proposed: Option<Proposed>,
}

/// A proposal to destroy a file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Proposed {
    pub(crate) reason: String,
    pub(crate) at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
}

/// A file whose time is over.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Due {
    pub(crate) case_id: Uuid,
    pub(crate) topic: String,
    pub(crate) responsible_unit: String,
    pub(crate) file: File,
}

/// A destroyed file, as the register keeps it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Destroyed {
    pub(crate) file_number: String,
    pub(crate) closed_at: DateTime<Utc>,
    pub(crate) keep_until: NaiveDate,
    #[serde(default)]
    pub(crate) appraised_by_name: Option<String>,
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) approved_by_name: Option<String>,
    pub(crate) destroyed_at: DateTime<Utc>,
}

/// Files whose time is over, the oldest first.
pub(crate) async fn due(http: &Client, scope: &str, after: Option<&str>, staff: &str) -> Result<Items<Due>, CallError> {
    list(http, "/archive/due", scope, after, staff).await
}

/// The register of destroyed files, the newest first.
pub(crate) async fn destroyed(
    http: &Client,
    scope: &str,
    after: Option<&str>,
    staff: &str,
) -> Result<Items<Destroyed>, CallError> {
    list(http, "/archive/destroyed", scope, after, staff).await
}

async fn list<T: serde::de::DeserializeOwned>(
    http: &Client,
    path: &str,
    scope: &str,
    after: Option<&str>,
    staff: &str,
) -> Result<Items<T>, CallError> {
    let mut query = vec![("scope", scope), ("limit", "100")];
    query.extend(after.map(|after| ("after", after)));
    http.call(Method::GET, Service::Casework, path).query(&query).staff(staff).read().await
}
