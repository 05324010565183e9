#![doc = include_str!("../README.md")]

mod app;
mod domain;
mod events;
mod http;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use huiyin_journal::{Consumer, HttpSource, Inbox, Rebuild};
use huiyin_kernel::Service;
use huiyin_runtime::{Definition, Parts, Runtime, Task};
use tokio::sync::Notify;

use crate::app::context::Context;
use crate::app::rebuild::GoOn;

/// The migrations of schema `ledger`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The description of this service's API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// The ledger service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ledger;

#[async_trait]
impl Definition for Ledger {
    fn service(&self) -> Service {
        Service::Ledger
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let wake = Arc::new(Notify::new());
        let ctx = Context {
            api: runtime.api.clone(),
            worker: runtime.worker.clone(),
            http: runtime.http.clone(),
            rebuild: Arc::clone(&wake),
        };
        let consumers = events::incoming::consumers();
        let rebuild = |consumer: &Consumer| {
            let source = HttpSource::new(runtime.http.clone(), consumer.owner);
            Rebuild::new(Inbox::new(runtime.worker.clone(), consumer.clone()), Arc::new(source))
        };
        let go_on = GoOn(consumers.iter().map(rebuild).collect());
        let rebuild =
            Task { name: "ledger_rebuild", every: Duration::from_secs(15), wake: Some(wake), run: Arc::new(go_on) };
        Ok(Parts { router: http::router(ctx), consumers, tasks: vec![rebuild], ..Parts::default() })
    }
}
