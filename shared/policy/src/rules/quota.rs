//! What leaders owe in a period (接访下访、化解的最低次数): one table for every row of the kind subject × measure × period × least.

use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::DistrictLevel;
use serde::{Deserialize, Serialize};

use crate::reader::RuleValue;

/// A duty of a group of leaders. It is theirs; nobody who petitions is counted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// The group in Chinese, as the place calls it.
    pub zh: String,
    /// The group in English.
    pub en: String,
    /// Leaders whose unit serves a district of these levels belong to it.
    #[serde(default)]
    pub levels: Vec<DistrictLevel>,
    /// So do leaders who hold one of these posts (职务), at whatever level: a rank (职级) is written down by its posts.
    #[serde(default)]
    pub posts: Vec<String>,
    /// What is counted.
    pub measure: Measure,
    /// Of sessions and days, only these kinds; all where none is named.
    #[serde(default)]
    pub kinds: Vec<SessionKind>,
    /// In which period.
    pub per: QuotaPeriod,
    /// The least each owes.
    pub least: u32,
}

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Sessions held (次).
    Sessions,
    /// Days with a session held (天).
    Days,
    /// Matters the leader took, closed by an answer to the matter (化解).
    Resolved,
}

/// The period of a quota, by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaPeriod {
    /// 每月
    Month,
    /// 每季度
    Quarter,
    /// 每半年
    HalfYear,
    /// 每年
    Year,
}

impl QuotaPeriod {
    /// How many months it has; each begins with the year.
    pub const fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

impl Quota {
    /// Does a leader with that post, whose unit serves a district of that level, belong to the group?
    pub fn binds(&self, level: DistrictLevel, post: Option<&str>) -> bool {
        self.levels.contains(&level) || post.is_some_and(|post| self.posts.iter().any(|known| known == post))
    }
}

impl RuleValue for Quota {
    fn fault(&self) -> Option<(String, String)> {
        let bare = |text: &String| text.trim().is_empty();
        if [&self.zh, &self.en].into_iter().chain(&self.posts).any(bare) {
            return Some(("名称和职务不得为空。".to_owned(), "names and posts must not be empty.".to_owned()));
        }
        if self.levels.is_empty() && self.posts.is_empty() {
            return Some(("写明层级（levels）或者职务（posts）。".to_owned(), "name levels or posts.".to_owned()));
        }
        if self.least == 0 {
            return Some(("最低数为0的，不写这条规则。".to_owned(), "leave out a quota of 0.".to_owned()));
        }
        (self.measure == Measure::Resolved && !self.kinds.is_empty()).then(|| {
            (
                "化解件数不分接访形式，请去掉kinds。".to_owned(),
                "resolved matters have no kind of session; remove kinds.".to_owned(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota() -> Quota {
        Quota {
            zh: "厅级干部".to_owned(),
            en: "cadres of bureau rank".to_owned(),
            levels: vec![DistrictLevel::Province],
            posts: vec!["监狱管理局局长".to_owned()],
            measure: Measure::Sessions,
            kinds: vec![],
            per: QuotaPeriod::HalfYear,
            least: 1,
        }
    }

    #[test]
    fn hb_04_a_group_is_a_level_and_the_posts_of_a_rank_at_any_level() {
        let quota = quota();
        assert!(quota.binds(DistrictLevel::Province, None));
        assert!(quota.binds(DistrictLevel::City, Some("监狱管理局局长")));
        assert!(!quota.binds(DistrictLevel::City, Some("局长")) && !quota.binds(DistrictLevel::City, None));
    }

    #[test]
    fn a_quota_of_nobody_or_of_nothing_is_refused() {
        let faulty = [
            Quota { levels: vec![], posts: vec![], ..quota() },
            Quota { least: 0, ..quota() },
            Quota { zh: " ".to_owned(), ..quota() },
            Quota { measure: Measure::Resolved, kinds: vec![SessionKind::Regular], ..quota() },
        ];
        assert!(quota().fault().is_none() && faulty.iter().all(|quota| quota.fault().is_some()));
    }
}
