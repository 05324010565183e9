//! Gates: what must have been done before the next thing may be done.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::rules;
use crate::reader::RuleValue;

rules! {
    /// What stands before opinion, reply and closing.
    GateRules in "gates" {
        /// The steps of handling and their order (JD-09).
        steps: Steps,
        /// The conditions for settling on the spot, all of which must hold (WH-04).
        settle_on_spot: OnSpot,
        /// The promise letter (承诺书; WH-05).
        promise_letter: PromiseLetter,
    }
}

/// One step of handling.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its code.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Who records it.
    #[serde(default)]
    pub by: StepBy,
    /// For which matters it is asked; for all when empty, else for those of which any holds.
    #[serde(default)]
    pub when: Vec<MatterIs>,
    /// 原则上: it may be left out with a reason, which is kept.
    #[serde(default)]
    pub in_principle: bool,
    /// It is done by a command of its own, not recorded by hand.
    #[serde(default)]
    pub command: Option<StepCommand>,
}

/// The command that does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepCommand {
    /// Consulting together (协商会办; QD-02).
    Consultation,
    /// Laying down the plan (一事一策; JX-06, QD-10).
    Plan,
}

/// Who records a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepBy {
    /// Whoever handles it in the responsible unit.
    #[default]
    Unit,
    /// The responsible unit's head (单位负责人).
    UnitHead,
    /// The responsible unit's main leader (主要领导).
    MainLeader,
    /// The leader who has taken the case (包案领导), or received first.
    CaseLeader,
    /// A supervisor of the petition office (信访局督查).
    Supervisor,
}

impl StepBy {
    /// In Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unit => ("责任单位承办人", "the responsible unit"),
            Self::UnitHead => ("责任单位负责人", "the responsible unit's head"),
            Self::MainLeader => ("责任单位主要领导", "the responsible unit's main leader"),
            Self::CaseLeader => ("包案领导或者首接领导", "the leader of the case"),
            Self::Supervisor => ("信访部门督查人员", "a supervisor of the petition office"),
        }
    }
}

/// What holds of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterIs {
    /// A leader has taken it (领导包案).
    Taken,
    /// Several people put it together (多人共同提出, 联名信).
    Joint,
    /// A higher body handed it down with a demanded result (上级交办).
    HandedDown,
    /// Wide, of great influence, hard to settle at once (涉及面广、影响较大、一时难以处理).
    Wide,
}

/// The steps in order. Steps of one stage may be done in any order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// Stage after stage.
    pub stages: Vec<Vec<Step>>,
    /// The step that is the opinion: every stage before it must be done to propose.
    pub opinion: String,
    /// The step that is the written reply: every stage before it must be done to reply.
    pub reply: String,
}

impl Steps {
    /// All steps in order.
    pub fn all(&self) -> impl Iterator<Item = &Step> {
        self.stages.iter().flatten()
    }

    /// The step with that code.
    pub fn step(&self, code: &str) -> Option<&Step> {
        self.all().find(|step| step.code == code)
    }

    /// The steps of earlier stages than `code`'s that are not in `done`, in order; `None` when there is no such step.
    pub fn missing_before<'a>(&'a self, code: &str, done: &BTreeSet<String>) -> Option<Vec<&'a Step>> {
        let stage = self.stages.iter().position(|stage| stage.iter().any(|step| step.code == code))?;
        Some(self.stages[..stage].iter().flatten().filter(|step| !done.contains(&step.code)).collect())
    }

    /// What must still be done before an opinion is proposed.
    pub fn missing_before_propose<'a>(&'a self, done: &BTreeSet<String>) -> Vec<&'a Step> {
        self.missing_before(&self.opinion, done).unwrap_or_default()
    }

    /// What must still be done before the written reply goes out.
    pub fn missing_before_reply<'a>(&'a self, done: &BTreeSet<String>) -> Vec<&'a Step> {
        self.missing_before(&self.reply, done).unwrap_or_default()
    }

    /// What must still be done before the case is closed: every step.
    pub fn missing_before_close<'a>(&'a self, done: &BTreeSet<String>) -> Vec<&'a Step> {
        self.all().filter(|step| !done.contains(&step.code)).collect()
    }
}

impl RuleValue for Steps {
    fn fault(&self) -> Option<(String, String)> {
        let mut codes = BTreeSet::new();
        if let Some(twice) = self.all().find(|step| !codes.insert(&step.code)) {
            return Some((format!("步骤“{}”重复。", twice.code), format!("step \"{}\" stands twice.", twice.code)));
        }
        let stage = |code: &str| self.stages.iter().position(|stage| stage.iter().any(|step| step.code == code));
        match (stage(&self.opinion), stage(&self.reply)) {
            (Some(opinion), Some(reply)) if opinion < reply => None,
            _ => Some((
                "opinion 和 reply 须为列出的步骤，且意见在答复之前。".to_owned(),
                "opinion and reply must be steps of the list, the opinion in an earlier stage.".to_owned(),
            )),
        }
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its code, the field name in `OnSpotConditions`.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Whether and when a matter may be settled in front of the petitioner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnSpot {
    /// The conditions, all of which must hold.
    pub conditions: Vec<Condition>,
}

impl RuleValue for OnSpot {
    fn fault(&self) -> Option<(String, String)> {
        let known = huiyin_contracts::scheduling::OnSpotConditions {
            reasonable: false,
            facts_clear: false,
            lawful_basis: false,
            evidence_sufficient: false,
            solvable_here: false,
        }
        .missing();
        let odd = self.conditions.iter().find(|condition| !known.contains(&condition.code.as_str()))?;
        Some((
            format!("没有条件“{}”；可用：{}。", odd.code, known.join("、")),
            format!("there is no condition \"{}\"; there are: {}.", odd.code, known.join(", ")),
        ))
    }
}

/// The promise letter given when a session does not settle the matter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromiseLetter {
    /// A matter brought to a session and not settled there gets one.
    pub required: bool,
    /// Copies, each with its holder (WH-07).
    pub copies: u32,
    /// The norm the letter cites.
    pub cites: String,
}

impl RuleValue for PromiseLetter {
    fn fault(&self) -> Option<(String, String)> {
        (self.copies == 0).then(|| ("承诺书至少一份。".to_owned(), "there is at least one copy.".to_owned()))
    }
}
