//! Calls between services end in one of four ways, each with its own name.

use std::{num::NonZeroU32, time::Duration};

use axum::{Router, http::StatusCode, routing::get};
use huiyin_kernel::Service;
use huiyin_settings::ServiceUrls;
use huiyin_web::{CallError, Json, Problem, RateLimiter, ServiceCaller};
use reqwest::Method;
use serde_json::Value;

use crate::support::{client, limits, serve};

async fn urls() -> ServiceUrls {
    let router = Router::new()
        .route("/me", get(|ServiceCaller(service): ServiceCaller| async move { Json(service.name()) }))
        .route("/rule", get(|| async { Problem::refused("case_closed", Some("REG-31"), "已办结", "closed") }))
        .route("/busy", get(|| async { Problem::unavailable(7) }))
        .route("/odd", get(|| async { "not json" }))
        .route("/redirect", get(|| async { (StatusCode::FOUND, [("location", "http://127.0.0.1:1/")]) }))
        .route("/never", get(|| async { std::future::pending::<()>().await }));
    let state = huiyin_web::KitState::new(
        Service::Casework,
        limits(),
        crate::support::clock(),
        huiyin_authz::StaffKeys::default(),
        crate::support::credential(),
        None,
        huiyin_web::Health::default(),
    );
    ServiceUrls::default().listening(Service::Casework, serve(huiyin_web::kit(router, state)).await)
}

#[tokio::test]
async fn a_call_carries_its_credential_and_every_failure_has_its_own_name() {
    let client = client(urls().await);
    let me: String = client.get(Service::Casework, "/me").await.expect("an answer");
    assert_eq!(me, "intake");
    let call = |path: &'static str| {
        let client = client.clone();
        async move { client.get::<Value>(Service::Casework, path).await.expect_err("a failure") }
    };
    let rule = Problem::from(call("/rule").await);
    assert_eq!((rule.code(), rule.rule()), ("case_closed", Some("REG-31")));
    assert!(matches!(call("/nowhere").await, CallError::NotFound { .. }));
    assert!(matches!(call("/busy").await, CallError::Down { .. }));
    assert!(matches!(call("/odd").await, CallError::Unreadable { .. }));
    assert!(matches!(call("/redirect").await, CallError::Unreadable { .. }), "redirects are not followed");
    let late = client.call(Method::GET, Service::Casework, "/never").deadline(Duration::from_millis(50)).done().await;
    assert!(matches!(late, Err(CallError::Down { .. })));
    let nowhere: Result<Value, _> = client.get(Service::Ledger, "/").await;
    assert!(matches!(nowhere, Err(CallError::Down { .. })), "a service that is nowhere is down");
    assert_eq!(Problem::from(call("/busy").await).status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn a_rate_is_held_per_key_and_says_when_to_come_back() {
    let limiter = RateLimiter::new(NonZeroU32::new(3).expect("not zero"), Duration::from_mins(1));
    for _ in 0..3 {
        assert_eq!(limiter.check("203.0.113.9"), Ok(()));
    }
    let refused = limiter.check("203.0.113.9").expect_err("the fourth");
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.retry_after().is_some_and(|seconds| (1..=21).contains(&seconds)), "{refused:?}");
    assert_eq!(limiter.check("203.0.113.10"), Ok(()));
}
