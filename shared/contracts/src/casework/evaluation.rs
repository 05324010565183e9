//! What a petitioner says of how a matter was handled (满意度评价; REG-07): of two bodies, never of a person. Its words stay with intake.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rating of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// 满意
    Satisfied,
    /// 基本满意
    BasicallySatisfied,
    /// 不满意
    Dissatisfied,
}

/// What the petitioner says is not so, whatever the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dispute {
    /// 未落实: the opinion was not carried out (REG-51).
    NotCarriedOut,
    /// 未收到: the answer never arrived.
    NotReceived,
}

/// What can be, and what was, said of how a matter was handled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationSnapshot {
    /// The last day on which something can be said.
    pub until: NaiveDate,
    /// The ratings there are to choose from.
    pub scale: Vec<Rating>,
    /// A rating can be changed until then; the last one counts.
    pub may_change: bool,
    /// Of the petition office (信访部门), once rated.
    pub office: Option<Rating>,
    /// Of the body that answered for the matter (责任单位), once rated.
    pub unit: Option<Rating>,
    /// What was disputed last.
    pub dispute: Option<Dispute>,
}

/// What was found on a return visit (回访; XT-10) of the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitFinding {
    /// 已落实
    CarriedOut,
    /// 部分落实
    PartlyCarriedOut,
    /// 未落实
    NotCarriedOut,
    /// 信访人不愿接受回访: nothing was asked.
    NotWished,
}
