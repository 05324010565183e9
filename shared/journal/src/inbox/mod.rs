//! Hearing events: each takes effect once, in its aggregate's order, or is kept with the reason why it did not (D-2).
//!
//! A batch is one transaction: heads locked in id order, every event judged (`plan`), effects run together, everything written
//! down. When an effect fails, all are undone and run again one by one behind savepoints, so that only the failing aggregate stops.
//! A failing event waits in the table and is tried again with growing pauses, then parked; it is never lost, and holds back nothing
//! but its own aggregate. What has been written down may be acknowledged on the bus, whatever became of it.

mod effects;
mod operator;
pub(crate) mod plan;
pub(crate) mod settle;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use huiyin_contracts::Envelope;
use tokio::sync::Notify;
use uuid::Uuid;

pub use operator::{Kind as ParkedKind, Operator, ParkedEvent, parked_events};
use plan::{Arrival, Origin, Verdict};
pub use settle::{Applied, Retries};
use settle::{Outcome, ToPark, ToWait, is_contradiction, settle};
use store::Key;

use crate::chain::digest;
use crate::{Consumer, Db, DbError, Mode, Tx};

/// Most aggregates whose waiting events are taken up in one go.
const MOST_READY: i64 = 200;

/// The inbox of one consumer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    db: Db,
    consumer: Consumer,
    retries: Retries,
    gap: Arc<Notify>,
}

impl Inbox {
    /// `db` is the worker's login.
    pub fn new(db: Db, consumer: Consumer) -> Self {
        Self { db, consumer, retries: Retries::default(), gap: Arc::default() }
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

    /// Notified when a gap was found that the repair road should fill.
    pub(crate) fn gap(&self) -> Arc<Notify> {
        Arc::clone(&self.gap)
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
        let ids = store::ready(&mut tx, self.key(), any, self.retries.longest_pause, MOST_READY).await?;
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
        for arrival in store::waiting(tx, key, ids, self.retries.longest_pause).await?.into_iter().chain(fresh) {
            arrivals.entry(arrival.event.aggregate_id).or_default().push(arrival);
        }
        let mut judged = Vec::new();
        for (id, arrivals) in arrivals {
            let head = heads.get(&id).cloned().unwrap_or_default();
            let parked = parked.get(&id).map_or(&[][..], Vec::as_slice);
            judged.extend(plan::plan(self.consumer.mode, &head, parked, arrivals));
        }
        let failed = self.run_effects(tx, &judged).await?;
        let hoped: Vec<(Uuid, i64, DateTime<Utc>)> = judged
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Effect)
            .map(|(arrival, _)| (arrival.event.aggregate_id, arrival.event.sequence, arrival.event.occurred_at))
            .collect();
        let (applied, outcome) = settle(self.consumer.mode, self.retries, judged, failed, &heads);
        self.tell(&outcome);
        for (id, sequence, occurred_at) in hoped {
            if outcome.heads.get(&id).is_some_and(|head| sequence <= head.sequence) {
                self.note_delay(occurred_at);
            }
        }
        Ok((applied, outcome))
    }

    /// From the change at its owner to here. What is older than an hour is not news: a rebuild replays years.
    fn note_delay(&self, occurred_at: DateTime<Utc>) {
        let delay = (crate::clock::now() - occurred_at).as_seconds_f64();
        if (0.0..3600.0).contains(&delay) {
            metrics::histogram!("huiyin_inbox_delay_seconds", "consumer" => self.consumer.name).record(delay);
        }
    }

    /// Tells operators of what did not go as it should.
    fn tell(&self, outcome: &Outcome) {
        let consumer = self.consumer.name;
        for ToPark { event, attempts, reason, .. } in &outcome.to_park {
            let (id, sequence, event_id) = (event.aggregate_id, event.sequence, event.event_id);
            if is_contradiction(reason) {
                metrics::counter!("huiyin_inbox_forks_total", "consumer" => consumer).increment(1);
                tracing::error!(alarm = true, consumer, aggregate.id = %id, sequence, event.id = %event_id, reason,
                    "an event contradicts what has been heard");
            } else {
                tracing::error!(alarm = true, consumer, aggregate.id = %id, sequence, event.id = %event_id,
                    event.r#type = event.type_name, attempts, reason, "an event is parked; its aggregate waits for an operator");
            }
        }
        for ToWait { event, attempts, last_error, .. } in &outcome.to_wait {
            if let Some(error) = last_error {
                tracing::warn!(consumer, aggregate.id = %event.aggregate_id, event.id = %event.event_id, attempts, error,
                    "an event's effect failed");
            }
        }
    }

    async fn finish(&self, mut tx: Tx, applied: Applied, outcome: Outcome) -> Result<Applied, DbError> {
        store::write(outcome, &mut tx, self.key()).await?;
        tx.commit().await?;
        let labels = [("consumer", self.consumer.name)];
        metrics::counter!("huiyin_inbox_effects_total", &labels).increment(applied.effects as u64);
        metrics::counter!("huiyin_inbox_skipped_total", &labels).increment(applied.skipped as u64);
        if applied.gap {
            self.gap.notify_one();
        }
        Ok(applied)
    }
}
