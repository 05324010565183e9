use huiyin_authz::Sight;
use huiyin_contracts::casework::DestructionSnapshot;
use huiyin_journal::{HandleError, Tx, record};
use huiyin_kernel::{Actor, PetitionId, Service};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Context, Failure, story::Happening, view::in_sight};
use crate::{
    domain::{CaseStanding, ErasureGround, PetitionEvent, Refusal},
    events::outgoing,
    store,
};

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureState {
    /// One person has asked; another one must confirm.
    Asked,
    /// The personal data can no longer be opened by anybody.
    Erased,
    /// And every service that held copies of it has destroyed them.
    Confirmed,
}

/// Asks for the personal data of a petition to be destroyed, or, where another person has asked, destroys it (S7): its key,
/// without which every sealed copy anywhere is noise, and the index by which its petitioner is found. The journal stays whole.
pub async fn erase(
    context: &Context,
    actor: Actor,
    id: PetitionId,
    ground: ErasureGround,
) -> Result<ErasureState, Failure> {
    let by = actor.staff_id().ok_or(Failure::Unknown)?;
    let known = context.known().await?;
    let mut tx = context.api.begin_as(&Sight::of(&actor)).await?;
    store::petition::lock(&mut tx, id).await?;
    let one = in_sight(context, &known, &mut tx, &actor, &[id]).await?.pop().ok_or(Failure::Unknown)?;
    let before = &one.stored.petition;
    let case = store::case_status::find(&mut tx, id).await?;
    let at = context.clock.now();
    let (event, state) = match store::erasure::find(&mut tx, id).await? {
        Some(asked) if asked.done_by.is_some() && asked.unconfirmed.is_empty() => return Ok(ErasureState::Confirmed),
        Some(asked) if asked.done_by.is_some() => return Ok(ErasureState::Erased),
        Some(asked) if asked.asked_by == by.uuid() => return Err(Refusal::SamePerson.into()),
        Some(asked) => {
            before.erase(CaseStanding::of(case.as_ref()))?;
            store::erasure::carry_out(&mut tx, id, by, at).await?;
            (PetitionEvent::Erased { ground, asked_by: asked.asked_by.into() }, ErasureState::Erased)
        }
        None => {
            before.erase(CaseStanding::of(case.as_ref()))?;
            store::erasure::ask(&mut tx, id, ground.name(), by, at).await?;
            (PetitionEvent::ErasureAsked { ground }, ErasureState::Asked)
        }
    };
    let petition = before.clone().apply(&event);
    if !store::petition::save(&mut tx, before.version, &petition).await? {
        return Err(Failure::Changed);
    }
    let (cause, mut ids) = context.ids_for_change(id, before.version, event.name());
    let told = if state == ErasureState::Erased { outgoing::erased(&petition.snapshot)? } else { Vec::new() };
    let happening =
        Happening { before, event: &event, event_id: ids.next(at), actor: actor.clone(), cause, at, outgoing: told };
    record(&mut tx, vec![happening.change()?]).await?;
    tx.commit().await?;
    if state == ErasureState::Erased {
        metrics::counter!("huiyin_intake_erased_total").increment(1);
    }
    Ok(state)
}

/// The file of its matter was destroyed after two persons had agreed to that (A11): its personal data is destroyed with it, by nobody else's word.
pub(super) async fn erase_with_file(
    context: &Context,
    tx: &mut Tx,
    id: PetitionId,
    destroyed: &DestructionSnapshot,
    cause: Uuid,
) -> Result<(), HandleError> {
    store::petition::lock(tx, id).await?;
    let Some(stored) = store::petition::find(tx, id).await? else { return Ok(()) };
    let (before, at) = (&stored.petition, context.clock.now());
    let (ground, by) = (ErasureGround::RetentionOver, destroyed.approved_by);
    match store::erasure::find(tx, id).await? {
        // Somebody has destroyed it before, for another reason.
        Some(asked) if asked.done_by.is_some() => return Ok(()),
        Some(_) => store::erasure::take_over(tx, id, ground.name(), destroyed.appraised_by, at).await?,
        None => store::erasure::ask(tx, id, ground.name(), destroyed.appraised_by, at).await?,
    }
    store::erasure::carry_out(tx, id, by, at).await?;
    let event = PetitionEvent::Erased { ground, asked_by: destroyed.appraised_by };
    let petition = before.clone().apply(&event);
    if !store::petition::save_erased(tx, before.version, &petition).await? {
        return Err(HandleError::Retry("the petition has moved on".into()));
    }
    let unreadable = |error: serde_json::Error| HandleError::Park { reason: error.to_string() };
    let outgoing = outgoing::erased(&petition.snapshot).map_err(unreadable)?;
    let event_id = context.ids.for_cause(cause).next(at);
    let actor = Actor::System { service: Service::Casework };
    let happening = Happening { before, event: &event, event_id, actor, cause, at, outgoing };
    let change = happening.change().map_err(|error| HandleError::Retry(error.into()))?;
    record(tx, vec![change]).await?;
    metrics::counter!("huiyin_intake_erased_total").increment(1);
    Ok(())
}
