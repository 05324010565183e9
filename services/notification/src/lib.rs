#![doc = include_str!("../README.md")]

mod app;
mod domain;
mod events;
mod http;
mod mail;
mod store;
mod tasks;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use huiyin_calendar::Calendar;
use huiyin_kernel::Service;
use huiyin_policy::PackLibrary;
use huiyin_runtime::{Definition, Parts, Runtime, Task};

use crate::app::context::Context;
use crate::mail::Mail;
use crate::tasks::erasure::DestroyCopies;
use crate::tasks::measure::Measure;
use crate::tasks::sender::Sender;

/// The migrations of schema `notification`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The description of this service's API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// The notification service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notification;

#[async_trait]
impl Definition for Notification {
    fn service(&self) -> Service {
        Service::Notification
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let mail = Mail::from_settings(&runtime.settings)?;
        if mail.is_none() {
            tracing::warn!("no mail server is set: whoever cannot read the inbox has to be told in person");
        }
        let law = PackLibrary::bundled().resolve("national-2022")?;
        let ctx = Context {
            notice: law.clocks.notice.to_calendar(),
            api: runtime.api.clone(),
            worker: runtime.worker.clone(),
            clock: runtime.clock.clone(),
            infra: runtime.infra.clone(),
            ids: runtime.ids.clone(),
            http: runtime.http.clone(),
            calendar: Arc::new(Calendar::of_policies(&runtime.settings.files.policies)?),
            mail,
            due: Arc::default(),
            erased: Arc::default(),
        };
        // Woken by what this process writes; looking by itself serves second tries and what another process left behind.
        let sender = Task {
            name: "sender",
            every: Duration::from_secs(3),
            wake: Some(Arc::clone(&ctx.due)),
            run: Arc::new(Sender(ctx.clone())),
        };
        let erasure = Task {
            name: "erasure",
            every: Duration::from_secs(15),
            wake: Some(Arc::clone(&ctx.erased)),
            run: Arc::new(DestroyCopies(ctx.clone())),
        };
        let measure =
            Task { name: "measure", every: Duration::from_secs(15), wake: None, run: Arc::new(Measure(ctx.clone())) };
        Ok(Parts {
            router: http::router(ctx.clone()),
            consumers: events::incoming::consumers(&ctx),
            timers: None,
            tasks: vec![sender, erasure, measure],
            ..Parts::default()
        })
    }
}
