//! Turns booked and given back: time and place of an appointment (QD-02).

use chrono::{DateTime, Utc};
use huiyin_contracts::scheduling::{SessionKind, VisitSnapshot, VisitState};
use huiyin_journal::{HandleError, Tx};
use huiyin_kernel::{Actor, Service};
use huiyin_policy::Policy;
use uuid::Uuid;

use super::carry_out::{Occasion, carry_out};
use super::context::Context;
use crate::domain::{Case, Command, Event, Fixed, Refusal, decide};
use crate::store::cases;

/// Carries a turn booked into an appointment, or given back, over to the case; any other turn means nothing to it, nor does one of a matter that
/// has no case yet, for which nobody can have applied.
pub(crate) async fn turn_changed(
    ctx: &Context,
    tx: &mut Tx,
    visit: &VisitSnapshot,
    at: DateTime<Utc>,
    cause: Uuid,
) -> Result<(), HandleError> {
    let command = match visit.state {
        VisitState::Cancelled => Command::ReleaseAppointment { visit_id: visit.visit_id },
        _ if visit.session_kind == Some(SessionKind::Appointment) => Command::FixAppointment(fixed(visit)),
        _ => return Ok(()),
    };
    let Some(case) = cases::lock_by_petition(tx, visit.petition_id).await? else { return Ok(()) };
    let policy = ctx.packs.of_case(tx, &case.facts.policy.hash).await?;
    let actor = Actor::System { service: Service::Scheduling };
    let events = match decide(&case, &command, &policy, &ctx.calendar, &actor, at) {
        Ok(events) => events,
        // Nobody applied, the matter is answered, or it stands so already.
        Err(
            Refusal::Appointment(_)
            | Refusal::WrongState { .. }
            | Refusal::NothingChanges
            | Refusal::AccusationOnlyForwarded
            | Refusal::Archive(_),
        ) => return Ok(()),
        Err(refusal) => return Err(HandleError::Park { reason: refusal.to_string() }),
    };
    carry_out(ctx, tx, Some(&case), &events, &policy, &Occasion { actor, cause, at }).await?;
    Ok(())
}

/// Who was received while an application is under way has had time and place, whatever the reception was (QD-03).
pub(super) fn received(
    case: &Case,
    visit: &VisitSnapshot,
    policy: &Policy,
    ctx: &Context,
    at: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    if case.open_appointment().is_none_or(|asked| asked.fixed.is_some()) {
        return Ok(Vec::new());
    }
    let actor = Actor::System { service: Service::Scheduling };
    decide(case, &Command::FixAppointment(fixed(visit)), policy, &ctx.calendar, &actor, at)
}

fn fixed(visit: &VisitSnapshot) -> Fixed {
    let place = format!("{}（{}）", visit.venue_name, visit.venue_address);
    Fixed { visit_id: visit.visit_id, session_id: visit.session_id, at: visit.at, place }
}
