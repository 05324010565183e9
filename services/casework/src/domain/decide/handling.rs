//! Who handles the case, and the steps up to an approved opinion.

use huiyin_contracts::casework::Outcome;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{StaffId, UnitCode};

use super::{Decision, Given};
use crate::domain::recusal::may_say;
use crate::domain::{Event, Proposal, Propose, Recusal, Refusal, StateKind};

impl Given<'_> {
    /// 交办: an officer, of the responsible unit or of the unit it is given to.
    pub(super) fn assign(
        self,
        officer: StaffId,
        officer_unit: &UnitCode,
        unit: Option<&UnitCode>,
        is_discipline: bool,
    ) -> Result<Decision, Refusal> {
        let unit = unit.unwrap_or(&self.case.responsible_unit);
        if officer_unit != unit {
            return Err(Refusal::OfficerElsewhere { unit: officer_unit.clone() });
        }
        if is_discipline && *unit != self.case.responsible_unit {
            return Err(Refusal::IsDiscipline { unit: unit.clone() });
        }
        if self.case.is_recused(officer) {
            return Err(Refusal::PersonRecused);
        }
        if self.case.state.officer() == Some(officer) && *unit == self.case.responsible_unit {
            return Err(Refusal::NothingChanges);
        }
        Ok(vec![Event::Assigned { officer, unit: unit.clone() }])
    }

    /// REG-26: by themself, or of another by the head; once.
    pub(super) fn recuse(self, person: StaffId, reason: &str) -> Result<Decision, Refusal> {
        let by = self.actor.staff_id().filter(|_| may_say(self.actor, person)).ok_or(Refusal::RecusedByHead)?;
        if self.case.is_recused(person) {
            return Err(Refusal::NothingChanges);
        }
        let recusal = Recusal { person, reason: reason.to_owned(), by, at: self.now };
        Ok(vec![Event::Recused { recusal }])
    }

    /// DW-17, WH-09: another unit or leader, with the reason; the clocks keep running. Never nobody (WH-11): a unit is
    /// always named. Handed over again and again with nothing done, the matter is supervised (DW-19).
    pub(super) fn hand_over(
        self,
        unit: &UnitCode,
        leader: Option<StaffId>,
        reason: &str,
        is_discipline: bool,
    ) -> Result<Decision, Refusal> {
        let same_unit = *unit == self.case.responsible_unit;
        if same_unit && (leader.is_none() || leader == self.case.leader) {
            return Err(Refusal::NothingChanges);
        }
        if is_discipline && !same_unit {
            return Err(Refusal::IsDiscipline { unit: unit.clone() });
        }
        let from = self.case.responsible_unit.clone();
        let mut events = vec![Event::HandedOver { unit: unit.clone(), from, leader, reason: reason.to_owned() }];
        if !same_unit {
            events.extend(self.order_when_passed_on(unit)?);
        }
        Ok(events)
    }

    /// JD-09: in the order of the pack's stages; within a stage any order.
    pub(super) fn do_step(self, step: &str, note: &str) -> Result<Decision, Refusal> {
        self.case.step_open(step, self.policy, self.actor)?;
        Ok(vec![Event::StepDone { step: step.to_owned(), note: note.to_owned() }])
    }

    /// What holds in principle (原则上) may be left out with a reason, which is kept.
    pub(super) fn waive(self, step: &str, reason: &str) -> Result<Decision, Refusal> {
        self.case.waivable(step, self.policy)?;
        Ok(vec![Event::StepWaived { step: step.to_owned(), reason: reason.to_owned() }])
    }

    /// 包案: the leader answers for the case from now on (WH-10, SZ-02).
    pub(super) fn take(self) -> Decision {
        self.actor.staff_id().map(|leader| Event::TakenByLeader { leader, found_by: None }).into_iter().collect()
    }

    /// REG-25, REG-21: the outcome suits the class.
    pub(super) fn propose(self, propose: &Propose) -> Result<Decision, Refusal> {
        let class = self.case.facts.class;
        if !suits(propose.outcome, class) {
            return Err(Refusal::OutcomeDoesNotSuit { outcome: propose.outcome, class });
        }
        if self.case.set_aside.as_ref().is_some_and(|before| is_the_same(before, propose)) {
            return Err(Refusal::SameOpinionAgain);
        }
        let not_responsible = || Refusal::NotResponsible { unit: self.case.responsible_unit.clone() };
        let proposer = self.actor.staff_id().ok_or_else(not_responsible)?;
        let proposal = Proposal {
            outcome: propose.outcome,
            opinion: propose.opinion.clone(),
            legal_basis: propose.legal_basis.clone(),
            facts_found: propose.facts_found.clone(),
            cause_found: propose.cause_found.clone(),
            opinion_summary: propose.opinion_summary.clone(),
            result_summary: propose.result_summary.clone(),
            hardship: propose.hardship,
            proposer,
        };
        Ok(vec![Event::Proposed { proposal: Box::new(proposal) }])
    }

    /// A9: approvals in the pack's order; whoever holds several roles in a row gives them all. With the last one the
    /// opinion stands, and real hardship is referred for relief whatever the opinion says (WH-12).
    pub(super) fn approve(self) -> Decision {
        let wanted = self.case.roles_still_to_approve(self.policy);
        let Some(by) = self.actor.staff_id() else { return Vec::new() };
        let given: Vec<_> = wanted.iter().copied().take_while(|role| self.actor.has_role(*role)).collect();
        let is_last = given.len() == wanted.len();
        let mut events: Vec<Event> = given.into_iter().map(|role| Event::ApprovalGiven { by, role }).collect();
        if is_last && self.case.state.kind() == StateKind::ReviewProposed {
            events.push(Event::ReviewAnswered);
        } else if is_last {
            if self.case.state.proposal().is_some_and(|proposal| proposal.hardship) {
                events.push(Event::ReliefReferred);
            }
            events.push(Event::Approved);
        }
        events
    }

    /// The draft goes back to whoever wrote it.
    pub(super) fn send_back(self, reason: &str) -> Decision {
        let reason = reason.to_owned();
        vec![if self.case.state.kind() == StateKind::ReviewProposed {
            Event::ReviewReturned { reason }
        } else {
            Event::Returned { reason }
        }]
    }
}

/// REG-44: the same outcome in the same words, spaces apart.
fn is_the_same(before: &Proposal, now: &Propose) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    before.outcome == now.outcome && plain(&before.opinion) == plain(&now.opinion)
}

pub(super) const fn suits(outcome: Outcome, class: PetitionClass) -> bool {
    use Outcome::{Adopted, Explained, NotAdopted, NotSupported, PartlyAdopted, Supported};
    match class {
        PetitionClass::Request => matches!(outcome, Supported | Explained | NotSupported),
        PetitionClass::Suggestion => matches!(outcome, Adopted | PartlyAdopted | NotAdopted),
        PetitionClass::Accusation => false,
    }
}
