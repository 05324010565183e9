use axum::extract::State;
use huiyin_kernel::Service;
use huiyin_web::{Json, Problem, ServiceCaller};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::HttpState;
use crate::app;

/// Which key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnwrapBody {
    key_id: Uuid,
}

/// The key, to be used and forgotten.
#[derive(Serialize, ToSchema)]
pub(super) struct KeyBody {
    /// Base64 of 32 bytes.
    key: String,
}

/// Unwraps a data key for notification or casework; nobody else may open a contact (D-3).
#[utoipa::path(
    post, path = "/internal/keys/unwrap", tag = "internal", request_body = UnwrapBody,
    responses((status = 200, body = KeyBody), (status = 404, body = Problem))
)]
pub(super) async fn unwrap_key(
    State(state): State<HttpState>,
    ServiceCaller(caller): ServiceCaller,
    Json(body): Json<UnwrapBody>,
) -> Result<Json<KeyBody>, Problem> {
    if !matches!(caller, Service::Notification | Service::Casework) {
        return Err(Problem::not_found());
    }
    let key = app::unwrap_key(&state.context, body.key_id).await?;
    metrics::counter!("huiyin_intake_key_unwrapped_total", "for" => caller.name()).increment(1);
    Ok(Json(KeyBody { key: key.to_base64().as_str().to_owned() }))
}
