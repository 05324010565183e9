//! Whose matter it is.

use std::collections::BTreeSet;

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
    /// How many cases each leader takes in a quarter (SZ-08, SZ-14). Absent where the place has no such rule.
    pub led_cases: Option<Rule<LedCases>>,
    /// Units are asked for matters fit for leaders (征集案件; SZ-13). Absent where the place has no such rule.
    pub case_calls: Option<Rule<CaseCalls>>,
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
        let case_calls = reader.take_if_there("ownership.case_calls");
        let found_by = reader.take_if_there("ownership.found_by");
        Some(Self {
            first_receiver_owns: first_receiver_owns?,
            first_receiver_takes_overdue: first_receiver_takes_overdue?,
            wide_needs_main_leader: wide_needs_main_leader?,
            change_needs_reason: change_needs_reason?,
            led_cases,
            case_calls,
            found_by,
        })
    }
}

/// The least number of cases each leader takes in a quarter. What is resolved stands in the quotas. A duty of leaders; nobody who petitions
/// is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedCases {
    /// Taken in each quarter, with the leader's agreement (SZ-08, SZ-14).
    pub per_quarter: u32,
    /// In packs kept before there were quotas; read, and reckoned there.
    #[serde(default, rename = "resolved_per_year")]
    _resolved_per_year: u32,
}

impl RuleValue for LedCases {}

/// When and by whom units are asked for matters fit for leaders (SZ-13).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseCalls {
    /// The quarters in which a call is due, 1 to 4.
    pub quarters: Vec<u32>,
    /// The business platforms (业务平台) of the petition office; each sends its own.
    pub platforms: Vec<Platform>,
    /// So many calendar days after the day of the call a reply is owed, that day included.
    pub reply_days: u32,
    /// So many days before that, who has not replied is told once.
    pub reminder_days: u32,
}

/// A business platform of the petition office.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The code used in calls and events.
    pub code: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

impl CaseCalls {
    /// Is a call due in the `nth` quarter?
    pub fn due_in(&self, nth: u32) -> bool {
        self.quarters.contains(&nth)
    }

    /// The platform with that code.
    pub fn platform(&self, code: &str) -> Option<&Platform> {
        self.platforms.iter().find(|platform| platform.code == code)
    }
}

impl RuleValue for CaseCalls {
    fn fault(&self) -> Option<(String, String)> {
        let bare = |platform: &Platform| {
            [&platform.code, &platform.zh, &platform.en].iter().any(|text| text.trim().is_empty())
                || !platform.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let codes: BTreeSet<&str> = self.platforms.iter().map(|platform| platform.code.as_str()).collect();
        if self.quarters.is_empty() || self.quarters.iter().any(|nth| !(1..=4).contains(nth)) {
            Some(("季度只能写1至4，至少一个。".to_owned(), "name at least one quarter, 1 to 4.".to_owned()))
        } else if self.platforms.is_empty() || self.platforms.iter().any(bare) || codes.len() < self.platforms.len() {
            Some((
                "至少一个业务平台；代码为小写字母，不得重复，名称不得为空。".to_owned(),
                "name at least one platform, each with a lower-case code of its own and a name.".to_owned(),
            ))
        } else if self.reminder_days == 0 || self.reminder_days >= self.reply_days {
            Some((
                "催报日应在通知之后、期限之前。".to_owned(),
                "the reminder must lie after the call and before the last day.".to_owned(),
            ))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// D-5: a matter keeps the pack it began with, also one that reckoned what is resolved elsewhere.
    #[test]
    fn a_pack_kept_before_there_were_quotas_is_still_read() {
        let kept = serde_json::json!({ "per_quarter": 1, "resolved_per_year": 3 });
        let rule: LedCases = serde_json::from_value(kept).expect("reads");
        assert_eq!(rule.per_quarter, 1);
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
