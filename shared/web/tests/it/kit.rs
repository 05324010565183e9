//! Limits, health, headers, and work that outlives its caller.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::{get, post},
};
use huiyin_web::{Check, Problem, kit};
use tokio::{
    io::AsyncWriteExt as _,
    sync::{Notify, oneshot},
};

use crate::support::{self, limits, send, serve, state, wrap};

#[tokio::test]
async fn a_panic_is_answered_with_the_request_id_and_nothing_else() {
    async fn fails() -> &'static str {
        panic!("password=hunter2")
    }
    let router = wrap(Router::new().route("/", get(fails)));
    let answer = support::get(&router, "/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.body["instance"], answer.headers["x-request-id"].to_str().expect("text"));
    assert!(!answer.body.to_string().contains("hunter2"));
}

#[tokio::test]
async fn an_inner_error_is_never_shown() {
    let failing = || async { Problem::internal(&std::io::Error::other("relation intake.secret does not exist")) };
    let answer = support::get(&wrap(Router::new().route("/", get(failing))), "/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.body.to_string().contains("intake.secret"), "{}", answer.body);
}

/// W5: beyond the limit requests are shed at once, and served again afterwards.
#[tokio::test]
async fn too_many_at_once_are_answered_503_with_retry_after_and_health_stays() {
    let (release, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wait = {
        let (release, begun) = (Arc::clone(&release), Arc::clone(&begun));
        move || async move {
            begun.notify_one();
            release.notified().await;
            "done"
        }
    };
    let mut few = limits();
    few.requests_in_flight = 1;
    let state = state(few, None);
    state.health.say("database", Check::well(true));
    let router = kit(Router::new().route("/", get(wait)), state);
    let (first, second) = tokio::join!(support::get(&router, "/"), async {
        begun.notified().await;
        let second = support::get(&router, "/").await;
        assert_eq!(support::get(&router, "/health/live").await.status, StatusCode::OK);
        assert_eq!(support::get(&router, "/health/ready").await.status, StatusCode::OK);
        release.notify_one();
        second
    });
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(
        (second.status, &second.headers[header::RETRY_AFTER]),
        (StatusCode::SERVICE_UNAVAILABLE, &"1".parse().expect("a value"))
    );
    release.notify_one();
    assert_eq!(support::get(&router, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_503_and_still_goes_on_to_its_end() {
    let (finished, seen) = oneshot::channel();
    let finished = Arc::new(std::sync::Mutex::new(Some(finished)));
    let release = Arc::new(Notify::new());
    let slow = {
        let release = Arc::clone(&release);
        move || async move {
            release.notified().await;
            let sender = finished.lock().expect("not poisoned").take().expect("once");
            sender.send(()).expect("the test listens");
        }
    };
    let mut short = limits();
    short.request_seconds = 1;
    let router = kit(Router::new().route("/", post(slow)), state(short, None));
    let answer = send(&router, Request::post("/").body(Body::empty()).expect("a request")).await;
    assert_eq!((answer.status, &answer.body["code"]), (StatusCode::SERVICE_UNAVAILABLE, &"unavailable".into()));
    release.notify_one();
    seen.await.expect("the work was not cut off");
}

/// D5: a client that hangs up does not stop what it began.
#[tokio::test]
async fn a_commit_survives_a_client_that_hangs_up() {
    let (begun, release, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let committed = Arc::new(AtomicBool::new(false));
    let handler = {
        let (begun, release, ended, committed) =
            (Arc::clone(&begun), Arc::clone(&release), Arc::clone(&ended), Arc::clone(&committed));
        move || async move {
            begun.notify_one();
            release.notified().await;
            committed.store(true, Ordering::SeqCst);
            ended.notify_one();
        }
    };
    let address = serve(wrap(Router::new().route("/", post(handler)))).await;
    let mut connection = tokio::net::TcpStream::connect(address).await.expect("connected");
    connection.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n").await.expect("sent");
    begun.notified().await;
    drop(connection);
    release.notify_one();
    tokio::time::timeout(Duration::from_secs(10), ended.notified()).await.expect("the work went on");
    assert!(committed.load(Ordering::SeqCst));
    huiyin_web::drained().await;
}

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_a_page_may_loosen_its_own() {
    let page = || async { ([(header::CONTENT_SECURITY_POLICY, "default-src 'self'")], "page") };
    let router = wrap(Router::new().route("/page", get(page)));
    for path in ["/page", "/nowhere"] {
        let answer = support::get(&router, path).await;
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
        let policies: Vec<_> = answer.headers.get_all(header::CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(policies.len(), 1);
        assert!(policies[0].to_str().expect("text").starts_with(if path == "/page" {
            "default-src 'self'"
        } else {
            "default-src 'none'"
        }));
    }
}

#[tokio::test]
async fn unknown_methods_and_spoofed_headers_change_nothing() {
    let router = wrap(Router::new().route("/", get(|| async { "ok" })));
    for method in ["POST", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"] {
        let request = Request::builder().method(method).uri("/").header("x-http-method-override", "GET");
        let answer = send(&router, request.body(Body::empty()).expect("a request")).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::METHOD_NOT_ALLOWED, &"method_not_allowed".into()),
            "{method}"
        );
        assert_eq!(answer.headers[header::ALLOW], "GET,HEAD");
    }
    let request = Request::get("/").header("x-request-id", "chosen-by-me").header("traceparent", "\u{7f}broken");
    let answer = send(&router, request.body(Body::empty()).unwrap_or_default()).await;
    assert!(answer.headers.get("x-request-id").is_some_and(|id| id != "chosen-by-me"));
}

#[tokio::test]
async fn a_service_is_ready_when_all_it_needs_is_well_and_says_why_not_in_two_languages() {
    let state = state(limits(), None);
    let (health, router) = (state.health.clone(), kit(Router::new(), state));
    assert_eq!(support::get(&router, "/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    health.say("database", Check::well(true));
    health.say("bus", Check::ill(false, "不可用", "away"));
    assert_eq!(support::get(&router, "/health/ready").await.status, StatusCode::OK, "the bus is not needed");
    health.say("database", Check::ill(true, "数据库没有应答", "the database does not answer"));
    let ill = support::get(&router, "/health/ready").await;
    assert_eq!(
        (ill.status, &ill.body["ready"], &ill.body["checks"]["database"]["zh"]),
        (StatusCode::SERVICE_UNAVAILABLE, &false.into(), &"数据库没有应答".into())
    );
    health.say("database", Check::well(true));
    assert_eq!(support::get(&router, "/health/ready").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_name_routes_and_never_addresses() {
    huiyin_telemetry::install_metrics();
    let router = wrap(Router::new().route("/petitions/{number}", get(|| async { "ok" })));
    support::get(&router, "/petitions/HY-2026-SECRET").await;
    let metrics = support::get(&router, "/metrics").await.body.to_string();
    assert!(metrics.contains("/petitions/{number}") && !metrics.contains("SECRET"), "{metrics}");
}
