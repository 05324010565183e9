//! Who approves an opinion, in order.

use std::collections::BTreeMap;

use huiyin_contracts::casework::Grade;
use huiyin_kernel::Role;
use serde::Deserialize;

use super::MatterIs;
use crate::{
    Rule,
    reader::{Reader, RuleValue},
};

/// The approvals an opinion (处理意见) needs before the reply goes out.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovalRules {
    /// By grade; every grade has its chain.
    pub opinion: BTreeMap<Grade, Rule<Chain>>,
    /// Those who must approve besides, whatever the grade, where the matter is one of these (DZ-12, HB-15).
    pub special: Rule<Special>,
    /// Of a review's opinion (复查意见), by the reviewing body.
    pub review: Rule<Chain>,
    /// Of a re-examination's opinion (复核意见), by the body that re-examines.
    pub reexamination: Rule<Chain>,
}

/// Approvals in fixed order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// The roles, first to last.
    pub roles: Vec<Role>,
}

impl RuleValue for Chain {
    fn fault(&self) -> Option<(String, String)> {
        self.roles.is_empty().then(|| ("至少须有一级审批。".to_owned(), "at least one approval is needed.".to_owned()))
    }
}

/// Approvals beside those of the grade.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    /// For which matters: any of these.
    pub when: Vec<MatterIs>,
    /// The roles, after those of the grade, each once.
    pub roles: Vec<Role>,
}

impl RuleValue for Special {}

const GRADES: [(Grade, &str); 3] = [(Grade::Ordinary, "ordinary"), (Grade::Complex, "complex"), (Grade::Wide, "wide")];

impl ApprovalRules {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let opinion = reader.take_each("approvals.opinion", &GRADES);
        let special = reader.take("approvals.special");
        let (review, reexamination) = (reader.take("approvals.review"), reader.take("approvals.reexamination"));
        Some(Self { opinion: opinion?, special: special?, review: review?, reexamination: reexamination? })
    }
}
