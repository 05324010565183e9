use super::{Access, Context, Failure, admit, amend::finish};
use crate::{
    domain::{Decision, Petition, PetitionEvent},
    events::outgoing,
    store,
};

/// Takes a withdrawal back. Doing it twice is doing it once.
pub async fn restore(context: &Context, access: &Access) -> Result<Petition, Failure> {
    let mut tx = context.api.begin().await?;
    let id = admit(context, &mut tx, access).await?.petition.snapshot.petition_id;
    store::petition::lock(&mut tx, id).await?;
    let stored = store::petition::find(&mut tx, id).await?.ok_or(Failure::Unknown)?;
    let Decision::Changed = stored.petition.restore(context.clock.now())? else { return Ok(stored.petition) };
    let event = PetitionEvent::Restored;
    let petition = stored.petition.clone().apply(&event);
    let (cause, mut ids) = context.ids_for_change(id, stored.petition.version, "restore");
    let told = outgoing::restored(&petition.snapshot)?;
    finish(context, tx, &stored, &petition, &event, (cause, &mut ids), told).await?;
    Ok(petition)
}
