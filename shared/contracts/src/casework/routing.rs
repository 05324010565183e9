//! How a matter came to the unit that answers for it (REG-10…14).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::UnitCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the receiver's objection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// Awaits the sender.
    Raised,
    /// The sender agreed; the matter went back.
    Agreed,
    /// The sender did not agree.
    Rejected,
}

/// How a matter came to the unit that answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransferSnapshot {
    /// Who sent it.
    pub from: UnitCode,
    /// Who received it.
    pub to: UnitCode,
    /// When.
    pub at: DateTime<Utc>,
    /// With a demanded result (交办), and not merely sent on (转送).
    pub handed_down: bool,
    /// The last day on which the receiver can object.
    pub objection_until: NaiveDate,
    /// The receiver's objection, if any.
    pub objection: Option<ObjectionState>,
    /// When the receiver signed for it (签收); absent while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<DateTime<Utc>>,
}
