//! The file of a matter (案卷) once it is archived, as others are told: its number and how long it is kept.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::StaffId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An archived file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArchiveSnapshot {
    /// 档号
    pub number: String,
    /// How many years it is kept; absent when for ever (永久).
    pub keep_years: Option<u32>,
    /// The last day on which it is kept; absent when for ever.
    pub keep_until: Option<NaiveDate>,
    /// Its time was over and it was destroyed; absent while it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<DestructionSnapshot>,
}

/// The end of a file: two persons, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DestructionSnapshot {
    /// When.
    pub at: DateTime<Utc>,
    /// Who proposed it after looking at it (鉴定).
    pub appraised_by: StaffId,
    /// Who agreed: somebody else.
    pub approved_by: StaffId,
}
