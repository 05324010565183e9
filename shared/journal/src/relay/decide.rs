//! What becomes of a row once it was sent, and when a stream has lost what it acknowledged: pure, so that every answer and every
//! loss can be tried (`model`).

use std::time::Duration;

use chrono::{DateTime, Utc};
use huiyin_bus::Outcome;

/// What is done with a pending row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The stream has it: the row is removed.
    Remove,
    /// It is sent again, under the message id of this attempt.
    Again {
        /// Attempts under other message ids so far.
        attempt: i32,
        /// Not before this has passed.
        pause: Duration,
    },
}

/// What to do with a row that was sent in `attempt`. Only storage by the expected stream ends it (O3); an acknowledgement marked
/// duplicate is no proof of storage, so the next attempt carries another id (O4, O5).
pub(crate) const fn after(outcome: &Outcome, attempt: i32) -> Next {
    match outcome {
        Outcome::Stored { .. } => Next::Remove,
        Outcome::Duplicate => Next::Again { attempt: attempt + 1, pause: Duration::ZERO },
        Outcome::Unknown | Outcome::NoStream => Next::Again { attempt, pause: Duration::from_secs(1) },
        Outcome::Refused(_) => Next::Again { attempt, pause: Duration::from_secs(30) },
    }
}

/// A stream as it was seen: when it was made, and the newest sequence it has shown or acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_seq: i64,
}

/// True when a stream seen earlier has lost messages since: it was made anew, or its newest sequence went back (O8). The database
/// keeps microseconds, the server nanoseconds.
pub(crate) const fn has_lost(seen: Reach, now: Reach) -> bool {
    seen.created_at.timestamp_micros() != now.created_at.timestamp_micros() || now.last_seq < seen.last_seq
}

/// What the acknowledgements of a batch tell of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    /// Where the stream stands now, as far as these tell.
    pub(crate) last_seq: i64,
    /// A sequence was given out a second time: the stream was rolled back since it was last looked at.
    pub(crate) lost: bool,
}

/// Judges the sequences under which a batch was stored, in the order of sending, after the stream had `reached` so far.
pub(crate) fn acknowledged(reached: Option<i64>, sequences: &[i64]) -> Acknowledged {
    let begin = Acknowledged { last_seq: reached.unwrap_or(0), lost: false };
    sequences
        .iter()
        .fold(begin, |so_far, at| Acknowledged { last_seq: *at, lost: so_far.lost || *at <= so_far.last_seq })
}
