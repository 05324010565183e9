//! Supervision orders (督办; REG-50, REG-51).

use chrono::{DateTime, Utc};
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
}
