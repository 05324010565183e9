//! Who calls: staff by directory's token, services by the internal credential.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use huiyin_authz::{Permission, StaffClaims, TokenError};
use huiyin_kernel::{Actor, Service};

use crate::{KitState, Problem};

/// Carries a service's credential, beside a staff token that is passed on.
pub const SERVICE_HEADER: &str = "huiyin-service";

/// A member of staff, by a verified token.
#[derive(Clone, Debug)]
pub struct StaffActor(pub Actor);

impl StaffActor {
    /// Refuses with the roles that may, unless the actor holds the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Problem> {
        huiyin_authz::require(&self.0, permission).map_err(Problem::from)
    }
}

impl From<StaffActor> for Actor {
    fn from(staff: StaffActor) -> Self {
        staff.0
    }
}

/// The claims of a verified staff token, for those who need the session.
#[derive(Clone, Debug)]
pub struct StaffToken(pub StaffClaims);

/// The caller's own token as it came, to be passed on: what it may see is decided where it goes.
pub struct OwnToken(pub String);

impl std::fmt::Debug for OwnToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnToken([redacted])")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OwnToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        bearer(&parts.headers)?.map(|token| Self(token.to_owned())).ok_or_else(Problem::unauthenticated)
    }
}

/// A member of staff or nobody; a token that is there but not valid is refused, never taken for nobody.
#[derive(Clone, Debug)]
pub struct MaybeStaff(pub Option<Actor>);

/// A service of this installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceCaller(pub Service);

impl<S: Send + Sync> FromRequestParts<S> for StaffToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)?.ok_or_else(Problem::unauthenticated)?.to_owned();
        let kit = kit(parts)?;
        match kit.staff_keys.verify(&token, kit.clock.now()) {
            Ok(claims) => Ok(Self(claims)),
            Err(TokenError::UnknownKey) => {
                kit.refresh_keys().await?;
                kit.staff_keys.verify(&token, kit.clock.now()).map(Self).map_err(|_| Problem::unauthenticated())
            }
            Err(TokenError::Invalid | TokenError::Expired) => Err(Problem::unauthenticated()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for StaffActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(StaffToken::from_request_parts(parts, state).await?.0.actor()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeStaff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if bearer(&parts.headers)?.is_none() {
            return Ok(Self(None));
        }
        Ok(Self(Some(StaffActor::from_request_parts(parts, state).await?.0)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ServiceCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        service_caller(parts).map(Self)
    }
}

/// The calling service, if its credential is valid here.
pub(crate) fn service_caller(parts: &Parts) -> Result<Service, Problem> {
    let mut given = parts.headers.get_all(SERVICE_HEADER).iter();
    let (Some(credential), None) = (given.next(), given.next()) else {
        return Err(Problem::unauthenticated());
    };
    let credential = credential.to_str().map_err(|_| Problem::unauthenticated())?;
    let kit = kit(parts)?;
    kit.credential.verify(credential, kit.service, kit.clock.now()).map_err(|error| {
        tracing::warn!(%error, "a service credential was refused");
        Problem::unauthenticated()
    })
}

fn kit(parts: &Parts) -> Result<&KitState, Problem> {
    // A router without the kit has no keys: everybody is refused, nobody let in.
    parts.extensions.get::<Arc<KitState>>().map(Arc::as_ref).ok_or_else(Problem::unauthenticated)
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else {
        return Ok(None);
    };
    if given.next().is_some() {
        return Err(Problem::unauthenticated());
    }
    let token = first.to_str().ok().and_then(|text| text.split_once(' '));
    let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    token.map(Some).ok_or_else(Problem::unauthenticated)
}
