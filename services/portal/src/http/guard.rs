//! Around every page: headers that hold the browser to what a page may do, and forms taken from our own pages only.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use huiyin_web::Problem;

use crate::desk::Desk;
use crate::domain::origin::Claims;
use crate::failure::Failure;

/// Nothing but our own style, pictures and forms; nobody may frame a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                                       frame-ancestors 'none'; base-uri 'none'";
/// Two years, as the preload list asks.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000; includeSubDomains";

pub(super) async fn guard(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let is_https = desk.origin.is_https();
    let mut response = if *request.method() == Method::POST && !desk.origin.is_own(claims(request.headers())) {
        Failure::foreign_form().into_response()
    } else {
        next.run(request).await
    };
    set_headers(response.headers_mut(), is_https);
    response
}

/// The page of a request that was turned away before any of our own looked at it.
pub(super) fn turned_away(problem: Problem, is_https: bool) -> Response {
    let mut response = Failure::from(problem).into_response();
    set_headers(response.headers_mut(), is_https);
    response
}

fn claims(headers: &HeaderMap) -> Claims<'_> {
    // Named twice is not named at all.
    let one = |name: &str| {
        let mut given = headers.get_all(name).iter();
        match (given.next(), given.next()) {
            (Some(value), None) => value.to_str().ok(),
            (Some(_), Some(_)) => Some(""),
            (None, _) => None,
        }
    };
    Claims { origin: one("origin"), fetch_site: one("sec-fetch-site"), host: one("host") }
}

fn set_headers(headers: &mut HeaderMap, is_https: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
    // Pages hold personal data; only what says otherwise may be kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
