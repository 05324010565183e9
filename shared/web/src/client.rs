//! The road from one service to another: deadline, credential, trace, typed errors.

use std::time::Duration;

use huiyin_authz::ServiceCredential;
use huiyin_kernel::{InfraClock, Service};
use huiyin_settings::ServiceUrls;
use reqwest::{Method, RequestBuilder, header};
use serde::{Serialize, de::DeserializeOwned};

use crate::{CLIENT_ADDRESS_HEADER, ClientAddress, Problem, SERVICE_HEADER};

const DEADLINE: Duration = Duration::from_secs(5);
const CONNECT: Duration = Duration::from_secs(2);
/// Well below the shortest idle time our own listeners allow: a kept connection must not close as it is used.
const POOL_IDLE: Duration = Duration::from_secs(10);
const LARGEST_ANSWER: usize = 64 << 20;

/// Calls other services. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    from: Service,
    credential: ServiceCredential,
    clock: InfraClock,
    urls: ServiceUrls,
}

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nobody answered in time, or with a 5xx or 429. Whether anything was done is unknown: try again with the same key.
    #[error("{service} does not answer")]
    Down {
        /// Who.
        service: Service,
        /// How that showed.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// There is no such thing there, or it is not to be seen.
    #[error("there is no such thing at {service}")]
    NotFound {
        /// Who says so.
        service: Service,
    },
    /// Refused by rule; the problem may be shown to the caller.
    #[error("{service} refuses: {}", problem.code())]
    Refused {
        /// Who refuses.
        service: Service,
        /// Why.
        problem: Problem,
    },
    /// An answer that is not what the two agreed on: different versions, most likely.
    #[error("the answer of {service} cannot be read")]
    Unreadable {
        /// Who.
        service: Service,
    },
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused { problem, .. } => problem,
            CallError::NotFound { .. } => Self::not_found(),
            CallError::Down { .. } => {
                tracing::warn!(%error, "a call to another service failed");
                Self::unavailable(5)
            }
            CallError::Unreadable { .. } => Self::internal(&error),
        }
    }
}

impl Client {
    /// A client of the service `from`.
    pub fn new(from: Service, credential: ServiceCredential, clock: InfraClock, urls: ServiceUrls) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the client with the limits")]
        let builder = reqwest::Client::builder();
        let http = builder
            .no_proxy()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(POOL_IDLE)
            .build()
            .expect("a client without TLS files always builds");
        Self { http, from, credential, clock, urls }
    }

    /// Begins a call of `to`; `path` begins with a slash.
    pub fn call(&self, method: Method, to: Service, path: &str) -> Call {
        let Some(base) = self.urls.of(to) else {
            return Call { to, request: None };
        };
        let url = format!("{}{path}", base.as_str().trim_end_matches('/'));
        let credential = self.credential.sign(self.from, to, self.clock.now());
        let mut request = self.http.request(method, url).timeout(DEADLINE).header(SERVICE_HEADER, credential);
        if let Some(traceparent) = huiyin_telemetry::traceparent() {
            request = request.header("traceparent", traceparent);
        }
        Call { to, request: Some(request) }
    }

    /// `GET`.
    pub async fn get<T: DeserializeOwned>(&self, to: Service, path: &str) -> Result<T, CallError> {
        self.call(Method::GET, to, path).read().await
    }

    /// `POST` of a JSON body.
    pub async fn post<T: DeserializeOwned>(
        &self,
        to: Service,
        path: &str,
        body: &(impl Serialize + Sync + ?Sized),
    ) -> Result<T, CallError> {
        self.call(Method::POST, to, path).json(body).read().await
    }
}

/// A call being put together.
#[derive(Debug)]
#[must_use = "nothing is sent before `read`, `done` or `bytes`"]
pub struct Call {
    to: Service,
    request: Option<RequestBuilder>,
}

impl Call {
    fn with(self, f: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        Self { to: self.to, request: self.request.map(f) }
    }

    /// Adds query parameters.
    pub fn query(self, query: &(impl Serialize + ?Sized)) -> Self {
        self.with(|request| request.query(query))
    }

    /// Sends a JSON body.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.with(|request| request.json(body))
    }

    /// Sends any body.
    pub fn body(self, media_type: &str, body: Vec<u8>) -> Self {
        self.with(|request| request.header(header::CONTENT_TYPE, media_type).body(body))
    }

    /// Sends a form with files.
    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        self.with(|request| request.multipart(form))
    }

    /// Passes on a member of staff's token: the callee decides by it.
    pub fn staff(self, token: &str) -> Self {
        self.with(|request| request.bearer_auth(token))
    }

    /// Makes a repeated call one call.
    pub fn idempotency(self, key: &str) -> Self {
        self.with(|request| request.header("idempotency-key", key))
    }

    /// Sends a header that one callee alone asks for.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|request| request.header(name, value))
    }

    /// Names the browser's address, for the callee's rate limits.
    pub fn client_address(self, address: ClientAddress) -> Self {
        self.with(|request| request.header(CLIENT_ADDRESS_HEADER, address.0.to_string()))
    }

    /// Waits longer or shorter than five seconds.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|request| request.timeout(deadline))
    }

    /// Sends it and reads the JSON answer.
    pub async fn read<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let to = self.to;
        let (_, body) = self.bytes().await?;
        serde_json::from_slice(&body).map_err(|_| CallError::Unreadable { service: to })
    }

    /// Sends it; only success counts.
    pub async fn done(self) -> Result<(), CallError> {
        self.bytes().await.map(|_| ())
    }

    /// Sends it and gives the headers and bytes of the answer, for files.
    pub async fn bytes(self) -> Result<(header::HeaderMap, Vec<u8>), CallError> {
        let service = self.to;
        let request = self.request.ok_or(CallError::Down { service, source: None })?;
        let down = |error: reqwest::Error| CallError::Down { service, source: Some(error.without_url()) };
        let mut response = request.send().await.map_err(down)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(down)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(CallError::Unreadable { service });
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok((headers, body));
        }
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) if status.is_client_error() => Err(Self::refusal(service, status.as_u16(), problem)),
            _ if status.is_server_error() => Err(CallError::Down { service, source: None }),
            _ => Err(CallError::Unreadable { service }),
        }
    }

    fn refusal(service: Service, status: u16, problem: Problem) -> CallError {
        match status {
            404 => CallError::NotFound { service },
            _ => CallError::Refused { service, problem },
        }
    }
}
