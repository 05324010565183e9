//! Whether the clock can be trusted (T6): pure.
//!
//! A database whose clock jumps a day ahead would fire a day of deadlines at once, and nobody can take back what they set off. Between
//! two scans the clock must have moved as far as this process's own monotonic clock did, give or take a minute, and it must never stand
//! before an instant already acted upon. A jump stops all firing until the operator confirms the time, by restarting the service or by
//! the clock coming back.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The difference that is still taken for slack.
pub const SLACK: TimeDelta = TimeDelta::seconds(60);

/// Why nothing is fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockFault {
    /// It moved further than time did.
    #[error("the database's clock jumped {0} s ahead")]
    Jumped(i64),
    /// It stands before an instant already acted upon.
    #[error("the database's clock went back by {0} s")]
    WentBack(i64),
    /// It differs from this machine's.
    #[error("the database's clock and this machine's differ by {0} s")]
    Differs(i64),
}

/// What was seen at the last scan.
#[derive(Clone, Copy, Debug)]
struct Seen {
    at: DateTime<Utc>,
    uptime: Duration,
}

/// Watches one clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClockGuard {
    seen: Option<Seen>,
}

impl ClockGuard {
    /// Judges `now`, the database's time, against the instant last acted upon (`high_water`), this machine's time and its uptime.
    pub(crate) fn check(
        &mut self,
        now: DateTime<Utc>,
        machine: DateTime<Utc>,
        uptime: Duration,
        high_water: Option<DateTime<Utc>>,
    ) -> Result<(), ClockFault> {
        if let Some(high_water) = high_water.filter(|high_water| now < *high_water - SLACK) {
            return Err(ClockFault::WentBack((high_water - now).num_seconds()));
        }
        let difference = now - machine;
        if difference.abs() > SLACK {
            return Err(ClockFault::Differs(difference.num_seconds()));
        }
        if let Some(seen) = self.seen {
            let elapsed = TimeDelta::from_std(uptime.saturating_sub(seen.uptime)).unwrap_or(TimeDelta::MAX);
            let ahead = (now - seen.at) - elapsed;
            if ahead > SLACK {
                return Err(ClockFault::Jumped(ahead.num_seconds()));
            }
        }
        self.seen = Some(Seen { at: now, uptime });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("in range")
    }

    #[test]
    fn a_clock_that_jumps_or_goes_back_stops_firing() {
        let mut guard = ClockGuard::default();
        let second = Duration::from_secs;
        assert_eq!(guard.check(at(0), at(0), second(100), None), Ok(()));
        assert_eq!(guard.check(at(10), at(10), second(110), Some(at(0))), Ok(()));
        // Both clocks of the machine jumped a day; the monotonic one did not.
        assert_eq!(guard.check(at(86_410), at(86_410), second(120), Some(at(10))), Err(ClockFault::Jumped(86_390)));
        assert_eq!(guard.check(at(-3600), at(-3600), second(130), Some(at(10))), Err(ClockFault::WentBack(3610)));
        assert_eq!(guard.check(at(400), at(0), second(500), Some(at(10))), Err(ClockFault::Differs(400)));
        // It came back.
        assert_eq!(guard.check(at(40), at(40), second(140), Some(at(10))), Ok(()));
    }

    #[test]
    fn a_service_that_was_down_or_paused_for_days_fires_on() {
        let mut guard = ClockGuard::default();
        assert_eq!(guard.check(at(3 * 86_400), at(3 * 86_400), Duration::from_secs(1), Some(at(0))), Ok(()));
        let paused = Duration::from_secs(86_401);
        assert_eq!(guard.check(at(4 * 86_400), at(4 * 86_400), paused, Some(at(3 * 86_400))), Ok(()));
    }
}
