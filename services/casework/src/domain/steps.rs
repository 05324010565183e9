//! The steps of handling (JD-09): which are recorded, which are a command of their own, and what is still missing.

use std::collections::BTreeSet;

use huiyin_contracts::intake::PetitionClass;
use huiyin_policy::Policy;

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
        done
    }

    /// May this step be recorded now? Refused when it is unknown, has a command of its own, or comes too early.
    pub(super) fn step_in_order(&self, step: &str, policy: &Policy) -> Result<(), Refusal> {
        let steps = &policy.gates.steps;
        if step == steps.opinion {
            return Err(Refusal::StepHasOwnCommand { command: CommandKind::Propose });
        }
        if step == steps.reply {
            return Err(Refusal::StepHasOwnCommand { command: CommandKind::Reply });
        }
        let missing = steps.missing_before(step, &self.steps_done(policy)).ok_or_else(|| Refusal::UnknownStep {
            step: step.to_owned(),
            known: steps.all().map(|known| known.code.clone()).collect(),
        })?;
        if missing.is_empty() { Ok(()) } else { Err(lacking(&missing)) }
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
