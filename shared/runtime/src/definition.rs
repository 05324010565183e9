//! What a service is given, and what it gives back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_authz::{ServiceCredential, StaffKeys};
use huiyin_journal::{BoxError, Consumer, Db, PoolOptions, Wakes};
use huiyin_kernel::{BusinessClock, Ids, InfraClock, Service};
use huiyin_settings::{Login, LoginKind, ServiceUrls, Settings};
use huiyin_timers::TimerHandler;
use huiyin_web::{Client, Face, Health};
use tokio::sync::Notify;

/// What a service is given.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// Which service this is.
    pub service: Service,
    /// All settings.
    pub settings: Arc<Settings>,
    /// Deadlines, sessions, reports.
    pub clock: BusinessClock,
    /// Tokens, retries, acknowledgements.
    pub infra: InfraClock,
    /// Identifiers.
    pub ids: Ids,
    /// The login of requests; row-level security holds it.
    pub api: Db,
    /// The login of consumers, timers and reconcilers.
    pub worker: Db,
    /// Calls to other services.
    pub http: Client,
    /// Where they are.
    pub urls: ServiceUrls,
    /// Directory's public keys, as far as known.
    pub staff_keys: StaffKeys,
    /// Signs and checks calls between services.
    pub credential: ServiceCredential,
    /// What `/health/ready` tells.
    pub health: Health,
    /// In-process wake-ups of this service.
    pub wakes: Wakes,
}

impl Runtime {
    /// A pool for the login that only inserts.
    pub async fn writer(&self, max: u32) -> anyhow::Result<Db> {
        let url = self.settings.database_url(Login::new(self.service, LoginKind::Writer))?;
        let options = PoolOptions { max, wakes: self.wakes.clone(), ..PoolOptions::default() };
        Ok(Db::connect(url.expose(), self.service, options).await?)
    }

    /// Who acts when the service acts by rule.
    pub const fn system(&self) -> huiyin_kernel::Actor {
        huiyin_kernel::Actor::System { service: self.service }
    }
}

/// A service.
#[async_trait]
pub trait Definition: Send + Sync {
    /// Which one.
    fn service(&self) -> Service;

    /// Its migrations.
    fn migrator(&self) -> &'static sqlx::migrate::Migrator;

    /// Builds its parts; called once at start, after the migrations were found applied.
    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts>;
}

/// What a service is made of. The runtime lays the HTTP kit, `/internal/publications/*` and health around the router.
#[derive(Default)]
pub struct Parts {
    /// Its own routes.
    pub router: axum::Router,
    /// What it listens to. Each is named `<service>__<owner>`, or `<service>__<owner>_private` for the private audience.
    pub consumers: Vec<Consumer>,
    /// What its timers do.
    pub timers: Option<Arc<dyn TimerHandler>>,
    /// Its reconcilers.
    pub tasks: Vec<Task>,
    /// How refusals of the kit look, where people read them instead of programs.
    pub face: Option<Face>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("consumers", &self.consumers)
            .field("timers", &self.timers.is_some())
            .field("tasks", &self.tasks)
            .finish_non_exhaustive()
    }
}

/// Something done again and again: brings the world to what the tables say. Level-triggered: one run looks for all the work
/// there is, so a lost wake-up costs time only.
#[derive(Clone)]
pub struct Task {
    /// For logs, metrics and health.
    pub name: &'static str,
    /// The longest pause between two runs, in machine time.
    pub every: Duration,
    /// Runs at once when notified.
    pub wake: Option<Arc<Notify>>,
    /// What is done.
    pub run: Arc<dyn Reconciler>,
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("name", &self.name).field("every", &self.every).finish_non_exhaustive()
    }
}

/// The work of a [`Task`].
#[async_trait]
pub trait Reconciler: Send + Sync + 'static {
    /// Does a bounded amount of the work there is and says how much that was; it is called again at once until it says 0. An
    /// error is logged and counted, and the task runs again after its pause.
    async fn run(&self) -> Result<usize, BoxError>;

    /// The business instant at which there will be work; none when that does not depend on business time.
    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, BoxError> {
        Ok(None)
    }
}

/// Whether a service has a journal, publications, an inbox and timers. The portal keeps sessions only.
pub(crate) const fn has_journal(service: Service) -> bool {
    !matches!(service, Service::Portal)
}
