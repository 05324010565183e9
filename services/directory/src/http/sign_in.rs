//! `POST /sessions`

use axum::extract::State;
use huiyin_kernel::Redacted;
use huiyin_web::{ClientAddress, Json, Problem, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::SessionView;
use crate::app::{self, Context, Credentials};

/// What a person gives to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    /// The login.
    #[schema(example = "city-hr.officer01")]
    login: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: Redacted<String>,
}

/// Signs a member of staff in. Whether the login is unknown, the password wrong or the account disabled, the answer is the same.
#[utoipa::path(post, path = "/sessions", request_body = SignInBody, responses(
    (status = 201, body = SessionView),
    (status = 400, body = Problem), (status = 401, body = Problem), (status = 429, body = Problem),
))]
pub(super) async fn sign_in(
    State(context): State<Context>,
    ClientAddress(address): ClientAddress,
    Json(body): Json<SignInBody>,
) -> Result<(StatusCode, Json<SessionView>), Problem> {
    let password = body.password;
    // No account has a longer login or password, and hashing without bound would be a gift to attackers.
    if body.login.len() > 256 || password.expose().len() > 1024 {
        return Err(app::Error::SignInRefused.into());
    }
    let signed_in = app::sign_in(&context, Credentials { login: body.login, password, address }).await?;
    Ok((StatusCode::CREATED, Json(signed_in.into())))
}
