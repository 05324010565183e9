//! Hearing events: each takes effect once, in its aggregate's order, or is kept with the reason why it did not (D-2).
//!
//! A batch is one transaction: heads locked in id order, every event judged (`plan`), effects run together, everything written
//! down. When an effect fails, all are undone and run again one by one behind savepoints, so that only the failing aggregate stops.
//! A failing event waits in the table and is tried again with growing pauses, then parked; it is never lost, and holds back nothing
//! but its own aggregate. What has been written down may be acknowledged on the bus, whatever became of it.

mod effects;
mod operator;
mod plan;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::Envelope;
use uuid::Uuid;

pub use operator::ParkedEvent;
use plan::{Arrival, Head, Origin, Verdict};
use store::{Key, Outcome, ToPark, ToWait};

use crate::chain::digest;
use crate::{Consumer, Db, DbError, HandleError, Mode, Tx};

/// Most aggregates whose waiting events are taken up in one go.
const MOST_READY: i64 = 200;

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
    fn pause(&self, attempts: i32) -> TimeDelta {
        let doubled = self.first_pause.saturating_mul(1 << (attempts - 1).clamp(0, 20));
        TimeDelta::from_std(doubled.min(self.longest_pause)).unwrap_or(TimeDelta::MAX)
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

/// The inbox of one consumer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    db: Db,
    consumer: Consumer,
    retries: Retries,
}

impl Inbox {
    /// `db` is the worker's login.
    pub fn new(db: Db, consumer: Consumer) -> Self {
        Self { db, consumer, retries: Retries::default() }
    }

    /// Tries failing events otherwise than by default.
    #[must_use]
    pub const fn with_retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Whose.
    pub const fn consumer(&self) -> &Consumer {
        &self.consumer
    }

    /// Where.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    const fn key(&self) -> Key {
        Key { consumer: self.consumer.name, audience: self.consumer.audience }
    }

    /// Takes events in, from either road and in any order. After `Ok` every one of them is dealt with or kept.
    pub async fn apply(&self, events: Vec<Envelope>) -> Result<Applied, DbError> {
        let (ours, foreign): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| self.is_ours(event));
        let mut ids: Vec<Uuid> = ours.iter().map(|event| event.aggregate_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut tx = self.db.begin().await?;
        let fresh = ours
            .into_iter()
            .map(|event| Arrival { digest: digest(&event.body), event, origin: Origin::Fresh })
            .collect();
        let (applied, mut outcome) = self.carry_out(&mut tx, &ids, fresh).await?;
        for event in foreign {
            tracing::error!(alarm = true, consumer = self.consumer.name, event.id = %event.event_id, event.owner = %event.owner,
                "an event came on a stream it does not belong to");
            let reason = "fork: it came on a stream it does not belong to".to_owned();
            outcome.to_park.push(ToPark { event, attempts: 0, reason, blocking: false });
        }
        self.finish(tx, applied, outcome).await
    }

    /// Takes up waiting events whose turn or next try has come.
    pub async fn drain(&self) -> Result<Applied, DbError> {
        let mut tx = self.db.begin().await?;
        let any = self.consumer.mode == Mode::Snapshot;
        let ids = store::ready(&mut tx, self.key(), any, MOST_READY).await?;
        if ids.is_empty() {
            tx.rollback().await?;
            return Ok(Applied::default());
        }
        let (applied, outcome) = self.carry_out(&mut tx, &ids, Vec::new()).await?;
        self.finish(tx, applied, outcome).await
    }

    fn is_ours(&self, event: &Envelope) -> bool {
        let Consumer { owner, audience, .. } = self.consumer;
        let typed =
            event.type_name.strip_prefix("huiyin.").and_then(|rest| rest.split('.').next()) == Some(owner.name());
        event.owner == owner && event.audience == audience && typed
    }

    async fn carry_out(&self, tx: &mut Tx, ids: &[Uuid], fresh: Vec<Arrival>) -> Result<(Applied, Outcome), DbError> {
        let key = self.key();
        let heads = store::lock_heads(tx, key, ids).await?;
        let parked = store::parked(tx, key, ids).await?;
        let mut arrivals: BTreeMap<Uuid, Vec<Arrival>> = BTreeMap::new();
        for arrival in store::waiting(tx, key, ids).await?.into_iter().chain(fresh) {
            arrivals.entry(arrival.event.aggregate_id).or_default().push(arrival);
        }
        let mut judged = Vec::new();
        for (id, arrivals) in arrivals {
            let head = heads.get(&id).cloned().unwrap_or_default();
            let parked = parked.get(&id).map_or(&[][..], Vec::as_slice);
            judged.extend(plan::plan(self.consumer.mode, &head, parked, arrivals));
        }
        let failed = self.run_effects(tx, &judged).await?;
        Ok(self.outcome(judged, failed, &heads))
    }

    /// What the batch leaves behind, given which effects failed.
    fn outcome(
        &self,
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
                        self.set_back(arrival, &error, &mut applied, &mut outcome);
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
                    applied.gap |= self.consumer.mode == Mode::Stepwise && arrival.event.sequence > reached + 1;
                    if !waited {
                        outcome.to_wait.push(ToWait::turn(arrival.event));
                    }
                }
                Verdict::Park { reason, blocking } => {
                    applied.parked += 1;
                    metrics::counter!("huiyin_inbox_forks_total", "consumer" => self.consumer.name).increment(1);
                    tracing::error!(alarm = true, consumer = self.consumer.name, aggregate.id = %id, sequence = arrival.event.sequence,
                        event.id = %arrival.event.event_id, reason, "an event contradicts what has been heard");
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
    fn set_back(&self, arrival: Arrival, error: &HandleError, applied: &mut Applied, outcome: &mut Outcome) {
        let attempts = match arrival.origin {
            Origin::Waiting { attempts, .. } => attempts + 1,
            Origin::Fresh => 1,
        };
        let give_up = match error {
            HandleError::Park { reason } => Some(reason.clone()),
            HandleError::Retry(error) if attempts >= self.retries.most => {
                Some(format!("failed {attempts} times: {error}"))
            }
            HandleError::Retry(_) => None,
        };
        let event = arrival.event;
        if let Some(reason) = give_up {
            tracing::error!(alarm = true, consumer = self.consumer.name, aggregate.id = %event.aggregate_id, event.id = %event.event_id,
                event.r#type = event.type_name, reason, "an event is parked; its aggregate waits for an operator");
            applied.parked += 1;
            if matches!(arrival.origin, Origin::Waiting { .. }) {
                outcome.done_waiting.push((event.aggregate_id, event.sequence));
            }
            outcome.to_park.push(ToPark { event, attempts, reason, blocking: true });
        } else {
            tracing::warn!(consumer = self.consumer.name, aggregate.id = %event.aggregate_id, event.id = %event.event_id, attempts, %error,
                "an event's effect failed");
            applied.waiting += 1;
            let not_before: DateTime<Utc> = crate::clock::now() + self.retries.pause(attempts);
            let last_error = Some(error.to_string());
            outcome.to_wait.push(ToWait { event, attempts, not_before: Some(not_before), last_error });
        }
    }

    async fn finish(&self, mut tx: Tx, applied: Applied, outcome: Outcome) -> Result<Applied, DbError> {
        outcome.write(&mut tx, self.key()).await?;
        tx.commit().await?;
        let labels = [("consumer", self.consumer.name)];
        metrics::counter!("huiyin_inbox_effects_total", &labels).increment(applied.effects as u64);
        metrics::counter!("huiyin_inbox_skipped_total", &labels).increment(applied.skipped as u64);
        if applied.gap {
            self.db.wakes().gap.notify_one();
        }
        Ok(applied)
    }
}
