//! The other services, as far as a page asks them: answers in the shapes of their own APIs, remembers what it was asked, and can
//! be away.

mod batches;
mod casework;
mod directory;
mod intake;
mod readers;
mod scheduling;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use huiyin_kernel::Service;
use huiyin_settings::ServiceUrls;
use huiyin_web::Problem;
use serde_json::{Value, json};
use url::Url;

pub(crate) const NUMBER: &str = "HY-2022-0000-0017-Q";
/// A matter that may be the same as that of [`NUMBER`].
pub(crate) const LIKELY: &str = "HY-2022-0000-0009-K";
pub(crate) const CODE: &str = "7KQM-2XHB-RW9T-C4DN-8";
pub(crate) const CASE: &str = "0180d2a0-0000-7000-8000-000000000001";
pub(crate) const CALL: &str = "0180d2a0-0000-7000-8000-00000000000c";
pub(crate) const PETITION: &str = "0180d2a0-0000-7000-8000-000000000002";
pub(crate) const SESSION: &str = "0180d2a0-0000-7000-8000-000000000003";
pub(crate) const VISIT: &str = "0180d2a0-0000-7000-8000-000000000004";
pub(crate) const MESSAGE: &str = "0180d2a0-0000-7000-8000-000000000005";
pub(crate) const STAFF: &str = "0180d2a0-0000-7000-8000-000000000006";
pub(crate) const BATCH: &str = "0180d2a0-0000-7000-8000-000000000007";
pub(crate) const NAME: &str = "欧阳𠮷安";
pub(crate) const PHONE: &str = "13800001234";

/// One request as a service got it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) key: Option<String>,
    pub(crate) bearer: Option<String>,
    pub(crate) batch_key: Option<String>,
    pub(crate) address: Option<String>,
}

#[derive(Debug, Default)]
struct World {
    asked: Vec<Asked>,
    away: BTreeSet<String>,
    ended: bool,
    refusal: Option<Problem>,
    receipts: BTreeMap<String, Value>,
    words: Option<String>,
    refreshed: u32,
    batch_state: Option<&'static str>,
}

/// All other services.
#[derive(Clone, Debug, Default)]
pub(crate) struct Double(Arc<Mutex<World>>);

impl Double {
    /// Starts to answer; each service under its own address.
    pub(crate) async fn start(&self) -> Result<ServiceUrls> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().fallback(answer).with_state(self.clone());
        #[expect(clippy::disallowed_methods, reason = "it answers as long as the test runs")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut urls = ServiceUrls::default();
        for service in Service::ALL {
            urls = urls.with(service, Url::parse(&format!("http://{address}/{service}"))?);
        }
        Ok(urls)
    }

    fn world<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.0.lock().expect("no test panics while holding it"))
    }

    /// This service does not answer any more.
    pub(crate) fn take_away(&self, service: Service) {
        self.world(|world| world.away.insert(service.name().to_owned()));
    }

    /// The account was disabled.
    pub(crate) fn end_sessions(&self) {
        self.world(|world| world.ended = true);
    }

    /// Every command is refused with this.
    pub(crate) fn refuse(&self, problem: Problem) {
        self.world(|world| world.refusal = Some(problem));
    }

    /// Batches of documents stand so.
    pub(crate) fn let_batches_be(&self, state: &'static str) {
        self.world(|world| world.batch_state = Some(state));
    }

    /// Every text an outsider can write is this.
    pub(crate) fn say(&self, words: &str) {
        self.world(|world| world.words = Some(words.to_owned()));
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.world(|world| world.asked.clone())
    }

    /// How often tokens were renewed.
    pub(crate) fn refreshed(&self) -> u32 {
        self.world(|world| world.refreshed)
    }
}

async fn answer(State(double): State<Double>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let path = parts.uri.path().trim_start_matches('/').to_owned();
    let (service, path) =
        path.split_once('/').map_or((path.clone(), String::new()), |(s, p)| (s.to_owned(), format!("/{p}")));
    let asked = Asked {
        method: parts.method.to_string(),
        path: format!("/{service}{path}"),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        key: header("idempotency-key"),
        bearer: header("authorization"),
        batch_key: header("huiyin-batch-key"),
        address: header("huiyin-client-address"),
    };
    double.world(|world| {
        world.asked.push(asked.clone());
        if world.away.contains(&service) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let words = world.words.clone().unwrap_or_else(|| "小区外墙渗水三年未修".to_owned());
        match service.as_str() {
            "directory" => directory::answer(world, &asked, &path),
            "intake" => intake::answer(world, &asked, &path, &words),
            "casework" if path.starts_with("/document-batches") => batches::answer(world, &asked, &path, &words),
            "casework" => casework::answer(world, &asked, &path, &words),
            "scheduling" => scheduling::answer(world, &asked, &path, &words),
            "notification" => readers::notification(&asked, &words),
            "ledger" => readers::ledger(&path, &words),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    })
}

fn ok(body: Value) -> Response {
    axum::Json(body).into_response()
}

fn page(items: &Value) -> Response {
    ok(json!({ "items": items, "next": null }))
}
