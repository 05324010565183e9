//! Who may look things up: other services, and staff with that permission.

use axum::{extract::FromRequestParts, http::request::Parts};
use huiyin_authz::Permission;
use huiyin_web::{Problem, SERVICE_HEADER, ServiceCaller, StaffActor};

/// Somebody who may look things up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader;

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.headers.contains_key(SERVICE_HEADER) {
            ServiceCaller::from_request_parts(parts, state).await?;
        } else {
            StaffActor::from_request_parts(parts, state).await?.require(Permission::ReadDirectory)?;
        }
        Ok(Self)
    }
}
