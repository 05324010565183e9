#![doc = include_str!("../README.md")]

mod app;
mod domain;
mod events;
mod http;
mod store;

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_kernel::Service;
use huiyin_runtime::{Definition, Parts, Runtime};

use crate::app::context::Context;

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
        let ctx = Context { api: runtime.api.clone(), http: runtime.http.clone() };
        Ok(Parts {
            router: http::router(ctx),
            consumers: events::incoming::consumers(),
            timers: None,
            tasks: Vec::new(),
            ..Parts::default()
        })
    }
}
