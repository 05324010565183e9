//! One duty, its timers, and who works on them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use stateright::{Model, Property};

use crate::Fired;
use crate::decide::{RowChange, after};

/// A rule left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The handler does not compare generations (T4).
    NoGenerationCheck,
    /// The runner fires what it saw before it had the lock (T3).
    NoSecondLook,
    /// The consequence and the mark are two transactions (T3).
    MarkedLater,
    /// Due rows are found above a watermark, not by state (T2).
    Watermark,
    /// Nobody looks for duties without a timer (T8).
    NoAudit,
}

#[derive(Clone, Debug)]
pub(super) struct Duties {
    pub(super) runners: usize,
    /// Crashes, failing consequences and rows removed by hand, all together.
    pub(super) faults: u8,
    /// Extensions, new calendars and the closing, all together.
    pub(super) commands: u8,
    pub(super) flaw: Option<Flaw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Row {
    Armed { due: u8 },
    Fired,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Runner {
    Idle,
    /// Saw these generations due.
    Looked(Vec<u8>),
    /// Holds the aggregate's advisory lock and has these to fire.
    Firing(Vec<u8>),
    /// The consequence is committed, the row is not marked yet (only with [`Flaw::MarkedLater`]).
    Unmarked(u8),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    now: u8,
    /// The duty: its present generation and date; none once it is done. A new calendar moves the date before the row learns of it.
    duty: Option<(u8, u8)>,
    rows: BTreeMap<u8, Row>,
    runners: Vec<Runner>,
    watermark: u8,
    /// Consequences by generation.
    effects: BTreeMap<u8, u8>,
    /// A consequence came for a generation that was no longer the present one, or before its date.
    wrong: bool,
    faults: u8,
    commands: u8,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    Tick,
    Look(usize),
    Lock(usize),
    Fire(usize),
    Mark(usize),
    Crash(usize),
    Fail(usize),
    /// The duty gets a new date under a new generation; it may lie in the past.
    Extend {
        due: u8,
    },
    /// The date is derived anew when the timer fires.
    NewCalendar {
        due: u8,
    },
    Close,
    Remove(u8),
    Audit,
}

const END: u8 = 3;

fn instant(at: u8) -> DateTime<Utc> {
    DateTime::from_timestamp(i64::from(at), 0).unwrap_or_default()
}

impl State {
    fn is_due(&self, generation: u8) -> bool {
        matches!(self.rows.get(&generation), Some(Row::Armed { due }) if *due <= self.now)
    }

    fn is_locked(&self) -> bool {
        self.runners.iter().any(|runner| matches!(runner, Runner::Firing(_)))
    }

    /// As [`crate::TimerHandler`] asks of every handler: under the aggregate's lock, its state and generation first.
    fn consequence(&mut self, generation: u8, flaw: Option<Flaw>) -> Fired {
        let Some((present, due)) = self.duty else { return Fired::Stale };
        if generation != present && flaw != Some(Flaw::NoGenerationCheck) {
            return Fired::Stale;
        }
        if due > self.now && generation == present {
            return Fired::Rearm(instant(due));
        }
        self.wrong |= generation != present || due > self.now;
        *self.effects.entry(generation).or_default() += 1;
        Fired::Effect
    }

    fn mark(&mut self, generation: u8, fired: Fired) {
        let Some(row) = self.rows.get_mut(&generation) else { return };
        match after(fired) {
            RowChange::Fired => *row = Row::Fired,
            RowChange::Later(later) if matches!(row, Row::Armed { .. }) => {
                *row = Row::Armed { due: later.timestamp() as u8 };
            }
            RowChange::Later(_) => {}
        }
    }

    fn arm(&mut self, generation: u8, due: u8) {
        self.rows.entry(generation).or_insert(Row::Armed { due });
    }

    fn cancel(&mut self) {
        for row in self.rows.values_mut().filter(|row| matches!(row, Row::Armed { .. })) {
            *row = Row::Cancelled;
        }
    }

    /// The present generation has had its consequence, or the duty is done.
    fn is_settled(&self) -> bool {
        self.duty.is_none_or(|(generation, _)| self.effects.get(&generation) == Some(&1))
    }
}

impl Model for Duties {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut state = State {
            now: 0,
            duty: Some((1, 1)),
            rows: BTreeMap::new(),
            runners: vec![Runner::Idle; self.runners],
            watermark: 0,
            effects: BTreeMap::new(),
            wrong: false,
            faults: self.faults,
            commands: self.commands,
        };
        state.arm(1, 1);
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.now < END {
            actions.push(Action::Tick);
        }
        for (r, runner) in state.runners.iter().enumerate() {
            match runner {
                Runner::Idle => actions.push(Action::Look(r)),
                Runner::Looked(_) => actions.push(Action::Lock(r)),
                Runner::Firing(_) => {
                    actions.push(Action::Fire(r));
                    if state.faults > 0 {
                        actions.push(Action::Fail(r));
                    }
                }
                Runner::Unmarked(_) => actions.push(Action::Mark(r)),
            }
            if state.faults > 0 && *runner != Runner::Idle {
                actions.push(Action::Crash(r));
            }
        }
        if let Some((generation, _)) = state.duty {
            if state.commands > 0 {
                actions.extend((0..=END).flat_map(|due| [Action::Extend { due }, Action::NewCalendar { due }]));
                actions.push(Action::Close);
            }
            if state.faults > 0 && matches!(state.rows.get(&generation), Some(Row::Armed { .. })) {
                actions.push(Action::Remove(generation));
            }
            if self.flaw != Some(Flaw::NoAudit) {
                actions.push(Action::Audit);
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Tick => state.now += 1,
            Action::Look(r) => {
                let above = |row: &Row| match row {
                    Row::Armed { due } => self.flaw != Some(Flaw::Watermark) || *due >= state.watermark,
                    Row::Fired | Row::Cancelled => false,
                };
                let due: Vec<u8> = state.rows.iter().filter(|(_, row)| above(row)).map(|(g, _)| *g).collect();
                let due: Vec<u8> = due.into_iter().filter(|generation| state.is_due(*generation)).collect();
                if self.flaw == Some(Flaw::Watermark) {
                    state.watermark = state.now;
                }
                if !due.is_empty() {
                    state.runners[r] = Runner::Looked(due);
                }
            }
            Action::Lock(r) => {
                let Runner::Looked(seen) = state.runners[r].clone() else { return None };
                let again = |generation: &u8| self.flaw == Some(Flaw::NoSecondLook) || state.is_due(*generation);
                let due: Vec<u8> = seen.into_iter().filter(again).collect();
                let free = !state.is_locked() && !due.is_empty();
                state.runners[r] = if free { Runner::Firing(due) } else { Runner::Idle };
            }
            Action::Fire(r) => {
                let Runner::Firing(mut due) = state.runners[r].clone() else { return None };
                let generation = due.remove(0);
                let fired = state.consequence(generation, self.flaw);
                if self.flaw == Some(Flaw::MarkedLater) && fired == Fired::Effect {
                    state.runners[r] = Runner::Unmarked(generation);
                } else {
                    state.mark(generation, fired);
                    state.runners[r] = if due.is_empty() { Runner::Idle } else { Runner::Firing(due) };
                }
            }
            Action::Mark(r) => {
                let Runner::Unmarked(generation) = state.runners[r] else { return None };
                state.mark(generation, Fired::Effect);
                state.runners[r] = Runner::Idle;
            }
            Action::Crash(r) | Action::Fail(r) => {
                state.faults -= 1;
                state.runners[r] = Runner::Idle;
            }
            Action::Extend { due } => {
                state.commands -= 1;
                let (generation, _) = state.duty?;
                state.cancel();
                state.duty = Some((generation + 1, due));
                state.arm(generation + 1, due);
            }
            Action::NewCalendar { due } => {
                state.commands -= 1;
                let (generation, before) = state.duty?;
                // Only a later date may be left to the firing; an earlier one needs a timer of its own at once.
                if due <= before || !matches!(state.rows.get(&generation), Some(Row::Armed { .. })) {
                    return None;
                }
                state.duty = Some((generation, due));
            }
            Action::Close => {
                state.commands -= 1;
                state.cancel();
                state.duty = None;
            }
            Action::Remove(generation) => {
                state.faults -= 1;
                state.rows.remove(&generation);
            }
            Action::Audit => {
                let (generation, due) = state.duty?;
                if !state.is_settled() {
                    state.arm(generation, due);
                }
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no consequence comes twice", |_, state: &State| state.effects.values().all(|n| *n <= 1)),
            Property::always("no consequence is stale or early", |_, state: &State| !state.wrong),
            Property::eventually("what is owed is fired", |_, state: &State| {
                state.is_settled() && state.now == END && (state.commands == 0 || state.duty.is_none())
            }),
            Property::sometimes("a timer fires late", |_, state: &State| {
                state.now == END && state.effects.contains_key(&1)
            }),
            Property::sometimes("a later generation fires", |_, state: &State| state.effects.contains_key(&2)),
        ]
    }
}
