//! `GET /sessions/{session_id}`

use axum::extract::State;
use huiyin_web::{Path, Problem, ServiceCaller, StatusCode};
use uuid::Uuid;

use crate::app::{self, Context};

/// Whether a session can still be used: for services, at every click of a signed-in person.
#[utoipa::path(get, path = "/sessions/{session_id}", params(("session_id" = Uuid, Path)), responses(
    (status = 204, description = "It can."), (status = 401, body = Problem), (status = 404, body = Problem),
))]
pub(super) async fn session(
    State(context): State<Context>,
    _: ServiceCaller,
    Path(session): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    if app::is_session_live(&context, session).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
