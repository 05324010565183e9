//! A part of a matter that another unit does, as others are told.

use chrono::NaiveDate;
use huiyin_kernel::UnitCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part (分解任务; JX-09), without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartSnapshot {
    /// Who does it.
    pub unit: UnitCode,
    /// Until when, that day included.
    pub due_on: NaiveDate,
    /// Still to be done; a part that is not was done, taken back, or fell with the end of the matter.
    pub open: bool,
    /// On which day it was done, if it was.
    pub done_on: Option<NaiveDate>,
}
