//! Abolished units that still hold matters, as casework shows them to supervisors (REG-16).

use axum::http::Method;
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;

/// An abolished unit with what it still holds.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Left {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) successor: Option<String>,
    #[serde(default)]
    pub(crate) matters: i64,
    /// How many; of which matters, nobody is told here.
    #[serde(default)]
    pub(crate) accusations: i64,
    #[serde(default)]
    pub(crate) needs_decision: bool,
    #[serde(default)]
    pub(crate) next_zh: String,
}

/// Those of the reader's district.
pub(crate) async fn left(http: &Client, staff: &str) -> Result<Vec<Left>, CallError> {
    http.call(Method::GET, Service::Casework, "/successions").staff(staff).read().await
}
