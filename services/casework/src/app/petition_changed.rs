//! What the petitioner does to a petition after registering it.

use chrono::{DateTime, Utc};
use huiyin_contracts::intake::PetitionSnapshot;
use huiyin_journal::{HandleError, Tx};
use huiyin_kernel::Actor;
use huiyin_policy::Policy;
use uuid::Uuid;

use super::carry_out::{Occasion, carry_out};
use super::context::Context;
use crate::domain::{Command, CommandKind, Evaluate, Note, Refusal, StateKind, decide};
use crate::store::{cases, destruction, directory};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PetitionersAct {
    /// Added to or corrected it.
    Amended,
    /// Withdrew it.
    Withdrew,
    /// Took the withdrawal back.
    Restored,
    /// Asked for a review or re-examination (REG-40, REG-41).
    AskedReview,
    /// Asked for an appointment with a leader (QD-02).
    AskedAppointment,
    /// Rated how the matter was handled, or disputed that it was carried out (REG-07).
    Evaluated,
}

/// Carries the petitioner's act over to the case. What a closed case can no longer take up is noted, never lost.
pub(crate) async fn petition_changed(
    ctx: &Context,
    tx: &mut Tx,
    petition: &PetitionSnapshot,
    act: PetitionersAct,
    at: DateTime<Utc>,
    cause: Uuid,
) -> Result<(), HandleError> {
    let Some(case) = cases::lock_by_petition(tx, petition.petition_id).await? else {
        // Of a file that was destroyed there is nothing to be carried over.
        let is_over = destruction::is_destroyed(tx, petition.petition_id).await?;
        return if is_over { Ok(()) } else { Err(HandleError::Retry("the petition has no case yet".into())) };
    };
    let policy = ctx.packs.of_case(tx, &case.facts.policy.hash).await?;
    let closed = case.state.kind() == StateKind::Closed;
    let command = match act {
        PetitionersAct::Amended => Command::Note(Note::PetitionAmended),
        PetitionersAct::Withdrew if closed => Command::Note(Note::WithdrawnAfterClosing),
        PetitionersAct::Restored if closed => Command::Note(Note::RestoredAfterClosing),
        PetitionersAct::Withdrew => Command::Withdraw { until: restorable_until(ctx, petition, &policy, at)? },
        PetitionersAct::Restored => Command::Resume,
        PetitionersAct::AskedReview if case.state.kind().takes(CommandKind::AskReview) => {
            let superior = match case.answered_by() {
                Some(unit) => directory::superior(tx, unit).await?,
                None => None,
            };
            Command::AskReview { superior }
        }
        PetitionersAct::AskedReview => Command::Note(Note::ReviewAskedOutOfTurn),
        PetitionersAct::AskedAppointment if case.may_ask_appointment(&policy) => Command::AskAppointment { wish: None },
        PetitionersAct::AskedAppointment => Command::Note(Note::AppointmentAskedOutOfTurn),
        PetitionersAct::Evaluated => match petition.evaluation.as_ref() {
            Some(said) if case.state.kind().takes(CommandKind::Evaluate) => Command::Evaluate(Evaluate {
                office: said.office,
                unit: said.unit,
                dispute: said.dispute,
                no_return_visit: said.no_return_visit,
                told_to_clerk: said.told_to_clerk,
            }),
            _ => Command::Note(Note::EvaluatedOutOfTurn),
        },
    };
    let events = match decide(&case, &command, &policy, &ctx.calendar, &Actor::Petitioner, at) {
        Ok(events) => events,
        // Told twice in another way: the case already stands so.
        Err(Refusal::WrongState { .. } | Refusal::NothingChanges) => return Ok(()),
        Err(Refusal::NothingToReview | Refusal::AccusationOnlyForwarded) if act == PetitionersAct::AskedReview => {
            decide(&case, &Command::Note(Note::ReviewAskedOutOfTurn), &policy, &ctx.calendar, &Actor::Petitioner, at)
                .map_err(|refusal| HandleError::Park { reason: refusal.to_string() })?
        }
        Err(Refusal::Evaluation(_) | Refusal::Archive(_) | Refusal::AccusationOnlyForwarded)
            if act == PetitionersAct::Evaluated =>
        {
            decide(&case, &Command::Note(Note::EvaluatedOutOfTurn), &policy, &ctx.calendar, &Actor::Petitioner, at)
                .map_err(|refusal| HandleError::Park { reason: refusal.to_string() })?
        }
        Err(refusal) => return Err(HandleError::Park { reason: refusal.to_string() }),
    };
    let occasion = Occasion { actor: Actor::Petitioner, cause, at };
    carry_out(ctx, tx, Some(&case), &events, &policy, &occasion).await?;
    Ok(())
}

/// As intake told the petitioner; else by the pack.
fn restorable_until(
    ctx: &Context,
    petition: &PetitionSnapshot,
    policy: &Policy,
    at: DateTime<Utc>,
) -> Result<DateTime<Utc>, HandleError> {
    if let Some(until) = petition.restorable_until {
        return Ok(until);
    }
    let rule = policy.petition.withdrawal_reversible.to_calendar();
    let deadline = huiyin_calendar::deadline_or_provisional(at, &rule, &ctx.calendar);
    deadline.map(|deadline| deadline.due_at).map_err(|error| HandleError::Park { reason: error.to_string() })
}
