//! Supervision (督办): when an office is called to account, on which ground, and how soon it answers. It is always about an office, never
//! about who petitioned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Clock, Flag};
use crate::{
    Rule,
    reader::{Reader, RuleValue},
};

/// A ground of the closed list (REG-50, REG-51).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionGround {
    /// Not done in time without good reason (超期未办结).
    Overdue,
    /// The result was not reported back (未反馈办理结果).
    NotReportedBack,
    /// Not handled by the procedure set for it (未按程序办理).
    ProcedureNotFollowed,
    /// Passed on, put off, done for show (推诿、敷衍、拖延).
    Evasion,
    /// The opinion is not carried out (不执行处理意见).
    OpinionNotExecuted,
    /// The matter went unanswered and was therefore raised again: a failing of the office (DOMAIN OOS-14).
    RaisedAgain,
    /// Not registered, transferred or handed down as required (未按规定登记、转送、交办; REG-52).
    NotRegistered,
    /// Within its own powers, and not taken up (REG-52).
    NotTakenUp,
    /// The petitioner was not told in writing, in time, whether it is taken up (REG-52).
    NotToldInTime,
    /// A request with clear facts and a basis in law was not supported (REG-52).
    NotSupported,
    /// Something else that must be supervised.
    Other,
}

impl SupervisionGround {
    /// The whole list with the codes used in packs, journals and events.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Overdue, "overdue"),
        (Self::NotReportedBack, "not_reported_back"),
        (Self::ProcedureNotFollowed, "procedure_not_followed"),
        (Self::Evasion, "evasion"),
        (Self::OpinionNotExecuted, "opinion_not_executed"),
        (Self::RaisedAgain, "raised_again"),
        (Self::NotRegistered, "not_registered"),
        (Self::NotTakenUp, "not_taken_up"),
        (Self::NotToldInTime, "not_told_in_time"),
        (Self::NotSupported, "not_supported"),
        (Self::Other, "other"),
    ];

    /// Not in packs kept before REG-52 was told apart.
    const fn came_later(self) -> bool {
        matches!(self, Self::NotRegistered | Self::NotTakenUp | Self::NotToldInTime | Self::NotSupported)
    }

    /// The code used in packs, journals and events.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(ground, _)| *ground == self).map_or("", |(_, code)| code)
    }

    /// The ground with that code.
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(ground, _)| *ground)
    }
}

/// A ground with its words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisionGroundRule {
    /// The ground in Chinese, as it stands in the order.
    pub zh: String,
    /// The ground in English.
    pub en: String,
    /// The article cited in the order.
    pub article: String,
}

impl RuleValue for SupervisionGroundRule {
    fn fault(&self) -> Option<(String, String)> {
        let texts = [&self.zh, &self.en, &self.article];
        texts
            .iter()
            .any(|text| text.trim().is_empty())
            .then(|| ("督办理由和条款均不得为空。".to_owned(), "ground and article must not be empty.".to_owned()))
    }
}

/// How many hand-overs in a row, with nothing done between, call for supervision (DW-19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOversInARow {
    /// How many; 0 switches the rule off.
    pub value: u32,
}

impl HandOversInARow {
    /// Have there been so many?
    pub fn reached_by(self, hand_overs: usize) -> bool {
        self.value > 0 && usize::try_from(self.value).is_ok_and(|limit| hand_overs >= limit)
    }
}

impl RuleValue for HandOversInARow {
    fn fault(&self) -> Option<(String, String)> {
        (self.value == 1).then(|| {
            (
                "移交一次属正常办理；请写2以上，或者写0停用。".to_owned(),
                "one hand-over is ordinary; write 2 or more, or 0 to switch the rule off.".to_owned(),
            )
        })
    }
}

/// When an office is called to account.
#[derive(Clone, Debug, PartialEq)]
pub struct SupervisionRules {
    /// A missed handling deadline opens a supervision order (REG-50, REG-51).
    pub order_when_overdue: Rule<Flag>,
    /// So many hand-overs in a row open one (DW-19).
    pub order_after_hand_overs: Rule<HandOversInARow>,
    /// A petitioner not told in time whether the petition is taken up opens one (REG-52). Like the next, absent from packs kept before it
    /// was known.
    pub order_when_not_told: Option<Rule<Flag>>,
    /// A refusal that a reviewing body turns into support opens one (REG-52).
    pub order_when_set_aside: Option<Rule<Flag>>,
    /// The office answers an order, or a piece of advice, within (REG-51).
    pub answer: Rule<Clock>,
    /// By ground; complete but for grounds that a pack kept before them does not know.
    pub grounds: BTreeMap<SupervisionGround, Rule<SupervisionGroundRule>>,
}

impl SupervisionRules {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let order_when_overdue = reader.take("supervision.order_when_overdue");
        let order_after_hand_overs = reader.take("supervision.order_after_hand_overs");
        let order_when_not_told = reader.take_if_there("supervision.order_when_not_told");
        let order_when_set_aside = reader.take_if_there("supervision.order_when_set_aside");
        let answer = reader.take("supervision.answer");
        let (later, first): (Vec<_>, Vec<_>) =
            SupervisionGround::ALL.into_iter().partition(|(one, _)| one.came_later());
        let grounds: Option<BTreeMap<_, _>> = reader.take_each("supervision.grounds", &first);
        let more = later
            .into_iter()
            .filter_map(|(ground, code)| Some((ground, reader.take_if_there(&format!("supervision.grounds.{code}"))?)));
        let more: Vec<_> = more.collect();
        Some(Self {
            order_when_overdue: order_when_overdue?,
            order_after_hand_overs: order_after_hand_overs?,
            order_when_not_told,
            order_when_set_aside,
            answer: answer?,
            grounds: grounds.map(|grounds| grounds.into_iter().chain(more).collect())?,
        })
    }

    /// The words of a ground.
    pub fn ground(&self, ground: SupervisionGround) -> &Rule<SupervisionGroundRule> {
        let known = self.grounds.get(&ground).or_else(|| self.grounds.get(&SupervisionGround::Other));
        known.expect("the list of before was read whole")
    }

    /// Whether the pack has that ground.
    pub fn knows(&self, ground: SupervisionGround) -> bool {
        self.grounds.contains_key(&ground)
    }
}
