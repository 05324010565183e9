//! Who is believed to call.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Json as AxumJson, Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use huiyin_authz::{Jwks, Permission, StaffClaims, StaffSigner};
use huiyin_kernel::{DistrictCode, Redacted, Role, Service, StaffId, UnitCode};
use huiyin_settings::ServiceUrls;
use huiyin_web::{
    CLIENT_ADDRESS_HEADER, ClientAddress, IdempotencyKey, MaybeStaff, SERVICE_HEADER, ServiceCaller, StaffActor, kit,
};

use crate::support::{Answer, client, clock, credential, limits, send, serve, state};

fn router() -> Router {
    Router::new()
        .route("/staff", get(|staff: StaffActor| async move { staff.require(Permission::ReadCase).map(|()| "case") }))
        .route(
            "/maybe",
            get(|MaybeStaff(staff): MaybeStaff| async move { if staff.is_some() { "staff" } else { "nobody" } }),
        )
        .route("/service", get(|ServiceCaller(service): ServiceCaller| async move { service.name() }))
        .route("/address", get(|ClientAddress(address): ClientAddress| async move { address.to_string() }))
        .route("/key", get(|key: IdempotencyKey| async move { key.command_id("a").to_string() }))
}

fn token(signer: &StaffSigner, role: Role) -> String {
    let unit = UnitCode::parse("city-hr").expect("a code");
    let district = DistrictCode::parse("990100").expect("a code");
    signer.sign(&StaffClaims::new(
        StaffId::from(uuid::Uuid::nil()),
        unit,
        district,
        vec![role],
        uuid::Uuid::nil(),
        clock().now(),
    ))
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    send(router, request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn keys_are_fetched_from_directory_when_a_token_names_one_not_known_and_not_again_for_each_forgery() {
    let signer = StaffSigner::from_seed(&Redacted::new([1; 32]));
    let forger = StaffSigner::from_seed(&Redacted::new([2; 32]));
    let asked = Arc::new(AtomicUsize::new(0));
    let jwks = Jwks { keys: vec![signer.public().clone()] };
    let count = Arc::clone(&asked);
    let directory = Router::new().route(
        "/.well-known/jwks.json",
        get(move || async move {
            count.fetch_add(1, Ordering::SeqCst);
            AxumJson(jwks)
        }),
    );
    let urls = ServiceUrls::default().listening(Service::Directory, serve(directory).await);
    let router = kit(router(), state(limits(), Some(client(urls))));
    let good = format!("Bearer {}", token(&signer, Role::Officer));
    assert_eq!(ask(&router, "/staff", &[("authorization", &good)]).await.status, StatusCode::OK);
    for _ in 0..20 {
        let forged = format!("Bearer {}", token(&forger, Role::Officer));
        assert_eq!(ask(&router, "/staff", &[("authorization", &forged)]).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let refused =
        ask(&router, "/staff", &[("authorization", &format!("Bearer {}", token(&signer, Role::Administrator)))]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["title"], "您的账号无权“查看信访事项”。");
}

#[tokio::test]
async fn while_directory_is_down_an_unknown_key_is_answered_503_and_a_known_one_goes_on() {
    let signer = StaffSigner::from_seed(&Redacted::new([1; 32]));
    let urls = ServiceUrls::default().listening(Service::Directory, "127.0.0.1:1".parse().expect("an address"));
    let state = state(limits(), Some(client(urls)));
    let bearer = format!("Bearer {}", token(&signer, Role::Officer));
    let keys = state.staff_keys.clone();
    let router = kit(router(), state);
    assert_eq!(ask(&router, "/staff", &[("authorization", &bearer)]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    keys.replace(&Jwks { keys: vec![signer.public().clone()] });
    assert_eq!(ask(&router, "/staff", &[("authorization", &bearer)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_bad_token_is_never_taken_for_nobody() {
    let router = kit(router(), state(limits(), None));
    assert_eq!(ask(&router, "/maybe", &[]).await.body, "nobody");
    for headers in [
        &[("authorization", "Bearer x.y.z")][..],
        &[("authorization", "Bearer ")],
        &[("authorization", "Basic YTpi")],
        &[("authorization", "Bearer a"), ("authorization", "Bearer b")],
    ] {
        assert_eq!(ask(&router, "/maybe", headers).await.status, StatusCode::UNAUTHORIZED, "{headers:?}");
    }
}

#[tokio::test]
async fn a_service_is_known_by_its_credential_for_this_service_alone() {
    let router = kit(router(), state(limits(), None));
    let right = credential().sign(Service::Portal, Service::Intake, clock().now());
    let elsewhere = credential().sign(Service::Portal, Service::Casework, clock().now());
    assert_eq!(ask(&router, "/service", &[(SERVICE_HEADER, &right)]).await.body, "portal");
    for wrong in [elsewhere.as_str(), "portal", ""] {
        assert_eq!(ask(&router, "/service", &[(SERVICE_HEADER, wrong)]).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        ask(&router, "/service", &[(SERVICE_HEADER, &right), (SERVICE_HEADER, &right)]).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_browsers_address_is_believed_from_the_portal_alone() {
    let router = kit(router(), state(limits(), None));
    let sign = |from| credential().sign(from, Service::Intake, clock().now());
    let (portal, ledger) = (sign(Service::Portal), sign(Service::Ledger));
    let told = (CLIENT_ADDRESS_HEADER, "203.0.113.9");
    assert_eq!(ask(&router, "/address", &[told, (SERVICE_HEADER, &portal)]).await.body, "203.0.113.9");
    for headers in [&[told][..], &[told, (SERVICE_HEADER, &ledger)], &[("x-forwarded-for", "203.0.113.9")]] {
        assert_eq!(ask(&router, "/address", headers).await.body, "0.0.0.0", "{headers:?}");
    }
}

#[tokio::test]
async fn an_idempotency_key_is_one_visible_text_and_always_the_same_command() {
    let router = kit(router(), state(limits(), None));
    let first = ask(&router, "/key", &[("idempotency-key", "k")]).await;
    assert_eq!(first.body, ask(&router, "/key", &[("idempotency-key", "k")]).await.body);
    assert_ne!(first.body, ask(&router, "/key", &[("idempotency-key", "l")]).await.body);
    let long = "x".repeat(129);
    for headers in [
        &[][..],
        &[("idempotency-key", "")],
        &[("idempotency-key", "a b")],
        &[("idempotency-key", &long)],
        &[("idempotency-key", "钥匙")],
        &[("idempotency-key", "a"), ("idempotency-key", "b")],
    ] {
        let answer = ask(&router, "/key", headers).await;
        assert_eq!(
            (answer.status, &answer.body["fields"][0]["field"]),
            (StatusCode::BAD_REQUEST, &"Idempotency-Key".into()),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn without_the_kit_nobody_is_let_in() {
    let bare = router();
    assert_eq!(ask(&bare, "/staff", &[("authorization", "Bearer x")]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&bare, "/service", &[(SERVICE_HEADER, "x")]).await.status, StatusCode::UNAUTHORIZED);
}
