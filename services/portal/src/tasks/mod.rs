//! What the portal does without being clicked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use huiyin_journal::{BoxError, Db};
use huiyin_kernel::InfraClock;
use huiyin_runtime::{Reconciler, Task};

use crate::app;

struct Sweep {
    worker: Db,
    clock: InfraClock,
}

#[async_trait]
impl Reconciler for Sweep {
    async fn run(&self) -> Result<usize, BoxError> {
        app::sweep::sweep(&self.worker, &self.clock).await
    }
}

/// Forgets sessions that are over, every ten minutes.
pub(crate) fn sweep(worker: Db, clock: InfraClock) -> Task {
    let run = Arc::new(Sweep { worker, clock });
    Task { name: "sweep_sessions", every: Duration::from_mins(10), wake: None, run }
}
