//! The file of a matter (案卷) once it is archived, as others are told: its number and how long it is kept.

use chrono::NaiveDate;
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
}
