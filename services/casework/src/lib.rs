#![doc = include_str!("../README.md")]

mod app;
mod config;
pub mod domain;
mod events;
mod http;
mod store;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use huiyin_calendar::Calendar;
use huiyin_forms::Press;
use huiyin_kernel::Service;
use huiyin_runtime::{Definition, Parts, Runtime, Task};

use crate::app::batches::Queue;
use crate::app::context::Context;
use crate::app::fire::CaseTimers;
use crate::app::packs::Packs;
use crate::tasks::batches::{MakeBatches, SweepBatches};
use crate::tasks::calendar::NewCalendar;
use crate::tasks::succession::Successions;
use crate::tasks::timers::TimerAudit;

/// The migrations of schema `casework`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The description of this service's API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// The casework service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Casework;

#[async_trait]
impl Definition for Casework {
    fn service(&self) -> Service {
        Service::Casework
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let policies = &runtime.settings.files.policies;
        let ctx = Context {
            api: runtime.api.clone(),
            worker: runtime.worker.clone(),
            clock: runtime.clock.clone(),
            ids: runtime.ids.clone(),
            http: runtime.http.clone(),
            packs: Arc::new(Packs::new(config::packs(policies)?)),
            calendar: Arc::new(Calendar::of_policies(policies)?),
            press: Arc::new(Press::new(runtime.settings.files.fonts.clone())),
            batches: Arc::new(Queue::new(runtime.infra.clone())),
        };
        let calendar = Task {
            name: "new-calendar",
            every: Duration::from_mins(5),
            wake: None,
            run: Arc::new(NewCalendar::new(ctx.clone())),
        };
        let audit = Task {
            name: "timer-audit",
            every: Duration::from_mins(1),
            wake: None,
            run: Arc::new(TimerAudit(ctx.clone())),
        };
        let successions = Task {
            name: "successions",
            every: Duration::from_mins(1),
            wake: None,
            run: Arc::new(Successions::new(ctx.clone())),
        };
        let batches = Task {
            name: "document-batches",
            // How long a batch pauses while another service is away.
            every: Duration::from_secs(1),
            wake: Some(Arc::clone(&ctx.batches.wake)),
            run: Arc::new(MakeBatches(ctx.clone())),
        };
        let sweep = Task {
            name: "document-batches-gone",
            every: Duration::from_mins(1),
            wake: None,
            run: Arc::new(SweepBatches(ctx.clone())),
        };
        Ok(Parts {
            router: http::router(ctx.clone()),
            consumers: events::incoming::consumers(&ctx),
            timers: Some(Arc::new(CaseTimers(ctx))),
            tasks: vec![calendar, audit, successions, batches, sweep],
            ..Parts::default()
        })
    }
}
