//! May this actor give this command to this case now, whatever its data? Asked by `decide` first, and by the case page to
//! show what can be done and why the rest cannot.

use huiyin_contracts::casework::DeadlineKind;
use huiyin_contracts::casework::{DeadlineState, Grade, ReviewLevel};
use huiyin_kernel::{Actor, Role, StaffId};
use huiyin_policy::Policy;

use super::{Case, CommandKind, Refusal, State, SupervisionRefusal};

/// Refuses what no data could make right: the state, the class, the actor, missing steps.
pub fn permit(case: &Case, command: CommandKind, policy: &Policy, actor: &Actor) -> Result<(), Refusal> {
    let state = case.state.kind();
    if !state.takes(command) {
        return Err(Refusal::WrongState { command, state });
    }
    of_class(case, command)?;
    case.archive_allows(command)?;
    case.recusal_allows(command, actor)?;
    of_actor(case, command, policy, actor)?;
    if command == CommandKind::Promise && case.promise.is_some() {
        return Err(Refusal::PromiseExists);
    }
    if command == CommandKind::Object && case.transfer.as_ref().is_none_or(|sent| sent.objection.is_some()) {
        return Err(Refusal::NoObjection);
    }
    case.procedure_allows(command)?;
    case.settlement_allows(command)?;
    case.routing_allows(command, actor)?;
    case.links_allow(command, actor)?;
    case.parts_allow(command, actor)?;
    case.deferral_allows(command)?;
    case.library_allows(command, actor)?;
    case.appointment_allows(command, policy, actor)?;
    case.return_visit_allows(command, actor)?;
    if command == CommandKind::Extend {
        return extendable(case, policy);
    }
    case.steps_done_for(command, policy)
}

/// REG-11, REG-22: accusations are forwarded, and nothing else; what the petitioner and the clocks do goes on.
fn of_class(case: &Case, command: CommandKind) -> Result<(), Refusal> {
    use CommandKind::{Forward, Lapse, Mark, Note, Reckon, Resume, Withdraw};
    match (case.is_accusation(), command) {
        (_, Withdraw | Resume | Lapse | Mark | Reckon | Note) | (true, Forward) => Ok(()),
        (true, command) if command.is_supervision() => Err(SupervisionRefusal::Accusation.into()),
        (true, _) => Err(Refusal::AccusationOnlyForwarded),
        (false, Forward) => Err(Refusal::NotAnAccusation),
        (false, _) => Ok(()),
    }
}

fn of_actor(case: &Case, command: CommandKind, policy: &Policy, actor: &Actor) -> Result<(), Refusal> {
    use CommandKind::{
        Accept, AddToLibrary, Advise, AnswerAdvice, AnswerObjection, AnswerSelection, AnswerSupervision, AppraiseFile,
        Approve, Archive, AskAppointment, AskReview, Assign, ChangeGrade, Close, ConcludeSupervision,
        ConvertToOrdinary, DecideCompetence, Decline, DeclineReview, Defer, Deliver, DestroyFile, DoStep, Evaluate,
        Explain, Extend, FixAppointment, Forward, GiveMaterial, GivePaper, GivePart, HandOver, HoldHearing, Instruct,
        Lapse, LinkMatters, Mark, Note, Object, Order, OrderSupervision, Point, Promise, Propose, ProposeReview,
        PublishSelection, Reckon, RecordConsultation, RecordDutyDone, RecordReturnVisit, RecordSettlement,
        RecordSiteVisit, Recuse, ReferCompetence, ReleaseAppointment, RemoveFromLibrary, Reply, ReportPart,
        ReportRectification, ReportResult, ReportUp, Resume, Return, ReturnSupervision, SelectLeader, SetPlan,
        SettleDeferred, SettleOnSpot, SignFor, Take, TakeMeasure, TakePartBack, Transfer, UnlinkMatters, Waive,
        Withdraw,
    };
    let acting = case.acting_unit();
    let of_unit = actor.unit() == Some(acting);
    let is_leader = actor.staff_id().is_some() && actor.staff_id() == case.leader;
    let is_staff = matches!(actor, Actor::Staff { .. });
    let not_responsible = || Refusal::NotResponsible { unit: acting.clone() };
    match command {
        // Who archives, the directory says (`decide`). Whose the others are, the parts of the domain they belong to say.
        DecideCompetence | ReportResult | ReportUp | LinkMatters | UnlinkMatters | ReportPart | AddToLibrary
        | RemoveFromLibrary | AskAppointment | GiveMaterial | FixAppointment | ReleaseAppointment
        | RecordConsultation | SetPlan | SelectLeader | AnswerSelection | PublishSelection | Instruct
        | RecordReturnVisit | Archive | AppraiseFile | DestroyFile | Recuse => Ok(()),
        Accept | Point | Decline | Forward | Transfer | SignFor | Object | ReferCompetence | Propose | Waive
        | Reply | Deliver | Close | ChangeGrade | ConvertToOrdinary | GivePaper | RecordSettlement | DeclineReview
        | HoldHearing | ProposeReview => {
            if of_unit {
                Ok(())
            } else {
                Err(not_responsible())
            }
        }
        // Who records which step, says the pack; here, who may record any (SZ-12).
        DoStep => {
            if of_unit || is_leader || actor.has_role(Role::Supervisor) {
                Ok(())
            } else {
                Err(not_responsible())
            }
        }
        // The unit that answers for the matter, also while another reviews it.
        RecordDutyDone | Defer | SettleDeferred => {
            if actor.unit() == Some(&case.responsible_unit) {
                Ok(())
            } else {
                Err(Refusal::NotResponsible { unit: case.responsible_unit.clone() })
            }
        }
        Take => takes(case, policy, actor),
        // The sender alone, while an objection awaits it (REG-14).
        AnswerObjection => match case.transfer.as_ref().filter(|transfer| transfer.awaits_answer()) {
            Some(transfer) if actor.unit() == Some(&transfer.from) => Ok(()),
            Some(transfer) => Err(Refusal::NotResponsible { unit: transfer.from.clone() }),
            None => Err(Refusal::NothingObjected),
        },
        // The leader who received first names the departments and the plan (WH-09).
        Assign | HandOver | GivePart | TakePartBack => {
            if of_unit || is_leader {
                Ok(())
            } else {
                Err(not_responsible())
            }
        }
        SettleOnSpot => {
            if of_unit || is_leader || !is_staff {
                Ok(())
            } else {
                Err(not_responsible())
            }
        }
        Approve | Return => {
            let roles = case.roles_still_to_approve(policy);
            if actor.staff_id().is_some() && actor.staff_id() == case.proposer() {
                Err(Refusal::ProposerCannotApprove)
            } else if !of_unit {
                Err(not_responsible())
            } else if roles.first().is_some_and(|role| actor.has_role(*role)) {
                Ok(())
            } else {
                Err(Refusal::RoleNeeded { roles: roles.into_iter().take(1).collect(), rule: "REG-25" })
            }
        }
        Extend => {
            let role = policy.extension.approver.role;
            if !of_unit {
                Err(not_responsible())
            } else if actor.has_role(role) {
                Ok(())
            } else {
                Err(Refusal::RoleNeeded { roles: vec![role], rule: "REG-24" })
            }
        }
        OrderSupervision | AnswerSupervision | ReturnSupervision | ConcludeSupervision | Advise | AnswerAdvice
        | RecordSiteVisit | TakeMeasure | ReportRectification => Ok(super::supervision::permit(case, command, actor)?),
        Promise | Order | Explain | AskReview | Evaluate | Withdraw | Resume | Lapse | Mark | Reckon | Note => {
            if is_staff {
                Err(Refusal::ByRuleOnly { command })
            } else {
                Ok(())
            }
        }
    }
}

/// A leader who sees the case may take it (包案), once; a wide, hard one where the pack says so only the main leader (XT-15).
fn takes(case: &Case, policy: &Policy, actor: &Actor) -> Result<(), Refusal> {
    let main_leader = actor.has_role(Role::MainLeader);
    let only_main = policy.ownership.wide_needs_main_leader.value && case.grade == Grade::Wide;
    if case.taken_by_leader {
        Err(Refusal::TakenAlready)
    } else if only_main && !main_leader {
        Err(Refusal::RoleNeeded { roles: vec![Role::MainLeader], rule: "XT-15" })
    } else if main_leader || actor.has_role(Role::Leader) {
        Ok(())
    } else {
        Err(Refusal::RoleNeeded { roles: vec![Role::Leader, Role::MainLeader], rule: "WH-10" })
    }
}

fn extendable(case: &Case, policy: &Policy) -> Result<(), Refusal> {
    let allowed = &policy.extension.kinds.grades;
    if !allowed.contains(&case.grade) {
        return Err(Refusal::NotExtendable { allowed: allowed.clone(), is: case.grade });
    }
    match case.clock(DeadlineKind::Handling) {
        Some(clock) if clock.state == DeadlineState::Running => {
            let cap = policy.extension.total.days();
            let left = policy.extension_days_left(clock.extended_days());
            if left == 0 { Err(Refusal::ExtensionBeyondCap { asked: 1, left, cap }) } else { Ok(()) }
        }
        _ => Err(Refusal::ExtensionTooLate),
    }
}

impl Case {
    /// Who drafted the opinion that awaits approval, or the one approved last.
    fn proposer(&self) -> Option<StaffId> {
        if let State::ReviewProposed { opinion, .. } = &self.state {
            return Some(opinion.proposer);
        }
        self.state.proposal().map(|proposal| proposal.proposer)
    }

    /// The roles whose approval the opinion still needs, in order (A9).
    pub(super) fn roles_still_to_approve(&self, policy: &Policy) -> Vec<Role> {
        let approvals = &policy.approvals;
        let (chain, given) = match &self.state {
            State::ReviewProposed { review, approvals: given, .. } => {
                let chain = match review.level {
                    ReviewLevel::Review => &approvals.review,
                    ReviewLevel::Reexamination => &approvals.reexamination,
                };
                (Some(chain), given.len())
            }
            State::Proposed { approvals: given, .. } => (approvals.opinion.get(&self.grade), given.len()),
            _ => (approvals.opinion.get(&self.grade), 0),
        };
        let mut roles = chain.map(|chain| chain.roles.clone()).unwrap_or_default();
        let of_review = matches!(self.state, State::ReviewProposed { .. });
        if !of_review && approvals.special.when.iter().any(|what| self.is(*what)) {
            let besides = approvals.special.roles.iter().filter(|role| !roles.contains(role));
            roles.extend(besides.copied().collect::<Vec<_>>());
        }
        roles.split_off(given.min(roles.len()))
    }
}
