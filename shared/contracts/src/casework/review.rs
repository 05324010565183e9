//! Review (复查) and re-examination (复核; REG-40…44).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::UnitCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the two remedies against a written opinion (REG-40, REG-41; Art. 35, 36).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewLevel {
    /// 复查, by the next higher body.
    Review,
    /// 复核, by the body above that; the last one (REG-43).
    Reexamination,
}

/// What a reviewing body decides (REG-44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewResult {
    /// 维持
    Upheld,
    /// 变更
    Changed,
    /// 撤销: set aside, and decided by the reviewing body itself.
    Withdrawn,
    /// 责令重新办理: handled anew, and not with the same opinion.
    Redo,
}

/// Where a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Asked for, being looked into.
    Asked,
    /// The written opinion is issued.
    Answered,
    /// It reached the petitioner.
    Delivered,
    /// Not taken up.
    Declined,
    /// The petitioner withdrew the request.
    Withdrawn,
}

/// A review with its current values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewSnapshot {
    /// Which remedy.
    pub level: ReviewLevel,
    /// The reviewing body; absent when no body of this city is competent.
    pub unit: Option<UnitCode>,
    /// Where it stands.
    pub state: ReviewState,
    /// What was decided, once the opinion is issued.
    pub result: Option<ReviewResult>,
    /// When it was asked for; its clock starts here.
    pub asked_at: DateTime<Utc>,
    /// It was asked for after the last day (A6).
    pub late: bool,
    /// When the written opinion was issued.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it reached the petitioner.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The last day on which a re-examination can be asked for; absent when there is no further remedy.
    pub next_until: Option<NaiveDate>,
}
