//! An Idempotency-Key that may be left out: with one, a double click does it once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use huiyin_web::{IdempotencyKey, Problem};

/// The key, if one was sent; one that cannot be read is refused.
#[derive(Clone, Debug)]
pub(super) struct MaybeKey(pub(super) Option<IdempotencyKey>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.headers.contains_key("idempotency-key") {
            IdempotencyKey::from_request_parts(parts, state).await.map(Some).map(Self)
        } else {
            Ok(Self(None))
        }
    }
}
