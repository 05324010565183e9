//! Who approves an opinion, in order.

use std::collections::BTreeMap;

use huiyin_contracts::casework::Grade;
use huiyin_kernel::Role;
use serde::Deserialize;

use crate::{
    Rule,
    reader::{Reader, RuleValue},
};

/// The approvals an opinion (处理意见) needs before the reply goes out.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovalRules {
    /// By grade; every grade has its chain.
    pub opinion: BTreeMap<Grade, Rule<Chain>>,
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

const GRADES: [(Grade, &str); 3] = [(Grade::Ordinary, "ordinary"), (Grade::Complex, "complex"), (Grade::Wide, "wide")];

impl ApprovalRules {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let opinion = reader.take_each("approvals.opinion", &GRADES);
        let (review, reexamination) = (reader.take("approvals.review"), reader.take("approvals.reexamination"));
        Some(Self { opinion: opinion?, review: review?, reexamination: reexamination? })
    }
}
