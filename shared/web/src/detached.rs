//! Work that a client hanging up must not stop (D5).

use std::{future::Future, sync::LazyLock};

use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::Problem;

static TASKS: LazyLock<TaskTracker> = LazyLock::new(TaskTracker::new);

/// Runs `work` in a task of its own and waits for it. If the caller goes away, the work goes on to its end.
/// A panic inside becomes a problem of status 500.
///
/// [`crate::kit`] already does this for every request; it is for work started elsewhere.
pub async fn detached<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, Problem> {
    TASKS.spawn(work.in_current_span()).await.map_err(|error| {
        tracing::error!(panicked = error.is_panic(), "a request ended without an answer");
        Problem::fault()
    })
}

/// Waits until all detached work of this process has ended; for a graceful stop, after the listeners are closed.
pub async fn drained() {
    TASKS.close();
    TASKS.wait().await;
    TASKS.reopen();
}
