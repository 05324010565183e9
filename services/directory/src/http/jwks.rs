//! `GET /.well-known/jwks.json`

use axum::extract::State;
use huiyin_authz::Jwks;
use huiyin_web::Json;

use crate::app::Context;

/// The public keys of staff tokens. While keys are changed, the old one stands beside the new one.
#[utoipa::path(get, path = "/.well-known/jwks.json", responses((status = 200, body = Jwks)))]
pub(super) async fn jwks(State(context): State<Context>) -> Json<Jwks> {
    Json(context.keys)
}
