use chrono::{DateTime, Utc};
use huiyin_contracts::intake::{PetitionEvaluation, PetitionSnapshot};
use huiyin_kernel::{Service, StaffId};
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
    /// A review (复查) or re-examination (复核) was asked for; why, sealed (REG-40, REG-41).
    ReviewAsked {
        /// The reasons, by column.
        sealed: Vec<SealedField>,
    },
    /// An appointment with a leader was asked for (申请约访; QD-02); what is wished, sealed.
    AppointmentAsked {
        /// The wish, by column.
        sealed: Vec<SealedField>,
    },
    /// What the petitioner said of how the matter was handled (满意度评价; REG-07); the words, if any, sealed.
    Evaluated {
        /// The ratings, and what is disputed.
        evaluation: PetitionEvaluation,
        /// The words, by column.
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
    /// Somebody asked for the personal data to be destroyed (S7).
    ErasureAsked {
        /// Why, a word of the law.
        ground: ErasureGround,
    },
    /// Key and index were destroyed by another person. What stands sealed in this journal stays, and nobody can open it.
    Erased {
        /// Why.
        ground: ErasureGround,
        /// Who asked for it.
        asked_by: StaffId,
    },
    /// A service has destroyed its copies of what was destroyed here (D-7).
    CopiesErased {
        /// Which.
        holder: Service,
    },
    /// No case was opened in time.
    NotHandedOver {
        /// When the watchdog was due.
        due_at: DateTime<Utc>,
    },
}

/// Who keeps copies of sealed personal data, and says when they are destroyed: the readers of the private stream that store what they read.
pub const HOLDERS: [Service; 1] = [Service::Notification];

/// Why personal data may be destroyed (个人信息保护法 47).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureGround {
    /// The time for which it is kept has passed.
    RetentionOver,
    /// The petitioner asks for it.
    PetitionerAsks,
    /// It should not have been taken in.
    UnlawfullyHeld,
}

impl ErasureGround {
    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RetentionOver => "retention_over",
            Self::PetitionerAsks => "petitioner_asks",
            Self::UnlawfullyHeld => "unlawfully_held",
        }
    }
}

impl PetitionEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "petition_registered",
            Self::Amended { .. } => "petition_amended",
            Self::ReviewAsked { .. } => "review_asked",
            Self::AppointmentAsked { .. } => "appointment_asked",
            Self::Evaluated { .. } => "petition_evaluated",
            Self::Withdrawn { .. } => "petition_withdrawn",
            Self::Restored => "petition_restored",
            Self::IdentityShown { .. } => "identity_shown",
            Self::ErasureAsked { .. } => "erasure_asked",
            Self::Erased { .. } => "identity_erased",
            Self::CopiesErased { .. } => "copies_erased",
            Self::NotHandedOver { .. } => "not_handed_over",
        }
    }
}
