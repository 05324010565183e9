//! What to do with the events of one aggregate: pure, so that every order of arrival can be tried.

use huiyin_contracts::Envelope;
use uuid::Uuid;

use crate::Mode;
use crate::chain::Hash;

/// How far the consumer has come with an aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: i64,
    pub(crate) incarnation: i64,
    pub(crate) event_id: Option<Uuid>,
    pub(crate) digest: Option<Vec<u8>>,
}

/// An event to be judged.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) event: Envelope,
    pub(crate) digest: Hash,
    pub(crate) origin: Origin,
}

/// Where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// It has been waiting; `due` unless its pause after a failure is not over.
    Waiting { attempts: i32, due: bool },
    /// It has just come, by either road.
    Fresh,
}

/// An event given up earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    pub(crate) sequence: i64,
    pub(crate) event_id: Uuid,
    pub(crate) blocking: bool,
}

/// What to do with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It takes effect now, and the head moves to it.
    Effect,
    /// It is known already, or overtaken by a newer snapshot.
    Skip,
    /// It waits for the events before it, for its next try, or for the operator.
    Wait,
    /// It contradicts what has been heard: given up, with an alarm.
    Park { reason: String, blocking: bool },
}

/// Judges all arrivals of one aggregate, in the order in which they are to be carried out.
pub(crate) fn plan(mode: Mode, head: &Head, parked: &[Parked], mut arrivals: Vec<Arrival>) -> Vec<(Arrival, Verdict)> {
    arrivals.sort_by_key(|a| (a.event.sequence, -a.event.incarnation, a.origin));
    let newest = match mode {
        Mode::Stepwise => None,
        Mode::Snapshot => newest(head, parked, &arrivals),
    };
    let mut planner = Planner { mode, at: head.clone(), parked, waiting: None, newest };
    arrivals
        .into_iter()
        .map(|arrival| {
            let verdict = planner.judge(&arrival);
            (arrival, verdict)
        })
        .collect()
}

/// The newest snapshot worth applying, by sequence and event.
fn newest(head: &Head, parked: &[Parked], arrivals: &[Arrival]) -> Option<(i64, Uuid)> {
    let candidates =
        arrivals.iter().filter(|a| a.event.sequence > head.sequence && a.event.incarnation >= head.incarnation);
    let key = |a: &&Arrival| (a.event.incarnation, a.event.sequence);
    let newest = candidates.rev().max_by_key(key)?;
    let known = parked.iter().any(|p| p.blocking && p.event_id == newest.event.event_id.uuid());
    (!known).then(|| (newest.event.sequence, newest.event.event_id.uuid()))
}

struct Planner<'a> {
    mode: Mode,
    at: Head,
    parked: &'a [Parked],
    /// The last event told to wait.
    waiting: Option<(i64, Uuid, Hash)>,
    newest: Option<(i64, Uuid)>,
}

impl Planner<'_> {
    fn judge(&mut self, arrival: &Arrival) -> Verdict {
        let event = &arrival.event;
        let id = event.event_id.uuid();
        // Only what was given up in its turn: a forged or altered copy that was put aside must not stand for the true event.
        if self.parked.iter().any(|p| p.blocking && p.event_id == id && p.sequence == event.sequence) {
            return Verdict::Skip;
        }
        if event.sequence <= self.at.sequence {
            return self.judge_old(arrival);
        }
        if event.incarnation < self.at.incarnation {
            return park(
                false,
                format!(
                    "fork: told before the owner was restored (incarnation {} after {})",
                    event.incarnation, self.at.incarnation
                ),
            );
        }
        if let Some((sequence, other, digest)) = self.waiting
            && sequence == event.sequence
        {
            return if other != id {
                park(true, "fork: two events claim this sequence".to_owned())
            } else if digest == arrival.digest {
                Verdict::Skip
            } else {
                altered()
            };
        }
        let verdict = self.judge_new(arrival);
        match verdict {
            Verdict::Effect => {
                self.at = Head {
                    sequence: event.sequence,
                    incarnation: event.incarnation,
                    event_id: Some(id),
                    digest: Some(arrival.digest.to_vec()),
                };
            }
            Verdict::Wait => self.waiting = Some((event.sequence, id, arrival.digest)),
            Verdict::Skip | Verdict::Park { .. } => {}
        }
        verdict
    }

    fn judge_old(&self, arrival: &Arrival) -> Verdict {
        let event = &arrival.event;
        if event.incarnation > self.at.incarnation && self.at.event_id.is_some() {
            return park(true, format!("fork: the owner was restored and tells sequence {} anew", event.sequence));
        }
        if event.sequence < self.at.sequence || self.at.event_id.is_none() {
            return Verdict::Skip;
        }
        if self.at.event_id != Some(event.event_id.uuid()) {
            return park(
                event.incarnation == self.at.incarnation,
                "fork: another event has taken effect under this sequence".to_owned(),
            );
        }
        match &self.at.digest {
            Some(digest) if digest[..] != arrival.digest => altered(),
            Some(_) | None => Verdict::Skip,
        }
    }

    fn judge_new(&self, arrival: &Arrival) -> Verdict {
        let event = &arrival.event;
        let blocked = self.parked.iter().any(|p| p.blocking && p.sequence <= event.sequence);
        let due = !matches!(arrival.origin, Origin::Waiting { due: false, .. });
        match self.mode {
            Mode::Stepwise if event.sequence == self.at.sequence + 1 && due && !blocked => Verdict::Effect,
            // An older snapshot than the newest is overtaken, and so is one that was given up.
            Mode::Snapshot if self.newest != Some((event.sequence, event.event_id.uuid())) => Verdict::Skip,
            Mode::Snapshot if due && !self.parked.iter().any(|p| p.blocking && is_fork(p, &self.at)) => Verdict::Effect,
            Mode::Stepwise | Mode::Snapshot => Verdict::Wait,
        }
    }
}

/// A snapshot given up because its effect failed is overtaken by the next one; a fork stays until the operator decides.
const fn is_fork(parked: &Parked, at: &Head) -> bool {
    parked.sequence <= at.sequence
}

fn park(blocking: bool, reason: String) -> Verdict {
    Verdict::Park { reason, blocking }
}

fn altered() -> Verdict {
    park(false, "fork: the same event came with another body".to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use chrono::DateTime;
    use huiyin_contracts::{AggregateKind, Audience};
    use huiyin_kernel::{DistrictCode, Service};
    use proptest::prelude::*;

    use super::*;
    use crate::chain::digest;

    fn event(sequence: i64, incarnation: i64, id: u128) -> Envelope {
        Envelope {
            event_id: Uuid::from_u128(id).into(),
            type_name: "huiyin.casework.case.accepted.v1".to_owned(),
            owner: Service::Casework,
            audience: Audience::Public,
            aggregate_kind: AggregateKind::Case,
            aggregate_id: Uuid::from_u128(7),
            sequence,
            incarnation,
            district: DistrictCode::parse("420102").expect("a code"),
            occurred_at: DateTime::UNIX_EPOCH,
            cause: None,
            traceparent: None,
            body: Bytes::from_static(b"{}"),
        }
    }

    fn fresh(sequence: i64, incarnation: i64, id: u128) -> Arrival {
        let event = event(sequence, incarnation, id);
        Arrival { digest: digest(&event.body), event, origin: Origin::Fresh }
    }

    fn head(sequence: i64, incarnation: i64, id: u128) -> Head {
        Head { sequence, incarnation, event_id: Some(Uuid::from_u128(id)), digest: Some(digest(b"{}").to_vec()) }
    }

    fn verdict(mode: Mode, head: &Head, parked: &[Parked], arrival: Arrival) -> Verdict {
        plan(mode, head, parked, vec![arrival]).remove(0).1
    }

    fn is_park(verdict: &Verdict, wanted: bool) -> bool {
        matches!(verdict, Verdict::Park { blocking, .. } if *blocking == wanted)
    }

    #[test]
    fn the_next_takes_effect_a_repeated_one_is_skipped_a_later_one_waits() {
        let at = head(3, 1, 3);
        assert_eq!(verdict(Mode::Stepwise, &at, &[], fresh(4, 1, 4)), Verdict::Effect);
        assert_eq!(verdict(Mode::Stepwise, &at, &[], fresh(3, 1, 3)), Verdict::Skip);
        assert_eq!(verdict(Mode::Stepwise, &at, &[], fresh(1, 1, 1)), Verdict::Skip);
        assert_eq!(verdict(Mode::Stepwise, &at, &[], fresh(6, 1, 6)), Verdict::Wait);
        assert_eq!(verdict(Mode::Snapshot, &at, &[], fresh(6, 1, 6)), Verdict::Effect);
    }

    #[test]
    fn a_sequence_told_twice_with_other_content_is_a_fork() {
        let at = head(3, 1, 3);
        assert!(is_park(&verdict(Mode::Stepwise, &at, &[], fresh(3, 1, 99)), true), "another event");
        let mut altered = fresh(3, 1, 3);
        altered.digest = digest(b"other");
        assert!(is_park(&verdict(Mode::Stepwise, &at, &[], altered), false), "another body");
        assert!(is_park(&verdict(Mode::Stepwise, &at, &[], fresh(2, 2, 98)), true), "restored owner");
        assert!(is_park(&verdict(Mode::Stepwise, &head(3, 2, 3), &[], fresh(4, 1, 4)), false), "lost time line");
        let both = plan(Mode::Stepwise, &at, &[], vec![fresh(5, 1, 5), fresh(5, 1, 55)]);
        assert_eq!(both[0].1, Verdict::Wait);
        assert!(is_park(&both[1].1, true));
    }

    #[test]
    fn a_parked_event_holds_back_what_comes_after_it() {
        let parked = [Parked { sequence: 4, event_id: Uuid::from_u128(4), blocking: true }];
        assert_eq!(verdict(Mode::Stepwise, &head(3, 1, 3), &parked, fresh(4, 1, 4)), Verdict::Skip);
        assert_eq!(verdict(Mode::Stepwise, &head(3, 1, 3), &parked, fresh(5, 1, 5)), Verdict::Wait);
        // A newer snapshot makes up for one that was given up.
        assert_eq!(verdict(Mode::Snapshot, &head(3, 1, 3), &parked, fresh(5, 1, 5)), Verdict::Effect);
        let fork = [Parked { sequence: 3, event_id: Uuid::from_u128(9), blocking: true }];
        assert_eq!(verdict(Mode::Snapshot, &head(3, 1, 3), &fork, fresh(5, 1, 5)), Verdict::Wait);
    }

    proptest! {
        /// O2: whatever the order, the repetitions and the batches, effects come once each and in sequence.
        #[test]
        fn effects_come_once_and_in_order_whatever_the_arrival(
            order in Just((1_i64..=12).flat_map(|s| [s, s]).collect::<Vec<_>>()).prop_shuffle(),
            cuts in prop::collection::vec(1_usize..6, 24),
        ) {
            let mut at = Head::default();
            let mut waiting: Vec<Arrival> = Vec::new();
            let mut effects = Vec::new();
            let mut rest = &order[..];
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                rest = later;
                let mut arrivals: Vec<Arrival> = now.iter().map(|s| fresh(*s, 1, *s as u128)).collect();
                arrivals.append(&mut waiting);
                for (mut arrival, verdict) in plan(Mode::Stepwise, &at, &[], arrivals) {
                    match verdict {
                        Verdict::Effect => {
                            effects.push(arrival.event.sequence);
                            at = head(arrival.event.sequence, 1, arrival.event.sequence as u128);
                        }
                        Verdict::Wait => {
                            arrival.origin = Origin::Waiting { attempts: 0, due: true };
                            waiting.push(arrival);
                        }
                        Verdict::Skip => {}
                        Verdict::Park { reason, .. } => return Err(TestCaseError::fail(reason)),
                    }
                }
            }
            prop_assert_eq!(effects, (1..=12).collect::<Vec<i64>>());
            prop_assert!(waiting.is_empty());
        }
    }
}
