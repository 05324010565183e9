//! Taking connections: nobody holds a place by sending slowly, reading slowly, or sending what has two meanings (RELIABILITY §4).

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, Version, header, uri::Authority},
    response::{IntoResponse, Response},
};
use huiyin_settings::Limits;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::{Problem, slow_reader::SlowReader};

/// Request line and header lines together, in bytes.
const HEADER_BYTES: usize = 32 << 10;
/// Header lines.
const HEADER_LINES: usize = 100;
/// After an `accept` that failed for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves `router` until `stop`, then answers what is under way and returns.
///
/// At most `limits.connections` at a time; later ones wait to be taken. Whoever does not bring a whole header within
/// `limits.header_seconds`, idle time on a kept connection included, is hung up on; so is whoever takes nothing of an answer for that long.
pub async fn listen(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let patience = Duration::from_secs(limits.header_seconds.max(1));
    let connections = TaskTracker::new();
    while let Some((stream, peer, place)) = next(&listener, &places, &stop).await {
        let talk = converse(stream, peer, router.clone(), patience, stop.clone());
        connections.spawn(async move {
            talk.await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let connection = async {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, place)),
                Err(error) => {
                    // One that was hung up on before it was taken, or no file handle left: neither ends the service.
                    tracing::warn!(%error, "a connection could not be taken");
                    let _ = timeout(ACCEPT_PAUSE, std::future::pending::<()>()).await;
                }
            }
        }
    };
    stop.run_until_cancelled(connection).await.flatten()
}

/// One connection, to its end.
async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, patience: Duration, stop: CancellationToken) {
    // Answers are small and whole.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience);
    http.max_header_size(HEADER_BYTES).max_headers(HEADER_LINES);
    let connection = http.serve_connection(TokioIo::new(SlowReader::new(stream, patience)), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

fn answer(
    router: Router,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> impl Future<Output = Result<Response, Infallible>> {
    let request: Request = request.map(Body::new);
    // A length beside it was dropped unseen: whoever forwarded the request may see the next one begin elsewhere. So
    // there is no next one.
    let is_last = request.headers().contains_key(header::TRANSFER_ENCODING);
    async move {
        let mut response = match named(request) {
            Ok(mut request) => {
                request.extensions_mut().insert(ConnectInfo(peer));
                let Ok(response) = router.oneshot(request).await;
                response
            }
            Err(problem) => problem.into_response(),
        };
        if is_last {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}

/// RFC 9112 3.2: a request names one host, in the form of one.
fn named(request: Request) -> Result<Request, Problem> {
    if request.version() != Version::HTTP_11 {
        return Ok(request);
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let is_host = |value: &HeaderValue| {
        let authority = value.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
        authority.is_some_and(|authority| !authority.as_str().contains('@'))
    };
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host) => Ok(request),
        _ => {
            Err(Problem::field("Host", "须写明一个有效的主机名", "must name one valid host", "xinfang.example.gov.cn"))
        }
    }
}
