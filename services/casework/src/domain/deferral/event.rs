//! What happened to what was put off, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind};
use serde::{Deserialize, Serialize};

use super::{Deferral, DeferralSettled};
use crate::domain::wording::day;
use crate::domain::{Case, Clock};

/// One journal entry of what is settled later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DeferralEvent {
    /// Put off to a day, for the first time or once more.
    Deferred {
        /// What and until when.
        deferral: Box<Deferral>,
        /// The clock to that day.
        clock: Box<Clock>,
    },
    /// Settled after all.
    Settled {
        /// How.
        settled: DeferralSettled,
    },
}

impl DeferralEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deferred { .. } => "deferred",
            Self::Settled { .. } => "deferred_settled",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Deferred { .. } => casework::DEFERRED,
            Self::Settled { .. } => casework::DEFERRED_SETTLED,
        }
    }
}

impl Case {
    /// Carries it out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn put_off(&mut self, event: &DeferralEvent, at: DateTime<Utc>) {
        match event {
            DeferralEvent::Deferred { deferral, clock } => {
                self.deferral = Some(deferral.clone());
                self.set_clock(clock);
            }
            DeferralEvent::Settled { settled } => {
                if let Some(deferral) = &mut self.deferral {
                    deferral.settled = Some(settled.clone());
                }
                self.meet(DeadlineKind::Deferral, at);
            }
        }
    }
}

/// What happened, in Chinese and in English, without its words.
pub(in crate::domain) fn words(event: &DeferralEvent) -> (String, String) {
    match event {
        DeferralEvent::Deferred { deferral, .. } => (
            format!("条件暂不具备，{}再行研究解决", day(deferral.look_again_on)),
            format!("Conditions lack; looked at again on {}", deferral.look_again_on),
        ),
        DeferralEvent::Settled { settled } => (
            format!("暂缓解决的事项已于{}解决", day(settled.done_on)),
            format!("What was put off was settled on {}", settled.done_on),
        ),
    }
}
