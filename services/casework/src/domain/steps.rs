//! The steps of handling (JD-09): which are recorded, which are a command of their own, and what is still missing.

use std::collections::BTreeSet;

use huiyin_contracts::casework::Grade;
use huiyin_contracts::intake::{PetitionClass, PetitionKind};
use huiyin_kernel::{Actor, Role};
use huiyin_policy::Policy;
use huiyin_policy::rules::{MatterIs, Step, StepBy, StepCommand};

use super::{Case, CommandKind, Refusal};

impl Case {
    /// The steps done, the opinion and the reply included once they are.
    fn steps_done(&self, policy: &Policy) -> BTreeSet<String> {
        let steps = &policy.gates.steps;
        let mut done: BTreeSet<String> = self.steps.iter().cloned().collect();
        if self.state.proposal().is_some() {
            done.insert(steps.opinion.clone());
        }
        if self.state.reply().is_some() {
            done.insert(steps.reply.clone());
        }
        done.extend(steps.all().filter(|step| self.done_by_command(step)).map(|step| step.code.clone()));
        // What is not asked of this matter, and what was left out with a reason, stands in nobody's way.
        done.extend(self.waived.iter().cloned());
        done.extend(steps.all().filter(|step| !self.is_asked(step)).map(|step| step.code.clone()));
        // Clear and undisputed by its admission: whatever needs an investigation is converted first (REG-30, REG-33). What both sides
        // agreed on needs none either (REG-27).
        if self.is_simple() || self.settlement.is_some() {
            let before = steps.all().take_while(|step| step.code != steps.opinion);
            done.extend(before.filter(|step| step.when.is_empty()).map(|step| step.code.clone()));
        }
        done
    }

    /// Does this hold of the matter?
    pub(super) fn is(&self, what: MatterIs) -> bool {
        match what {
            MatterIs::Taken => self.taken_by_leader,
            MatterIs::Joint => matches!(self.facts.kind, PetitionKind::Group | PetitionKind::JointLetter),
            MatterIs::HandedDown => self.transfer.as_ref().is_some_and(|sent| sent.stands() && sent.demand.is_some()),
            MatterIs::Wide => self.grade == Grade::Wide,
        }
    }

    /// Is the step asked of this matter?
    pub fn is_asked(&self, step: &Step) -> bool {
        step.when.is_empty() || step.when.iter().any(|what| self.is(*what))
    }

    /// May this actor record the step? (SZ-12, JD-09)
    fn step_is_for(&self, step: &Step, actor: &Actor) -> Result<(), Refusal> {
        let of_unit = actor.unit() == Some(&self.responsible_unit);
        let may = match step.by {
            StepBy::Unit => of_unit,
            StepBy::UnitHead => of_unit && actor.has_role(Role::UnitHead),
            StepBy::MainLeader => of_unit && actor.has_role(Role::MainLeader),
            StepBy::CaseLeader => actor.staff_id().is_some() && actor.staff_id() == self.leader,
            StepBy::Supervisor => actor.has_role(Role::Supervisor),
        };
        let (zh, en) = (step.zh.clone(), step.en.clone());
        if may { Ok(()) } else { Err(Refusal::StepByOther { zh, en, by: step.by }) }
    }

    /// May this actor record the step now?
    pub fn step_open(&self, code: &str, policy: &Policy, actor: &Actor) -> Result<(), Refusal> {
        if let Some(step) = policy.gates.steps.step(code) {
            self.step_is_for(step, actor)?;
        }
        self.step_in_order(code, policy)
    }

    /// May the step be left out? Only one that holds in principle, and is not done.
    pub(super) fn waivable(&self, code: &str, policy: &Policy) -> Result<(), Refusal> {
        let steps = &policy.gates.steps;
        let step = steps.step(code).ok_or_else(|| Refusal::UnknownStep {
            step: code.to_owned(),
            known: steps.all().map(|known| known.code.clone()).collect(),
        })?;
        if !step.in_principle {
            return Err(Refusal::StepNotWaivable { zh: step.zh.clone(), en: step.en.clone() });
        }
        if self.steps_done(policy).contains(code) { Err(Refusal::NothingChanges) } else { Ok(()) }
    }

    /// May this step be recorded now? Refused when it is unknown, has a command of its own, or comes too early.
    fn step_in_order(&self, step: &str, policy: &Policy) -> Result<(), Refusal> {
        let steps = &policy.gates.steps;
        if step == steps.opinion {
            return Err(Refusal::StepHasOwnCommand { command: CommandKind::Propose });
        }
        if step == steps.reply {
            return Err(Refusal::StepHasOwnCommand { command: CommandKind::Reply });
        }
        if let Some(command) = steps.step(step).and_then(|known| known.command) {
            let command = match command {
                StepCommand::Consultation => CommandKind::RecordConsultation,
                StepCommand::Plan => CommandKind::SetPlan,
            };
            return Err(Refusal::StepHasOwnCommand { command });
        }
        let missing = steps.missing_before(step, &self.steps_done(policy)).ok_or_else(|| Refusal::UnknownStep {
            step: step.to_owned(),
            known: steps.all().map(|known| known.code.clone()).collect(),
        })?;
        match steps.step(step).filter(|step| !self.is_asked(step)) {
            Some(step) => Err(Refusal::StepNotAsked { zh: step.zh.clone(), en: step.en.clone() }),
            None if missing.is_empty() => Ok(()),
            None => Err(lacking(&missing)),
        }
    }

    /// Are the steps before one that has a command of its own done?
    pub(super) fn steps_before(&self, step: &Step, policy: &Policy) -> Result<(), Refusal> {
        let missing = policy.gates.steps.missing_before(&step.code, &self.steps_done(policy)).unwrap_or_default();
        if missing.is_empty() { Ok(()) } else { Err(lacking(&missing)) }
    }

    /// Is the step done, by record or by its command?
    pub fn has_done(&self, step: &Step, policy: &Policy) -> bool {
        let steps = &policy.gates.steps;
        self.steps.contains(&step.code)
            || self.done_by_command(step)
            || (step.code == steps.opinion && self.state.proposal().is_some())
            || (step.code == steps.reply && self.state.reply().is_some())
    }

    /// Are the steps that lead up to `command` done? Suggestions are studied, not investigated (REG-21): they need none.
    pub(super) fn steps_done_for(&self, command: CommandKind, policy: &Policy) -> Result<(), Refusal> {
        if self.facts.class != PetitionClass::Request {
            return Ok(());
        }
        let steps = &policy.gates.steps;
        let done = self.steps_done(policy);
        let missing = if command == CommandKind::Propose {
            steps.missing_before_propose(&done)
        } else if command == CommandKind::Reply {
            steps.missing_before_reply(&done)
        } else if command == CommandKind::Close {
            steps.missing_before_close(&done)
        } else {
            Vec::new()
        };
        if missing.is_empty() { Ok(()) } else { Err(lacking(&missing)) }
    }
}

fn lacking(missing: &[&huiyin_policy::rules::Step]) -> Refusal {
    Refusal::StepsMissing {
        codes: missing.iter().map(|step| step.code.clone()).collect(),
        zh: missing.iter().map(|step| step.zh.as_str()).collect::<Vec<_>>().join("、"),
        en: missing.iter().map(|step| step.en.as_str()).collect::<Vec<_>>().join("; "),
    }
}
