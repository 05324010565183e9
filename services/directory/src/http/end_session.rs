//! `DELETE /sessions/{session_id}`

use axum::extract::State;
use huiyin_web::{Path, Problem, StaffToken, StatusCode};
use uuid::Uuid;

use crate::app::{self, Context};

/// Signs out. Twice is no error.
#[utoipa::path(delete, path = "/sessions/{session_id}", params(("session_id" = Uuid, Path)), security(("staff" = [])), responses(
    (status = 204, description = "It has ended."), (status = 401, body = Problem), (status = 404, body = Problem),
))]
pub(super) async fn end_session(
    State(context): State<Context>,
    StaffToken(claims): StaffToken,
    Path(session): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    app::end_session(&context, &claims, session).await?;
    Ok(StatusCode::NO_CONTENT)
}
