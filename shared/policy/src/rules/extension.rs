//! Extensions of the handling period (延期; REG-24, JD-10).

use huiyin_calendar::Period;
use huiyin_contracts::casework::Grade;
use huiyin_kernel::Role;
use serde::Deserialize;

use super::{Flag, rules};
use crate::reader::RuleValue;

rules! {
    /// Under which conditions the handling period may be extended.
    ExtensionRules in "extension" {
        /// The most that all extensions of a case may add together. The law does not say "once".
        total: Total,
        /// Who approves.
        approver: Approver,
        /// Which matters may be extended at all.
        kinds: ExtensionKinds,
        /// The petitioner is told the reason (延期理由).
        reason_told: Flag,
    }
}

/// The most that may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// In calendar days, so that it can be summed.
    pub period: Period,
}

impl Total {
    /// Calendar days that may be added in all.
    pub const fn days(self) -> u32 {
        self.period.amount()
    }
}

impl RuleValue for Total {
    fn fault(&self) -> Option<(String, String)> {
        (!matches!(self.period, Period::CalendarDays(_))).then(|| {
            (
                "延期总长须以日计，如“30 calendar days”。".to_owned(),
                "extensions are summed in calendar days.".to_owned(),
            )
        })
    }
}

/// Who approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approver {
    /// The role needed.
    pub role: Role,
}

impl RuleValue for Approver {}

/// Which matters may be extended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionKinds {
    /// The grades.
    pub grades: Vec<Grade>,
}

impl RuleValue for ExtensionKinds {}
