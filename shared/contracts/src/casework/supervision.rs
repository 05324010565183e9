//! Supervision orders (督办; REG-50, REG-51).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::UnitCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a supervision order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionState {
    /// 待反馈: the office owes an answer.
    AwaitingAnswer,
    /// 超期未反馈
    Overdue,
    /// 已反馈，待审核: the supervisor has to say whether the answer does.
    Answered,
    /// 已办结
    Concluded,
}

/// A supervision order (督办单): that there is one and where it stands, without a word of what officials wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupervisionSnapshot {
    /// `DB-<petition number>-<n>`.
    pub number: String,
    /// On which ground, as a code of the pack (`supervision.grounds`). A failing of the office, never of a person.
    pub ground: String,
    /// The office that answers.
    pub target_unit: UnitCode,
    /// Where it stands.
    pub state: SupervisionState,
    /// The first instant at which the answer is late; absent once it was given, and while the petition rests.
    pub due_at: Option<DateTime<Utc>>,
    /// The office that still has to say whether it adopts advice, if one does; advice outlives the order it was given with.
    pub advised_unit: Option<UnitCode>,
    /// Orders made in this matter, this one included (REG-54).
    #[serde(default)]
    pub orders: u32,
    /// Advice given with them.
    #[serde(default)]
    pub advice_given: u32,
    /// Advice that was adopted.
    #[serde(default)]
    pub advice_adopted: u32,
    /// Measures of the joint conference on an office in this matter, in order, those given with earlier orders included (REG-53).
    #[serde(default)]
    pub measures: Vec<MeasureSnapshot>,
}

/// What the joint conference (联席会议) does to an office that goes on failing a matter (Art. 39(3); REG-53). Never to a petitioner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// 约谈: its leaders are called in.
    Summons,
    /// 通报: it is named before other offices.
    Bulletin,
    /// 挂牌督办: the matter is listed until it is settled.
    Listing,
    /// 限期整改: it puts its work right by a day and reports that.
    Rectification,
}

/// A measure, without a word of what officials wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureSnapshot {
    /// Which.
    pub kind: MeasureKind,
    /// The office it is about.
    pub unit: UnitCode,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The last day for the report of a rectification.
    pub rectify_by: Option<NaiveDate>,
    /// When that was reported.
    pub reported_at: Option<DateTime<Utc>>,
}
