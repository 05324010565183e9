//! Where services find each other.

use std::{collections::BTreeMap, net::SocketAddr};

use huiyin_kernel::Service;
use url::Url;

/// The base address of each service.
#[derive(Clone, Debug, Default)]
pub struct ServiceUrls(BTreeMap<Service, Url>);

impl ServiceUrls {
    /// The address of a service; `None` when it is nowhere in this installation.
    pub fn of(&self, service: Service) -> Option<&Url> {
        self.0.get(&service)
    }

    /// The same, with `service` at `url`.
    #[must_use]
    pub fn with(mut self, service: Service, url: Url) -> Self {
        self.0.insert(service, url);
        self
    }

    /// The same, with `service` found where it listens: an address for all interfaces is reached over loopback.
    #[must_use]
    pub fn listening(self, service: Service, mut address: SocketAddr) -> Self {
        if address.ip().is_unspecified() {
            let loopback: std::net::IpAddr = if address.is_ipv4() {
                std::net::Ipv4Addr::LOCALHOST.into()
            } else {
                std::net::Ipv6Addr::LOCALHOST.into()
            };
            address.set_ip(loopback);
        }
        let url = Url::parse(&format!("http://{address}")).expect("a socket address makes an address");
        self.with(service, url)
    }
}
