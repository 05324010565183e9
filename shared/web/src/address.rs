//! Where a request comes from, for rate limits only.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderName, request::Parts},
};
use huiyin_kernel::Service;

use crate::{KitState, caller::service_caller};

/// The portal names the browser's address here; believed only with the portal's credential.
pub const CLIENT_ADDRESS_HEADER: &str = "huiyin-client-address";

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the person's machine. `X-Forwarded-For` is believed from the proxies named in the settings alone: anybody
/// else can write it.
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
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
        let kit = parts.extensions.get::<Arc<KitState>>();
        Ok(Self(kit.map_or(peer, |kit| behind_proxies(peer, &parts.headers, |address| kit.trusts(address)))))
    }
}

/// Each proxy adds, at the end, the address it was called from. Read from the end, the first that is no proxy of ours is the
/// person's; what stands before it anybody may have written.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut nearest = peer;
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    for hop in lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(',')) {
        if !trusted(nearest) {
            break;
        }
        let Some(address) = parse_hop(hop.trim()) else { break };
        nearest = address;
    }
    nearest
}

/// An address, with a port as some proxies write it or without.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()));
    plain.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).expect("a header"));
        }
        let proxies: [ipnet::IpNet; 2] = ["10.0.0.0/24".parse().expect("a net"), "fd00::/8".parse().expect("a net")];
        let trusted = |address| proxies.iter().any(|net| net.contains(&address));
        behind_proxies(peer.parse().expect("an address"), &headers, trusted).to_string()
    }

    /// RELIABILITY §4, row HTTP: a forged X-Forwarded-For changes nothing.
    #[test]
    fn only_what_our_own_proxies_add_is_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9", "no proxy of ours said so");
        assert_eq!(seen("10.0.0.5", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.5", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1", "the first entry was forged");
        assert_eq!(seen("10.0.0.5", &["1.2.3.4", "198.51.100.1, 10.0.0.6"]), "198.51.100.1", "two proxies, two lines");
        assert_eq!(seen("10.0.0.5", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.5", &["::ffff:198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("fd00::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.5", &["nonsense"]), "10.0.0.5");
        assert_eq!(seen("10.0.0.5", &["198.51.100.1, nonsense"]), "10.0.0.5");
        assert_eq!(seen("10.0.0.5", &[]), "10.0.0.5");
    }
}
