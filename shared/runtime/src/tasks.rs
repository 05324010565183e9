//! Running reconcilers: again and again, at once when woken, never twice at the same time in one process.

use std::sync::Arc;
use std::time::Duration;

use huiyin_journal::BoxError;
use huiyin_kernel::Service;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::Task;

/// A task whose runs exclude each other.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    service: Service,
    pub(crate) task: Task,
    turn: Arc<Mutex<()>>,
}

impl Runner {
    pub(crate) fn new(service: Service, task: Task) -> Self {
        Self { service, task, turn: Arc::default() }
    }

    /// Runs until there is nothing more to do; answers how much was done.
    pub(crate) async fn run_once(&self, stop: &CancellationToken) -> Result<usize, BoxError> {
        let _turn = self.turn.lock().await;
        let mut done = 0;
        while !stop.is_cancelled() {
            let span = tracing::info_span!("task", service = %self.service, task = self.task.name);
            match self.task.run.run().instrument(span).await? {
                0 => break,
                more => done += more,
            }
        }
        Ok(done)
    }

    pub(crate) async fn run(self, stop: CancellationToken) {
        let labels = [("service", self.service.name()), ("task", self.task.name)];
        while !stop.is_cancelled() {
            match self.run_once(&stop).await {
                Ok(done) => metrics::counter!("huiyin_task_work_total", &labels).increment(done as u64),
                Err(error) => {
                    metrics::counter!("huiyin_task_failures_total", &labels).increment(1);
                    tracing::warn!(service = %self.service, task = self.task.name, error = &*error as &dyn std::error::Error, "a task failed; it runs again");
                }
            }
            let woken = async {
                match &self.task.wake {
                    Some(wake) => wake.notified().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = woken => {}
                () = elapsed(self.task.every) => {}
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the pause of a task; it ends early when the task is woken")]
async fn elapsed(pause: Duration) {
    tokio::time::sleep(pause).await;
}
