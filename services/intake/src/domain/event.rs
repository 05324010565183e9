use chrono::{DateTime, Utc};
use huiyin_contracts::intake::PetitionSnapshot;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A sealed value as it stands in the journal: base64 of what the column of that name holds.
pub type SealedField = (String, String);

/// What happened to a petition, as the journal keeps it. Personal data and text only sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum PetitionEvent {
    /// Handed in and answered with a number.
    Registered {
        /// Its values at that moment.
        petition: Box<PetitionSnapshot>,
        /// The data key of the sealed fields.
        key_id: Uuid,
        /// Text and identity, by column.
        sealed: Vec<SealedField>,
    },
    /// Added to or corrected by the petitioner.
    Amended {
        /// Whether someone can be told now.
        can_be_told: bool,
        /// What changed, by column.
        sealed: Vec<SealedField>,
    },
    /// Withdrawn by the petitioner's own act.
    Withdrawn {
        /// The first instant at which it can no longer be taken back.
        restorable_until: DateTime<Utc>,
        /// The reason given, if any.
        sealed: Vec<SealedField>,
    },
    /// The withdrawal was taken back.
    Restored,
    /// A member of staff saw who the petitioner is (S5).
    IdentityShown {
        /// Why, sealed: a reason may name people.
        sealed: Vec<SealedField>,
    },
    /// No case was opened in time.
    NotHandedOver {
        /// When the watchdog was due.
        due_at: DateTime<Utc>,
    },
}

impl PetitionEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "petition_registered",
            Self::Amended { .. } => "petition_amended",
            Self::Withdrawn { .. } => "petition_withdrawn",
            Self::Restored => "petition_restored",
            Self::IdentityShown { .. } => "identity_shown",
            Self::NotHandedOver { .. } => "not_handed_over",
        }
    }
}
