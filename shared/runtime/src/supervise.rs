//! Loops that must not end: a panic in one is an alarm, and the loop begins again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const PAUSE: Duration = Duration::from_secs(1);

/// Runs `make`'s loop until `stop`, and makes a new one whenever it ends before that.
pub(crate) fn supervise<F, Work>(tracker: &TaskTracker, stop: &CancellationToken, name: String, make: F)
where
    F: Fn(CancellationToken) -> Work + Send + 'static,
    Work: Future<Output = ()> + Send + 'static,
{
    let stop = stop.clone();
    let inner = tracker.clone();
    tracker.spawn(async move {
        while !stop.is_cancelled() {
            let ended = inner.spawn(make(stop.clone())).await;
            if stop.is_cancelled() {
                break;
            }
            tracing::error!(alarm = true, task = name, panicked = ended.is_err(), "a loop has ended; it begins again");
            metrics::counter!("huiyin_loop_restarts_total", "task" => name.clone()).increment(1);
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause() => {}
            }
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "the pause before a loop begins again")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
