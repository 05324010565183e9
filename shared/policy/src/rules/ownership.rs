//! Whose matter it is.

use serde::Deserialize;

use super::Flag;
use crate::Rule;
use crate::reader::{Reader, RuleValue};

/// Who answers for a matter.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnershipRules {
    /// The leader who receives first leads the matter (首接负责; WH-09).
    pub first_receiver_owns: Rule<Flag>,
    /// Not done when due, that leader takes the case (包案; WH-10).
    pub first_receiver_takes_overdue: Rule<Flag>,
    /// A wide, hard matter is taken by the unit's main leader and by nobody else (XT-15).
    pub wide_needs_main_leader: Rule<Flag>,
    /// A change of owner needs a reason and a hand-over (WH-09, DW-17).
    pub change_needs_reason: Rule<Flag>,
    /// What each leader owes in cases taken and resolved (SZ-02, SZ-08, SZ-14, HB-05). Absent where the place has no such rule.
    pub led_cases: Option<Rule<LedCases>>,
    /// By what a matter nobody received finds its leader (常委包片、市长包线; QD-01). Absent where the place has no such rule.
    pub found_by: Option<Rule<LeaderKeys>>,
}

impl OwnershipRules {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        // All are read before any is missed, so that every fault is reported at once.
        let first_receiver_owns = reader.take("ownership.first_receiver_owns");
        let first_receiver_takes_overdue = reader.take("ownership.first_receiver_takes_overdue");
        let wide_needs_main_leader = reader.take("ownership.wide_needs_main_leader");
        let change_needs_reason = reader.take("ownership.change_needs_reason");
        let led_cases = reader.take_if_there("ownership.led_cases");
        let found_by = reader.take_if_there("ownership.found_by");
        Some(Self {
            first_receiver_owns: first_receiver_owns?,
            first_receiver_takes_overdue: first_receiver_takes_overdue?,
            wide_needs_main_leader: wide_needs_main_leader?,
            change_needs_reason: change_needs_reason?,
            led_cases,
            found_by,
        })
    }
}

/// The least number of cases each leader takes in a quarter, and resolves in a year. A duty of leaders; nobody who petitions is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedCases {
    /// Taken in each quarter, with the leader's agreement (SZ-08, SZ-14).
    pub per_quarter: u32,
    /// Resolved in a calendar year (化解), counted when the case is closed by its whole chain (SZ-02, HB-05).
    pub resolved_per_year: u32,
}

impl RuleValue for LedCases {
    fn fault(&self) -> Option<(String, String)> {
        (self.per_quarter == 0 && self.resolved_per_year == 0)
            .then(|| ("两项均为0的，不写这条规则。".to_owned(), "leave the rule out where both are 0.".to_owned()))
    }
}

/// By what a leader answers for a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaderKey {
    /// The district or street of the matter (包片).
    Area,
    /// Its topic (包线、分管).
    Line,
}

/// Which key goes first, where a matter has a leader by either (QD-01).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaderKeys {
    /// The keys in their order.
    pub order: Vec<LeaderKey>,
    /// Topics of matters that belong to a place above all: of these the area goes first.
    #[serde(default)]
    pub area_first: Vec<String>,
}

impl LeaderKeys {
    /// The keys for a matter of that topic, the first first.
    pub fn of_topic(&self, topic: &str) -> impl Iterator<Item = LeaderKey> {
        let first = self.area_first.iter().any(|local| local == topic).then_some(LeaderKey::Area);
        first.into_iter().chain(self.order.iter().copied().filter(move |key| Some(*key) != first))
    }
}

impl RuleValue for LeaderKeys {
    fn fault(&self) -> Option<(String, String)> {
        let once = matches!(
            self.order.as_slice(),
            [_] | [LeaderKey::Area, LeaderKey::Line] | [LeaderKey::Line, LeaderKey::Area]
        );
        let placed = self.area_first.is_empty() || self.order.contains(&LeaderKey::Area);
        (!once || !placed).then(|| {
            (
                "order 写 area、line 各至多一次、至少一项；写了 area_first 的，order 须有 area。".to_owned(),
                "name area and line at most once each in order, and at least one; with area_first, area must be among them.".to_owned(),
            )
        })
    }
}
