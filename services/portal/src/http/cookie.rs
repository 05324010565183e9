//! The two cookies there are: the session of the console, and, before it, the sign-in form's.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::desk::Desk;
use crate::secret::BrowserToken;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in.
    Session,
    /// Ties a sign-in form to the browser it was shown in.
    SignIn,
}

impl Cookie {
    /// With https, a name that no subdomain can set and that travels on no plain connection (`__Host-`). A browser refuses that
    /// prefix on plain http, so there, on one's own machine, the name goes without.
    const fn name(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Self::Session, true) => "__Host-huiyin",
            (Self::Session, false) => "huiyin",
            (Self::SignIn, true) => "__Host-huiyin-sign-in",
            (Self::SignIn, false) => "huiyin-sign-in",
        }
    }

    /// The token the browser sent. Sent twice, it is as if none came: one of the two is not ours.
    pub(crate) fn read(self, desk: &Desk, headers: &HeaderMap) -> Option<BrowserToken> {
        let name = self.name(desk.origin.is_https());
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(given, _)| *given == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => BrowserToken::parse(value),
            _ => None,
        }
    }

    /// Gives the browser a token until it is closed; the server decides when it ends.
    pub(crate) fn give(self, desk: &Desk, token: &BrowserToken) -> (header::HeaderName, HeaderValue) {
        let is_https = desk.origin.is_https();
        let secure = if is_https { "; Secure" } else { "" };
        let text = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", self.name(is_https), *token.to_text());
        (header::SET_COOKIE, HeaderValue::from_str(&text).expect("names and hex digits are visible ASCII"))
    }

    /// Takes it away.
    pub(crate) fn take(self, desk: &Desk) -> (header::HeaderName, HeaderValue) {
        let is_https = desk.origin.is_https();
        let secure = if is_https { "; Secure" } else { "" };
        let text = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", self.name(is_https));
        (header::SET_COOKIE, HeaderValue::from_str(&text).expect("names are visible ASCII"))
    }
}
