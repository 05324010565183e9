//! How long a session of the staff console lasts (W2).

use chrono::{DateTime, TimeDelta, Utc};

/// Without a click for this long, the desk was left.
pub(crate) const IDLE: TimeDelta = TimeDelta::minutes(30);
/// However busy: a working day and its overtime, never the night.
pub(crate) const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// `seen_at` is written at most this often.
pub(crate) const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The instants a session's life hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    /// The last click, within [`TOUCH_EVERY`].
    pub(crate) seen_at: DateTime<Utc>,
    /// Over, however busy.
    pub(crate) ends_at: DateTime<Utc>,
}

impl Life {
    /// One that begins now.
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Self { seen_at: now, ends_at: now + ABSOLUTE }
    }

    /// Does it still stand?
    pub(crate) fn stands(&self, now: DateTime<Utc>) -> bool {
        now < self.ends_at && now < self.seen_at + IDLE
    }

    /// Must the click be written down?
    pub(crate) fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now >= self.seen_at + TOUCH_EVERY
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// W2: whatever the clicks, nobody is in after twelve hours, nor after half an hour of silence.
        #[test]
        fn a_session_stands_no_longer_than_its_limits(pauses in proptest::collection::vec(0_i64..3_000, 1..200)) {
            let start = DateTime::UNIX_EPOCH;
            let mut life = Life::new(start);
            let (mut now, mut last_click, mut alive) = (start, start, true);
            for pause in pauses {
                now += TimeDelta::seconds(pause);
                let stands = alive && life.stands(now);
                // The oracle knows every click; the session knows them to the minute, and may end that much early, never late.
                prop_assert!(!stands || (now - last_click < IDLE && now - start < ABSOLUTE));
                prop_assert!(stands || !alive || now - last_click >= IDLE - TOUCH_EVERY || now - start >= ABSOLUTE);
                alive = stands;
                if !alive { break; }
                last_click = now;
                if life.wants_touch(now) { life.seen_at = now; }
            }
        }
    }
}
