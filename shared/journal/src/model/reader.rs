//! Our consumer: its tables, and what the product's own functions make of what comes.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::DateTime;
use huiyin_contracts::{AggregateKind, Audience, Envelope};
use huiyin_kernel::{DistrictCode, Service};
use uuid::Uuid;

use crate::chain::digest;
use crate::inbox::plan::{Arrival, Head, Origin, Verdict, plan};
use crate::inbox::settle::settle;
use crate::{HandleError, Mode, Retries};

/// The publications of the model, in the order in which their rows are numbered: (aggregate, sequence).
pub(super) const PUBLICATIONS: [(u8, i64); 3] = [(0, 1), (1, 1), (0, 2)];

/// How the consumer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As the product does.
    Stepwise,
    /// Flawed: later events do not wait for earlier ones.
    WithoutOrder,
    /// Flawed: what has taken effect is not remembered.
    WithoutHead,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Reader {
    heads: BTreeMap<u8, i64>,
    /// Publication and tries so far.
    waiting: BTreeMap<usize, i32>,
    pub(super) parked: u8,
    /// Sequences in the order of their effects.
    pub(super) effects: BTreeMap<u8, Vec<i64>>,
}

fn id(aggregate: u8) -> Uuid {
    Uuid::from_u128(u128::from(aggregate) + 1)
}

fn arrival(publication: usize, origin: Origin) -> Arrival {
    let (aggregate, sequence) = PUBLICATIONS[publication];
    let body = Bytes::from_static(b"{}");
    Arrival {
        digest: digest(&body),
        origin,
        event: Envelope {
            event_id: Uuid::from_u128(100 + publication as u128).into(),
            type_name: "huiyin.casework.case.accepted.v1".to_owned(),
            owner: Service::Casework,
            audience: Audience::Public,
            aggregate_kind: AggregateKind::Case,
            aggregate_id: id(aggregate),
            sequence,
            incarnation: 1,
            district: DistrictCode::parse("420102").expect("a code"),
            occurred_at: DateTime::UNIX_EPOCH,
            cause: None,
            traceparent: None,
            body,
        },
    }
}

fn publication(event: &Envelope) -> usize {
    (event.event_id.uuid().as_u128() - 100) as usize
}

impl Reader {
    /// Takes in what has come, with what was waiting; the effect of `failing` fails this time.
    pub(super) fn apply(&mut self, fresh: &[usize], failing: Option<usize>, reading: Reading) {
        let touched: BTreeSet<u8> = fresh.iter().chain(self.waiting.keys()).map(|p| PUBLICATIONS[*p].0).collect();
        let heads: BTreeMap<Uuid, Head> =
            touched.iter().map(|aggregate| (id(*aggregate), self.head(*aggregate, fresh, reading))).collect();
        let mode = if reading == Reading::WithoutOrder { Mode::Snapshot } else { Mode::Stepwise };
        let mut judged = Vec::new();
        for aggregate in touched {
            let waited =
                self.waiting.iter().map(|(p, attempts)| (*p, Origin::Waiting { attempts: *attempts, due: true }));
            let arrivals = waited
                .chain(fresh.iter().map(|p| (*p, Origin::Fresh)))
                .filter(|(p, _)| PUBLICATIONS[*p].0 == aggregate)
                .map(|(p, origin)| arrival(p, origin))
                .collect();
            judged.extend(plan(mode, &heads[&id(aggregate)], &[], arrivals));
        }
        let mut failed = BTreeMap::new();
        let mut stopped = BTreeSet::new();
        for (arrival, verdict) in &judged {
            let (p, event) = (publication(&arrival.event), &arrival.event);
            if *verdict != Verdict::Effect || stopped.contains(&event.aggregate_id) {
                continue;
            }
            if failing == Some(p) {
                stopped.insert(event.aggregate_id);
                failed.insert(event.event_id.uuid(), HandleError::Retry("the database was away".into()));
            } else {
                self.effects.entry(PUBLICATIONS[p].0).or_default().push(event.sequence);
            }
        }
        let (_, outcome) = settle(mode, Retries::default(), judged, failed, &heads);
        for (aggregate, head) in outcome.heads {
            self.heads.insert((aggregate.as_u128() - 1) as u8, head.sequence);
        }
        let done = |p: &usize| outcome.done_waiting.contains(&(id(PUBLICATIONS[*p].0), PUBLICATIONS[*p].1));
        self.waiting.retain(|p, _| !done(p));
        self.waiting.extend(outcome.to_wait.iter().map(|wait| (publication(&wait.event), wait.attempts)));
        self.parked += outcome.to_park.len() as u8;
    }

    fn head(&self, aggregate: u8, fresh: &[usize], reading: Reading) -> Head {
        let before = |p: &usize| PUBLICATIONS[*p].1 - 1;
        let forgotten = fresh.iter().filter(|p| PUBLICATIONS[**p].0 == aggregate).map(before).min();
        let known = self.heads.get(&aggregate).copied().unwrap_or_default();
        let sequence = forgotten.filter(|_| reading == Reading::WithoutHead).unwrap_or(known);
        let event = PUBLICATIONS.iter().position(|publication| *publication == (aggregate, sequence));
        Head {
            sequence,
            incarnation: i64::from(sequence > 0),
            event_id: event.map(|p| Uuid::from_u128(100 + p as u128)),
            digest: event.map(|_| digest(b"{}").to_vec()),
        }
    }

    /// What the repair road finds lacking among these.
    pub(super) fn lacking(&self, committed: impl Iterator<Item = usize>) -> Vec<usize> {
        let known = |p: &usize| {
            let (aggregate, sequence) = PUBLICATIONS[*p];
            self.heads.get(&aggregate).is_some_and(|head| *head >= sequence) || self.waiting.contains_key(p)
        };
        committed.filter(|p| !known(p)).collect()
    }

    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Every effect so far came once and in its turn.
    pub(super) fn is_orderly(&self) -> bool {
        self.effects.values().all(|seen| seen.iter().copied().eq(1..=seen.len() as i64))
    }

    /// The first `told` publications have taken effect.
    pub(super) fn is_complete(&self, told: usize) -> bool {
        PUBLICATIONS[..told]
            .iter()
            .all(|(aggregate, sequence)| self.effects.get(aggregate).is_some_and(|seen| seen.contains(sequence)))
    }
}
