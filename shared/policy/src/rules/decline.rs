//! Why a matter is not taken up: a closed list (DOMAIN A6). Litigation under way is no ground for refusal since 2022.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Rule,
    reader::{Reader, RuleValue},
};

/// A ground of the closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The same matter is being handled and was put again to the superior body within its period.
    InProgressElsewhere,
    /// Re-examined with the same facts and reasons (三级终结).
    FinallyReviewed,
    /// Another body is competent: a written pointer, no refusal.
    OtherBody,
    /// Litigation, arbitration, reconsideration and the like: routed there, no refusal.
    OtherProcedure,
    /// Review or re-examination asked for too late without good cause.
    ReviewTooLate,
    /// Review or re-examination that skips a level.
    ReviewSkipsLevel,
}

impl DeclineReason {
    /// The whole list with the codes used in packs, journals and notices.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::InProgressElsewhere, "in_progress_elsewhere"),
        (Self::FinallyReviewed, "finally_reviewed"),
        (Self::OtherBody, "other_body"),
        (Self::OtherProcedure, "other_procedure"),
        (Self::ReviewTooLate, "review_too_late"),
        (Self::ReviewSkipsLevel, "review_skips_level"),
    ];

    /// The code used in packs, journals and notices.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, code)| code)
    }

    /// The reason with that code.
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(reason, _)| *reason)
    }
}

/// What a ground amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineKind {
    /// Not taken up (不予受理).
    Refused,
    /// No longer taken up (不再受理).
    Ended,
    /// Pointed to the competent body (告知向有权机关提出).
    Pointed,
    /// Led into the procedure the law provides (导入法定途径).
    Routed,
}

/// A ground with its words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineRule {
    /// What it amounts to.
    pub kind: DeclineKind,
    /// The ground in Chinese, as it stands in the notice.
    pub zh: String,
    /// The ground in English.
    pub en: String,
    /// The article cited in the notice.
    pub article: String,
    /// Where the petitioner can go, in Chinese.
    pub where_zh: String,
    /// Where the petitioner can go, in English.
    pub where_en: String,
    /// The officer must name the body to go to.
    pub names_body: bool,
}

impl RuleValue for DeclineRule {
    fn fault(&self) -> Option<(String, String)> {
        let texts = [&self.zh, &self.en, &self.article, &self.where_zh, &self.where_en];
        texts.iter().any(|text| text.trim().is_empty()).then(|| {
            ("理由、条款和去向均不得为空。".to_owned(), "ground, article and where to go must not be empty.".to_owned())
        })
    }
}

/// All grounds.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclineRules {
    /// By reason; the list is complete.
    pub reasons: BTreeMap<DeclineReason, Rule<DeclineRule>>,
}

impl DeclineRules {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { reasons: reader.take_each("decline", &DeclineReason::ALL)? })
    }

    /// The words of a ground.
    pub fn reason(&self, reason: DeclineReason) -> &Rule<DeclineRule> {
        self.reasons.get(&reason).expect("the whole list was read")
    }
}
