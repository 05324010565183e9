//! What a concluded visit does to its case (接访): the leader's record decides.

use huiyin_contracts::casework::Grade;
use huiyin_contracts::scheduling::{SessionKind, VisitOutcome, VisitSnapshot};
use huiyin_journal::{HandleError, Tx};
use huiyin_kernel::{Actor, Service};
use huiyin_policy::Policy;

use super::carry_out::{Occasion, carry_out};
use super::context::Context;
use crate::domain::{Case, Command, Event, Note, Reception, Refusal, decide};
use crate::store::cases;
use crate::store::destruction;
use crate::store::early_visits::{self, EarlyVisit};

/// Takes a concluded visit into account, once. A visit whose petition is not known yet waits for it.
pub(crate) async fn receive(ctx: &Context, tx: &mut Tx, early: &EarlyVisit) -> Result<(), HandleError> {
    let Some(case) = cases::lock_by_petition(tx, early.visit.petition_id).await? else {
        if !destruction::is_destroyed(tx, early.visit.petition_id).await? {
            early_visits::keep(tx, early).await?;
        }
        return Ok(());
    };
    let Some(outcome) = &early.visit.outcome else { return Ok(()) };
    let policy = ctx.packs.of_case(tx, &case.facts.policy.hash).await?;
    let actor = Actor::System { service: Service::Scheduling };
    let decided = |command: &Command| decide(&case, command, &policy, &ctx.calendar, &actor, early.occurred_at);
    let events = match in_turn(outcome, &early.visit, decided) {
        Ok(mut events) => {
            // Before what the reception led to, which may be the matter's end.
            let fixed = super::turn::received(&case, &early.visit, &policy, ctx, early.occurred_at).unwrap_or_default();
            events.splice(0..0, fixed);
            events
        }
        Err(Refusal::VisitKnown) => return Ok(()),
        Err(refusal) => noted(&case, &early.visit, &refusal, &policy, ctx, early)?,
    };
    let occasion = Occasion { actor, cause: early.cause, at: early.occurred_at };
    carry_out(ctx, tx, Some(&case), &events, &policy, &occasion).await?;
    Ok(())
}

/// The command of the outcome; where it is refused, the next that a leader's record still can mean: what cannot be settled
/// on the spot is ordered, with a promise letter where the pack asks for one (WH-04, WH-05).
fn in_turn(
    outcome: &VisitOutcome,
    visit: &VisitSnapshot,
    decided: impl Fn(&Command) -> Result<Vec<Event>, Refusal>,
) -> Result<Vec<Event>, Refusal> {
    let is_field_visit = matches!(visit.session_kind, Some(SessionKind::FieldVisit | SessionKind::CaseVisit));
    let (visit_id, session_id, leader) = (visit.visit_id, visit.session_id, visit.leader);
    let reception = || Reception { visit_id, session_id, leader, is_field_visit };
    let order = |grade| Command::Order { grade, reception: reception() };
    match outcome {
        VisitOutcome::SettledOnSpot { conditions, result_summary } => {
            let settle = Command::SettleOnSpot {
                conditions: *conditions,
                result: result_summary.clone(),
                result_summary: result_summary.clone(),
                reception: Some(reception()),
            };
            match decided(&settle) {
                Err(Refusal::ConditionsMissing { .. }) => decided(&order(Grade::Ordinary)),
                other => other,
            }
        }
        VisitOutcome::Promised { grade } => {
            match decided(&Command::Promise { grade: *grade, reception: reception() }) {
                Err(Refusal::PromiseExists) => decided(&order(*grade)),
                other => other,
            }
        }
        VisitOutcome::Assigned { grade } => decided(&order(*grade)),
        VisitOutcome::Explained { result_summary } => {
            decided(&Command::Explain { summary: result_summary.clone(), aided: false, reception: reception() })
        }
        VisitOutcome::Aided { result_summary } => {
            decided(&Command::Explain { summary: result_summary.clone(), aided: true, reception: reception() })
        }
    }
}

/// A visit the case could not take up any more is noted with the reason; nothing of the visit's words.
fn noted(
    case: &Case,
    visit: &VisitSnapshot,
    refusal: &Refusal,
    policy: &Policy,
    ctx: &Context,
    early: &EarlyVisit,
) -> Result<Vec<Event>, HandleError> {
    let note = Note::VisitWithoutEffect { visit_id: visit.visit_id, refusal: refusal.told().code.to_owned() };
    let actor = Actor::System { service: Service::Scheduling };
    decide(case, &Command::Note(note), policy, &ctx.calendar, &actor, early.occurred_at)
        .map_err(|refusal| HandleError::Park { reason: refusal.to_string() })
}
