//! What becomes of a message after a try: pure, so that the whole life of a message can be checked without a clock.

use chrono::{DateTime, TimeDelta, Utc};

/// For how long a message is tried before a person is asked to step in.
pub(crate) const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);
/// The fewest tries before it is given up: a clock that jumps a day ahead does not make a day of tries.
const FEWEST_TRIES: u32 = 10;
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(2);
/// Between two tries.
pub(crate) const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(2);

/// What a try came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// It reached its channel.
    Sent,
    /// Somebody along the way is down or busy: try again.
    Later(String),
    /// It can never work: the address is refused for good.
    Refused(String),
    /// There is no address.
    NoRoute,
    /// The petitioner's personal data was destroyed.
    Erased,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Done.
    Sent,
    /// Try again then.
    RetryAt(DateTime<Utc>, String),
    /// Given up: alarm.
    Failed(String),
    /// Nobody can be reached this way: alarm, and a person tells by phone or in person.
    Unreachable,
    /// Not to be told any more, to nobody's harm: the matter is over, and who it was about is not known.
    Erased,
}

/// Decides after try number `attempts` (from 1). The pause doubles from 2 s to 2 h.
pub(crate) fn next(tried: Tried, attempts: u32, now: DateTime<Utc>, give_up_at: DateTime<Utc>) -> Next {
    match tried {
        Tried::Sent => Next::Sent,
        Tried::NoRoute => Next::Unreachable,
        Tried::Erased => Next::Erased,
        Tried::Refused(why) => Next::Failed(why),
        Tried::Later(why) if now >= give_up_at && attempts >= FEWEST_TRIES => Next::Failed(why),
        Tried::Later(why) => {
            let doublings = attempts.saturating_sub(1).min(16);
            let pause = (FIRST_PAUSE * (1_i32 << doublings)).min(LONGEST_PAUSE);
            let last = if now < give_up_at { give_up_at } else { now + LONGEST_PAUSE };
            Next::RetryAt((now + pause).min(last), why)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I3: a message that cannot be sent is tried for 24 hours, never silently dropped, and then given up aloud.
    #[test]
    fn a_message_is_tried_for_a_day_with_growing_pauses_and_then_given_up() {
        let start = DateTime::UNIX_EPOCH;
        let give_up_at = start + GIVE_UP_AFTER;
        let (mut now, mut attempts, mut last_pause) = (start, 0, TimeDelta::zero());
        loop {
            attempts += 1;
            match next(Tried::Later("down".into()), attempts, now, give_up_at) {
                Next::RetryAt(at, _) => {
                    assert!(at > now, "each try is later than the one before");
                    assert!(at - now >= last_pause.min(LONGEST_PAUSE) || at == give_up_at);
                    last_pause = at - now;
                    now = at;
                }
                other @ (Next::Sent | Next::Failed(_) | Next::Unreachable | Next::Erased) => {
                    assert_eq!(other, Next::Failed("down".into()));
                    break;
                }
            }
        }
        assert_eq!(now, give_up_at);
        assert!((10..=40).contains(&attempts), "{attempts} tries in a day");
    }

    /// T6: the machine's clock a day ahead, for one try.
    #[test]
    fn a_message_is_not_given_up_because_a_clock_jumped_a_day_ahead() {
        let written = DateTime::UNIX_EPOCH;
        let give_up_at = written + GIVE_UP_AFTER;
        let tomorrow = written + TimeDelta::hours(25);
        let next = next(Tried::Later("down".into()), 1, tomorrow, give_up_at);
        assert_eq!(next, Next::RetryAt(tomorrow + FIRST_PAUSE, "down".into()));
    }

    #[test]
    fn what_can_never_work_is_not_tried_again() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(
            next(Tried::Refused("no such box".into()), 1, now, now + GIVE_UP_AFTER),
            Next::Failed("no such box".into())
        );
        assert_eq!(next(Tried::NoRoute, 1, now, now + GIVE_UP_AFTER), Next::Unreachable);
    }
}
