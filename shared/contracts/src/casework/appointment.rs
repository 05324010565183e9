//! An appointment with a leader, as others are told.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The newest application for an appointment (申请约访; QD-02), without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppointmentSnapshot {
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Still under way: asked for, and no plan laid down yet.
    pub open: bool,
    /// The unit that answers for the matter has given its material.
    pub has_material: bool,
    /// When the petitioner is expected, or was received, once time and place are fixed.
    pub fixed_for: Option<DateTime<Utc>>,
}
