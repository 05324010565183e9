use axum::extract::State;
use huiyin_kernel::Service;
use huiyin_sealing::DataKey;
use huiyin_web::{Json, Problem, ServiceCaller};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::HttpState;
use crate::app;

/// Most keys of one request.
const MOST: usize = 256;

/// Which keys.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnwrapBody {
    /// At most 256.
    #[schema(max_items = 256)]
    key_ids: Vec<Uuid>,
}

/// The keys that are there, to be used and forgotten; one that is not named was destroyed, or never was.
#[derive(Serialize, ToSchema)]
pub(super) struct KeysBody {
    keys: Vec<KeyBody>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct KeyBody {
    key_id: Uuid,
    /// Base64 of 32 bytes; none while it cannot be opened.
    key: Option<String>,
}

/// Unwraps data keys for notification or casework; nobody else may open a contact (D-3).
#[utoipa::path(
    post, path = "/internal/keys/unwrap", tag = "internal", request_body = UnwrapBody,
    responses((status = 200, body = KeysBody), (status = 404, body = Problem))
)]
pub(super) async fn unwrap_keys(
    State(state): State<HttpState>,
    ServiceCaller(caller): ServiceCaller,
    Json(body): Json<UnwrapBody>,
) -> Result<Json<KeysBody>, Problem> {
    if !matches!(caller, Service::Notification | Service::Casework) {
        return Err(Problem::not_found());
    }
    if body.key_ids.len() > MOST {
        return Err(Problem::field("key_ids", "一次至多256个", "at most 256 at once", "[]"));
    }
    let keys = app::unwrap_keys(&state.context, &body.key_ids).await?;
    metrics::counter!("huiyin_intake_key_unwrapped_total", "for" => caller.name()).increment(keys.len() as u64);
    let body = |(key_id, key): (Uuid, Option<DataKey>)| KeyBody {
        key_id,
        key: key.map(|key| key.to_base64().as_str().to_owned()),
    };
    Ok(Json(KeysBody { keys: keys.into_iter().map(body).collect() }))
}
