//! What lies around every router: identity of the request, trace, metrics, limits, health, headers.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use huiyin_authz::{Jwks, ServiceCredential, StaffKeys};
use huiyin_kernel::{Ids, InfraClock, Service};
use huiyin_settings::Limits;
use ipnet::IpNet;
use tokio::{
    sync::{Mutex, Semaphore},
    time::{Instant, timeout},
};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{Client, Health, Problem, body, detached};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Unknown keys make us ask directory at most this often, whoever sends them.
const KEYS_AT_MOST_EVERY: Duration = Duration::from_secs(5);

/// How a refusal of the kit looks to whoever is refused; problem+json unless a service for people says otherwise.
#[derive(Clone)]
pub struct Face(Arc<dyn Fn(Problem) -> Response + Send + Sync>);

impl Face {
    /// Shows refusals so.
    pub fn new(show: impl Fn(Problem) -> Response + Send + Sync + 'static) -> Self {
        Self(Arc::new(show))
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Face")
    }
}

/// What the kit and the extractors need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct KitState {
    /// Which service this is.
    pub service: Service,
    /// Body, time and concurrency limits.
    pub limits: Limits,
    /// For tokens and credentials.
    pub clock: InfraClock,
    /// Directory's public keys, as far as known.
    pub staff_keys: StaffKeys,
    /// Signs and checks calls between services.
    pub credential: ServiceCredential,
    /// Fetches directory's keys; directory itself needs none.
    pub client: Option<Client>,
    /// What `/health/ready` tells.
    pub health: Health,
    /// How refusals look, where people read them.
    pub face: Option<Face>,
    /// Whose `X-Forwarded-For` is believed.
    trusted_proxies: Arc<[IpNet]>,
    refreshed: Arc<Mutex<Option<Instant>>>,
    permits: Arc<Semaphore>,
    /// Of the permits, those that bodies may hold which are long or of unknown length.
    long: Arc<Semaphore>,
}

impl KitState {
    /// Puts the parts together.
    pub fn new(
        service: Service,
        limits: Limits,
        clock: InfraClock,
        staff_keys: StaffKeys,
        credential: ServiceCredential,
        client: Option<Client>,
        health: Health,
    ) -> Self {
        let most = limits.requests_in_flight.min(Semaphore::MAX_PERMITS);
        let (permits, long) = (Arc::new(Semaphore::new(most)), Arc::new(Semaphore::new(most.div_ceil(4))));
        let (face, trusted_proxies, refreshed) = (None, Arc::default(), Arc::default());
        Self {
            service,
            limits,
            clock,
            staff_keys,
            credential,
            client,
            health,
            face,
            trusted_proxies,
            refreshed,
            permits,
            long,
        }
    }

    /// Believes these about where a request comes from.
    #[must_use]
    pub fn trusting(mut self, proxies: &[IpNet]) -> Self {
        self.trusted_proxies = proxies.into();
        self
    }

    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        // An IPv4 peer on a socket of both families comes as ::ffff:a.b.c.d.
        self.trusted_proxies.iter().any(|net| net.contains(&address.to_canonical()))
    }

    /// Asks directory for its keys, unless that was done a moment ago.
    pub(crate) async fn refresh_keys(&self) -> Result<(), Problem> {
        let Some(client) = &self.client else { return Ok(()) };
        let mut refreshed = self.refreshed.lock().await;
        if refreshed.is_some_and(|at| at.elapsed() < KEYS_AT_MOST_EVERY) {
            return Ok(());
        }
        let jwks: Jwks = client.get(Service::Directory, "/.well-known/jwks.json").await?;
        self.staff_keys.replace(&jwks);
        *refreshed = Some(Instant::now());
        Ok(())
    }
}

/// Lays the kit around a router.
pub fn kit(router: Router, state: KitState) -> Router {
    // Handed to each request: shared, not copied.
    let state = Arc::new(state);
    let health = state.health.clone();
    let router = router
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(from_fn_with_state(state, guard));
    let ready = move || {
        let health = health.clone();
        async move {
            let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            (status, axum::Json(health.report()))
        }
    };
    // Outside the guard: a service that sheds load is still alive, and its numbers are wanted most then.
    router
        .route("/health/live", get(|| async { "ok" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(|| async { huiyin_telemetry::metrics_text() }))
}

async fn guard(State(kit): State<Arc<KitState>>, mut request: Request, next: Next) -> Response {
    let id: Uuid = Ids::Random.for_cause(Uuid::nil()).next(kit.clock.now());
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "http", otel.name = format!("{method} {route}"), otel.kind = "server", service = %kit.service,
        http.method = %method, http.route = %route, request.id = %id, trace.id = tracing::field::Empty,
    );
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    huiyin_telemetry::continue_from(&span, traceparent);
    request.extensions_mut().insert(Arc::clone(&kit));
    let begun = Instant::now();
    let response = run(&kit, request, next).instrument(span.clone()).await;
    let status = response.status();
    huiyin_telemetry::attribute(&span, "http.status", i64::from(status.as_u16()));
    let labels = [
        ("service", kit.service.name().to_owned()),
        ("method", method.to_string()),
        ("route", route),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!("huiyin_http_requests_total", &labels).increment(1);
    metrics::histogram!("huiyin_http_request_seconds", &labels).record(begun.elapsed());
    finish(response, id, kit.face.as_ref())
}

/// Runs the request in a task of its own, which holds its place in the count until it has ended, even if nobody waits any more.
async fn run(kit: &KitState, request: Request, next: Next) -> Response {
    let patience = Duration::from_secs(kit.limits.body_seconds.max(1));
    let (request, long) = if body::is_small(&request) {
        match body::gathered(request, patience).await {
            Ok(request) => (request, None),
            Err(problem) => return problem.into_response(),
        }
    } else {
        let Ok(long) = Arc::clone(&kit.long).try_acquire_owned() else { return shed(kit) };
        (body::hurried(request, patience), Some(long))
    };
    let Ok(permit) = Arc::clone(&kit.permits).try_acquire_owned() else { return shed(kit) };
    let work = detached(async move {
        let response = next.run(request).await;
        drop((permit, long));
        response
    });
    match timeout(Duration::from_secs(kit.limits.request_seconds), work).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(_) => Problem::unavailable(5).into_response(),
    }
}

fn shed(kit: &KitState) -> Response {
    metrics::counter!("huiyin_http_shed_total", "service" => kit.service.name()).increment(1);
    Problem::unavailable(1).into_response()
}

fn finish(response: Response, id: Uuid, face: Option<&Face>) -> Response {
    let mut response = match response.extensions().get::<Problem>() {
        Some(problem) => {
            let problem = problem.clone().instance(id.to_string());
            let mut named = match face {
                Some(face) => face.0(problem),
                None => problem.into_response(),
            };
            for (name, value) in response.headers() {
                if !named.headers().contains_key(name) {
                    named.headers_mut().append(name, value.clone());
                }
            }
            named
        }
        None => response,
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    set_security_headers(headers);
    response
}

/// Strict for an API; pages set their own where these are too strict.
fn set_security_headers(headers: &mut HeaderMap) {
    let usual = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in usual {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
