//! The repair road: asking each owner over HTTP what there is, and fetching what the fast road did not bring (O7).
//!
//! The owner tells every publication of transactions from a token on. The token is the oldest transaction that was still running when the
//! owner last answered, so a transaction that commits late is never passed over; it only moves past what this inbox has. Whatever
//! happens to the bus (lost, repeated, reordered, wiped), the inbox is whole again after two questions. After a restore of the owner
//! (its incarnation changes), and at the first start, everything is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use huiyin_bus::Bus;
use huiyin_contracts::Envelope;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::pauses::wait;
use crate::publications::{ChangedAsk, FetchAsk, Range, Source, SourceError, Told};
use crate::sql::{query, query_as, query_scalar};
use crate::{DbError, Inbox, Mode};

/// Between two questions while something is lacking or the bus is away.
const EVERY: Duration = Duration::from_secs(3);
/// Between two questions when nothing was told for a while. What the bus loses is had after two, so within twenty seconds.
const IDLE: Duration = Duration::from_secs(8);
/// While a backlog is on its way by the fast road, comparing takes long and finds much: it is not done again before so many times as long has
/// passed, so that those who work it off have the machine.
const RESTS: u32 = 4;
/// The longest pause, however long comparing took.
const LONGEST: Duration = Duration::from_secs(20);
/// The mark is written again only when the owner told something, or this many transactions later: an idle city writes nothing.
const MARK_STEP: u64 = 10_000;
/// Most events asked for at once.
const MOST_EVENTS: i64 = 500;

/// What one comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Not there yet.
    pub lacking: usize,
    /// Of these, fetched and applied.
    pub fetched: usize,
    /// Took effect, including what had waited for them.
    pub effects: usize,
}

/// A comparison could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The owner failed.
    #[error("the owner's publications cannot be compared")]
    Source(#[from] SourceError),
    /// Our database failed.
    #[error("the inbox cannot be compared")]
    Db(#[from] DbError),
}

/// The repair road of one consumer.
pub struct Repair {
    inbox: Inbox,
    source: Arc<dyn Source>,
    /// Lacking at the last look: the fast road has had its chance.
    suspects: BTreeSet<(Uuid, i64)>,
}

impl std::fmt::Debug for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repair").field("inbox", &self.inbox).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
struct Mark {
    token: String,
    incarnation: i64,
}

impl Repair {
    /// `source` is the owner the inbox listens to.
    pub fn new(inbox: Inbox, source: Arc<dyn Source>) -> Self {
        Self { inbox, source, suspects: BTreeSet::new() }
    }

    /// Runs until told to stop. While `bus` cannot be used, nothing is left to the fast road.
    pub async fn run(mut self, bus: Bus, stop: CancellationToken) {
        let gap = self.inbox.gap();
        let mut connects = bus.connects();
        let mut pause = EVERY;
        loop {
            let alone = bus.usable().is_err();
            let begun = Instant::now();
            let asked = self.step(alone).await;
            let calm = !alone && asked.as_ref().is_ok_and(|repaired| repaired.lacking == 0);
            pause = match (calm, alone) {
                (true, _) => (pause + Duration::from_secs(1)).min(IDLE),
                (false, true) => EVERY,
                (false, false) => (begun.elapsed() * RESTS).clamp(EVERY, LONGEST),
            };
            if let Err(error) = asked {
                let consumer = self.inbox.consumer().name;
                tracing::debug!(consumer, error = &error as &dyn std::error::Error, "the comparison failed");
                metrics::counter!("huiyin_repair_failures_total", "consumer" => consumer).increment(1);
            }
            if !wait(&stop, pause, Some(&gap), Some(&mut connects)).await {
                break;
            }
        }
    }

    /// Compares once. `eager` fetches at once what is lacking; else only what was lacking at the last look already.
    pub async fn step(&mut self, eager: bool) -> Result<Repaired, RepairError> {
        let mark = self.mark().await?;
        let mut ask = ChangedAsk { audience: self.inbox.consumer().audience, since: mark.token.clone(), after: None };
        let mut answer = self.source.changed(&ask).await?;
        if answer.incarnation != mark.incarnation && ask.since != "0" {
            tracing::warn!(
                consumer = self.inbox.consumer().name,
                incarnation = answer.incarnation,
                "the owner was restored; comparing everything"
            );
            "0".clone_into(&mut ask.since);
            answer = self.source.changed(&ask).await?;
        }
        let (token, incarnation) = (answer.token.clone(), answer.incarnation);
        let mut repaired = Repaired::default();
        let mut suspects = BTreeSet::new();
        let mut oldest_lacking: Option<u64> = None;
        let mut quiet = true;
        loop {
            quiet &= answer.told.is_empty();
            let lacking = self.lacking(&answer.told).await?;
            repaired.lacking += lacking.len();
            let (wanted, left): (Vec<Told>, Vec<Told>) =
                lacking.into_iter().partition(|t| eager || self.suspects.contains(&(t.aggregate_id, t.sequence)));
            let missed = self.fetch(wanted, &mut repaired).await?;
            for told in left.into_iter().chain(missed) {
                let xid = told.xid.parse().unwrap_or(0);
                oldest_lacking = Some(oldest_lacking.map_or(xid, |oldest| oldest.min(xid)));
                suspects.insert((told.aggregate_id, told.sequence));
            }
            match answer.next.take() {
                Some(next) => ask.after = Some(next),
                None => break,
            }
            answer = self.source.changed(&ask).await?;
        }
        self.suspects = suspects;
        let reached = token.parse::<u64>().unwrap_or(0);
        let token = oldest_lacking.map_or(reached, |oldest| oldest.min(reached)).to_string();
        let new = Mark { token, incarnation };
        let passed = reached.saturating_sub(mark.token.parse().unwrap_or(0));
        if new != mark && (!quiet || incarnation != mark.incarnation || passed > MARK_STEP) {
            self.set_mark(&new).await?;
        }
        Ok(repaired)
    }

    async fn fetch(&mut self, wanted: Vec<Told>, repaired: &mut Repaired) -> Result<Vec<Told>, RepairError> {
        let mut missing: BTreeMap<(Uuid, i64), Told> =
            wanted.into_iter().map(|told| ((told.aggregate_id, told.sequence), told)).collect();
        for ranges in chunks(&missing, self.inbox.consumer().mode) {
            let ask = FetchAsk { audience: self.inbox.consumer().audience, ranges };
            let events = self.source.fetch(&ask).await?;
            for event in &events {
                missing.remove(&(event.aggregate_id, event.sequence));
            }
            self.take_in(events, repaired).await?;
        }
        // Snapshots that a newer one overtakes need not be fetched.
        if self.inbox.consumer().mode == Mode::Snapshot {
            missing.clear();
        }
        Ok(missing.into_values().collect())
    }

    async fn take_in(&self, events: Vec<Envelope>, repaired: &mut Repaired) -> Result<(), DbError> {
        let consumer = self.inbox.consumer().name;
        repaired.fetched += events.len();
        let applied = self.inbox.apply(events).await?;
        repaired.effects += applied.effects;
        metrics::counter!("huiyin_repair_healed_total", "consumer" => consumer).increment(applied.effects as u64);
        Ok(())
    }

    /// Which of these the inbox neither has applied nor keeps.
    async fn lacking(&self, told: &[Told]) -> Result<Vec<Told>, DbError> {
        if told.is_empty() {
            return Ok(Vec::new());
        }
        let consumer = self.inbox.consumer();
        let mut tx = self.inbox.db().look_up().await?;
        let lacking: Vec<i64> = query_scalar(
            self.inbox.db().schema(),
            "select t.at from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::uuid[]) with ordinality
                 t(aggregate_id, sequence, incarnation, event_id, at)
             left join {s}.inbox_head h on h.consumer = $1 and h.audience = $2 and h.aggregate_id = t.aggregate_id
             where (t.sequence > coalesce(h.sequence, 0)
                    or (h.event_id is not null and t.sequence = h.sequence and t.event_id <> h.event_id)
                    or (h.event_id is not null and t.sequence <= h.sequence and t.incarnation > h.incarnation))
               and not exists (select from {s}.inbox_waiting w where w.consumer = $1 and w.audience = $2
                   and w.aggregate_id = t.aggregate_id and w.sequence = t.sequence and w.event_id = t.event_id)
               and not exists (select from {s}.inbox_parked p where p.consumer = $1 and p.audience = $2
                   and p.aggregate_id = t.aggregate_id and p.sequence = t.sequence and p.event_id = t.event_id
                   and p.blocking and (p.resolved_at is null or p.reason like 'fork:%'))
             order by t.at",
        )
        .bind(consumer.name)
        .bind(consumer.audience.name())
        .bind(told.iter().map(|t| t.aggregate_id).collect::<Vec<_>>())
        .bind(told.iter().map(|t| t.sequence).collect::<Vec<_>>())
        .bind(told.iter().map(|t| t.incarnation).collect::<Vec<_>>())
        .bind(told.iter().map(|t| t.event_id).collect::<Vec<_>>())
        .fetch_all(&mut *tx)
        .await?;
        Ok(lacking.into_iter().filter_map(|at| told.get(usize::try_from(at - 1).ok()?).cloned()).collect())
    }

    async fn mark(&self) -> Result<Mark, DbError> {
        let consumer = self.inbox.consumer();
        let mut tx = self.inbox.db().read().await?;
        let mark = query_as(
            self.inbox.db().schema(),
            "select token, incarnation from {s}.repair_mark where consumer = $1 and owner = $2 and audience = $3",
        )
        .bind(consumer.name)
        .bind(consumer.owner.name())
        .bind(consumer.audience.name())
        .fetch_optional(&mut *tx)
        .await?;
        Ok(mark.unwrap_or_else(|| Mark { token: "0".to_owned(), incarnation: 0 }))
    }

    async fn set_mark(&self, mark: &Mark) -> Result<(), DbError> {
        let consumer = self.inbox.consumer();
        let mut tx = self.inbox.db().begin().await?;
        query(
            self.inbox.db().schema(),
            "insert into {s}.repair_mark (consumer, owner, audience, token, incarnation) values ($1, $2, $3, $4, $5)
             on conflict (consumer, owner, audience) do update
                 set token = excluded.token, incarnation = excluded.incarnation, marked_at = clock_timestamp()",
        )
        .bind(consumer.name)
        .bind(consumer.owner.name())
        .bind(consumer.audience.name())
        .bind(&mark.token)
        .bind(mark.incarnation)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}

/// Ranges to ask for, in questions of at most [`MOST_EVENTS`] events. Of snapshots only the newest is worth asking for.
fn chunks(wanted: &BTreeMap<(Uuid, i64), Told>, mode: Mode) -> Vec<Vec<Range>> {
    let mut ranges: Vec<Range> = Vec::new();
    for &(aggregate_id, sequence) in wanted.keys() {
        match ranges.last_mut().filter(|range| range.aggregate_id == aggregate_id) {
            Some(range) if mode == Mode::Snapshot => (range.first, range.last) = (sequence, sequence),
            Some(range) if range.last + 1 == sequence && sequence - range.first < MOST_EVENTS => range.last = sequence,
            Some(_) | None => ranges.push(Range { aggregate_id, first: sequence, last: sequence }),
        }
    }
    let mut chunks: Vec<Vec<Range>> = Vec::new();
    let mut room = 0;
    for range in ranges {
        let length = range.last - range.first + 1;
        if let Some(chunk) = chunks.last_mut().filter(|_| length <= room) {
            chunk.push(range);
        } else {
            chunks.push(vec![range]);
            room = MOST_EVENTS;
        }
        room -= length;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(all: &[(u128, i64)]) -> BTreeMap<(Uuid, i64), Told> {
        let told = |(id, sequence): (u128, i64)| {
            let aggregate_id = Uuid::from_u128(id);
            let told = Told { xid: "1".to_owned(), aggregate_id, sequence, incarnation: 1, event_id: Uuid::nil() };
            ((aggregate_id, sequence), told)
        };
        all.iter().copied().map(told).collect()
    }

    #[test]
    fn neighbours_are_asked_for_together_and_no_question_is_too_large() {
        let few = chunks(&wanted(&[(1, 2), (1, 3), (1, 5), (2, 1)]), Mode::Stepwise);
        let ranges: Vec<(i64, i64)> = few.concat().iter().map(|r| (r.first, r.last)).collect();
        assert_eq!(ranges, [(2, 3), (5, 5), (1, 1)]);
        let many: Vec<(u128, i64)> = (1..=1200).map(|s| (1, s)).collect();
        let asked = chunks(&wanted(&many), Mode::Stepwise);
        let sizes: Vec<i64> = asked.iter().map(|c| c.iter().map(|r| r.last - r.first + 1).sum()).collect();
        assert_eq!(sizes, [500, 500, 200]);
        let snapshots = chunks(&wanted(&[(1, 2), (1, 3), (1, 9)]), Mode::Snapshot).concat();
        assert_eq!(snapshots.len(), 1);
        assert_eq!(snapshots[0].first, 9);
    }
}
