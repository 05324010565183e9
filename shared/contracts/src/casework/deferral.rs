//! What is settled later, as others are told.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was put off (适时解决; XT-21), without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeferralSnapshot {
    /// The day on which it is looked at again.
    pub look_again_on: NaiveDate,
    /// The day on which it was settled, once it was.
    pub settled_on: Option<NaiveDate>,
}
