//! Scheduling: reception days of leaders (接访安排).
//!
//! Who receives where and when is planned, passes the publication gate and is announced; petitions are booked into slots
//! or walk in; each visit ends in a record (接访登记表) whose outcome casework turns into the next step.
//!
//! What it does not do: it knows no petitioner (intake does), decides no case (casework does), tells nobody (notification
//! does). It counts matters and slots, never people.

pub mod app;
pub mod domain;
pub mod events;
pub mod http;
pub mod store;

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_calendar::Calendar;
use huiyin_contracts::Audience;
use huiyin_forms::Press;
use huiyin_journal::{Consumer, Mode};
use huiyin_kernel::{BusinessClock, Ids, Service};
use huiyin_policy::PackLibrary;
use huiyin_runtime::{Definition, Parts, Runtime};

use crate::app::App;
use crate::events::incoming::{FromCasework, FromDirectory, FromIntake};
use crate::http::Api;

/// The service's migrations.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The description of this service's API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// The scheduling service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scheduling;

#[async_trait]
impl Definition for Scheduling {
    fn service(&self) -> Service {
        Service::Scheduling
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let policies = &runtime.settings.files.policies;
        let packs = if policies.is_dir() { PackLibrary::load(policies)? } else { PackLibrary::bundled() };
        let calendar = Calendar::of_policies(policies)?;
        let app = App {
            db: runtime.api.clone(),
            clock: runtime.clock.clone(),
            ids: runtime.ids.clone(),
            calendar: Arc::new(calendar),
            packs: Arc::new(packs),
        };
        let press = Arc::new(Press::new(runtime.settings.files.fonts.clone()));
        let router = http::router(Api { app, client: runtime.http.clone(), press });
        let consumers = consumers(&runtime.clock, &runtime.ids);
        Ok(Parts { router, consumers, ..Parts::default() })
    }
}

/// What the service listens to. Every body is a snapshot, so the newest is enough.
pub fn consumers(clock: &BusinessClock, ids: &Ids) -> Vec<Consumer> {
    let audience = Audience::Public;
    let mode = Mode::Snapshot;
    vec![
        Consumer {
            name: "scheduling__directory",
            owner: Service::Directory,
            audience,
            mode,
            handler: Arc::new(FromDirectory),
        },
        Consumer {
            name: "scheduling__intake",
            owner: Service::Intake,
            audience,
            mode,
            handler: Arc::new(FromIntake { clock: clock.clone(), ids: ids.clone() }),
        },
        Consumer {
            name: "scheduling__casework",
            owner: Service::Casework,
            audience,
            mode,
            handler: Arc::new(FromCasework { clock: clock.clone(), ids: ids.clone() }),
        },
    ]
}
