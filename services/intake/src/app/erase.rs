use huiyin_authz::Sight;
use huiyin_journal::record;
use huiyin_kernel::{Actor, PetitionId};
use serde::Serialize;
use utoipa::ToSchema;

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
