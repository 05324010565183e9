//! `POST /sessions/refresh`

use axum::extract::State;
use huiyin_kernel::Redacted;
use huiyin_web::{Json, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::SessionView;
use crate::app::{self, Context};

/// The handle given at sign-in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshBody {
    /// The handle.
    #[schema(value_type = String)]
    refresh: Redacted<String>,
}

/// Gives a fresh token with the roles held now. A disabled account, or one whose roles, unit or password changed, must sign in again.
#[utoipa::path(post, path = "/sessions/refresh", request_body = RefreshBody, responses(
    (status = 200, body = SessionView), (status = 400, body = Problem), (status = 401, body = Problem),
))]
pub(super) async fn refresh_session(
    State(context): State<Context>,
    Json(body): Json<RefreshBody>,
) -> Result<Json<SessionView>, Problem> {
    Ok(Json(app::refresh_session(&context, body.refresh.expose()).await?.into()))
}
