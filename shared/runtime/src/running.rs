//! A running service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use huiyin_bus::{Bus, BusError, Subscription};
use huiyin_journal::{Activity, BoxError, Db, DbError};
use huiyin_kernel::Service;
use huiyin_timers::{TimerError, TimerRunner, next_due};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::definition::has_journal;
use crate::tasks::Runner;

/// The longest wait for work at hand when stopping.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// What a service is doing cannot be told, or a step of it failed.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The database failed.
    #[error("the database does not answer")]
    Db(#[from] DbError),
    /// The bus failed.
    #[error("the bus does not answer")]
    Bus(#[from] BusError),
    /// The timers failed.
    #[error("the timers failed")]
    Timers(#[from] TimerError),
    /// A task failed.
    #[error("the task {task} failed")]
    Task {
        /// Which.
        task: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
}

/// A running service.
#[derive(Debug)]
pub struct Running {
    /// Which one.
    pub service: Service,
    /// Where it listens.
    pub address: SocketAddr,
    pub(crate) api: Db,
    pub(crate) worker: Db,
    pub(crate) buses: Vec<Bus>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) timers: Option<TimerRunner>,
    pub(crate) tasks: Arc<Vec<Runner>>,
    /// Cancelled when a consumer cannot be cured in this process.
    pub(crate) hopeless: CancellationToken,
    pub(crate) stop_http: CancellationToken,
    pub(crate) stop_loops: CancellationToken,
    pub(crate) http: TaskTracker,
    pub(crate) loops: TaskTracker,
}

impl Running {
    /// The login of requests.
    pub const fn api(&self) -> &Db {
        &self.api
    }

    /// The login of consumers, timers and tasks.
    pub const fn worker(&self) -> &Db {
        &self.worker
    }

    /// Returns when a consumer hears nothing whatever is tried: the process should end and be started again (N7).
    pub async fn hopeless(&self) {
        self.hopeless.cancelled().await;
    }

    /// What is under way in the tables and on the bus.
    pub async fn activity(&self) -> Result<Activity, WorkError> {
        if !has_journal(self.service) {
            return Ok(Activity::default());
        }
        let mut activity = huiyin_journal::activity(&self.worker).await?;
        for subscription in &self.subscriptions {
            let state = subscription.state().await?;
            activity.undelivered += i64::try_from(state.undelivered).unwrap_or(i64::MAX);
            activity.unacknowledged += i64::try_from(state.unacknowledged).unwrap_or(i64::MAX);
        }
        Ok(activity)
    }

    /// The next business instant at which a timer or a task has work.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, WorkError> {
        let mut next = if has_journal(self.service) { next_due(&self.worker).await? } else { None };
        for runner in self.tasks.iter() {
            let task = runner.task.name;
            let due = runner.task.run.next_due().await.map_err(|source| WorkError::Task { task, source })?;
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// Fires what is due and runs every task, now, until nothing is left to do; answers how much was done. For a clock moved by hand,
    /// which should not have to wait for the next poll.
    pub async fn work(&mut self) -> Result<usize, WorkError> {
        let mut done = 0;
        if let Some(timers) = &mut self.timers {
            loop {
                let step = timers.step().await?;
                done += step.count();
                if step.count() == step.failed {
                    break;
                }
            }
        }
        for runner in self.tasks.iter() {
            let task = runner.task.name;
            done += runner.run_once(&self.stop_loops).await.map_err(|source| WorkError::Task { task, source })?;
        }
        Ok(done)
    }

    /// Stops in good order: no new requests, the present ones finished, then the loops, then the connections. Within some 20 seconds.
    pub async fn stop(self) {
        self.stop_http.cancel();
        end(&self.http, self.service, "requests").await;
        self.stop_loops.cancel();
        end(&self.loops, self.service, "loops").await;
        for bus in &self.buses {
            bus.close().await;
        }
        self.api.close().await;
        self.worker.close().await;
        tracing::info!(service = %self.service, "stopped");
    }
}

async fn end(tracker: &TaskTracker, service: Service, what: &'static str) {
    tracker.close();
    if tokio::time::timeout(STOP_PATIENCE, tracker.wait()).await.is_err() {
        tracing::warn!(%service, what, "not everything ended in time; what is unfinished is rolled back");
    }
}
