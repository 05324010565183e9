use axum::extract::State;
use huiyin_kernel::PetitionId;
use huiyin_web::{Json, Problem, ServiceCaller};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::HttpState;
use crate::{app, domain::HOLDERS};

/// Most petitions of one request.
const MOST: usize = 256;

/// Of which petitions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmBody {
    /// At most 256.
    #[schema(value_type = Vec<String>, max_items = 256)]
    petition_ids: Vec<PetitionId>,
}

/// Heard.
#[derive(Serialize, ToSchema)]
pub(super) struct Heard {}

/// A service says that its copies of personal data that was destroyed here are gone (D-7).
#[utoipa::path(
    post, path = "/internal/erasures/confirm", tag = "internal", request_body = ConfirmBody,
    responses((status = 200, body = Heard), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(super) async fn confirm_erasure(
    State(state): State<HttpState>,
    ServiceCaller(caller): ServiceCaller,
    Json(body): Json<ConfirmBody>,
) -> Result<Json<Heard>, Problem> {
    if !HOLDERS.contains(&caller) {
        return Err(Problem::not_found());
    }
    if body.petition_ids.len() > MOST {
        return Err(Problem::field("petition_ids", "一次至多256件", "at most 256 at once", "[]"));
    }
    app::confirm_erasure(&state.context, caller, &body.petition_ids).await?;
    Ok(Json(Heard {}))
}
