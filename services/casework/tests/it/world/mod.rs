//! A casework of one test's own: hears events, is asked over HTTP, and its time is moved by hand.

mod calls;
mod city;
mod people;
mod strict;
mod tables;
mod time;

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use chrono::{DateTime, Utc};
use huiyin_authz::{Jwks, ServiceCredential, StaffKeys, StaffSigner};
use huiyin_casework::{Casework, MIGRATOR};
use huiyin_journal::{Db, PoolOptions, Wakes};
use huiyin_kernel::{BusinessClock, Ids, InfraClock, ManualClock, Service};
use huiyin_runtime::{Definition, Parts, Runtime};
use huiyin_settings::{Secret, ServiceUrls, Settings};
use huiyin_testkit::{Proxy, TestDb};
use huiyin_web::{Client, Health, KitState, kit};
use sqlx::PgPool;

pub(crate) use calls::proposal;
pub(crate) use people::*;
pub(crate) use time::morning;

/// The world.
pub(crate) struct World {
    pub(crate) admin: PgPool,
    pub(crate) time: Arc<ManualClock>,
    pub(crate) infra: DateTime<Utc>,
    runtime: Arc<Runtime>,
    parts: Parts,
    pub(crate) router: Router,
    state: KitState,
    signer: StaffSigner,
    /// The way to intake: cut, intake is away.
    pub(crate) intake: Proxy,
    // Dropped last: the database goes with it.
    _db: TestDb,
}

impl World {
    pub(crate) async fn new() -> Result<Self> {
        Self::starting(morning("2026-03-02")).await
    }

    pub(crate) async fn starting(start: DateTime<Utc>) -> Result<Self> {
        let settings = Settings::from_toml("[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"")?;
        let db = TestDb::create(&[("casework", &MIGRATOR)]).await?;
        let connect = async |login: &str, max| {
            let options = PoolOptions { max, ..PoolOptions::default() };
            Db::connect(&db.url(login), Service::Casework, options).await
        };
        let (api, worker) = (connect("casework_api", 6).await?, connect("casework_worker", 3).await?);
        let time = Arc::new(ManualClock::new(start));
        let infra = InfraClock::manual(start);
        let signer = StaffSigner::from_seed(&settings.secrets.key(Secret::StaffSigning)?);
        let staff_keys = StaffKeys::default();
        staff_keys.replace(&Jwks { keys: vec![signer.public().clone()] });
        let credential = ServiceCredential::new(&settings.secrets.key(Secret::InternalToken)?);
        let stand_in = calls::intake(staff_keys.clone(), start).await?;
        let intake = Proxy::before(&stand_in).await?;
        let urls = ServiceUrls::default().with(Service::Intake, intake.url(&stand_in)?.parse()?);
        let runtime = Arc::new(Runtime {
            service: Service::Casework,
            clock: BusinessClock::Manual(Arc::clone(&time)),
            infra: infra.clone(),
            ids: Ids::Seeded(7),
            api,
            worker,
            http: Client::new(Service::Casework, credential.clone(), infra.clone(), urls.clone()),
            urls,
            staff_keys: staff_keys.clone(),
            credential: credential.clone(),
            health: Health::default(),
            wakes: Wakes::default(),
            settings: Arc::new(settings),
        });
        let parts = Box::pin(Casework.build(Arc::clone(&runtime))).await?;
        let limits = runtime.settings.limits;
        let state = KitState::new(Service::Casework, limits, infra, staff_keys, credential, None, Health::default());
        let router = kit(parts.router.clone(), state.clone());
        let admin = db.admin_pool().await?;
        let world = Self { admin, time, infra: start, runtime, parts, router, state, signer, intake, _db: db };
        Box::pin(world.found_city()).await?;
        Ok(world)
    }

    /// A second process of the service beside the first, on the same database.
    pub(crate) async fn another_process(&self) -> Result<Router> {
        let parts = Box::pin(Casework.build(Arc::clone(&self.runtime))).await?;
        Ok(kit(parts.router, self.state.clone()))
    }

    /// Machine time goes on: tokens end.
    pub(crate) fn machine_time_goes_on(&self, by: chrono::TimeDelta) {
        if let InfraClock::Manual(clock) = &self.runtime.infra {
            clock.advance_to(clock.now() + by);
        }
    }
}
