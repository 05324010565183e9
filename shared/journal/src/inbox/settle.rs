//! What a batch leaves behind, given which effects failed: pure, as `plan` is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use huiyin_contracts::Envelope;
use uuid::Uuid;

use super::plan::{Arrival, Head, Origin, Verdict};
use crate::{HandleError, Mode};

/// How often a failing event is tried again.
#[derive(Clone, Copy, Debug)]
pub struct Retries {
    /// Tries before it is parked.
    pub most: i32,
    /// The pause after the first failure; each further one doubles it.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { most: 10, first_pause: Duration::from_millis(500), longest_pause: Duration::from_mins(5) }
    }
}

impl Retries {
    fn pause(&self, attempts: i32) -> Duration {
        self.first_pause.saturating_mul(1 << (attempts - 1).clamp(0, 20)).min(self.longest_pause)
    }
}

/// What became of some events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Took effect.
    pub effects: usize,
    /// Were known already, or overtaken by a newer snapshot.
    pub skipped: usize,
    /// Wait for a gap to close, or for another try.
    pub waiting: usize,
    /// Were given up.
    pub parked: usize,
    /// A gap stands before some that wait: the repair road should fetch what is missing.
    pub gap: bool,
}

/// An event that is to wait.
#[derive(Debug)]
pub(crate) struct ToWait {
    pub(crate) event: Envelope,
    /// Tries so far.
    pub(crate) attempts: i32,
    /// Until the next try, by the database's clock; none when it waits for its turn alone.
    pub(crate) pause: Option<Duration>,
    pub(crate) last_error: Option<String>,
}

impl ToWait {
    /// It waits for its turn.
    pub(crate) const fn turn(event: Envelope) -> Self {
        Self { event, attempts: 0, pause: None, last_error: None }
    }
}

/// An event that is given up.
#[derive(Debug)]
pub(crate) struct ToPark {
    pub(crate) event: Envelope,
    /// Tries so far.
    pub(crate) attempts: i32,
    pub(crate) reason: String,
    /// Whether its aggregate waits for it.
    pub(crate) blocking: bool,
}

/// Everything a batch leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) heads: BTreeMap<Uuid, Head>,
    pub(crate) to_wait: Vec<ToWait>,
    /// (aggregate, sequence) of waiting events that are done with.
    pub(crate) done_waiting: Vec<(Uuid, i64)>,
    pub(crate) to_park: Vec<ToPark>,
}

/// What the operator alone can settle: the owner tells one place in two ways.
pub(crate) fn is_contradiction(reason: &str) -> bool {
    reason.starts_with("fork:")
}

/// What becomes of each judged event.
pub(crate) fn settle(
    mode: Mode,
    retries: Retries,
    judged: Vec<(Arrival, Verdict)>,
    mut failed: BTreeMap<Uuid, HandleError>,
    heads: &BTreeMap<Uuid, Head>,
) -> (Applied, Outcome) {
    let mut applied = Applied::default();
    let mut outcome = Outcome::default();
    let mut stopped: BTreeSet<Uuid> = BTreeSet::new();
    for (arrival, verdict) in judged {
        let id = arrival.event.aggregate_id;
        let at = (id, arrival.event.sequence);
        let waited = matches!(arrival.origin, Origin::Waiting { .. });
        match verdict {
            Verdict::Effect if stopped.contains(&id) => {
                applied.waiting += 1;
                if !waited {
                    outcome.to_wait.push(ToWait::turn(arrival.event));
                }
            }
            Verdict::Effect => match failed.remove(&arrival.event.event_id.uuid()) {
                None => {
                    applied.effects += 1;
                    if waited {
                        outcome.done_waiting.push(at);
                    }
                    let head = Head {
                        sequence: arrival.event.sequence,
                        incarnation: arrival.event.incarnation,
                        event_id: Some(arrival.event.event_id.uuid()),
                        digest: Some(arrival.digest.to_vec()),
                    };
                    outcome.heads.insert(id, head);
                }
                Some(error) => {
                    stopped.insert(id);
                    set_back(arrival, &error, retries, &mut applied, &mut outcome);
                }
            },
            Verdict::Skip => {
                applied.skipped += 1;
                if waited {
                    outcome.done_waiting.push(at);
                }
            }
            Verdict::Wait => {
                applied.waiting += 1;
                let reached = outcome.heads.get(&id).or_else(|| heads.get(&id)).map_or(0, |head| head.sequence);
                applied.gap |= mode == Mode::Stepwise && arrival.event.sequence > reached + 1;
                if !waited {
                    outcome.to_wait.push(ToWait::turn(arrival.event));
                }
            }
            Verdict::Park { reason, blocking } => {
                applied.parked += 1;
                if waited {
                    outcome.done_waiting.push(at);
                }
                outcome.to_park.push(ToPark { event: arrival.event, attempts: 0, reason, blocking });
            }
        }
    }
    (applied, outcome)
}

/// An effect failed: another try later, or none.
fn set_back(arrival: Arrival, error: &HandleError, retries: Retries, applied: &mut Applied, outcome: &mut Outcome) {
    let attempts = match arrival.origin {
        Origin::Waiting { attempts, .. } => attempts + 1,
        Origin::Fresh => 1,
    };
    let give_up = match error {
        HandleError::Park { reason } => Some(reason.clone()),
        HandleError::Retry(error) if attempts >= retries.most => Some(format!("failed {attempts} times: {error}")),
        HandleError::Retry(_) => None,
    };
    let event = arrival.event;
    if let Some(reason) = give_up {
        applied.parked += 1;
        if matches!(arrival.origin, Origin::Waiting { .. }) {
            outcome.done_waiting.push((event.aggregate_id, event.sequence));
        }
        outcome.to_park.push(ToPark { event, attempts, reason, blocking: true });
    } else {
        applied.waiting += 1;
        let pause = Some(retries.pause(attempts));
        outcome.to_wait.push(ToWait { event, attempts, pause, last_error: Some(error.to_string()) });
    }
}
