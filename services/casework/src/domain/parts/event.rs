//! What happened to a part, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind};
use serde::{Deserialize, Serialize};

use super::{PartEnd, WorkPart};
use crate::domain::wording::day;
use crate::domain::{Case, Clock, Naming, StateKind};

/// One journal entry of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum PartEvent {
    /// Given to a unit.
    Given {
        /// The part.
        part: Box<WorkPart>,
        /// The clock, where this part comes first.
        clock: Option<Box<Clock>>,
    },
    /// Done or taken back.
    Ended {
        /// Which, counted from 0.
        nth: usize,
        /// How.
        end: PartEnd,
        /// The clock of the part that comes first now, where that changed.
        clock: Option<Box<Clock>>,
    },
}

impl PartEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Given { .. } => "part_given",
            Self::Ended { end: PartEnd::Done { .. }, .. } => "part_done",
            Self::Ended { .. } => "part_taken_back",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Given { .. } => casework::PART_GIVEN,
            Self::Ended { end: PartEnd::Done { .. }, .. } => casework::PART_DONE,
            Self::Ended { .. } => casework::PART_TAKEN_BACK,
        }
    }
}

impl Case {
    /// Carries an event of a part out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn divide(&mut self, event: &PartEvent, at: DateTime<Utc>) {
        let clock = match event {
            PartEvent::Given { part, clock } => {
                self.parts.push((**part).clone());
                clock
            }
            PartEvent::Ended { nth, end, clock } => {
                if let Some(part) = self.parts.get_mut(*nth) {
                    part.end = Some(end.clone());
                }
                if self.open_parts().next().is_none() {
                    if matches!(end, PartEnd::Done { .. }) {
                        self.meet(DeadlineKind::Part, at);
                    } else {
                        self.lift(DeadlineKind::Part);
                    }
                }
                clock
            }
        };
        if let Some(clock) = clock {
            self.set_clock(clock);
        }
    }

    /// What is still to be done of a matter that is decided otherwise, falls with it.
    pub(in crate::domain) fn drop_parts(&mut self) {
        let decided = matches!(self.state.kind(), StateKind::Approved | StateKind::Closed);
        if decided && self.open_parts().next().is_some() {
            self.parts.iter_mut().filter(|part| part.end.is_none()).for_each(|part| part.end = Some(PartEnd::Fell));
            self.lift(DeadlineKind::Part);
        }
    }
}

/// What happened, in Chinese and in English, without the words of the part.
pub(in crate::domain) fn words(event: &PartEvent, naming: &Naming) -> (String, String) {
    match event {
        PartEvent::Given { part, .. } => {
            let unit = naming.unit(&part.unit);
            (
                format!("分解任务交{unit}，{}前完成", day(part.due_on)),
                format!("A part was given to {unit}, due by {}", part.due_on),
            )
        }
        PartEvent::Ended { end: PartEnd::Done { done_on, .. }, .. } => {
            (format!("分解任务已于{}完成", day(*done_on)), format!("A part was done on {done_on}"))
        }
        PartEvent::Ended { .. } => ("分解任务已撤回".to_owned(), "A part was taken back".to_owned()),
    }
}
