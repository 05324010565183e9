//! Did this form come from one of our own pages (W2)? Told by what the browser says of itself and no page can forge: `Origin`
//! and `Sec-Fetch-Site`.

use url::Url;

/// The address people type, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct PublicOrigin {
    text: String,
    is_https: bool,
    is_loopback: bool,
}

/// What the browser says about where a request comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Claims<'a> {
    /// `Origin`
    pub(crate) origin: Option<&'a str>,
    /// `Sec-Fetch-Site`; browsers before 2020 do not send it.
    pub(crate) fetch_site: Option<&'a str>,
    /// `Host`
    pub(crate) host: Option<&'a str>,
}

impl PublicOrigin {
    /// The origin of `[server] public_origin`.
    pub(crate) fn new(address: &Url) -> Self {
        let is_https = address.scheme() == "https";
        let is_loopback = !is_https && address.host_str().is_some_and(is_loopback);
        Self { text: address.origin().ascii_serialization(), is_https, is_loopback }
    }

    /// Cookies can be `Secure` and carry the `__Host-` prefix; browsers may be told to come by https only.
    pub(crate) const fn is_https(&self) -> bool {
        self.is_https
    }

    /// As the browser spells it.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Is the form from one of our pages? A browser that says nothing is refused: every browser in use names the origin of a
    /// form it sends.
    pub(crate) fn is_own(&self, claims: Claims<'_>) -> bool {
        let site_fits = claims.fetch_site.is_none_or(|site| site == "same-origin");
        let origin_fits =
            claims.origin.is_some_and(|origin| origin == self.text || self.is_same_machine(origin, claims.host));
        site_fits && origin_fits
    }

    /// On one's own machine, `localhost` and `127.0.0.1` are the same place whatever the settings say.
    fn is_same_machine(&self, origin: &str, host: Option<&str>) -> bool {
        let named = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
        let named = named.filter(|url| self.is_loopback && url.host_str().is_some_and(is_loopback));
        named.is_some_and(|url| url.origin().ascii_serialization() == origin)
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> PublicOrigin {
        PublicOrigin::new(&Url::parse(text).expect("an address"))
    }

    /// W2: cross-site, same-site subdomain, no origin: all refused.
    #[test]
    fn only_our_own_pages_may_send_forms() {
        let city = origin("https://xinfang.example.cn");
        let own = Some("https://xinfang.example.cn");
        let host = Some("xinfang.example.cn");
        let is_own = |origin, fetch_site| city.is_own(Claims { origin, fetch_site, host });
        assert!(is_own(own, Some("same-origin")));
        assert!(is_own(own, None));
        for (origin, site) in [
            (own, Some("cross-site")),
            (own, Some("same-site")),
            (own, Some("none")),
            (None, Some("same-origin")),
            (None, None),
            (Some("null"), Some("same-origin")),
            (Some("https://evil.example.cn"), Some("same-site")),
            (Some("https://xinfang.example.cn.evil.example"), None),
            (Some("http://xinfang.example.cn"), None),
            (Some("https://xinfang.example.cn:8443"), None),
        ] {
            assert!(!is_own(origin, site), "{origin:?} {site:?}");
        }
    }

    #[test]
    fn one_s_own_machine_may_be_called_by_either_name_and_no_other() {
        let own = origin("http://127.0.0.1:8080");
        let says = |origin, host| own.is_own(Claims { origin: Some(origin), fetch_site: None, host: Some(host) });
        assert!(says("http://localhost:8080", "localhost:8080"));
        assert!(!says("http://localhost:9999", "localhost:8080"));
        assert!(!says("http://rebound.example:8080", "rebound.example:8080"));
        let city = origin("http://10.0.0.5:8080");
        assert!(!city.is_own(Claims {
            origin: Some("http://localhost:8080"),
            fetch_site: None,
            host: Some("localhost:8080")
        }));
    }
}
