//! A router with the kit around it.

use std::net::SocketAddr;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::DateTime;
use huiyin_authz::{ServiceCredential, StaffKeys};
use huiyin_kernel::{InfraClock, Redacted, Service};
use huiyin_settings::{Limits, ServiceUrls, Settings};
use huiyin_web::{Client, Health, KitState, kit};
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) fn limits() -> Limits {
    Settings::from_toml("[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"").expect("settings").limits
}

pub(crate) fn clock() -> InfraClock {
    InfraClock::manual(DateTime::from_timestamp(1_700_000_000, 0).expect("in range"))
}

pub(crate) fn credential() -> ServiceCredential {
    ServiceCredential::new(&Redacted::new([7; 32]))
}

pub(crate) fn state(limits: Limits, client: Option<Client>) -> KitState {
    KitState::new(Service::Intake, limits, clock(), StaffKeys::default(), credential(), client, Health::default())
}

pub(crate) fn client(urls: ServiceUrls) -> Client {
    Client::new(Service::Intake, credential(), clock(), urls)
}

pub(crate) fn wrap(router: Router) -> Router {
    kit(router, state(limits(), None))
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("a router always answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&bytes)));
    Answer { status, headers, body }
}

pub(crate) async fn get(router: &Router, path: &str) -> Answer {
    send(router, Request::get(path).body(Body::empty()).expect("a request")).await
}

pub(crate) async fn post_json(router: &Router, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    send(router, request.body(body.into()).expect("a request")).await
}

/// Serves a router on a free port until the test ends.
#[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
