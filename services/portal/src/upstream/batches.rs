//! Batches of documents (文书批量打印), made by casework in the background.

use axum::http::Method;
use chrono::{DateTime, Utc};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::SETTING;

/// A batch and what became of it so far.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Batch {
    pub(crate) batch_id: Uuid,
    /// `running`, `finished`, `cancelled`, `replaced` or `stopped`.
    pub(crate) state: String,
    pub(crate) total: u32,
    pub(crate) done: u32,
    pub(crate) failed: Vec<Failed>,
    pub(crate) gone_at: DateTime<Utc>,
}

/// A document that was not made.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Failed {
    #[serde(default)]
    pub(crate) number: Option<String>,
    pub(crate) kind: String,
    pub(crate) reason: String,
}

/// Asks for the same kind of document of many cases; the same request again is the same batch.
pub(crate) async fn ask(
    http: &Client,
    cases: &[Uuid],
    kind: &str,
    batch_key: &str,
    key: &str,
    staff: &str,
) -> Result<Batch, CallError> {
    let documents: Vec<_> = cases.iter().map(|case| json!({ "case_id": case, "kind": kind })).collect();
    let call = http.call(Method::POST, Service::Casework, "/document-batches").staff(staff).idempotency(key);
    call.json(&json!({ "documents": documents, "key": batch_key })).read().await
}

/// The reader's own of the last hour, newest first.
pub(crate) async fn mine(http: &Client, staff: &str) -> Result<Vec<Batch>, CallError> {
    http.call(Method::GET, Service::Casework, "/document-batches").staff(staff).read().await
}

/// One of them.
pub(crate) async fn batch(http: &Client, id: Uuid, staff: &str) -> Result<Batch, CallError> {
    http.call(Method::GET, Service::Casework, &format!("/document-batches/{id}")).staff(staff).read().await
}

/// Ends it.
pub(crate) async fn cancel(http: &Client, id: Uuid, staff: &str) -> Result<(), CallError> {
    http.call(Method::DELETE, Service::Casework, &format!("/document-batches/{id}")).staff(staff).done().await
}

/// What was made of it, as one ZIP.
pub(crate) async fn file(http: &Client, id: Uuid, batch_key: &str, staff: &str) -> Result<Vec<u8>, CallError> {
    let call = http.call(Method::GET, Service::Casework, &format!("/document-batches/{id}/file")).staff(staff);
    Ok(call.header("huiyin-batch-key", batch_key).deadline(SETTING).bytes().await?.1)
}
