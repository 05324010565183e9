//! Two clocks that must not be mixed (D-9). *Business time* decides deadlines, sessions and reports and may be set by
//! hand in a demonstration; *infrastructure time* decides tokens, retries and acknowledgements and never may.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// The zone in which dates are read and deadlines end.
pub const CITY_ZONE: Tz = chrono_tz::Asia::Shanghai;

/// The clock of deadlines, sessions and reports.
#[derive(Clone, Debug, Default)]
pub enum BusinessClock {
    /// The machine's time.
    #[default]
    System,
    /// Time moved by hand.
    Manual(Arc<ManualClock>),
}

impl BusinessClock {
    /// A clock that stands at `now` until moved.
    pub fn manual(now: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(ManualClock::new(now)))
    }

    /// The business time, in whole microseconds, the precision the database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => system_now(),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// True when time is moved by hand, so that waiting for it to pass is pointless.
    pub const fn is_manual(&self) -> bool {
        matches!(self, Self::Manual(_))
    }
}

/// The clock of tokens, retries and acknowledgements.
#[derive(Clone, Debug, Default)]
pub enum InfraClock {
    /// The machine's time.
    #[default]
    System,
    /// Time moved by hand, in tests of expiry.
    Manual(Arc<ManualClock>),
}

impl InfraClock {
    /// A clock that stands at `now` until moved.
    pub fn manual(now: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(ManualClock::new(now)))
    }

    /// The present, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => system_now(),
            Self::Manual(clock) => clock.now(),
        }
    }
}

/// Time moved by hand. It only goes forward.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// Starts at `now`.
    pub const fn new(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Where the clock stands.
    pub fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock to `instant`; an instant already past leaves it where it stands.
    pub fn advance_to(&self, instant: DateTime<Utc>) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (*now).max(instant);
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        let to = self.now() + by;
        self.advance_to(to);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's time enters")]
fn system_now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_never_goes_back() {
        let clock = ManualClock::new(DateTime::UNIX_EPOCH + TimeDelta::days(2));
        clock.advance_to(DateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::days(2));
        clock.advance(TimeDelta::hours(1));
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::days(2) + TimeDelta::hours(1));
    }
}
