//! Evaluation (满意度评价; REG-07): how long, on which scale, of which matters the petitioner rates how the matter was handled.

use std::collections::BTreeSet;

use huiyin_contracts::casework::{Outcome, Rating};
use serde::Deserialize;

use super::{Days, Flag};
use crate::{
    Rule,
    reader::{Reader, RuleValue},
};

/// The ratings there are to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// From the best to the worst.
    pub ratings: Vec<Rating>,
}

impl RuleValue for Scale {
    fn fault(&self) -> Option<(String, String)> {
        let different: BTreeSet<_> = self.ratings.iter().collect();
        (different.len() < 2 || different.len() < self.ratings.len()).then(|| {
            (
                "评价等次至少两个，且不得重复。".to_owned(),
                "there are at least two ratings, none of them twice.".to_owned(),
            )
        })
    }
}

/// How a matter may have ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// In no particular order.
    pub outcomes: Vec<Outcome>,
}

impl RuleValue for Outcomes {}

/// What holds for evaluation. Accusations are never asked about (检举控告; REG-22).
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationRules {
    /// How long, from the receipt of the answer or else from the end.
    pub within: Rule<Days>,
    /// The ratings.
    pub scale: Rule<Scale>,
    /// A rating can be changed in that time; the last one counts.
    pub may_change: Rule<Flag>,
    /// Matters that ended so are not asked about: another procedure answers for them.
    pub not_asked: Rule<Outcomes>,
    /// What is said not to be carried out, or not to have arrived, opens a supervision order (REG-50, REG-51).
    pub order_when_disputed: Rule<Flag>,
}

impl EvaluationRules {
    /// None for packs kept before evaluation was known: of their matters nobody is asked. What is there and wrong, the reader notes.
    pub(crate) fn read_if_there(reader: &mut Reader<'_>) -> Option<Self> {
        if !reader.has_group("evaluation") {
            return None;
        }
        let within = reader.take("evaluation.within");
        let scale = reader.take("evaluation.scale");
        let may_change = reader.take("evaluation.may_change");
        let not_asked = reader.take("evaluation.not_asked");
        let order_when_disputed = reader.take("evaluation.order_when_disputed");
        Some(Self {
            within: within?,
            scale: scale?,
            may_change: may_change?,
            not_asked: not_asked?,
            order_when_disputed: order_when_disputed?,
        })
    }
}
