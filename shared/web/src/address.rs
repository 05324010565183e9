//! Where a request comes from, for rate limits only.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use huiyin_kernel::Service;

use crate::caller::service_caller;

/// The portal names the browser's address here; believed only with the portal's credential.
pub const CLIENT_ADDRESS_HEADER: &str = "huiyin-client-address";

/// The address of the person's machine. `X-Forwarded-For` is never believed: anybody can write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let told = parts.headers.get(CLIENT_ADDRESS_HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
        if let Some(address) = told
            && service_caller(parts) == Ok(Service::Portal)
        {
            return Ok(Self(address));
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip())))
    }
}
