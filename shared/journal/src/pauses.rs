//! Waiting between two rounds of a loop: for a wake-up, for a new connection, or for the end of a pause; never past the stop.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Pauses that double up to a limit while nothing works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub(crate) const FIRST: Duration = Duration::from_millis(200);

    pub(crate) const fn up_to(longest: Duration) -> Self {
        Self { next: Self::FIRST, longest }
    }

    pub(crate) const fn reset(&mut self) {
        self.next = Self::FIRST;
    }

    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }
}

/// Between 50 and 250 ms, so that many relays do not ask in step.
pub(crate) fn jitter() -> Duration {
    Duration::from_millis(50 + RandomState::new().hash_one(0) % 200)
}

/// Waits; false when told to stop.
pub(crate) async fn wait(
    stop: &CancellationToken,
    pause: Duration,
    wake: Option<&Notify>,
    connects: Option<&mut watch::Receiver<u64>>,
) -> bool {
    let woken = async {
        match wake {
            Some(wake) => wake.notified().await,
            None => std::future::pending().await,
        }
    };
    let connected = async {
        if let Some(connects) = connects
            && connects.changed().await.is_ok()
        {
            return;
        }
        // The sender lives as long as the connection; once it is gone there is nothing to wait for.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = stop.cancelled() => return false,
        () = woken => {}
        () = connected => {}
        () = elapsed(pause) => {}
    }
    !stop.is_cancelled()
}

#[expect(clippy::disallowed_methods, reason = "the pause of a loop; it ends early on every wake-up")]
async fn elapsed(pause: Duration) {
    tokio::time::sleep(pause).await;
}
