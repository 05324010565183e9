//! What happened to a call.

use huiyin_contracts::EventType;
use huiyin_contracts::casework::{CALL_RAISED, CALL_REMINDED, CALL_REPLIED};
use huiyin_kernel::{StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Raised, ReplyAnswer};

/// One journal entry of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CallEvent {
    /// A platform asked.
    Raised(Box<Raised>),
    /// A unit replied.
    Replied {
        /// Which.
        unit: UnitCode,
        /// With what.
        answer: ReplyAnswer,
        /// Who there.
        by: StaffId,
    },
    /// Those who had not replied were told.
    Reminded {
        /// Who.
        units: Vec<UnitCode>,
    },
}

impl CallEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        self.public_type().name
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Raised(_) => CALL_RAISED,
            Self::Replied { .. } => CALL_REPLIED,
            Self::Reminded { .. } => CALL_REMINDED,
        }
    }
}
