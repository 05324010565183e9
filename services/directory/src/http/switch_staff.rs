//! `POST /staff/{staff_id}/disable` and `/enable`

use axum::extract::State;
use huiyin_kernel::StaffId;
use huiyin_web::{Path, Problem, StaffActor, StatusCode};

use crate::app::{self, Context};

/// Disables an account and ends its sessions at once.
#[utoipa::path(post, path = "/staff/{staff_id}/disable", params(("staff_id" = Uuid, Path)), security(("staff" = [])), responses(
    (status = 204, description = "It is disabled."), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem),
))]
pub(super) async fn disable_staff(
    State(context): State<Context>,
    StaffActor(actor): StaffActor,
    Path(id): Path<StaffId>,
) -> Result<StatusCode, Problem> {
    app::switch_staff(&context, &actor, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enables an account again.
#[utoipa::path(post, path = "/staff/{staff_id}/enable", params(("staff_id" = Uuid, Path)), security(("staff" = [])), responses(
    (status = 204, description = "It is enabled."), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem),
))]
pub(super) async fn enable_staff(
    State(context): State<Context>,
    StaffActor(actor): StaffActor,
    Path(id): Path<StaffId>,
) -> Result<StatusCode, Problem> {
    app::switch_staff(&context, &actor, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}
