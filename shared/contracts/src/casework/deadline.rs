//! What is owed by when, as others are told.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which duty a deadline bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// Decide and tell whether the case is taken up (REG-10, REG-13).
    Acceptance,
    /// Reply in writing: the earlier of the statutory and the local limit (REG-24, JD-10).
    Handling,
    /// Answer a request for review (复查) in writing (REG-40).
    Review,
    /// Answer a request for re-examination (复核) in writing; days of hearing do not count (REG-41, REG-42).
    Reexamination,
    /// Carry out what an agreement lays down: the duty whose day comes first (调解、和解协议; REG-27).
    Settlement,
    /// Do a part of the matter: the one whose day comes first (分解任务; JX-09). Between offices.
    Part,
    /// Look again at what was put off (适时解决; XT-21).
    Deferral,
    /// Answer a supervision order (督办; REG-51). Between offices: no petitioner waits for it.
    Supervision,
    /// Report the result that was demanded with a hand-over (办结报告; REG-10). Between offices.
    DemandedReport,
    /// Say whether advice is adopted (改进建议; REG-51). Between offices too.
    Advice,
    /// Put one's work right and report it (限期整改; REG-53). Between offices.
    Rectification,
    /// Lay down the plan after an appointment was asked for (一个月内形成化解方案; QD-02). The office's own task too.
    Plan,
    /// Ask after the end whether the opinion was carried out (回访; XT-10). The office's own task: no petitioner waits for it.
    ReturnVisit,
}

impl DeadlineKind {
    /// Owed among offices, not to the petitioner: no part of how the matter itself is handled.
    pub const fn is_between_offices(self) -> bool {
        matches!(
            self,
            Self::Supervision
                | Self::Advice
                | Self::DemandedReport
                | Self::Part
                | Self::Rectification
                | Self::ReturnVisit
                | Self::Plan
        )
    }
}

/// Where a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineState {
    /// Running.
    Running,
    /// Met in time.
    Met,
    /// Met, but late.
    MetLate,
    /// Passed and not met yet.
    Overdue,
    /// No longer owed.
    Lifted,
}

/// A deadline with its current date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeadlineSnapshot {
    /// Which duty.
    pub kind: DeadlineKind,
    /// The first instant that is late.
    pub due_at: DateTime<Utc>,
    /// The last day on which it is in time.
    pub last_day: NaiveDate,
    /// The date may move when the next year's calendar is published.
    pub provisional: bool,
    /// Where it stands.
    pub state: DeadlineState,
}
