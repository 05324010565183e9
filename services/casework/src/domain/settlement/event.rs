//! What happened to an agreement, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind};
use serde::{Deserialize, Serialize};

use super::{DutyDone, Settlement, settlement_words};
use crate::domain::wording::{day, plain};
use crate::domain::{Case, Clock, Proposal, State};

/// One journal entry of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SettlementEvent {
    /// Both sides agreed; that stands in place of an opinion.
    Recorded {
        /// The agreement.
        settlement: Box<Settlement>,
        /// What is answered with it.
        proposal: Box<Proposal>,
        /// The clock of its first duty, if it lays any down.
        clock: Option<Box<Clock>>,
    },
    /// A duty was done.
    DutyDone {
        /// Which, counted from 0.
        nth: usize,
        /// How.
        done: DutyDone,
        /// The clock of the duty that comes next, if one is left.
        clock: Option<Box<Clock>>,
    },
}

impl SettlementEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Recorded { .. } => "settlement_recorded",
            Self::DutyDone { .. } => "duty_done",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Recorded { .. } => casework::SETTLEMENT_RECORDED,
            Self::DutyDone { .. } => casework::DUTY_DONE,
        }
    }
}

impl Case {
    /// Carries an event of an agreement out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn settle(&mut self, event: &SettlementEvent, at: DateTime<Utc>) {
        match event {
            SettlementEvent::Recorded { settlement, proposal, clock } => {
                let Some(officer) = self.state.officer() else { return };
                self.settlement = Some(settlement.clone());
                self.state = State::Approved { officer, proposal: (**proposal).clone() };
                if let Some(clock) = clock {
                    self.set_clock(clock);
                }
            }
            SettlementEvent::DutyDone { nth, done, clock } => {
                let duty = self.settlement.as_mut().and_then(|settlement| settlement.duties.get_mut(*nth));
                if let Some(duty) = duty {
                    duty.done = Some(done.clone());
                }
                self.meet(DeadlineKind::Settlement, at);
                if let Some(clock) = clock {
                    self.set_clock(clock);
                }
            }
        }
    }
}

/// What happened, in Chinese and in English, without the words of the agreement.
pub(in crate::domain) fn words(event: &SettlementEvent) -> (String, String) {
    match event {
        SettlementEvent::Recorded { settlement, .. } => {
            let (zh, en) = settlement_words(settlement.kind);
            let (next_zh, next_en) = settlement.next_due_on().map_or_else(Default::default, |next| {
                (format!("，约定事项最早一项在{}前履行", day(next)), format!("; its first duty is due by {next}"))
            });
            (format!("已达成{zh}协议{next_zh}"), format!("An agreement was reached by {en}{next_en}"))
        }
        SettlementEvent::DutyDone { clock: Some(clock), .. } => (
            format!("协议约定的一项已经履行，下一项在{}前履行", day(clock.deadline.last_day)),
            format!("A duty of the agreement was done; the next is due by {}", clock.deadline.last_day),
        ),
        SettlementEvent::DutyDone { clock: None, .. } => {
            plain("协议约定的事项已经全部履行", "Every duty of the agreement is done")
        }
    }
}
