//! Reception days.

use huiyin_calendar::{NonWorkday, Shift};
use huiyin_contracts::scheduling::SessionKind;
use serde::{Deserialize, Serialize};

use super::{Flag, rules};
use crate::reader::RuleValue;

rules! {
    /// How reception days are planned and announced.
    SchedulingRules in "scheduling" {
        /// Where a recurring date goes that is not a working day.
        shift: SessionShift,
        /// A session may be on a day that is not worked (WH-13).
        nonworkday_allowed: Flag,
        /// The kinds of session.
        kinds: SessionKinds,
        /// What is announced; a session without it is not published (DW-10, JD-07).
        publication: Publication,
        /// A round covers every street (WH-01).
        round_covers_every_street: Flag,
        /// A field visit is held away from the hall and says why the matter was chosen (JD-06, DW-16).
        field_visit_away_from_hall: Flag,
        /// An absent leader's session is covered by another before it starts (DW-09, JD-05).
        substitute_required: Flag,
    }
}

/// Where a recurring date goes that is not a working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftPolicy {
    /// It stays, holidays too, and may not be moved by hand either (JX-01).
    None,
    /// To the next working day (TJ-01).
    Forward,
    /// To the working day before.
    Back,
    /// It stays unless the planner moves it (WH-13).
    Free,
}

/// Where a recurring date goes, and which dates do not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionShift {
    /// Where it goes.
    pub shift: ShiftPolicy,
    /// Which dates do not stand.
    #[serde(default)]
    pub nonworkday: NonWorkday,
}

impl SessionShift {
    /// The shift as the calendar applies it: a free date is not moved by rule.
    pub const fn to_calendar(self) -> Shift {
        match self.shift {
            ShiftPolicy::None | ShiftPolicy::Free => Shift::None,
            ShiftPolicy::Forward => Shift::Forward,
            ShiftPolicy::Back => Shift::Back,
        }
    }
}

impl RuleValue for SessionShift {}

/// The kinds of session a place holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionKinds {
    /// Allowed kinds.
    pub allowed: Vec<SessionKind>,
}

impl RuleValue for SessionKinds {}

/// One thing the announcement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishedField {
    /// 姓名
    Name,
    /// 职务
    Post,
    /// 分管工作
    Portfolio,
    /// 时间
    Time,
    /// 地点
    Place,
    /// 形式
    Form,
}

/// What is announced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Fields without which a session is not published.
    pub fields: Vec<PublishedField>,
}

impl RuleValue for Publication {}
