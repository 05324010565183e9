//! What is settled later (适时解决; XT-21): due, but conditions lack. The petitioner is told so, with the day on which it is looked at again; on
//! that day somebody is reminded, and either settles it or names the next day. It takes no remedy away, and nothing ends by being put off.

mod event;
mod refusal;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeferralSnapshot, Outcome};
use huiyin_kernel::StaffId;
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind};

pub use event::DeferralEvent;
pub(super) use event::words;
pub use refusal::DeferralRefusal;

/// The longest time until it is looked at again, in days: no matter is put off beyond anybody's sight.
pub(super) const LONGEST_DEFERRAL: u64 = 366;

/// What was put off. Its words are those of officials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// Which conditions lack.
    pub reason: String,
    /// The day on which it is looked at again.
    pub look_again_on: NaiveDate,
    /// When that was laid down.
    pub deferred_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
    /// How it was settled, once it was.
    pub settled: Option<DeferralSettled>,
}

/// How it was settled after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferralSettled {
    /// On which day.
    pub done_on: NaiveDate,
    /// How.
    pub note: String,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

impl Case {
    /// What is put off and not yet settled.
    pub fn open_deferral(&self) -> Option<&Deferral> {
        self.deferral.as_deref().filter(|deferral| deferral.settled.is_none())
    }

    /// As others are told.
    pub(super) fn deferral_told(&self) -> Option<DeferralSnapshot> {
        self.deferral.as_deref().map(|deferral| DeferralSnapshot {
            look_again_on: deferral.look_again_on,
            settled_on: deferral.settled.as_ref().map(|settled| settled.done_on),
        })
    }

    /// Refuses what no data could make right: an answer that promises nothing to settle, nothing put off.
    pub(super) fn deferral_allows(&self, command: CommandKind) -> Result<(), DeferralRefusal> {
        match command {
            CommandKind::Defer => match self.outcome() {
                Some(
                    Outcome::Supported
                    | Outcome::Explained
                    | Outcome::Settled
                    | Outcome::Adopted
                    | Outcome::PartlyAdopted,
                ) => Ok(()),
                Some(_) | None => Err(DeferralRefusal::NothingToSettle),
            },
            CommandKind::SettleDeferred if self.open_deferral().is_none() => Err(DeferralRefusal::NothingDeferred),
            _ => Ok(()),
        }
    }
}
