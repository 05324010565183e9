//! From the owner's tables over the stream into the consumer's.

use huiyin_bus::Outcome;
use stateright::{Model, Property};

use super::bus::{Fate, Stream};
use super::reader::{PUBLICATIONS, Reader, Reading};
use crate::relay::decide::{Next, Reach, acknowledged, after, has_lost};

const N: usize = PUBLICATIONS.len();

/// A rule of the relay left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Rows are found by a cursor over their numbers, not by their state (O1).
    CursorRelay,
    /// No answer is taken for storage (O3).
    UnknownIsStored,
    /// A duplicate acknowledgement is taken for storage (O4).
    DuplicateIsStored,
    /// How far the stream has come is noted when looking at it, not with every acknowledgement (O8).
    MarkWhenLooking,
    /// A stream that lost its content is not filled again (O8).
    NoRefill,
}

/// What may happen, and how often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Road {
    /// How many of [`PUBLICATIONS`] are told.
    pub(super) told: usize,
    pub(super) relays: usize,
    /// Crashes, lost answers, lost messages, failing effects, missed acknowledgements and lost stores, all together.
    pub(super) faults: u8,
    /// The repair road is open.
    pub(super) repair: bool,
    pub(super) reading: Reading,
    pub(super) flaw: Option<Flaw>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Relay {
    /// It has looked at the stream since the connection was made.
    looked: bool,
    /// How far it knows the stream to reach.
    reached: i64,
    /// What it is sending (publication, attempt), and the answers so far.
    batch: Vec<(usize, i32)>,
    answers: Vec<Answer>,
}

/// [`Outcome`], as far as the model's stream gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Answer {
    Stored(u8),
    Duplicate,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    committed: [bool; N],
    /// The attempt of each row still to be sent.
    pending: [Option<i32>; N],
    relays: Vec<Relay>,
    cursor: usize,
    /// As noted in the database: the stream's making and reach.
    mark: Option<(i64, i64)>,
    epoch: i32,
    stream: Stream,
    ours: Reader,
    faults: u8,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    Commit(usize),
    Look(usize),
    Take(usize),
    Publish(usize, Fate),
    Finish(usize),
    Crash(usize),
    /// Our consumer gets a message; its effect may fail, its acknowledgement may get lost.
    Deliver {
        seq: u8,
        fails: bool,
        acknowledged: bool,
    },
    Drain,
    Repair,
    RollBack {
        keep: u8,
        remembers_ids: bool,
    },
    Wipe,
}

impl State {
    /// Everything is told, nothing is left to send, and every relay has looked at the stream as it is now.
    fn rests(&self, told: usize) -> bool {
        self.committed[..told].iter().all(|committed| *committed)
            && self.pending == [None; N]
            && self.relays.iter().all(|relay| relay.looked && relay.batch.is_empty())
    }

    fn mark_reach(&self) -> Option<Reach> {
        let (made, last_seq) = self.mark?;
        Some(Reach { created_at: chrono::DateTime::from_timestamp(made, 0)?, last_seq })
    }

    /// Everything told so far is put back in line.
    fn refill(&mut self) {
        self.epoch += 1;
        for p in 0..N {
            if self.committed[p] {
                self.pending[p].get_or_insert(self.epoch * 1000);
            }
        }
    }

    fn look(&mut self, relay: usize, flaw: Option<Flaw>) {
        let now = self.stream.reach();
        let lost = self.mark_reach().is_some_and(|seen| has_lost(seen, now));
        let last_seq = if lost { now.last_seq } else { now.last_seq.max(self.mark.map_or(0, |mark| mark.1)) };
        if lost && flaw != Some(Flaw::NoRefill) {
            self.refill();
        }
        self.mark = Some((now.created_at.timestamp(), last_seq));
        self.relays[relay].reached = now.last_seq;
        self.relays[relay].looked = true;
    }

    fn finish(&mut self, relay: usize, flaw: Option<Flaw>) {
        let Relay { batch, answers, looked, reached } = self.relays[relay].clone();
        let mut stored = Vec::new();
        for ((p, attempt), answer) in batch.into_iter().zip(answers) {
            let outcome = match answer {
                Answer::Stored(seq) => {
                    stored.push(i64::from(seq));
                    Outcome::Stored { sequence: u64::from(seq) }
                }
                Answer::Duplicate => Outcome::Duplicate,
                Answer::Unknown => Outcome::Unknown,
            };
            let trusted = (flaw == Some(Flaw::UnknownIsStored) && answer == Answer::Unknown)
                || (flaw == Some(Flaw::DuplicateIsStored) && answer == Answer::Duplicate);
            match after(&outcome, attempt) {
                Next::Again { .. } if trusted => self.pending[p] = None,
                Next::Remove => self.pending[p] = None,
                Next::Again { attempt, .. } => {
                    if let Some(row) = &mut self.pending[p] {
                        *row = attempt;
                    }
                }
            }
        }
        self.relays[relay] = Relay { looked, reached, batch: Vec::new(), answers: Vec::new() };
        if stored.is_empty() || flaw == Some(Flaw::MarkWhenLooking) {
            return;
        }
        let told = acknowledged(Some(reached), &stored);
        self.relays[relay].reached = told.last_seq;
        if let Some(mark) = &mut self.mark {
            mark.1 = if told.lost { told.last_seq } else { mark.1.max(told.last_seq) };
        }
        if told.lost && flaw != Some(Flaw::NoRefill) {
            self.refill();
        }
    }
}

impl Model for Road {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let relay = Relay { looked: false, reached: 0, batch: Vec::new(), answers: Vec::new() };
        vec![State {
            committed: [false; N],
            pending: [None; N],
            relays: vec![relay; self.relays],
            cursor: 0,
            mark: None,
            epoch: 0,
            stream: Stream::default(),
            ours: Reader::default(),
            faults: self.faults,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let faulty = state.faults > 0;
        for (p, publication) in PUBLICATIONS.iter().enumerate().take(self.told) {
            let turn = PUBLICATIONS.iter().position(|(a, s)| (*a, *s + 1) == *publication);
            if !state.committed[p] && turn.is_none_or(|before| state.committed[before]) {
                actions.push(Action::Commit(p));
            }
        }
        for (r, relay) in state.relays.iter().enumerate() {
            if relay.batch.is_empty() {
                actions.push(if relay.looked { Action::Take(r) } else { Action::Look(r) });
            } else if relay.answers.len() == relay.batch.len() {
                actions.push(Action::Finish(r));
            } else {
                actions.push(Action::Publish(r, Fate::Fine));
                if faulty {
                    let fates = [Fate::AnswerLost, Fate::MessageLost, Fate::Swallowed];
                    actions.extend(fates.map(|fate| Action::Publish(r, fate)));
                }
            }
            if faulty && !relay.batch.is_empty() {
                actions.push(Action::Crash(r));
            }
        }
        for message in &state.stream.messages {
            let seq = message.seq;
            if !message.acknowledged {
                actions.push(Action::Deliver { seq, fails: false, acknowledged: true });
                if faulty {
                    actions.push(Action::Deliver { seq, fails: true, acknowledged: true });
                    actions.push(Action::Deliver { seq, fails: false, acknowledged: false });
                }
            }
        }
        if state.ours.waits() {
            actions.push(Action::Drain);
        }
        if self.repair {
            actions.push(Action::Repair);
        }
        if faulty {
            for keep in 0..state.stream.last_seq {
                actions.extend([true, false].map(|remembers_ids| Action::RollBack { keep, remembers_ids }));
            }
            if state.stream.last_seq > 0 {
                actions.push(Action::Wipe);
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Commit(p) => {
                state.committed[p] = true;
                state.pending[p] = Some(0);
            }
            Action::Look(r) => state.look(r, self.flaw),
            Action::Take(r) => {
                let by_cursor = self.flaw == Some(Flaw::CursorRelay);
                let found = |p: &usize| state.pending[*p].is_some() && (!by_cursor || *p >= state.cursor);
                let batch: Vec<(usize, i32)> =
                    (0..N).filter(found).filter_map(|p| Some((p, state.pending[p]?))).collect();
                state.cursor = batch.last().map_or(state.cursor, |(p, _)| if by_cursor { p + 1 } else { 0 });
                state.relays[r].batch = batch;
            }
            Action::Publish(r, fate) => {
                state.faults -= u8::from(fate != Fate::Fine);
                let relay = &mut state.relays[r];
                let (p, attempt) = relay.batch[relay.answers.len()];
                let answer = match state.stream.publish(p, attempt, fate) {
                    Outcome::Stored { sequence } => Answer::Stored(sequence as u8),
                    Outcome::Duplicate => Answer::Duplicate,
                    Outcome::Unknown | Outcome::NoStream | Outcome::Refused(_) => Answer::Unknown,
                };
                relay.answers.push(answer);
            }
            Action::Finish(r) => state.finish(r, self.flaw),
            Action::Crash(r) => {
                state.faults -= 1;
                state.relays[r] = Relay { looked: false, reached: 0, batch: Vec::new(), answers: Vec::new() };
            }
            Action::Deliver { seq, fails, acknowledged } => {
                state.faults -= u8::from(fails || !acknowledged);
                let message = state.stream.messages.iter_mut().find(|message| message.seq == seq)?;
                message.acknowledged = acknowledged;
                let p = message.publication;
                state.ours.apply(&[p], fails.then_some(p), self.reading);
            }
            Action::Drain => state.ours.apply(&[], None, self.reading),
            Action::Repair => {
                let lacking = state.ours.lacking((0..N).filter(|p| state.committed[*p]));
                state.ours.apply(&lacking, None, self.reading);
            }
            Action::RollBack { keep, remembers_ids } => {
                state.faults -= 1;
                state.stream.roll_back(keep, remembers_ids);
                state.relays.iter_mut().for_each(|relay| relay.looked = false);
            }
            Action::Wipe => {
                state.faults -= 1;
                state.stream.wipe();
                state.relays.iter_mut().for_each(|relay| relay.looked = false);
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("every effect comes once and in its turn", |_, state: &State| state.ours.is_orderly()),
            Property::always("nothing is given up", |_, state: &State| state.ours.parked == 0),
            Property::eventually("every effect comes", |road: &Self, state: &State| state.ours.is_complete(road.told)),
            Property::always("at rest the stream holds everything", |road: &Self, state: &State| {
                !state.rests(road.told) || state.stream.holds_all(road.told)
            }),
            Property::sometimes("an event waits for the one before it", |_, state: &State| state.ours.waits()),
            Property::sometimes("a stream is filled again", |_, state: &State| state.epoch > 0),
        ]
    }
}
