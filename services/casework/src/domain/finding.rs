//! Which leader a matter finds by rule (包案): who received first, else the area's or the line's leader (常委包片、市长包线; QD-01), else the main
//! leader. It is the matter that is looked at: its place and its topic.

use huiyin_contracts::casework::Grade;
use huiyin_kernel::StaffId;
use huiyin_policy::Policy;
use huiyin_policy::rules::LeaderKey;
use serde::{Deserialize, Serialize};

use super::Case;

/// Who could lead a matter, as the directory knows them now; each still in office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The matter's own leader has left.
    pub own_has_left: bool,
    /// Who answers for the place, the nearest area first.
    pub area: Option<StaffId>,
    /// Who answers for the topic, of the nearest district first.
    pub line: Option<StaffId>,
    /// Who leads the responsible unit, else the district.
    pub main: Option<StaffId>,
}

/// By what a leader was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// Received the petitioner first (首接负责; WH-09).
    FirstReceiver,
    /// Answers for the place (包片).
    Area,
    /// Answers for the topic (包线).
    Line,
    /// Leads the unit or its district (主要领导).
    MainLeader,
}

impl FoundBy {
    /// In Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::FirstReceiver => ("首接领导", "who received first"),
            Self::Area => ("包片领导", "who answers for the area"),
            Self::Line => ("分管领导", "who answers for the topic"),
            Self::MainLeader => ("主要领导", "the main leader"),
        }
    }

    /// Why this leader, in Chinese.
    pub const fn why_zh(self) -> &'static str {
        match self {
            Self::FirstReceiver => "接访时首先接待，首接负责",
            Self::Area => "按片：本事项所在的区域由其包片",
            Self::Line => "按线：本事项所属的工作由其分管",
            Self::MainLeader => "责任单位或者所在区域的主要领导",
        }
    }
}

impl Case {
    /// The leader by rule, and by what; its own leader stays as found, or named. A wide, hard matter finds the main leader first where the pack says so (XT-15); whoever left finds
    /// nothing any more.
    pub fn find_leader(&self, candidates: &Candidates, policy: &Policy) -> Option<(StaffId, Option<FoundBy>)> {
        // Whoever is recused leads nothing here (REG-26).
        let fit = |leader: &StaffId| !self.is_recused(*leader);
        let own = self.leader.filter(|_| !candidates.own_has_left).map(|leader| (leader, self.leader_found_by));
        let main = candidates.main.filter(fit).map(|leader| (leader, Some(FoundBy::MainLeader)));
        if policy.ownership.wide_needs_main_leader.value && self.grade == Grade::Wide {
            return main.or(own);
        }
        let keys = policy.ownership.found_by.iter().flat_map(|keys| keys.of_topic(&self.facts.topic));
        let by_key = |key| match key {
            LeaderKey::Area => candidates.area.filter(fit).map(|leader| (leader, Some(FoundBy::Area))),
            LeaderKey::Line => candidates.line.filter(fit).map(|leader| (leader, Some(FoundBy::Line))),
        };
        let mut by_key = keys.filter_map(by_key);
        own.or_else(|| by_key.next()).or(main)
    }
}
