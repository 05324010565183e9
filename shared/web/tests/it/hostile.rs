//! RELIABILITY §4, HTTP: what no browser sends, byte by byte over a socket. After each the service goes on serving others.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, http::Method, routing::post};
use huiyin_settings::Limits;
use huiyin_web::{Json, Problem, kit, listen, read_body};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::support::{limits, state};

const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

/// Short limits: one second for a header, one for a body, eight connections.
fn short() -> Limits {
    Limits { header_seconds: 1, body_seconds: 1, connections: 8, ..limits() }
}

#[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
async fn served(limits: Limits) -> SocketAddr {
    async fn raw(body: Body) -> Result<String, Problem> {
        read_body(body, 1 << 20).await.map(|bytes| bytes.len().to_string())
    }
    async fn large() -> String {
        "字".repeat(8 << 20)
    }
    let router = Router::new()
        .route("/notes", post(|Json(note): Json<Note>| async { Json(note) }))
        .route("/raw", post(raw).get(large));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(listen(listener, kit(router, state(limits, None)), limits, CancellationToken::new()));
    address
}

/// Everything the service says until it hangs up or says nothing for a moment.
async fn heard(stream: &mut TcpStream) -> String {
    let (mut said, mut part) = (Vec::new(), vec![0; 16 << 10]);
    let mut patience = PATIENCE;
    while let Ok(Ok(length @ 1..)) = timeout(patience, stream.read(&mut part)).await {
        said.extend_from_slice(&part[..length]);
        patience = Duration::from_millis(500);
    }
    String::from_utf8_lossy(&said).into_owned()
}

async fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A service that hangs up in the middle of what it does not want is right to.
    let _ = stream.write_all(bytes).await;
    heard(&mut stream).await
}

fn statuses(said: &str) -> Vec<&str> {
    // A body ends without a line break: the next answer begins in the middle of a line.
    said.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect()
}

fn note(headers: &str, body: &str) -> Vec<u8> {
    format!("POST /notes HTTP/1.1\r\ncontent-type: application/json\r\n{headers}\r\n{body}").into_bytes()
}

fn whole(body: &str) -> Vec<u8> {
    note(&format!("host: x\r\ncontent-length: {}\r\n", body.len()), body)
}

async fn alive(address: SocketAddr) {
    let said = said(address, &whole(r#"{"text":"还在"}"#)).await;
    assert!(statuses(&said) == ["200"] && said.contains("还在"), "{said}");
}

#[tokio::test]
async fn a_request_with_two_meanings_is_refused_or_is_the_last_of_its_connection() {
    let address = served(limits()).await;
    let body = r#"{"text":"a"}"#;
    for (what, request) in [
        ("two lengths", note("host: x\r\ncontent-length: 12\r\ncontent-length: 13\r\n", body)),
        ("a list of lengths", note("host: x\r\ncontent-length: 12, 13\r\n", body)),
        ("a signed length", note("host: x\r\ncontent-length: +12\r\n", body)),
        ("a negative length", note("host: x\r\ncontent-length: -1\r\n", body)),
        ("an endless length", note("host: x\r\ncontent-length: 99999999999999999999999\r\n", body)),
        ("an unknown transfer coding", note("host: x\r\ntransfer-encoding: xchunked\r\n", body)),
        ("chunked, but not last", note("host: x\r\ntransfer-encoding: chunked, gzip\r\n", body)),
        ("a blank before the colon", note("host: x\r\ncontent-length : 12\r\n", body)),
        ("no host", note("content-length: 12\r\n", body)),
        ("two hosts", note("host: x\r\nhost: y\r\ncontent-length: 12\r\n", body)),
        ("a host that is none", note("host: a b@c/\r\ncontent-length: 12\r\n", body)),
        ("a user in the host", note("host: me@x\r\ncontent-length: 12\r\n", body)),
        ("a NUL in a header", note("host: x\r\nx-a: a\0b\r\ncontent-length: 12\r\n", body)),
        ("a folded header", note("host: x\r\nx-a: a\r\n b\r\ncontent-length: 12\r\n", body)),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec()),
        ("HTTP/2 unannounced", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
    ] {
        let said = said(address, &request).await;
        assert!(!said.contains("HTTP/1.1 2") && !said.contains("HTTP/1.1 5"), "{what}: {said}");
    }
    // Length and chunks: read as chunks, and what a proxy may take for the next request is never looked at.
    let smuggled = "0\r\n\r\nGET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    for order in
        ["content-length: 6\r\ntransfer-encoding: chunked\r\n", "transfer-encoding: chunked\r\ncontent-length: 6\r\n"]
    {
        let said = said(address, &note(&format!("host: x\r\n{order}"), smuggled)).await;
        assert_eq!(statuses(&said), ["400"], "{said}");
        assert!(said.contains("connection: close"), "{said}");
    }
    alive(address).await;
}

#[tokio::test]
async fn headers_beyond_their_bounds_are_refused_and_what_is_spoofed_is_ignored() {
    let address = served(limits()).await;
    for headers in [
        format!("host: x\r\nx-long: {}\r\n", "a".repeat(64 << 10)),
        format!("host: x\r\n{}", "x-many: a\r\n".repeat(200)),
        format!("host: x\r\ncookie: {}\r\n", "a=b; ".repeat(20_000)),
    ] {
        let said = said(address, &note(&headers, "")).await;
        assert!(statuses(&said).iter().all(|status| *status == "431"), "{said}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(64 << 10));
    let answer = said(address, long.as_bytes()).await;
    assert!(statuses(&answer).iter().all(|status| matches!(*status, "414" | "431")), "{answer}");
    let spoofed = "host: x\r\nx-forwarded-for: 127.0.0.1\r\nx-http-method-override: DELETE\r\nx-original-url: /metrics\r\n\
                   range: bytes=0-,0-,0-,0-,0-\r\ncontent-length: 12\r\n";
    let answer = said(address, &note(spoofed, r#"{"text":"a"}"#)).await;
    assert!(statuses(&answer) == ["200"] && answer.ends_with(r#"{"text":"a"}"#), "{answer}");
    alive(address).await;
}

#[tokio::test]
async fn other_methods_are_refused_or_harmless() {
    let address = served(limits()).await;
    for (method, wanted) in [
        (Method::HEAD, "405"),
        (Method::OPTIONS, "405"),
        (Method::TRACE, "405"),
        (Method::CONNECT, "40"),
        (Method::DELETE, "405"),
    ] {
        let answer = said(address, format!("{method} /notes HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
        assert!(statuses(&answer).iter().all(|status| status.starts_with(wanted)), "{method}: {answer}");
    }
    alive(address).await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let address = served(limits()).await;
    let requests: Vec<u8> = (0..50).flat_map(|n| whole(&format!(r#"{{"text":"第{n}件"}}"#))).collect();
    let said = said(address, &requests).await;
    assert_eq!(statuses(&said), vec!["200"; 50]);
    let order: Vec<usize> = (0..50).map(|n| said.find(&format!("第{n}件")).expect("an answer")).collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[tokio::test]
async fn json_that_would_exhaust_a_reader_is_refused() {
    let address = served(limits()).await;
    let keys = (0..1_000_000).map(|n| format!("\"{n:x}\":0")).collect::<Vec<_>>().join(",") + ",";
    for (what, body) in [
        ("10,000 deep", "[".repeat(10_000)),
        ("10,000 objects deep", "{\"a\":".repeat(10_000)),
        ("a million names", format!("{{{keys}\"text\":\"a\"}}")),
        ("250,000 values", format!("{{\"text\":[{}0]}}", "0,".repeat(250_000))),
        ("a name twice", r#"{"text":"a","text":"b"}"#.to_owned()),
        ("trailing data", r#"{"text":"a"}{"text":"b"}"#.to_owned()),
        ("a lone surrogate", r#"{"text":"\ud800"}"#.to_owned()),
        ("a NUL", r#"{"text":"\u0000"}"#.to_owned()),
        ("a BOM", "\u{FEFF}{\"text\":\"a\"}".to_owned()),
        ("an unknown field", r#"{"text":"a","is_admin":true}"#.to_owned()),
        ("1e400", r#"{"text":1e400}"#.to_owned()),
        ("10 MB", format!("{{\"text\":\"{}\"}}", "a".repeat(10 << 20))),
    ] {
        let said = said(address, &whole(&body)).await;
        // Whoever is hung up on while still sending may not hear why.
        assert!(matches!(statuses(&said)[..], ["400" | "413"] | []), "{what}: {said}");
        assert!(!statuses(&said).is_empty() || body.len() > 1 << 20, "{what} was not answered");
    }
    alive(address).await;
}

#[tokio::test]
async fn compressed_and_invalid_bodies_are_refused_unopened() {
    let address = served(limits()).await;
    for coding in ["gzip", "deflate", "br", "zstd", "identity, gzip"] {
        let headers = format!("host: x\r\ncontent-encoding: {coding}\r\ncontent-length: 20\r\n");
        let said = said(address, &note(&headers, "\u{1f}\u{b}bbbbbbbbbbbbbbbbbb")).await;
        assert_eq!(statuses(&said), ["415"], "{said}");
    }
    for bytes in [&b"{\"text\":\"\xff\xfe\"}"[..], b"{\"text\":\"\xc0\xaf\"}", b"{\"text\":\"\xed\xa0\x80\"}"] {
        let mut request = format!(
            "POST /notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            bytes.len()
        )
        .into_bytes();
        request.extend_from_slice(bytes);
        let said = said(address, &request).await;
        assert!(statuses(&said) == ["400"] && said.contains("application/problem+json"), "{said}");
    }
    alive(address).await;
}

/// Slow-loris: sixteen who dribble header lines, where eight connections are allowed. They are hung up on; others are served.
#[tokio::test]
async fn whoever_sends_a_header_too_slowly_is_hung_up_on() {
    let address = served(short()).await;
    let begun = Instant::now();
    let mut slow = Vec::new();
    for _ in 0..16 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(b"POST /notes HTTP/1.1\r\nhost: x\r\nx-a: ").await.expect("sent");
        slow.push(stream);
    }
    timeout(PATIENCE, alive(address)).await.expect("others are served");
    for stream in &mut slow {
        let ended = timeout(PATIENCE, stream.read(&mut [0; 256])).await;
        assert!(ended.is_ok(), "a connection is held open after {:?}", begun.elapsed());
    }
}

/// More slow bodies than requests are worked on at once: nobody else is turned away meanwhile.
#[tokio::test]
async fn whoever_sends_a_body_too_slowly_is_told_so_and_holds_up_nobody() {
    let address = served(Limits { requests_in_flight: 4, connections: 64, ..short() }).await;
    let mut slow = Vec::new();
    for _ in 0..16 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(&note("host: x\r\ncontent-length: 1000\r\n", "{\"text\":")).await.expect("sent");
        slow.push(stream);
    }
    alive(address).await;
    for stream in &mut slow {
        let said = heard(stream).await;
        assert!(statuses(&said) == ["408"] && said.contains("\"too_slow\""), "{said}");
    }
    // Long bodies and such without a length may hold a quarter of the places, no more.
    let mut endless = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let head = "POST /raw HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n";
        stream.write_all(head.as_bytes()).await.expect("sent");
        endless.push(stream);
    }
    alive(address).await;
    let mut told = Vec::new();
    for stream in &mut endless {
        told.push(heard(stream).await);
    }
    let told: Vec<_> = told.iter().flat_map(|said| statuses(said)).collect();
    assert!(told.contains(&"408") && told.iter().all(|status| matches!(*status, "408" | "503")), "{told:?}");
}

#[tokio::test]
async fn a_body_of_chunks_without_end_is_cut_off_at_the_limit() {
    let address = served(limits()).await;
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(b"POST /raw HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await.expect("sent");
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let mut sent = 0_usize;
    let endless = async {
        while stream.write_all(chunk.as_bytes()).await.is_ok() {
            sent += chunk.len();
        }
    };
    let _ = timeout(PATIENCE, endless).await;
    assert!(sent < 64 << 20, "{sent} bytes were taken");
    alive(address).await;
}

/// Whoever asks for much and takes nothing is hung up on.
#[tokio::test]
async fn whoever_does_not_read_the_answer_is_hung_up_on() {
    let address = served(Limits { connections: 1, ..short() }).await;
    let mut idle = TcpStream::connect(address).await.expect("a connection");
    idle.write_all(b"GET /raw HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    // The only place is given back only when the answer nobody reads is given up.
    timeout(PATIENCE, alive(address)).await.expect("others are served");
}

#[tokio::test]
async fn whoever_hangs_up_in_the_middle_harms_nobody() {
    let address = served(short()).await;
    let request = whole(r#"{"text":"断断续续"}"#);
    for length in (0..request.len()).step_by(7) {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(&request[..length]).await.expect("sent");
        drop(stream);
    }
    timeout(PATIENCE, alive(address)).await.expect("others are served");
}

/// A stop answers what is under way and hangs up on who waits for nothing.
#[tokio::test]
async fn a_stop_ends_idle_connections() {
    let (listener, stop) = (TcpListener::bind("127.0.0.1:0").await.expect("a free port"), CancellationToken::new());
    let address = listener.local_addr().expect("an address");
    let app = kit(Router::new().route("/notes", post(|| async { "a" })), state(limits(), None));
    let serving = listen(listener, app, limits(), stop.clone());
    let visit = async {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(b"POST /notes HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        let mut part = [0; 1024];
        assert!(stream.read(&mut part).await.expect("an answer") > 0);
        stop.cancel();
        stream.read(&mut part).await
    };
    let ((), end) = timeout(PATIENCE, async { tokio::join!(serving, visit) }).await.expect("it stops");
    assert_eq!(end.expect("an orderly end"), 0);
}
