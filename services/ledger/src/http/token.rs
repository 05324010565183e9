//! The caller's own token, passed on to intake: what a reader may see there is decided there.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use huiyin_web::Problem;

/// The bearer token of a request already known to be valid.
pub(crate) struct Token(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|text| text.split_once(' ')).map(|(_, token)| token.trim().to_owned());
        token.map(Self).ok_or_else(Problem::unauthenticated)
    }
}
