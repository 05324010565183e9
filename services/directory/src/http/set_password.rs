//! `POST /staff/{staff_id}/password`

use axum::extract::State;
use huiyin_kernel::{Redacted, StaffId};
use huiyin_web::{Json, Path, Problem, StaffActor, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{self, Context};

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    /// 12 to 128 characters, without the login.
    #[schema(value_type = String, format = Password)]
    password: Redacted<String>,
}

/// Sets a password: administrators for their district, everybody for themselves. Ends all sessions of the account.
#[utoipa::path(post, path = "/staff/{staff_id}/password", params(("staff_id" = Uuid, Path)), request_body = PasswordBody, security(("staff" = [])), responses(
    (status = 204, description = "It is set."), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem),
))]
pub(super) async fn set_password(
    State(context): State<Context>,
    StaffActor(actor): StaffActor,
    Path(id): Path<StaffId>,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, Problem> {
    app::set_password(&context, &actor, id, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
