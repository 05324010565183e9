//! How fast petitions are being committed, and so which of those that wait can still be answered in time (W5).
//!
//! A queue that is bounded by its length alone makes people wait as long as the machine is slow. This one is bounded by time: what cannot be
//! committed within [`PATIENCE`] is told to come again before anything of it is written, and everything let in is answered soon, on
//! a laptop as on a rack.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest a petition may wait for its turn to be committed.
pub(super) const PATIENCE: Duration = Duration::from_millis(1_500);
/// A batch is made so small that its commit takes about this long.
const COMMIT: Duration = Duration::from_millis(400);
/// Never smaller than this, or sharing the cost of a commit would end when it is needed most.
const SMALLEST_BATCH: usize = 8;

/// The time one more petition costs, smoothed over the last batches: quick to fall, slow to rise. Nothing is known before the first one.
#[derive(Debug, Default)]
pub(super) struct Pace {
    nanos: AtomicU64,
}

impl Pace {
    /// A batch of `petitions` took so long.
    pub(super) fn note(&self, petitions: usize, took: Duration) {
        let petitions = u64::try_from(petitions.max(1)).unwrap_or(u64::MAX);
        let each = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / petitions;
        let before = self.nanos.load(Ordering::Relaxed);
        let now = match before {
            0 => each,
            // What was slow is found to be fast again at once: after a database's restart nobody is sent away for what it took to come back.
            _ if each < before => before / 4 + each / 4 * 3,
            _ => before / 4 * 3 + each / 4,
        };
        // A lost update among writers loses one sample.
        self.nanos.store(now, Ordering::Relaxed);
    }

    fn each(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }

    /// How many petitions to commit together, `most` at the highest.
    pub(super) fn batch(&self, most: usize) -> usize {
        let each = self.each().as_nanos();
        let fitting = COMMIT.as_nanos().checked_div(each).map_or(most, |n| usize::try_from(n).unwrap_or(most));
        fitting.clamp(SMALLEST_BATCH.min(most), most)
    }

    /// Whether a petition that came `waited` ago will be taken from the queue in time, with so many `ahead` of it and so many `writers`. Where
    /// nobody is ahead it is tried, however slow the last batch was: that is how a slow database is found to be fast again.
    pub(super) fn in_time(&self, waited: Duration, ahead: usize, writers: u32) -> bool {
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let expected = self.each().saturating_mul(ahead) / writers.max(1);
        waited.saturating_add(expected) <= PATIENCE || (ahead == 0 && waited <= PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(each: Duration) -> Pace {
        let pace = Pace::default();
        pace.note(1, each);
        pace
    }

    const fn millis(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// W5
    #[test]
    fn as_many_are_let_in_as_can_be_committed_in_time_on_every_machine() {
        for (each, most) in [(millis(1), 4_500), (millis(40), 112), (millis(400), 11)] {
            let pace = pace(each);
            assert!(pace.in_time(Duration::ZERO, most, 3), "{most} at {each:?}");
            assert!(!pace.in_time(Duration::ZERO, most + 1, 3), "{most} at {each:?}");
            assert!(!pace.in_time(millis(100), most, 3), "what has waited already counts");
        }
    }

    #[test]
    fn where_nobody_waits_one_is_tried_however_slow_the_last_batch_was() {
        let slow = pace(Duration::from_secs(60));
        assert!(slow.in_time(Duration::ZERO, 0, 3) && !slow.in_time(Duration::ZERO, 1, 3));
        assert!(!slow.in_time(PATIENCE + millis(1), 0, 3), "nor has anybody waited too long");
        for _ in 0..6 {
            slow.note(1, millis(1));
        }
        assert!(slow.in_time(Duration::ZERO, 100, 3), "a database that is fast again is found out");
    }

    #[test]
    fn batches_are_as_large_as_commits_are_fast() {
        assert_eq!(Pace::default().batch(256), 256);
        assert_eq!(pace(millis(1)).batch(256), 256);
        assert_eq!(pace(millis(10)).batch(256), 40);
        assert_eq!(pace(Duration::from_secs(9)).batch(256), 8);
    }
}
